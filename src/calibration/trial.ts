import type { SignalQuality } from './quality.js';

/**
 * One trial of one word: a stretch of audio (2 s where a stream is cut into stretches) that either holds the word or
 * does not, and the highest score that the detector gave in it, whether or not that score reached its threshold.
 *
 * Defined so that an LLR fitted on trials means: how much more likely a stretch with this peak score is when it holds
 * the word than when it does not. docs/calibration.md says how a stream becomes trials.
 */
export interface Trial {
  /** Peak raw score of the stretch; not below the floor at which candidates are looked for. */
  readonly score: number;
  /** Whether the word is in the stretch. */
  readonly isTarget: boolean;
  /** Quality of the audio up to the peak, as the engine measures it at an event. */
  readonly quality: SignalQuality;
  /** Speaker or session. Trials of one group are dependent: they are resampled and held out together. */
  readonly group: string;
  /**
   * The recorded stretch. Trials made from one stretch under several noises share it, and count once towards the cap.
   */
  readonly source: string;
}
