import { describe, expect, test } from 'vitest';
import { wordLength } from '../../src/detector/word-start.js';
import { tones } from '../support/tones.js';

const duration = { min: 200, typical: 500, max: 900 };
const lengthMs = (timeline: string, noise = 0) => {
  const audio = tones(timeline);
  for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] as number) + noise * Math.sin(i * i); // a chirp as noise
  return wordLength(audio, duration) / 16;
};

// One character is 100 ms; the word ends where the timeline does. Energies are looked at in frames of 10 ms.
describe('wordLength', () => {
  test.each([
    ['..........BBBBBB', 600],
    ['..........BBB', 300],
    ['BBBBBB....BBBBBB', 600], // another word before it
    ['..........BBBBBBBBB', 900],
  ])('%s is %d ms', (timeline, expected) => {
    expect(Math.abs(lengthMs(timeline) - expected)).toBeLessThanOrEqual(10);
    expect(Math.abs(lengthMs(timeline, 0.003) - expected)).toBeLessThanOrEqual(10);
  });

  test('a closure of 60 ms within the word is not its start', () => {
    const audio = tones('..........BBBBBB');
    audio.fill(0, audio.length - 300 * 16, audio.length - 240 * 16);
    expect(Math.abs(wordLength(audio, duration) / 16 - 600)).toBeLessThanOrEqual(10);
  });

  test.each([
    ['silence', '................'],
    ['speech without a pause', 'BBBBBBBBBBBBBBBB'],
    ['a pause only beyond the longest word', '....BBBBBBBBBBBB'],
  ])('%s does not tell: the typical length', (_, timeline) => {
    expect(lengthMs(timeline)).toBe(duration.typical);
  });

  test('no more than there is', () => {
    expect(wordLength(new Float32Array(0), duration)).toBe(0);
    expect(wordLength(tones('BB'), duration)).toBe(3200);
  });
});
