import { foldsByGroup, groupTrials, weightsOf } from './groups.js';
import { fitLogistic } from './logistic.js';
import type { Trial } from './trial.js';

/** A trial on which several scores were given, each the higher the likelier a target. */
export interface FusionTrial extends Pick<Trial, 'isTarget' | 'group' | 'source'> {
  readonly scores: readonly number[];
}

/** Affine map from several scores to one LLR in nats: `Σ weights[j]·scores[j] + b`. */
export interface Fusion {
  /** Nats per unit of each score, ≥ 0 and not all 0. */
  readonly weights: readonly number[];
  /** Nats. */
  readonly b: number;
}

/**
 * Fits what several scores are worth together, by logistic regression with Firth's penalty, the classes weighted to a
 * prior of 0.5. A score that would count against the target says what another one says better, and is left out; so is
 * one that never differs.
 *
 * @returns null where a class has no trials, or no score rises with the target
 *
 * Source: Brümmer et al. 2007, doi:10.1109/TASL.2007.902870.
 */
export function fitFusion(trials: readonly FusionTrial[]): Fusion | null {
  const grouped = groupTrials(trials);
  const weights = weightsOf(grouped);
  if (!weights) return null;
  const { isTarget } = grouped;
  const offsets = new Float64Array(trials.length);
  const scales = trials[0]?.scores.map((_, j) => scaleOf(trials, j)) ?? [];
  const fitOf = (columns: readonly number[]): Fusion | null => {
    if (columns.length === 0) return null;
    const nPredictors = columns.length + 1;
    const row = ({ scores }: FusionTrial) =>
      columns.map((j) => (scores[j] as number) / (scales[j] as number));
    const design = Float64Array.from(trials.flatMap((trial) => [...row(trial), 1]));
    const ridge = Array<number>(nPredictors).fill(0);
    const theta = fitLogistic({ isTarget, weights, offsets, design, nPredictors, ridge });
    const slopes = theta.slice(0, -1);
    const least = Math.min(...slopes);
    if (least <= 0) return fitOf(columns.filter((_, k) => k !== slopes.indexOf(least)));
    return {
      weights: scales.map((scale, j) =>
        columns.includes(j) ? (slopes[columns.indexOf(j)] as number) / scale : 0,
      ),
      b: theta[columns.length] as number,
    };
  };
  const differs = (j: number) => trials.some(({ scores }) => scores[j] !== trials[0]?.scores[j]);
  return fitOf(scales.map((_, j) => j).filter(differs));
}

/** Root mean square of a score, by which its predictor is divided; 1 where it is 0 throughout. */
function scaleOf(trials: readonly FusionTrial[], j: number): number {
  const sum = trials.reduce((total, { scores }) => total + (scores[j] as number) ** 2, 0);
  return Math.sqrt(sum / trials.length) || 1;
}

/** LLR in nats, before any cap. A score of no weight may be infinite. */
export function fusedLlr({ weights, b }: Fusion, scores: readonly number[]): number {
  return weights.reduce((llr, weight, j) => (weight === 0 ? llr : llr + weight * (scores[j] as number)), b);
}

/**
 * LLR against alternatives of which each has a share and an LLR of its own: the odds against are the sum of theirs,
 * `−ln Σ share·e^(−llr)`.
 */
export function againstAll(
  alternatives: readonly { readonly share: number; readonly llr: number }[],
): number {
  const least = Math.min(...alternatives.map(({ llr }) => llr));
  if (!Number.isFinite(least)) return least;
  return (
    least - Math.log(alternatives.reduce((sum, { share, llr }) => sum + share * Math.exp(least - llr), 0))
  );
}

/**
 * LLR of each trial by a fusion fitted without the trial's group.
 *
 * @param isFitted the trials that are fitted on; all by default
 * @returns nats, before any cap, in the order of `trials`; 0 where a fold could not be fitted
 */
export function crossValidatedFusion<T extends FusionTrial>(
  trials: readonly T[],
  {
    nFolds,
    seed,
    isFitted = () => true,
  }: { readonly nFolds: number; readonly seed: number; readonly isFitted?: (trial: T) => boolean },
): number[] {
  const grouped = groupTrials(trials);
  const folds = foldsByGroup(grouped, nFolds, seed);
  const foldOf = (i: number) => folds[grouped.groups[i] as number] as number;
  const fusions = Array.from({ length: nFolds }, (_, fold) =>
    fitFusion(trials.filter((trial, i) => foldOf(i) !== fold && isFitted(trial))),
  );
  return trials.map(({ scores }, i) => {
    const fusion = fusions[foldOf(i)];
    return fusion ? fusedLlr(fusion, scores) : 0;
  });
}
