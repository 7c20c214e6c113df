import { type Calibration, measureQuality, qualityWindowMs } from '../calibration/index.js';
import type { Frontend } from '../dsp/index.js';
import type { ModelManifest } from '../model/index.js';
import { type Peak, WakeDecider } from './decider.js';
import type { EngineSettings, EngineWord } from './engine-options.js';
import type { ScoreEvent, WakeEvent } from './events.js';
import type { InputClock } from './input-clock.js';
import type { ModelOutput } from './model-stream.js';
import { wordLength } from './word-start.js';

/** Of two words that peak closer together than this only one wakes. */
const rivalMs = 300;
/** Audio before the longest word that shows the level of the room. */
const roomMs = 500;
/** 16 kHz samples in a millisecond. */
const perMs = 16;

/** What a wake event says about evidence where there is no calibration. */
const noEvidence = { llr: null, probability: null, interval: null, inDomain: null, calibrationId: null };

/** Turns the model's outputs into wake events: decides, looks back for the word's start, weighs the evidence. */
export class WakeJudge {
  readonly #settings: EngineSettings;
  readonly #calibration: Calibration | null;
  readonly #ring: Pick<Frontend, 'history'>;
  readonly #clock: InputClock;
  readonly #decider: WakeDecider;
  /** Logits of the engine's words, which may be fewer than the model's. */
  readonly #logits: Float32Array;
  readonly #outputMs: number;
  #output = -1;

  /**
   * @param ring holds the audio of the last seconds
   * @param clock in which events are told
   */
  constructor(
    manifest: ModelManifest,
    settings: EngineSettings,
    calibration: Calibration | null,
    ring: Pick<Frontend, 'history'>,
    clock: InputClock,
  ) {
    this.#settings = settings;
    this.#calibration = calibration;
    this.#ring = ring;
    this.#clock = clock;
    this.#logits = new Float32Array(settings.words.length);
    this.#outputMs = manifest.stride * manifest.frontend.frameShiftMs;
    const toOutputs = (ms: number) => Math.round(ms / this.#outputMs);
    const rules = settings.words.map(({ threshold }) => ({
      threshold,
      smoothingOutputs: manifest.score.smoothingOutputs,
      peakWaitOutputs: toOutputs(manifest.decision.peakWaitMs),
      refractoryOutputs: toOutputs(manifest.decision.refractoryMs),
    }));
    this.#decider = new WakeDecider(rules, toOutputs(rivalMs));
  }

  /** Takes the next output of the model; gives what it makes known. */
  push(output: ModelOutput): readonly (WakeEvent | ScoreEvent)[] {
    this.#output++;
    const { words, trace } = this.#settings;
    for (let i = 0; i < words.length; i++)
      this.#logits[i] = output.logits[(words[i] as EngineWord).output] as number;
    const peaks = this.#decider.push(this.#logits);
    if (peaks.length === 0 && !trace) return [];
    const wakes = peaks.map((peak) => this.#wakeEvent(peak, output));
    return trace ? [this.#scoreEvent(output), ...wakes] : wakes;
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#decider.reset();
    this.#output = -1;
  }

  #scoreEvent({ heardTo16k }: ModelOutput): ScoreEvent {
    const scores = new Float32Array(this.#logits.length);
    this.#decider.scoresInto(scores);
    const sample = this.#clock.toSample(heardTo16k);
    return { type: 'score', output: this.#output, sample, ms: this.#clock.toMs(sample), scores };
  }

  #wakeEvent(peak: Peak, { heardTo16k, knownAt16k }: ModelOutput): WakeEvent {
    const { word, threshold, endOffsetMs, durationMs } = this.#settings.words[peak.wordIndex] as EngineWord;
    const peak16k = heardTo16k - (this.#output - peak.output) * this.#outputMs * perMs;
    const end16k = Math.max(0, Math.min(peak16k - endOffsetMs * perMs, knownAt16k));
    const before = this.#before(end16k, durationMs.max + roomMs);
    const startSample = this.#clock.toSample(end16k - wordLength(before, durationMs));
    const endSample = this.#clock.toSample(end16k);
    return {
      type: 'wake',
      word,
      startSample,
      endSample,
      startMs: this.#clock.toMs(startSample),
      endMs: this.#clock.toMs(endSample),
      detectedAtMs: this.#clock.toMs(this.#clock.toSample(knownAt16k)),
      score: peak.score,
      threshold,
      ...this.#evidence(word, peak.score, knownAt16k),
      preRoll: this.#before(knownAt16k, this.#settings.preRollMs),
    };
  }

  #evidence(word: string, score: number, knownAt16k: number) {
    if (!this.#calibration?.words.includes(word)) return noEvidence;
    const quality = measureQuality(this.#before(knownAt16k, qualityWindowMs));
    return this.#calibration.apply(word, score, quality, this.#settings.prior);
  }

  /** A copy of the audio before a place, at the start of a stream as much as there is. */
  #before(end16k: number, ms: number): Float32Array {
    return this.#ring.history(Math.max(0, end16k - ms * perMs), end16k);
  }
}
