import { measureQuality, qualityWindowMs, type SignalQuality } from '../calibration/index.js';
import type { ScoreEvent, WakeEngine } from '../detector/index.js';
import { ConfigError } from '../errors.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** What trials need of an engine: one of ours, made with the option `trace`. */
export type TracedEngine = Pick<WakeEngine, 'words' | 'sampleRateHz' | 'push' | 'reset'>;

/** A word's highest score within a stretch of audio. */
export interface ScorePeak {
  readonly score: number;
  /** When the score was reached, in samples at 16 kHz since the start of the stream. */
  readonly sample: number;
  /** Quality of the audio that the engine would have heard on reporting it. */
  readonly quality: SignalQuality;
}

/** What an engine hears after a peak before it reports it, typically: two lower scores, in whole calls of its model. */
const KNOWN_AFTER_SAMPLES = 0.09 * EVALUATION_RATE_HZ;
const QUALITY_SAMPLES = (qualityWindowMs * EVALUATION_RATE_HZ) / 1000;

/**
 * The scores of an engine along a stream, with as much audio as measuring quality needs. Memory holds what has not
 * been forgotten by {@link ScoreTrack.forgetBefore}.
 */
export class ScoreTrack {
  readonly #engine: TracedEngine;
  #scores: ScoreEvent[] = [];
  /** The audio that is kept, and room for more: an array for each block would be most of the work. */
  #audio = new Float32Array(4 * QUALITY_SAMPLES);
  /** Samples of `#audio` in use. */
  #audioLength = 0;
  /** Sample of the stream at which `#audio` begins. */
  #audioFrom = 0;

  /** @param engine at 16 kHz, made with the option `trace`; used by nothing else while the track is */
  constructor(engine: TracedEngine) {
    if (engine.sampleRateHz !== EVALUATION_RATE_HZ) {
      throw new ConfigError('sampleRateHz', {
        expected: `${EVALUATION_RATE_HZ}`,
        actual: engine.sampleRateHz,
      });
    }
    this.#engine = engine;
    engine.reset();
  }

  /** Samples heard. */
  get nSamples(): number {
    return this.#audioFrom + this.#audioLength;
  }

  /** Lets the engine hear a block of any length. */
  async push(block: Float32Array): Promise<void> {
    if (this.#audioLength + block.length > this.#audio.length) {
      const larger = new Float32Array(2 * (this.#audioLength + block.length));
      larger.set(this.#audio.subarray(0, this.#audioLength));
      this.#audio = larger;
    }
    this.#audio.set(block, this.#audioLength);
    this.#audioLength += block.length;
    for (const event of await this.#engine.push(block)) if (event.type === 'score') this.#scores.push(event);
  }

  /**
   * The highest local maximum of a word's score in (from, to]; the shoulder of a peak that lies outside is none.
   * Needs the scores up to {@link ScoreTrack.settledAfter} `to`.
   *
   * @param wordIndex in the order of the engine's words
   * @returns null where the score has no maximum there, as in the first moments of a stream
   */
  peak(wordIndex: number, from: number, to: number): ScorePeak | null {
    const scoreAt = (i: number): number => this.#scores[i]?.scores[wordIndex] ?? Number.NEGATIVE_INFINITY;
    const scoreAfterPlateau = (i: number): number => {
      let after = i + 1;
      while (after < this.#scores.length && scoreAt(after) === scoreAt(i)) after++;
      return scoreAt(after);
    };
    let best = -1;
    for (let i = 0; i < this.#scores.length; i++) {
      const { sample } = this.#scores[i] as ScoreEvent;
      if (sample <= from || sample > to) continue;
      const isMaximum = scoreAt(i) > scoreAt(i - 1) && scoreAt(i) > scoreAfterPlateau(i);
      if (isMaximum && (best < 0 || scoreAt(i) > scoreAt(best))) best = i;
    }
    if (best < 0) return null;
    const { sample } = this.#scores[best] as ScoreEvent;
    const heardTo = sample + KNOWN_AFTER_SAMPLES - this.#audioFrom;
    const end = Math.min(heardTo, this.#audioLength);
    const heard = this.#audio.subarray(Math.max(0, heardTo - QUALITY_SAMPLES), end);
    return { score: scoreAt(best), sample, quality: measureQuality(heard) };
  }

  /** How much of the stream must have been heard before the peaks up to a sample are settled. */
  static settledAfter(sample: number): number {
    return sample + 2 * KNOWN_AFTER_SAMPLES;
  }

  /** Drops what no later peak needs. */
  forgetBefore(sample: number): void {
    const kept = this.#scores.findIndex((event) => event.sample > sample);
    // The last score before the cut stays: it tells whether the first one after it is a maximum.
    if (kept > 1) this.#scores.splice(0, kept - 1);
    const audioFrom = Math.max(this.#audioFrom, sample - QUALITY_SAMPLES);
    this.#audio.copyWithin(0, audioFrom - this.#audioFrom, this.#audioLength);
    this.#audioLength -= audioFrom - this.#audioFrom;
    this.#audioFrom = audioFrom;
  }
}
