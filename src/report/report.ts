import { availableParallelism, cpus } from 'node:os';
import {
  type BayesErrorPoint,
  bayesErrorCurve,
  defaultPrior,
  detectionCost,
  type LabelledLlrs,
  type Reliability,
  reliability,
  stakeClasses,
} from '../calibration/index.js';
import {
  type Condition,
  type CorpusRef,
  type DetPoint,
  detCurve,
  type EvaluationPlan,
  type EvaluationSummary,
  groupBy,
  type Observations,
  type PeakScore,
  type PositiveTrial,
  peaksOf,
  summarise,
} from '../evaluation/index.js';
import {
  type CllrBySpeaker,
  cllrBySpeaker,
  type FalseWakesBySession,
  falseWakesBySession,
  type MissesBySpeaker,
  missesBySpeaker,
} from './by-group.js';

/** DET curve of a word under a condition. */
export interface DetOfCondition {
  readonly word: string;
  readonly condition: Condition;
  readonly points: readonly DetPoint[];
}

/** What decisions by the LLRs cost at one stake, normalised: 1 is the better of "always" and "never". */
export interface StakeCost {
  readonly stake: string;
  /** At the Bayes threshold. */
  readonly actDcf: number;
  /** At the best threshold in hindsight. */
  readonly minDcf: number;
  readonly misses: number;
  readonly falseAccepts: number;
}

/** How far a word's LLRs can be believed. */
export interface LlrGrades {
  readonly word: string;
  /** Prior of the stakes. */
  readonly prior: number;
  readonly stakes: readonly StakeCost[];
  readonly reliability: Reliability;
  readonly bayesError: readonly BayesErrorPoint[];
}

/** Everything that an evaluation found; `report.json`. */
export interface Report {
  readonly schema: 'wakeproof-report/1';
  readonly summary: EvaluationSummary;
  readonly corpora: {
    readonly positives: readonly CorpusRef[];
    readonly negatives: readonly CorpusRef[];
    readonly noise: readonly CorpusRef[];
    readonly playback: readonly CorpusRef[];
    readonly rooms: readonly CorpusRef[];
  };
  readonly missesBySpeaker: readonly MissesBySpeaker[];
  readonly falseWakesBySession: readonly FalseWakesBySession[];
  readonly cllrBySpeaker: readonly CllrBySpeaker[];
  readonly det: readonly DetOfCondition[];
  readonly llrs: readonly LlrGrades[];
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
}

/** Prior log odds of the Bayes-error curve, nats. */
const PRIOR_LOG_ODDS = Array.from({ length: 49 }, (_, i) => i / 2 - 12);

/** Computes a report from what was heard. */
export function buildReport(plan: EvaluationPlan, observations: Observations): Report {
  const { positives, negatives, noise, playback, rooms, words, seed } = plan;
  const summary = summarise(plan, observations);
  const { trials, runs } = observations;
  return {
    schema: 'wakeproof-report/1',
    summary,
    corpora: { positives, negatives, noise, playback, rooms },
    missesBySpeaker: groupTrials(trials).map((group) => missesBySpeaker(group, seed)),
    falseWakesBySession: runs.length > 0 ? words.map((word) => falseWakesBySession(word, runs, seed)) : [],
    cllrBySpeaker: words.flatMap((word) => cllrBySpeaker(word, observations, seed) ?? []),
    det: detCurves(observations, summary),
    llrs: words.flatMap((word) => gradesOf(word, observations)),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version },
  };
}

/** Trials by word and condition. */
function groupTrials(trials: readonly PositiveTrial[]): PositiveTrial[][] {
  return [...groupBy(trials, ({ word, condition }) => `${word}\0${condition}`).values()];
}

function detCurves({ trials, runs }: Observations, { total }: EvaluationSummary): DetOfCondition[] {
  return groupTrials(trials).flatMap((group) => {
    const { word, condition } = group[0] as PositiveTrial;
    const hours = total.perHour[word]?.hours ?? 0;
    const scoreOf = (peaks: readonly PeakScore[]) => peaks.find((peak) => peak.word === word)?.score;
    const targets = group.map(({ peaks }) => scoreOf(peaks) ?? Number.NEGATIVE_INFINITY);
    const nonTargets = runs.flatMap(({ peaks }) =>
      peaks.filter((peak) => peak.word === word).map(({ score }) => score),
    );
    if (hours === 0 || nonTargets.length === 0 || !targets.some(Number.isFinite)) return [];
    // Strictness beyond any score has no JSON number, and says nothing.
    const points = detCurve(targets, nonTargets, hours).filter(({ threshold }) => Number.isFinite(threshold));
    return [{ word, condition, points }];
  });
}

function gradesOf(word: string, observations: Observations): LlrGrades[] {
  const { targets, nonTargets } = peaksOf(word, observations);
  const llrsOf = (peaks: readonly PeakScore[]) => peaks.flatMap(({ llr }) => (llr === null ? [] : [llr]));
  const llrs: LabelledLlrs = { targets: llrsOf(targets), nonTargets: llrsOf(nonTargets) };
  if (llrs.targets.length === 0 || llrs.nonTargets.length === 0) return [];
  const stakes = stakeClasses.map(({ name, costFalseAccept, costMiss }): StakeCost => {
    const cost = detectionCost(llrs, { prior: defaultPrior, costFalseAccept, costMiss });
    return {
      stake: name,
      actDcf: cost.actual,
      minDcf: cost.minimum,
      misses: cost.nMisses,
      falseAccepts: cost.nFalseAccepts,
    };
  });
  const bayesError = bayesErrorCurve(llrs, PRIOR_LOG_ODDS);
  return [{ word, prior: defaultPrior, stakes, reliability: reliability(llrs), bayesError }];
}
