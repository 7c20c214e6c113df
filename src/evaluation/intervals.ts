import { ConfigError } from '../errors.js';

/** A two-sided interval, `[low, high]`, in the unit of the quantity that it brackets. */
export type Interval = readonly [low: number, high: number];

/** Confidence of every interval that Wakeproof prints. */
export const CONFIDENCE = 0.95;

/** 97.5 % quantile of the standard normal distribution, for 95 % intervals. */
const NORMAL_QUANTILE_975 = 1.959963984540054;

/**
 * Wilson score interval (95 %) of a proportion. Unlike the textbook `p ± 1.96 s` it stays inside 0..1 and
 * keeps its coverage for few trials and for proportions near 0 or 1.
 * Source: E. B. Wilson, JASA 22 (1927), 209-212.
 *
 * @param successes events counted, 0..trials
 * @param trials denominator; 0 trials say nothing, so the interval is then [0, 1]
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  requireCount('successes', successes);
  requireCount('trials', trials);
  if (successes > trials)
    throw new ConfigError('successes', { expected: `≤ trials (${trials})`, actual: successes });
  if (trials === 0) return [0, 1];
  const z2 = NORMAL_QUANTILE_975 ** 2;
  const centre = successes + z2 / 2;
  const halfWidth = NORMAL_QUANTILE_975 * Math.sqrt((successes * (trials - successes)) / trials + z2 / 4);
  const scale = trials + z2;
  return [
    successes === 0 ? 0 : Math.max(0, (centre - halfWidth) / scale),
    successes === trials ? 1 : Math.min(1, (centre + halfWidth) / scale),
  ];
}

/**
 * Exact (Garwood) interval (95 %) of a Poisson mean from one count, in counts: the means under which the count
 * is not improbable (≥ 2.5 %) on either side. Zero events still allow a mean of 3.69.
 * Source: F. Garwood, Biometrika 28 (1936), 437-442. Equal to the χ² form, found here by bisection of the sum.
 *
 * @param count events counted
 */
export function poissonInterval(count: number): Interval {
  requireCount('count', count);
  const tail = (1 - CONFIDENCE) / 2;
  const low = count === 0 ? 0 : solveMean((mean) => poissonCdf(count - 1, mean) - (1 - tail), count);
  return [low, poissonUpper(count, tail)];
}

/**
 * One-sided exact (Garwood) upper bound of a Poisson mean, in counts.
 *
 * @param count events counted
 * @param error probability that the bound is too low, in (0, 1)
 */
export function poissonUpper(count: number, error: number): number {
  requireCount('count', count);
  if (!(error > 0 && error < 1)) {
    throw new ConfigError('error', { expected: 'a probability in (0, 1)', actual: error });
  }
  return solveMean((mean) => poissonCdf(count, mean) - error, count);
}

/**
 * Rate of rare events with its exact (Garwood) 95 % interval.
 *
 * @param count events counted
 * @param hours exposure in hours; must be > 0
 */
export function ratePerHour(count: number, hours: number): { rate: number; interval: Interval } {
  requireHours(hours);
  const [low, high] = poissonInterval(count);
  return { rate: count / hours, interval: [low / hours, high / hours] };
}

/**
 * One-sided 95 % upper bound of a rate when nothing was seen: ln 20 / hours. What "zero in H hours" proves.
 *
 * @param hours exposure in hours; must be > 0
 */
export function zeroRateBound(hours: number): number {
  requireHours(hours);
  return -Math.log(1 - CONFIDENCE) / hours;
}

/**
 * Quantile by linear interpolation between order statistics (type 7, the default of R and NumPy).
 *
 * @param values any order, not changed
 * @param probability 0..1
 * @returns null when there are no values
 */
export function quantile(values: readonly number[], probability: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/** P(X ≤ count) for X ~ Poisson(mean): terms summed from the largest down, in the log domain at the start. */
function poissonCdf(count: number, mean: number): number {
  if (mean === 0) return 1;
  const mode = Math.min(count, Math.floor(mean));
  const peak = Math.exp(mode * Math.log(mean) - mean - logFactorial(mode));
  let sum = peak;
  for (let k = mode, term = peak; k > 0; k--) {
    term *= k / mean;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  for (let k = mode, term = peak; k < count; k++) {
    term *= mean / (k + 1);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/** ln n!, by the sum up to 255 and Stirling's series beyond (error below 1e-17 relative there). */
export function logFactorial(n: number): number {
  if (n < 256) {
    let sum = 0;
    for (let k = 2; k <= n; k++) sum += Math.log(k);
    return sum;
  }
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

/** Root of a function that falls with the mean, bracketed from the count outwards, to full precision. */
function solveMean(falling: (mean: number) => number, count: number): number {
  let low = 0;
  let high = count + 10 * Math.sqrt(count + 1) + 10;
  while (falling(high) > 0) high *= 2;
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) {
    throw new ConfigError(name, { expected: 'a whole number ≥ 0', actual: value });
  }
}

function requireHours(hours: number): void {
  if (!(hours > 0)) throw new ConfigError('hours', { expected: '> 0', actual: hours });
}
