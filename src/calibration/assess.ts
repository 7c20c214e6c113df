import { capped, isInDomain, type WordCalibration } from './calibration.js';
import { defaultPrior, type StakeClass, stakeClasses } from './decide.js';
import { crossValidatedLlrs, type FitOptions } from './fit.js';
import { cllr, type DetectionCost, detectionCost, minCllr, reliability } from './metrics.js';
import type { LabelledLlrs } from './pav.js';
import { seededRandom } from './seeded-random.js';
import type { Trial } from './trial.js';

/** A figure with its 95 % interval from resampling groups. */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [number, number];
}

/** How good LLRs are, on trials that they were not fitted on. */
export interface Assessment {
  readonly nTargets: number;
  readonly nNonTargets: number;
  /** Speakers or sessions with the word, and without it. */
  readonly nTargetGroups: number;
  readonly nNonTargetGroups: number;
  /** Trials outside the calibration's domain, which are in no other figure. */
  readonly nOutOfDomain: number;
  /** Bits. */
  readonly cllr: Estimate;
  /** Bits. */
  readonly minCllr: Estimate;
  /** Expected calibration error at prior 0.5, 0…1. */
  readonly ece: Estimate;
  /** Brier score at prior 0.5. */
  readonly brier: number;
  /** Detection cost at each stake class under the default prior. */
  readonly stakes: readonly (StakeClass & DetectionCost)[];
}

/** How to cross-validate. */
export interface CrossValidationOptions extends FitOptions {
  /** Parts that the groups are dealt out to. Default 10. */
  readonly nFolds?: number;
  /** Resamples behind the intervals. Default 200. */
  readonly nDraws?: number;
  readonly seed?: number;
}

/** A word's calibration and the trials that it was fitted on. */
export interface FittedWord {
  readonly entry: WordCalibration;
  readonly trials: readonly Trial[];
}

/** Grades of each word, in order, and of the LLRs of all words together. */
export interface CrossValidation {
  readonly byWord: readonly Assessment[];
  readonly all: Assessment;
}

/**
 * Grades calibrations on their trials by maps fitted without the trial's speaker or session, under the calibration's
 * domain and caps.
 */
export function crossValidate(
  words: readonly FittedWord[],
  options: CrossValidationOptions = {},
): CrossValidation {
  const { nFolds = 10, nDraws = 200, seed = 0 } = options;
  const graded = words.map(({ entry, trials }) => {
    const heldOut = crossValidatedLlrs(entry.word, trials, { ...options, nFolds, seed });
    return trials
      .map((trial, i) => ({ trial, llr: capped(entry, heldOut[i] as number) }))
      .filter(({ trial }) => isInDomain(entry, trial.quality));
  });
  const nTrials = words.reduce((sum, { trials }) => sum + trials.length, 0);
  const all = graded.flat();
  return {
    byWord: graded.map((ofWord, i) => ({
      ...grade(ofWord, nDraws, seed),
      nOutOfDomain: (words[i] as FittedWord).trials.length - ofWord.length,
    })),
    all: { ...grade(all, nDraws, seed), nOutOfDomain: nTrials - all.length },
  };
}

interface Graded {
  readonly trial: Trial;
  readonly llr: number;
}

function grade(graded: readonly Graded[], nDraws: number, seed: number): Omit<Assessment, 'nOutOfDomain'> {
  const groups = [false, true].map((isTarget) => {
    const byGroup = new Map<string, number[]>();
    for (const { trial, llr } of graded) {
      if (trial.isTarget === isTarget) byGroup.set(trial.group, [...(byGroup.get(trial.group) ?? []), llr]);
    }
    return [...byGroup.values()];
  }) as [number[][], number[][]];
  const [nonTargets, targets] = groups.map((members) => members.flat()) as [number[], number[]];
  const llrs = { targets, nonTargets };
  const random = seededRandom(seed);
  const resample = (members: number[][]): number[] =>
    members.flatMap(() => members[Math.floor(random() * members.length)] as number[]);
  const draws = Array.from({ length: nDraws }, () => ({
    nonTargets: resample(groups[0]),
    targets: resample(groups[1]),
  }));
  const estimate = (figure: (of: LabelledLlrs) => number): Estimate => ({
    value: figure(llrs),
    interval: centralInterval(draws.map(figure)),
  });
  const { brier } = reliability(llrs);
  return {
    nTargets: targets.length,
    nNonTargets: nonTargets.length,
    nTargetGroups: groups[1].length,
    nNonTargetGroups: groups[0].length,
    cllr: estimate(cllr),
    minCllr: estimate(minCllr),
    ece: estimate((of) => reliability(of).ece),
    brier,
    stakes: stakeClasses.map((stake) => ({
      ...stake,
      ...detectionCost(llrs, { ...stake, prior: defaultPrior }),
    })),
  };
}

/** The middle 95 % of draws. */
function centralInterval(draws: readonly number[]): [number, number] {
  const sorted = [...draws].sort((p, q) => p - q);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return [at(0.025), at(0.975)];
}
