import type { Condition, ConditionSpec } from './condition.js';
import type { Corpora } from './corpora.js';
import type { MeasuredEngine, OperatingPointInUse } from './detector-module.js';
import type { CorpusFacts, Manifest } from './manifest.js';

/** A corpus of an evaluation. */
export interface CorpusRef {
  /** The manifest's path as it was given. */
  readonly manifest: string;
  /** Names the corpus; see {@link Manifest.sha256}. */
  readonly sha256: string;
  readonly about: CorpusFacts;
}

/** All that decides what an evaluation hears; where two agree in it, their parts can be put together. */
export interface EvaluationPlan {
  readonly engine: string;
  /** SHA-256 of the engine's model; null where it does not tell. */
  readonly modelSha256: string | null;
  /** The calibration that its LLRs are by; null without one. */
  readonly calibrationId: string | null;
  readonly operatingPoint: OperatingPointInUse;
  /** Hashes of the corpora on which its thresholds or its calibration were chosen, as far as it tells. */
  readonly chosenOn: readonly string[];
  readonly words: readonly string[];
  /** What each positive is heard under, in the order in which it is reported. */
  readonly conditions: readonly Condition[];
  readonly seed: number;
  readonly positives: readonly CorpusRef[];
  readonly negatives: readonly CorpusRef[];
  readonly noise: readonly CorpusRef[];
  readonly playback: readonly CorpusRef[];
  readonly rooms: readonly CorpusRef[];
}

/** All corpora of an evaluation, for whatever use. */
export function corporaOf(plan: EvaluationPlan): CorpusRef[] {
  return [plan.positives, plan.negatives, plan.noise, plan.playback, plan.rooms].flat();
}

/** Writes down what an engine will hear. */
export function planOf(
  { detector, modelSha256, calibrationId = null, operatingPoint, chosenOn = [] }: MeasuredEngine,
  corpora: Corpora,
  seed: number,
  conditions: readonly ConditionSpec[],
): EvaluationPlan {
  const refs = (manifests: readonly Manifest[]) =>
    manifests.map(({ path, sha256, about }) => ({ manifest: path, sha256, about }));
  return {
    engine: detector.name,
    modelSha256,
    calibrationId,
    operatingPoint,
    chosenOn,
    words: corpora.words,
    conditions: conditions.map(({ name }) => name),
    seed,
    positives: refs(corpora.positives),
    negatives: refs(corpora.negatives),
    noise: refs(corpora.noise),
    playback: refs(corpora.playback),
    rooms: refs(corpora.rooms),
  };
}
