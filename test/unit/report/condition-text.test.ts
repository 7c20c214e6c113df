import { expect, it } from 'vitest';
import { conditionText } from '../../../src/report/condition-text.js';

it.each([
  ['clean', 'clean'],
  ['snr -5', 'snr -5 dB'],
  ['playback 0', 'playback 0 dB'],
  ['level -50', 'level -50 dBFS'],
  ['codec mulaw', 'telephone (µ-law)'],
  ['room', 'room'],
  ['room snr 10', 'room, snr 10 dB'],
  ['room codec mulaw', 'room, telephone (µ-law)'],
] as const)('%s reads %s', (condition, text) => {
  expect(conditionText(condition)).toBe(text);
});
