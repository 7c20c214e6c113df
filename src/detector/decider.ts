/** How scores of one word become events; times in model outputs. */
export interface WordRule {
  /** Smoothed score to reach. */
  readonly threshold: number;
  /** Logits in the mean that is the score. */
  readonly smoothingOutputs: number;
  /** Longest wait for the peak after the threshold is reached. */
  readonly peakWaitOutputs: number;
  /** After an event, the word cannot wake again for so long. */
  readonly refractoryOutputs: number;
}

/** A word's score has peaked above its threshold. */
export interface Peak {
  readonly wordIndex: number;
  readonly score: number;
  /** Output at which the score was highest. */
  readonly output: number;
}

/** A peak is over once the score has stayed below it for so many outputs. */
const outputsBelowPeak = 2;

/**
 * Watches the score of one word.
 *
 *     armed ──score ≥ threshold──► rising ──2 outputs below the peak, or peakWait──► peak reported, disarmed
 *       ▲                                                                                    │
 *       └──────── score < threshold seen, and no refractory time left ◄──────────────────────┘
 *
 * A score that stays high wakes once: the word arms again only after the score was below its threshold, so long
 * speech cannot add up to a wake.
 */
class WordTracker {
  /** Smoothed score of the last output; −∞ until as many outputs as the mean needs have been seen. */
  score = Number.NEGATIVE_INFINITY;
  #logits: Float64Array;
  #output = -1;
  #armed = true;
  /** Score of the last peak that was turned down, while the score has stayed above the threshold since. */
  #toBeat = Number.NEGATIVE_INFINITY;
  #quietUntil = 0;
  #crossedAt = -1;
  #peakScore = 0;
  #peakOutput = 0;
  #below = 0;

  constructor(
    readonly wordIndex: number,
    readonly rule: WordRule,
  ) {
    this.#logits = new Float64Array(rule.smoothingOutputs);
  }

  /** True from reaching the threshold until the peak is known. */
  get rising(): boolean {
    return this.#crossedAt >= 0;
  }

  /** Takes the next logit; gives the peak once it is over. */
  push(logit: number): Peak | null {
    const output = ++this.#output;
    const score = this.#smooth(logit, output);
    this.score = score;
    const { threshold, peakWaitOutputs } = this.rule;
    if (!this.rising) {
      if (score < threshold) this.#arm();
      else if (this.#armed && score > this.#toBeat && output >= this.#quietUntil) this.#cross(score, output);
      return this.rising && peakWaitOutputs === 0 ? this.#settle() : null;
    }
    if (score > this.#peakScore) {
      this.#peakScore = score;
      this.#peakOutput = output;
    }
    this.#below = score < this.#peakScore ? this.#below + 1 : 0;
    const over = this.#below >= outputsBelowPeak || output - this.#crossedAt >= peakWaitOutputs;
    if (!over) return null;
    const peak = this.#settle();
    if (score < threshold) this.#arm();
    return peak;
  }

  /** A peak was turned down: a higher one may follow at once, as when part of the word came before the whole. */
  turnedDown(score: number): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#toBeat = score;
  }

  /** The word woke at this output. */
  quiet(output: number): void {
    this.#quietUntil = output + this.rule.refractoryOutputs;
  }

  reset(): void {
    this.score = Number.NEGATIVE_INFINITY;
    this.#output = -1;
    this.#arm();
    this.#quietUntil = 0;
    this.#crossedAt = -1;
  }

  #arm(): void {
    this.#armed = true;
    this.#toBeat = Number.NEGATIVE_INFINITY;
  }

  /** Summed anew at each output, a few values, so that no rounding error is carried along. */
  #smooth(logit: number, output: number): number {
    const { smoothingOutputs } = this.rule;
    this.#logits[output % smoothingOutputs] = logit;
    if (output + 1 < smoothingOutputs) return Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let i = 0; i < smoothingOutputs; i++)
      sum += this.#logits[(output + 1 + i) % smoothingOutputs] as number;
    return sum / smoothingOutputs;
  }

  #cross(score: number, output: number): void {
    this.#crossedAt = output;
    this.#peakScore = score;
    this.#peakOutput = output;
    this.#below = 0;
  }

  #settle(): Peak {
    this.#crossedAt = -1;
    this.#armed = false;
    return { wordIndex: this.wordIndex, score: this.#peakScore, output: this.#peakOutput };
  }
}

/**
 * Turns the logits of all words into wakes.
 *
 * Each word is judged by itself, but of words that peak within `rivalOutputs` of each other only the one with the
 * largest margin over its threshold wakes. A peak waits for rivals that are above their threshold at that moment,
 * at most for their `peakWaitOutputs`; a rival that rises only after the wake is dropped.
 */
export class WakeDecider {
  readonly #trackers: readonly WordTracker[];
  readonly #rivalOutputs: number;
  #output = -1;
  #settled: Peak[] = [];
  #lastWake: Peak | null = null;

  /**
   * @param rules one for each word, in the order of its logits
   * @param rivalOutputs two words do not wake within fewer outputs than this
   */
  constructor(rules: readonly WordRule[], rivalOutputs: number) {
    this.#trackers = rules.map((rule, wordIndex) => new WordTracker(wordIndex, rule));
    this.#rivalOutputs = rivalOutputs;
  }

  /**
   * Takes the next output.
   *
   * @param logits shape [words]; read only
   * @returns the words that wake now: none, almost always
   */
  push(logits: ArrayLike<number>): readonly Peak[] {
    const peaks = this.candidates(logits);
    return peaks.length === 0 ? peaks : this.wake(peaks, (peak) => peak.score - this.#rule(peak).threshold);
  }

  /**
   * The first half of {@link WakeDecider.push}: takes the next output.
   *
   * @param logits shape [words]; read only
   * @returns peaks above their thresholds, to be handed to `wake` or `turnDown`: none, almost always
   */
  candidates(logits: ArrayLike<number>): readonly Peak[] {
    this.#output++;
    let rising = false;
    for (let i = 0; i < this.#trackers.length; i++) {
      const tracker = this.#trackers[i] as WordTracker;
      const peak = tracker.push(logits[i] as number);
      if (peak) this.#settled.push(peak);
      rising ||= tracker.rising;
    }
    if (this.#settled.length === 0 || rising) return [];
    const peaks = this.#settled;
    this.#settled = [];
    return peaks;
  }

  /**
   * The second half: of peaks that may wake, those do that have no rival with a larger margin.
   *
   * @returns the words that wake now, by time
   */
  wake(peaks: readonly Peak[], margin: (peak: Peak) => number): readonly Peak[] {
    const kept: Peak[] = [];
    for (const peak of [...peaks].sort((a, b) => margin(b) - margin(a))) {
      const rivals = this.#lastWake ? [this.#lastWake, ...kept] : kept;
      if (rivals.some((rival) => this.#areRivals(rival, peak))) continue;
      kept.push(peak);
    }
    for (const peak of kept) {
      (this.#trackers[peak.wordIndex] as WordTracker).quiet(this.#output);
      if (!this.#lastWake || peak.output > this.#lastWake.output) this.#lastWake = peak;
    }
    return kept.sort((a, b) => a.output - b.output);
  }

  /** A second look was against this peak: the word may wake on a higher one without waiting. */
  turnDown(peak: Peak): void {
    (this.#trackers[peak.wordIndex] as WordTracker).turnedDown(peak.score);
  }

  /** Fills `out` with the smoothed score of each word: −∞ until the mean is full. */
  scoresInto(out: Float32Array): void {
    for (let i = 0; i < this.#trackers.length; i++) out[i] = (this.#trackers[i] as WordTracker).score;
  }

  /** Back to the start of a stream. */
  reset(): void {
    for (const tracker of this.#trackers) tracker.reset();
    this.#output = -1;
    this.#settled = [];
    this.#lastWake = null;
  }

  #rule(peak: Peak): WordRule {
    return (this.#trackers[peak.wordIndex] as WordTracker).rule;
  }

  #areRivals(a: Peak, b: Peak): boolean {
    return a.wordIndex !== b.wordIndex && Math.abs(a.output - b.output) < this.#rivalOutputs;
  }
}
