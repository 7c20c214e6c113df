/** One report of a word by any engine, ours or foreign. */
export interface Detection {
  /** The word that was reported. */
  readonly word: string;
  /** Estimated end of the word, in samples of the detector's clock since reset. */
  readonly endSample: number;
  /** How much audio the engine had heard when it reported the word, in samples since reset. */
  readonly atSample: number;
  /** Raw score on the engine's own scale; comparable only within one engine and word. */
  readonly score: number;
  /** Log-likelihood ratio in nats, or null where the engine has no calibration. */
  readonly llr: number | null;
  /** Probability under the declared prior, or null where the engine has no calibration. */
  readonly probability: number | null;
}

/**
 * What evaluation sees of an engine, so that ours and others are measured by the same code.
 *
 * Use: `process` blocks in order, `flush` at the end of a recording, `reset` before the next one.
 */
export interface Detector {
  /** Name for reports. */
  readonly name: string;
  /** The words it can report. */
  readonly words: readonly string[];
  /** The rate that `process` takes, in Hz. */
  readonly sampleRateHz: number;
  /** Takes the next block (mono, ±1, any length) and resolves to what became known by it. */
  process(block: Float32Array): Promise<readonly Detection[]>;
  /** Ends the recording: resolves to what was still undecided. */
  flush(): Promise<readonly Detection[]>;
  /** Forgets all audio; the next block is the first of a new recording. */
  reset(): Promise<void> | void;
  /** Frees the engine. */
  dispose(): Promise<void> | void;
}
