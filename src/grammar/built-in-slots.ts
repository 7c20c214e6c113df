import { spokenWords } from '../lexicon/index.js';

const ordinalEndings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', three: 'rd' };
const whole = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

/** Slots of numbers that need no list, under the names that Rhino has for them. Values are digits: `42`, `42nd`. */
const builtInSlots: Readonly<Record<string, () => readonly string[]>> = {
  'pv.SingleDigitInteger': () => whole(0, 9),
  'pv.TwoDigitInteger': () => whole(0, 99),
  'pv.SingleDigitOrdinal': () => whole(1, 9).map(ordinal),
  'pv.TwoDigitOrdinal': () => whole(1, 99).map(ordinal),
  'pv.Percent': () => whole(0, 100).map((number) => `${number}%`),
};

/** Values of a built-in slot; undefined for another name. */
export function builtInValues(type: string): readonly string[] | undefined {
  return Object.hasOwn(builtInSlots, type) ? builtInSlots[type]?.() : undefined;
}

function ordinal(number: string): string {
  const unit = /^1.$/.test(number) ? undefined : spokenWords(number).at(-1);
  return `${number}${ordinalEndings[unit ?? ''] ?? 'th'}`;
}
