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
/** Score from which a word wakes; words of dev woke once an hour on talk from 2.6 (eight phones) to 4.9 (six) on. */
const usualThreshold = 4;

/** A word was heard. */
export interface Spotted {
  /** Of the word against any other phones: the decoder's log-likelihood ratio, not calibrated, in nats. */
  readonly score: number;
  /** Rows from the word's first one to the one behind the newest, and from the one behind its last. */
  readonly startRowsAgo: number;
  readonly endRowsAgo: number;
}

/** The highest score since the threshold was reached, and the rows that had been heard then. */
interface Peak {
  readonly score: number;
  readonly nRows: number;
}

/** Listens for one word in stretches of speech, row by row. */
export class WordSpotter {
  /** The last rows, for the next decoding when this one is full. */
  #kept: Float32Array[] = [];
  #peak: Peak | null = null;
  /** Rows since the score reached the threshold. */
  #waited = 0;
  #isArmed = true;
  #quiet = 0;

  private constructor(
    /** As it was written. */
    readonly word: string,
    /** Score to reach. */
    readonly threshold: number,
    private readonly decoder: Decoder,
  ) {}

  /**
   * @param graph of the word and nothing else
   * @throws ConfigError for a threshold that is no number
   */
  static async create(
    word: string,
    graph: PhoneGraph,
    { decoder }: AcousticManifest,
    threshold = usualThreshold,
  ): Promise<WordSpotter> {
    if (!Number.isFinite(threshold)) {
      throw new ConfigError(`thresholds.${word}`, { expected: 'a finite score', actual: threshold });
    }
    const options = { ...decoder, ...weights, maxRows };
    return new WordSpotter(word, threshold, await Decoder.create(graph, options));
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
      if (score < this.threshold) this.#isArmed = true;
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

  #settle(): Spotted {
    const { score, nRows } = this.#peak as Peak;
    this.#peak = null;
    this.#isArmed = false;
    this.#quiet = quietRows;
    const now = this.decoder.nRows;
    return { score, startRowsAgo: now - this.decoder.entryRow(nRows), endRowsAgo: now - nRows };
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
