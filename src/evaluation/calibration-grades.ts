import { cllr, type LabelledLlrs, minCllr, reliability } from '../calibration/index.js';
import type { Observations, PeakScore } from './observations.js';

/** Grades of the LLRs of one word, or of all words together. */
export interface CalibrationGrades {
  /** Cost of the LLRs over all priors and costs, bits: 0 is perfect, 1 is what saying nothing costs. */
  readonly cllr: number;
  /** The same after the best monotone recalibration in hindsight: what discrimination alone costs. */
  readonly minCllr: number;
  /** Expected calibration error at prior 0.5. */
  readonly ece: number;
  /** Mean squared error of the probability at prior 0.5. */
  readonly brier: number;
  readonly nTargets: number;
  readonly nNonTargets: number;
  /** Trials outside the calibration's domain: no claim is made there, so they are in no other figure. */
  readonly nOutOfDomain: number;
}

/** Grades of an engine's LLRs. */
export interface CalibrationSummary extends CalibrationGrades {
  readonly byWord: Readonly<Record<string, CalibrationGrades>>;
}

/** The peaks of a word: in trials that hold it, and in trials and stretches that do not. */
export function peaksOf(
  word: string,
  { trials, runs }: Observations,
): { targets: readonly PeakScore[]; nonTargets: readonly PeakScore[] } {
  const inTrials = trials.flatMap((trial) =>
    trial.peaks.filter((peak) => peak.word === word).map((peak) => ({ peak, isTarget: trial.word === word })),
  );
  return {
    targets: inTrials.filter(({ isTarget }) => isTarget).map(({ peak }) => peak),
    nonTargets: [
      ...inTrials.filter(({ isTarget }) => !isTarget).map(({ peak }) => peak),
      ...runs.flatMap(({ peaks }) => peaks.filter((peak) => peak.word === word)),
    ],
  };
}

/**
 * Grades what was heard: a positive trial under any condition is a trial with its word and one without each other
 * word; 2 s of negatives are a trial without each word.
 *
 * @returns null without a calibration, or where a word lacks trials of a class
 */
export function gradeLlrs(words: readonly string[], observations: Observations): CalibrationSummary | null {
  const llrsOf = (peaks: readonly PeakScore[]) => peaks.flatMap(({ llr }) => (llr === null ? [] : [llr]));
  const byWord: Record<string, DomainLlrs> = {};
  for (const word of words) {
    const { targets, nonTargets } = peaksOf(word, observations);
    const inDomain = { targets: llrsOf(targets), nonTargets: llrsOf(nonTargets) };
    const nInDomain = inDomain.targets.length + inDomain.nonTargets.length;
    const llrs = { ...inDomain, nOutOfDomain: targets.length + nonTargets.length - nInDomain };
    if (llrs.targets.length > 0 && llrs.nonTargets.length > 0) byWord[word] = llrs;
  }
  const graded = Object.values(byWord);
  if (graded.length === 0) return null;
  const all = {
    targets: graded.flatMap(({ targets }) => targets),
    nonTargets: graded.flatMap(({ nonTargets }) => nonTargets),
    nOutOfDomain: graded.reduce((sum, { nOutOfDomain }) => sum + nOutOfDomain, 0),
  };
  return {
    ...grade(all),
    byWord: Object.fromEntries(Object.entries(byWord).map(([word, llrs]) => [word, grade(llrs)])),
  };
}

interface DomainLlrs extends LabelledLlrs {
  readonly nOutOfDomain: number;
}

function grade(llrs: DomainLlrs): CalibrationGrades {
  const { ece, brier } = reliability(llrs);
  return {
    cllr: cllr(llrs),
    minCllr: minCllr(llrs),
    ece,
    brier,
    nTargets: llrs.targets.length,
    nNonTargets: llrs.nonTargets.length,
    nOutOfDomain: llrs.nOutOfDomain,
  };
}
