import { ConfigError } from '../errors.js';
import { outputRateHz } from './resampler.js';

/** How probabilities of single hops become stretches of speech. Every field has a default. */
export interface VadOptions {
  /** Probability from which a hop counts towards an onset, 0..1. Default 0.6. */
  readonly onThreshold?: number;
  /** Probability from which a hop goes on with speech that has begun, ≤ onThreshold. Default 0.4. */
  readonly offThreshold?: number;
  /** Consecutive hops at `onThreshold` that make an onset: at least 20 ms, so never one hop. Default 50. */
  readonly onsetMs?: number;
  /** Time below `offThreshold` that ends speech: a stop consonant or a breath does not. Default 400. */
  readonly hangoverMs?: number;
  /** Speech shorter than this, hangover not counted, is reported as a misfire. Default 120. */
  readonly minSpeechMs?: number;
  /** How far before its first hop a speech start is placed, for the soft beginning of a word. Default 60. */
  readonly lookBackMs?: number;
}

/** A change in the speech state. Each `speechStart` is followed by one `speechEnd` or one `misfire`. */
export interface VadEvent {
  /** `misfire` takes back the last `speechStart`: what it reported was too short for speech. */
  readonly type: 'speechStart' | 'speechEnd' | 'misfire';
  /** Where speech began, or where it was last heard: samples of the input clock since the last reset. */
  readonly sample: number;
  /** The same in ms. */
  readonly ms: number;
}

const hopMs = 10;
const hopSamples = (outputRateHz * hopMs) / 1000;

const defaults: Required<VadOptions> = {
  onThreshold: 0.6,
  offThreshold: 0.4,
  onsetMs: 50,
  hangoverMs: 400,
  minSpeechMs: 120,
  lookBackMs: 60,
};

/**
 * The state machine between speech probabilities and speech events; one a stream.
 *
 * | state | input | next | event |
 * |---|---|---|---|
 * | quiet | `onsetMs` of consecutive hops ≥ onThreshold | speech | `speechStart` at the first of them − lookBackMs |
 * | speech | hop ≥ offThreshold | speech | |
 * | speech | `hangoverMs` of consecutive hops < offThreshold | quiet | `speechEnd` after the last hop ≥ offThreshold; `misfire` if that is less than minSpeechMs after the first |
 *
 * Hop h stands for the 10 ms in the middle of frame h.
 */
export class SpeechSegmenter {
  readonly #onLogit: number;
  readonly #offLogit: number;
  readonly #onsetHops: number;
  readonly #hangoverHops: number;
  readonly #minSpeechHops: number;
  readonly #lookBackSamples: number;
  readonly #firstHopSample: number;
  readonly #inputRateHz: number;
  #hop = 0;
  #isSpeech = false;
  /** Hops of the present onset, or of the present pause. */
  #run = 0;
  #firstSpeechHop = 0;
  #lastEventSample = 0;

  /**
   * @param options thresholds and times; times are rounded up to whole hops.
   * @param frameLengthSamples of a frame at 16 kHz.
   * @param inputRateHz of the clock in which events are told.
   * @throws {ConfigError} when a value is out of range.
   */
  constructor(options: VadOptions, frameLengthSamples: number, inputRateHz: number) {
    const chosen = { ...defaults, ...options };
    checkOptions(chosen);
    const hops = (ms: number) => Math.ceil(ms / hopMs);
    this.#onLogit = logit(chosen.onThreshold);
    this.#offLogit = logit(chosen.offThreshold);
    this.#onsetHops = hops(chosen.onsetMs);
    this.#hangoverHops = hops(chosen.hangoverMs);
    this.#minSpeechHops = hops(chosen.minSpeechMs);
    this.#lookBackSamples = hops(chosen.lookBackMs) * hopSamples;
    this.#firstHopSample = (frameLengthSamples - hopSamples) / 2;
    this.#inputRateHz = inputRateHz;
  }

  /**
   * Takes the next hop.
   *
   * @param speechLogit log-odds of speech.
   * @returns the event that this hop completes, or undefined; allocates only an event.
   */
  push(speechLogit: number): VadEvent | undefined {
    const hop = this.#hop++;
    const threshold = this.#isSpeech ? this.#offLogit : this.#onLogit;
    const counts = speechLogit >= threshold !== this.#isSpeech;
    this.#run = counts ? this.#run + 1 : 0;
    if (this.#run < (this.#isSpeech ? this.#hangoverHops : this.#onsetHops)) return undefined;

    const firstHopOfRun = hop + 1 - this.#run;
    this.#run = 0;
    this.#isSpeech = !this.#isSpeech;
    if (this.#isSpeech) {
      this.#firstSpeechHop = firstHopOfRun;
      return this.#eventAt('speechStart', this.#startOf(firstHopOfRun) - this.#lookBackSamples);
    }
    const isShort = firstHopOfRun - this.#firstSpeechHop < this.#minSpeechHops;
    return this.#eventAt(isShort ? 'misfire' : 'speechEnd', this.#startOf(firstHopOfRun));
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#hop = 0;
    this.#run = 0;
    this.#isSpeech = false;
    this.#lastEventSample = 0;
  }

  #startOf(hop: number): number {
    return this.#firstHopSample + hop * hopSamples;
  }

  /** @param sample16k of the 16 kHz clock; the look-back does not reach behind the last event. */
  #eventAt(type: VadEvent['type'], sample16k: number): VadEvent {
    this.#lastEventSample = Math.max(sample16k, this.#lastEventSample);
    const sample = Math.round((this.#lastEventSample * this.#inputRateHz) / outputRateHz);
    return { type, sample, ms: (sample * 1000) / this.#inputRateHz };
  }
}

function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function checkOptions(options: Required<VadOptions>): void {
  const expectOption = (name: keyof VadOptions, holds: boolean, expected: string): void => {
    if (!holds) throw new ConfigError(`vad.${name}`, { expected, actual: options[name] });
  };
  const { onThreshold, offThreshold, onsetMs } = options;
  expectOption('onThreshold', onThreshold > 0 && onThreshold < 1, '0 < onThreshold < 1');
  expectOption(
    'offThreshold',
    offThreshold > 0 && offThreshold <= onThreshold,
    `0 < offThreshold ≤ onThreshold (${onThreshold})`,
  );
  expectOption('onsetMs', onsetMs >= 2 * hopMs && Number.isFinite(onsetMs), 'at least 20 ms, two hops');
  for (const name of ['hangoverMs', 'minSpeechMs', 'lookBackMs'] as const) {
    const least = name === 'hangoverMs' ? hopMs : 0;
    expectOption(name, options[name] >= least && Number.isFinite(options[name]), `at least ${least} ms`);
  }
}
