import { ConfigError } from '../errors.js';
import { logFactorial } from './intervals.js';

/**
 * One-sided exact (Clopper–Pearson) upper bound of a probability: the p at which seeing so few passes would have a
 * probability of `error`. Holds whatever p is, for independent trials.
 *
 *     Σ_{i ≤ passed} C(trials, i) · pⁱ · (1 − p)^(trials − i) = error
 *
 * Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413; found by bisection of the sum.
 *
 * @param passed 0…trials
 * @param trials 0 trials say nothing: the bound is then 1
 * @param error probability that the bound is too low, in (0, 1)
 */
export function clopperPearsonUpper(passed: number, trials: number, error: number): number {
  if (!(Number.isInteger(trials) && trials >= 0)) {
    throw new ConfigError('trials', { expected: 'a whole number ≥ 0', actual: trials });
  }
  if (!(Number.isInteger(passed) && passed >= 0 && passed <= trials)) {
    throw new ConfigError('passed', { expected: `a whole number in 0…${trials} (trials)`, actual: passed });
  }
  if (!(error > 0 && error < 1)) {
    throw new ConfigError('error', { expected: 'a probability in (0, 1)', actual: error });
  }
  if (passed === trials) return 1;
  let [low, high] = [passed / trials, 1];
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (binomialCdf(passed, trials, middle) > error) low = middle;
    else high = middle;
  }
  return high;
}

/** P(X ≤ count) for X ~ Binomial(n, p), count < n p or near it: terms summed from the largest, the last one, down. */
function binomialCdf(count: number, n: number, p: number): number {
  const odds = p / (1 - p);
  const logLast =
    logFactorial(n) -
    logFactorial(count) -
    logFactorial(n - count) +
    count * Math.log(p) +
    (n - count) * Math.log1p(-p);
  let sum = 1;
  for (let i = count, term = 1; i > 0; i--) {
    term *= i / ((n - i + 1) * odds);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return Math.min(Math.exp(logLast) * sum, 1);
}
