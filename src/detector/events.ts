import type { VadEvent } from '../dsp/index.js';

/** A word was heard. All samples and times are those of the input clock: since the start or the last reset. */
export interface WakeEvent {
  readonly type: 'wake';
  readonly word: string;
  /** First sample of the word, estimated. */
  readonly startSample: number;
  /** One past the word's last sample, estimated. */
  readonly endSample: number;
  readonly startMs: number;
  readonly endMs: number;
  /** How much audio had been heard when the event became known. */
  readonly detectedAtMs: number;
  /** The model's smoothed score at its peak, weighed with its second look where it has one. On the model's own scale: not a probability. */
  readonly score: number;
  /** Score that had to be reached. */
  readonly threshold: number;
  /** Log-likelihood ratio in nats; null without calibration. */
  readonly llr: number | null;
  /** Probability that the word was said, under the declared prior; null without calibration. */
  readonly probability: number | null;
  /** 95 % interval of the LLR, in nats; null without calibration. */
  readonly interval: readonly [number, number] | null;
  /** Whether the recording's quality lies within what the calibration saw; null without calibration. */
  readonly inDomain: boolean | null;
  /** Which calibration spoke; null without calibration. */
  readonly calibrationId: string | null;
  /** Audio up to the detection, 16 kHz mono at ±1, `preRollMs` long or as much as there is. */
  readonly preRoll: Float32Array;
}

/** One output of the model, sent only with the option `trace`: what evaluation needs to try other thresholds. */
export interface ScoreEvent {
  readonly type: 'score';
  /** Counts outputs since the start or the last reset. */
  readonly output: number;
  /** End of the last frame that this output has heard, on the input clock. */
  readonly sample: number;
  readonly ms: number;
  /**
   * Smoothed score of each of the engine's words, in their order. Where the model has a second look, no score is
   * above the word's candidate score but at the output at which a look was over: there it is what decided.
   */
  readonly scores: Float32Array;
}

/** Anything an engine tells. */
export type EngineEvent = WakeEvent | VadEvent | ScoreEvent;
