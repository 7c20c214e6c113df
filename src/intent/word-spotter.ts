import { Decoder, type PhoneGraph } from '../decoding/index.js';
import { ConfigError } from '../errors.js';
import type { AcousticManifest } from '../model/index.js';

/** Rows that a decoder holds, 15 s, and those of them with which a longer stretch of speech goes on. */
const [maxRows, keptRows] = [500, 80];
/** A peak is over once the score has stayed below it for so many rows, or so many rows after the threshold was reached. */
const [rowsBelowPeak, longestWait] = [4, 20];
/** After a wake, the word cannot wake again for so many rows: 1 s. */
const quietRows = 33;
/**
 * Anything may stand before the word and costs nothing, so that the score at a row is that of the word alone. A phone of
 * the filler costs less than beside a grammar, and a blank gains nothing: what a word must beat is talk, not noise.
 */
const weights = {
  leadPenalty: 0,
  tailPenalty: 0,
  phonePenalty: 1.5,
  blankPenalty: 0,
  phoneScore: 0,
  wordScore: 0,
  slotScore: 0,
};
/** Everyday words have the word's rows to themselves, at a price for each: talk is of few long words, noise would be of many short ones. */
const rivalWeights = {
  ...weights,
  leadPenalty: Number.POSITIVE_INFINITY,
  tailPenalty: Number.POSITIVE_INFINITY,
  wordScore: -4,
};
/** Least score against any other phones at which a word is weighed against everyday words. */
const leastScore = 0;
/** Score from which a word wakes; words of dev woke once an hour on talk from 4.4 (eight phones) to 8.8 (six) on. */
const usualThreshold = 7;

/** A word was heard. */
export interface Spotted {
  /**
   * Of the word against any other phones, and these against everyday words in its place: the decoder's log-likelihood ratio of the word against
   * everyday words, not calibrated, in nats.
   */
  readonly score: number;
  /** Rows from the word's first one to the one behind the newest, and from the one behind its last. */
  readonly startRowsAgo: number;
  readonly endRowsAgo: number;
}

/** The highest score against any other phones since the least was reached, and the rows that had been heard then. */
interface Peak {
  readonly score: number;
  readonly nRows: number;
}

/** Listens for one word in stretches of speech, row by row. */
export class WordSpotter {
  /** The last rows, for the next decoding when this one is full. */
  #kept: Float32Array[] = [];
  #peak: Peak | null = null;
  /** Rows since the score reached the least. */
  #waited = 0;
  #isArmed = true;
  #quiet = 0;

  private constructor(
    /** As it was written. */
    readonly word: string,
    /** Score to reach. */
    readonly threshold: number,
    private readonly decoder: Decoder,
    /** Of everyday words. */
    private readonly rivals: Decoder,
  ) {}

  /**
   * @param graph of the word and nothing else
   * @param rivals of any everyday words that are not this one
   * @throws ConfigError for a threshold that is no number
   */
  static async create(
    word: string,
    graph: PhoneGraph,
    rivals: PhoneGraph,
    { decoder }: AcousticManifest,
    threshold = usualThreshold,
  ): Promise<WordSpotter> {
    if (!Number.isFinite(threshold)) {
      throw new ConfigError(`thresholds.${word}`, { expected: 'a finite score', actual: threshold });
    }
    return new WordSpotter(
      word,
      threshold,
      await Decoder.create(graph, { ...decoder, ...weights, maxRows }),
      await Decoder.create(rivals, { ...decoder, ...rivalWeights, maxRows: keptRows }),
    );
  }

  /** Takes the next row of logits, shape [40]; gives the word once its peak is over. */
  push(row: Float32Array): Spotted | null {
    if (this.decoder.nRows === maxRows) this.#goOn();
    this.#kept.push(row.slice());
    if (this.#kept.length > keptRows) this.#kept.shift();
    this.decoder.push(row);
    return this.#watch(this.decoder.exitLlr());
  }

  /** The stretch of speech is over: gives the word whose peak was not. */
  endStretch(): Spotted | null {
    const spotted = this.#peak && this.#settle();
    this.decoder.reset();
    this.#kept = [];
    this.#isArmed = true;
    return spotted;
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#peak = null;
    this.#quiet = 0;
    this.endStretch();
  }

  #watch(score: number): Spotted | null {
    if (this.#quiet > 0) this.#quiet--;
    if (!this.#peak) {
      if (score < leastScore) this.#isArmed = true;
      else if (this.#isArmed && this.#quiet === 0) {
        this.#peak = { score, nRows: this.decoder.nRows };
        this.#waited = 0;
      }
      return null;
    }
    this.#waited++;
    if (score > this.#peak.score) this.#peak = { score, nRows: this.decoder.nRows };
    const isOver = this.decoder.nRows - this.#peak.nRows >= rowsBelowPeak || this.#waited >= longestWait;
    return isOver ? this.#settle() : null;
  }

  /** Null where everyday words are too near to what was said. */
  #settle(): Spotted | null {
    const { score: againstPhones, nRows } = this.#peak as Peak;
    this.#peak = null;
    this.#isArmed = false;
    const now = this.decoder.nRows;
    const [startRowsAgo, endRowsAgo] = [now - this.decoder.entryRow(nRows), now - nRows];
    const score = againstPhones - this.#rivalScore(startRowsAgo, endRowsAgo);
    if (score < this.threshold) return null;
    this.#quiet = quietRows;
    return { score, startRowsAgo, endRowsAgo };
  }

  /** Everyday words against any other phones over rows that are kept. */
  #rivalScore(startRowsAgo: number, endRowsAgo: number): number {
    const nKept = this.#kept.length;
    this.rivals.reset();
    for (const row of this.#kept.slice(Math.max(0, nKept - startRowsAgo), nKept - endRowsAgo))
      this.rivals.push(row);
    return this.rivals.finish({ withRivals: false }).best?.llr ?? 0;
  }

  /** Begins a new decoding with the last rows, in which a word may have begun. A peak that is open stays where it was heard. */
  #goOn(): void {
    this.decoder.reset();
    for (const row of this.#kept) this.decoder.push(row);
    this.#peak = this.#peak && {
      ...this.#peak,
      nRows: Math.max(1, this.#peak.nRows - maxRows + this.#kept.length),
    };
  }
}
