import type { Corpora } from './corpora.js';
import type { MeasuredEngine, OperatingPointInUse } from './detector-module.js';
import type { CorpusFacts, Manifest } from './manifest.js';
import type { Mixing } from './units.js';

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
  readonly operatingPoint: OperatingPointInUse;
  /** Hashes of the corpora on which its thresholds or its calibration were chosen, as far as it tells. */
  readonly chosenOn: readonly string[];
  readonly words: readonly string[];
  readonly snrDb: readonly number[];
  readonly seed: number;
  readonly positives: readonly CorpusRef[];
  readonly negatives: readonly CorpusRef[];
  readonly noise: readonly CorpusRef[];
}

/** Writes down what an engine will hear. */
export function planOf(
  { detector, modelSha256, operatingPoint, chosenOn = [] }: MeasuredEngine,
  corpora: Corpora,
  mixing: Mixing,
): EvaluationPlan {
  const refs = (manifests: readonly Manifest[]) =>
    manifests.map(({ path, sha256, about }) => ({ manifest: path, sha256, about }));
  return {
    engine: detector.name,
    modelSha256,
    operatingPoint,
    chosenOn,
    words: corpora.words,
    snrDb: mixing.snrDb,
    seed: mixing.seed,
    positives: refs(corpora.positives),
    negatives: refs(corpora.negatives),
    noise: refs(corpora.noise),
  };
}
