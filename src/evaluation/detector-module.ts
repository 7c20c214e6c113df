import type { SignalQuality } from '../calibration/index.js';
import type { Detector, ScoreEvent } from '../detector/index.js';
import type { TracedEngine } from './score-track.js';

/** The thresholds at which an engine runs. */
export interface OperatingPointInUse {
  /** Its name in the model's manifest; `custom` where thresholds were given. */
  readonly name: string;
  /** Score at or above which each word is reported; empty where the engine does not tell. */
  readonly thresholds: Readonly<Record<string, number>>;
}

/** The scores of an engine along a stream, where it tells them: what DET curves and calibration are graded on. */
export interface ScoreTap {
  readonly words: TracedEngine['words'];
  /** Takes the scores that came since the last call. */
  drain(): ScoreEvent[];
  /** Log-likelihood ratio of a peak score in nats; null without a calibration, and outside its domain. */
  llr(word: string, score: number, quality: SignalQuality): number | null;
}

/** A detector that is ready to be measured. */
export interface MeasuredEngine {
  readonly detector: Detector;
  /** SHA-256 of its model; null where it has none that can be told. */
  readonly modelSha256: string | null;
  /** The calibration that its LLRs are by; null or left out without one. */
  readonly calibrationId?: string | null;
  readonly operatingPoint: OperatingPointInUse;
  /** Hashes of the corpora on which its thresholds or its calibration were chosen, as far as it tells. */
  readonly chosenOn?: readonly string[];
  /** Null or left out where the engine tells events only. */
  readonly scores?: ScoreTap | null;
  /**
   * Largest resident memory so far, where the engine works in a process of its own; null where that cannot be told.
   * Left out where it works in the process that calls it.
   */
  readonly peakRssBytes?: (() => Promise<number | null>) | undefined;
}

/** How any process makes the same detector: a module and what to give it. */
export interface DetectorSpec {
  /** URL of an ES module that exports `createEngine`: a {@link DetectorModule}. */
  readonly module: string;
  /** A plain JSON value. */
  readonly options: unknown;
}

/** What the module of an engine exports: the one way in which engines plug into evaluation. */
export interface DetectorModule {
  /** Makes a detector of what the spec gives as `options`. */
  createEngine(options: unknown): Promise<MeasuredEngine>;
}

/** Makes the detector that a spec describes. */
export async function createEngine({ module, options }: DetectorSpec): Promise<MeasuredEngine> {
  const { createEngine: create } = (await import(module)) as DetectorModule;
  return create(options);
}
