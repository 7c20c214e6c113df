import type { Condition } from '../evaluation/index.js';

/** A condition with its unit: "snr 10 dB", "room, level -50 dBFS", "telephone (µ-law)". */
export function conditionText(condition: Condition): string {
  const effect = condition.replace(/^room ?/, '');
  if (effect === condition) return effectText(effect);
  return effect === '' ? 'room' : `room, ${effectText(effect)}`;
}

function effectText(effect: string): string {
  if (effect === 'clean') return effect;
  if (effect === 'codec mulaw') return 'telephone (µ-law)';
  return `${effect} ${effect.startsWith('level') ? 'dBFS' : 'dB'}`;
}
