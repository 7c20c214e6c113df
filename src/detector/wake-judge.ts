import { type Calibration, measureQuality, qualityWindowMs } from '../calibration/index.js';
import type { Frontend } from '../dsp/index.js';
import type { ModelManifest } from '../model/index.js';
import { type Peak, WakeDecider } from './decider.js';
import type { EngineSettings, EngineWord } from './engine-options.js';
import type { ScoreEvent, WakeEvent } from './events.js';
import type { InputClock } from './input-clock.js';
import type { ModelOutput } from './model-stream.js';
import type { SecondLook } from './second-look.js';
import { wordLength } from './word-start.js';

/** Of two words that peak closer together than this only one wakes. */
const rivalMs = 300;
/** Audio before the longest word that shows the level of the room. */
const roomMs = 500;
/** 16 kHz samples in a millisecond. */
const perMs = 16;

/** What a wake event says about evidence where there is no calibration. */
const noEvidence = { llr: null, probability: null, interval: null, inDomain: null, calibrationId: null };

/** What an output makes known. */
type Judgement = readonly (WakeEvent | ScoreEvent)[];

/** Turns the model's outputs into wake events: decides, looks back for the word's start, weighs the evidence. */
export class WakeJudge {
  readonly #settings: EngineSettings;
  readonly #calibration: Calibration | null;
  readonly #ring: Pick<Frontend, 'history'>;
  readonly #clock: InputClock;
  readonly #decider: WakeDecider;
  readonly #secondLook: SecondLook | null;
  /** Score of the first net from which each word is a candidate; the threshold itself without a second look. */
  readonly #candidateScores: readonly number[];
  /** Logits of the engine's words, which may be fewer than the model's. */
  readonly #logits: Float32Array;
  readonly #outputMs: number;
  #output = -1;

  /**
   * @param secondLook judges candidates; null where the scores of the first net decide
   * @param ring holds the audio of the last seconds
   * @param clock in which events are told
   */
  constructor(
    manifest: ModelManifest,
    settings: EngineSettings,
    calibration: Calibration | null,
    secondLook: SecondLook | null,
    ring: Pick<Frontend, 'history'>,
    clock: InputClock,
  ) {
    this.#settings = settings;
    this.#calibration = calibration;
    this.#secondLook = secondLook;
    this.#ring = ring;
    this.#clock = clock;
    this.#logits = new Float32Array(settings.words.length);
    this.#outputMs = manifest.stride * manifest.frontend.frameShiftMs;
    const toOutputs = (ms: number) => Math.round(ms / this.#outputMs);
    this.#candidateScores = settings.words.map(({ threshold, candidateScore = threshold }) =>
      secondLook ? candidateScore : threshold,
    );
    const rules = this.#candidateScores.map((threshold) => ({
      threshold,
      smoothingOutputs: manifest.score.smoothingOutputs,
      peakWaitOutputs: toOutputs(manifest.decision.peakWaitMs),
      refractoryOutputs: toOutputs(manifest.decision.refractoryMs),
    }));
    this.#decider = new WakeDecider(rules, toOutputs(rivalMs));
  }

  /** Takes the next output of the model; gives what it makes known. */
  push(output: ModelOutput): Judgement | Promise<Judgement> {
    this.#output++;
    const { words } = this.#settings;
    for (let i = 0; i < words.length; i++)
      this.#logits[i] = output.logits[(words[i] as EngineWord).output] as number;
    if (!this.#secondLook) return this.#tell(this.#decider.push(this.#logits), [], output);
    const candidates = this.#decider.candidates(this.#logits);
    if (candidates.length === 0) return this.#tell(candidates, [], output);
    return this.#lookAgain(this.#secondLook, candidates, output);
  }

  /** Lets the second look judge candidates; those that it leaves above their thresholds may wake. */
  async #lookAgain(
    secondLook: SecondLook,
    candidates: readonly Peak[],
    output: ModelOutput,
  ): Promise<Judgement> {
    const weighed: Peak[] = [];
    for (const peak of candidates) {
      const { output: index } = this.#word(peak);
      const outputsAgo = this.#output - peak.output + output.nLater;
      weighed.push({ ...peak, score: await secondLook.weigh(index, peak.score, outputsAgo) });
    }
    const margin = (peak: Peak) => peak.score - this.#word(peak).threshold;
    const wakes = this.#decider.wake(
      weighed.filter((peak) => margin(peak) >= 0),
      margin,
    );
    for (const peak of candidates) {
      if (!wakes.some(({ wordIndex }) => wordIndex === peak.wordIndex)) this.#decider.turnDown(peak);
    }
    return this.#tell(wakes, weighed, output);
  }

  #tell(wakes: readonly Peak[], weighed: readonly Peak[], output: ModelOutput): Judgement {
    const { trace } = this.#settings;
    if (wakes.length === 0 && !trace) return [];
    const events = wakes.map((peak) => this.#wakeEvent(peak, output));
    return trace ? [this.#scoreEvent(output, weighed), ...events] : events;
  }

  #word(peak: Peak): EngineWord {
    return this.#settings.words[peak.wordIndex] as EngineWord;
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#decider.reset();
    this.#output = -1;
  }

  #scoreEvent({ heardTo16k }: ModelOutput, weighed: readonly Peak[]): ScoreEvent {
    const scores = new Float32Array(this.#logits.length);
    this.#decider.scoresInto(scores);
    if (this.#secondLook) {
      this.#candidateScores.forEach((candidate, i) => {
        scores[i] = Math.min(scores[i] as number, candidate);
      });
      for (const { wordIndex, score } of weighed) {
        scores[wordIndex] = Math.max(score, this.#candidateScores[wordIndex] as number);
      }
    }
    const sample = this.#clock.toSample(heardTo16k);
    return { type: 'score', output: this.#output, sample, ms: this.#clock.toMs(sample), scores };
  }

  #wakeEvent(peak: Peak, { heardTo16k, knownAt16k }: ModelOutput): WakeEvent {
    const { word, threshold, endOffsetMs, durationMs } = this.#word(peak);
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
