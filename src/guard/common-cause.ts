import { againstAll } from '../calibration/index.js';
import { ConfigError } from '../errors.js';

/**
 * β where the maker gives none: 0.05, the middle of the 1–10 % that is usual for redundant hardware (IEC 61508-6:2010,
 * annex D). An assumption for talk, not a measurement: measure your own by replaying what passed a stage falsely.
 */
export const defaultBeta = 0.05;

/**
 * Probability that all stages pass falsely, under the β-factor model of common-cause failure:
 *
 *     P = β · min pᵢ + (1 − β) · Π pᵢ
 *
 * A share β of false passes has one cause that carries through every stage (the same talker, the same television), so
 * only the strictest stage stops it; the rest is independent. β = 0 is the plain product, β = 1 the Fréchet bound, the
 * most that any dependence can do. Better stages lower P to β · min pᵢ and no further: β caps what redundancy gains at 1/β.
 *
 * Source: Fleming, "A reliability model for common mode failures in redundant safety systems", General Atomic
 * GA-A13284, 1974, made for equal redundant channels; for unequal ones the common part is taken from the best channel, as here.
 *
 * @param probabilities of passing falsely, each given that the stages before it were passed falsely, 0…1; none gives 1
 * @param beta 0…1
 */
export function jointFalsePass(probabilities: readonly number[], beta: number): number {
  checkedBeta(beta);
  for (const p of probabilities) {
    if (!(p >= 0 && p <= 1)) throw new ConfigError('probabilities', { expected: 'each in 0…1', actual: p });
  }
  const product = probabilities.reduce((all, p) => all * p, 1);
  return beta * Math.min(1, ...probabilities) + (1 - beta) * product;
}

/**
 * What several pieces of evidence weigh together, nats, under the same β model:
 *
 *     Λ = Σ λᵢ⁻ − ln( β · e^(−max λᵢ⁺) + (1 − β) · e^(−Σ λᵢ⁺) )           λ⁺ = max(λ, 0), λ⁻ = min(λ, 0)
 *
 * **How β splits it.** An LLR of λ has the likelihood ratio e^λ, which something not meant reaches with a probability
 * of at most e^(−λ) (Markov's inequality: a likelihood ratio has mean 1 where it does not hold). So pᵢ = e^(−λᵢ) goes
 * into {@link jointFalsePass}: with weight β one cause produced all that speaks for the request, and the strongest piece
 * is all there is; with weight 1 − β the pieces are independent and add up. The two are weighted as probabilities, so
 * Λ ≤ max λ⁺ + ln(1/β): 3 nats above the strongest piece at β = 0.05, however many there are. Evidence *against* adds
 * up in full: that doubts have a common cause is no reason to act.
 *
 * **Why raising an LLR cannot lower it.** max λ⁺, Σ λ⁺ and Σ λ⁻ do not fall when one λ rises; e^(−x) falls with x, a sum of
 * falling terms with weights ≥ 0 falls, and −ln turns it round.
 *
 * One piece alone keeps its LLR. Never more than the plain sum, which is β = 0; β = 1 leaves the strongest.
 *
 * @param llrs nats, finite
 * @param beta 0…1
 */
export function combineEvidence(llrs: Iterable<number>, beta: number): number {
  const { against, sum, max } = split(llrs);
  return against + combined(sum, max, beta);
}

/**
 * The value from which on one piece of evidence lifts {@link combineEvidence} to a target: its inverse in one argument.
 *
 * @param others the LLRs of all other pieces, nats
 * @param target nats
 * @returns nats; may be beyond what any calibration can carry
 */
export function neededLlr(others: Iterable<number>, target: number, beta: number): number {
  const { against, sum, max } = split(others);
  const belowZero = target - against - combined(sum, max, beta);
  if (belowZero <= 0) return belowZero;
  const wanted = target - against;
  // Below the strongest of the others only the independent part grows.
  const independent = (Math.exp(-wanted) - beta * Math.exp(-max)) / (1 - beta);
  if (independent > 0) {
    const needed = -sum - Math.log(independent);
    if (needed <= max) return needed;
  }
  return wanted + Math.log(beta + (1 - beta) * Math.exp(-sum));
}

/** The share itself, or a `ConfigError`. */
export function checkedBeta(beta: number): number {
  if (!(beta >= 0 && beta <= 1)) throw new ConfigError('beta', { expected: 'a share in 0…1', actual: beta });
  return beta;
}

/** −ln(β·e^(−max) + (1 − β)·e^(−sum)) of evidence in favour. */
function combined(sum: number, max: number, beta: number): number {
  return againstAll([
    { share: beta, llr: max },
    { share: 1 - beta, llr: sum },
  ]);
}

function split(llrs: Iterable<number>): { against: number; sum: number; max: number } {
  let [against, sum, max] = [0, 0, 0];
  for (const llr of llrs) {
    if (llr < 0) against += llr;
    else {
      sum += llr;
      max = Math.max(max, llr);
    }
  }
  return { against, sum, max };
}
