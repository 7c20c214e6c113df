import type { Interval } from '../evaluation/index.js';

/** A share as percent with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A number with its sign: "+0.39". */
export function signed(value: number, digits = 2): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** A share with its count, its denominator and its 95 % interval: "110/124 = 88.7 % [81.9 %, 93.2 %]". */
export function shareText(count: number, of: number, [low, high]: Interval): string {
  return `${count}/${of} = ${percent(count / of)} [${percent(low)}, ${percent(high)}]`;
}

/** A rate with its 95 % interval: "0.87 an hour [0.24, 2.22]". */
export function hourlyText({
  perHour,
  interval: [low, high],
}: {
  perHour: number;
  interval: Interval;
}): string {
  return `${perHour.toFixed(2)} an hour [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
