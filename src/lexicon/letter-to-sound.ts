import { letterToSoundModel } from './letter-to-sound-model.js';
import { type Pronunciation, parseArpabet } from './phones.js';

/** Hypotheses kept after each letter. */
const beamWidth = 10;

/** Which readings a word is given. */
export interface ReadingLimits {
  /** So many at most; of more than ten the beam finds none. */
  readonly most: number;
  /** Each at least so likely as this share of the best one. */
  readonly leastShare: number;
}

const usualLimits: ReadingLimits = { most: 3, leastShare: 0.2 };

/** The pairs of one letter with phones; they lie side by side in the model. */
interface LetterSounds {
  /** Index of the first pair in the model. */
  readonly firstPair: number;
  /** What the letter is said as in each pair. */
  readonly phones: Pronunciation[];
}

interface Hypothesis {
  readonly logProbability: number;
  /** Nodes of all histories that the model knows, longest first; the last is the root. */
  readonly histories: readonly number[];
  readonly phones: Pronunciation;
}

const startPair = 0;
const endPair = 1;

/**
 * Says words that no dictionary holds: an n-gram model of (letter, phones) pairs, trained on the CMU dictionary by
 * `scripts/train-letter-to-sound.mjs`. Phone error on 5962 held-out words of the dictionary 8.2 %, of the best of its readings 5.8 %;
 * bounded by test/unit/lexicon/letter-to-sound.test.ts. Names from other languages are harder.
 */
export class LetterToSound {
  readonly #byLetter = new Map<string, LetterSounds>();
  readonly #nPairs: number;
  readonly #discount: number;
  /** [nNodes] The pair that leads to a node from its parent, and how often it did. */
  readonly #pair: Uint16Array;
  readonly #count: Uint32Array;
  /** [nNodes + 1] Where a node's children start; they are sorted by pair. */
  readonly #firstChild: Uint32Array;
  /** [nNodes] Share that a node leaves to shorter histories. */
  readonly #left: Float64Array;

  private constructor(bytes: Uint8Array) {
    const headerEnd = bytes.indexOf(10);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, headerEnd)));
    const { pairs, discount, nNodes, lengths } = header as {
      pairs: string[];
      discount: number;
      nNodes: number;
      lengths: [number, number, number];
    };
    this.#nPairs = pairs.length;
    this.#discount = discount;
    for (const [id, pair] of pairs.entries()) this.#addPair(id, pair);
    const countsStart = headerEnd + 1 + lengths[0] + lengths[1];
    const nChildren = varints(bytes.subarray(headerEnd + 1, headerEnd + 1 + lengths[0]), nNodes);
    const steps = varints(bytes.subarray(headerEnd + 1 + lengths[0], countsStart), nNodes - 1);
    const counts = varints(bytes.subarray(countsStart), nNodes - 1);
    this.#pair = new Uint16Array(nNodes);
    this.#count = Uint32Array.from([0, ...counts]);
    this.#firstChild = new Uint32Array(nNodes + 1);
    this.#left = new Float64Array(nNodes);
    let child = 1;
    for (let node = 0; node < nNodes; node++) {
      this.#firstChild[node] = child;
      const end = child + (nChildren[node] ?? 0);
      let [pair, kept, total] = [0, 0, 0];
      for (; child < end; child++) {
        pair += steps[child - 1] ?? 0;
        this.#pair[child] = pair;
        kept += (this.#count[child] ?? 0) - discount;
        total += this.#count[child] ?? 0;
      }
      // The root's own count is that of all pairs, which are its children.
      if (node === 0) this.#count[0] = total;
      this.#left[node] = 1 - kept / (this.#count[node] ?? 1);
    }
    this.#firstChild[nNodes] = child;
  }

  static #loaded: Promise<LetterToSound> | null = null;

  /** The model, unpacked once. */
  static load(): Promise<LetterToSound> {
    LetterToSound.#loaded ??= LetterToSound.#unpack();
    return LetterToSound.#loaded;
  }

  static async #unpack(): Promise<LetterToSound> {
    const packed = Uint8Array.from(atob(letterToSoundModel), (character) => character.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new LetterToSound(new Uint8Array(await new Response(stream).arrayBuffer()));
  }

  /**
   * The likeliest readings of a word, the best first.
   *
   * @param word letters a–z only, at least one
   * @param limits one to three readings by default, each at least a fifth as likely as the best
   */
  pronounce(word: string, { most, leastShare }: ReadingLimits = usualLimits): Pronunciation[] {
    let beam: Hypothesis[] = [{ logProbability: 0, histories: this.#after([0], startPair), phones: [] }];
    for (const letter of word) beam = this.#extend(beam, letter);
    const readings = new Map<string, { phones: Pronunciation; probability: number }>();
    for (const { logProbability, histories, phones } of beam) {
      const reading = readings.get(phones.join(' ')) ?? { phones, probability: 0 };
      reading.probability += Math.exp(logProbability) * (this.#probabilities(histories, endPair, 1)[0] ?? 0);
      readings.set(phones.join(' '), reading);
    }
    const sorted = [...readings.values()]
      .filter(({ phones }) => phones.length > 0)
      .sort((a, b) => b.probability - a.probability);
    const least = leastShare * (sorted[0]?.probability ?? 0);
    return sorted
      .slice(0, most)
      .filter(({ probability }) => probability >= least)
      .map(({ phones }) => phones);
  }

  #extend(beam: readonly Hypothesis[], letter: string): Hypothesis[] {
    const sounds = this.#byLetter.get(letter);
    if (!sounds) return [...beam];
    const { firstPair, phones } = sounds;
    const extended = beam.flatMap((hypothesis) =>
      Array.from(this.#probabilities(hypothesis.histories, firstPair, phones.length), (p, sound) => ({
        logProbability: hypothesis.logProbability + Math.log(p),
        hypothesis,
        sound,
      })),
    );
    extended.sort((a, b) => b.logProbability - a.logProbability);
    return extended.slice(0, beamWidth).map(({ logProbability, hypothesis, sound }) => ({
      logProbability,
      histories: this.#after(hypothesis.histories, firstPair + sound),
      phones: [...hypothesis.phones, ...(phones[sound] ?? [])],
    }));
  }

  /** P(pair | history) of neighbouring pairs, interpolated from the shortest history to the longest. */
  #probabilities(histories: readonly number[], firstPair: number, nPairs: number): Float64Array {
    const p = new Float64Array(nPairs).fill(1 / this.#nPairs);
    for (let i = histories.length - 1; i >= 0; i--) {
      const node = histories[i] ?? 0;
      const left = this.#left[node] ?? 0;
      const count = this.#count[node] ?? 1;
      for (let k = 0; k < nPairs; k++) p[k] = (p[k] ?? 0) * left;
      const end = this.#firstChild[node + 1] ?? 0;
      for (let child = this.#childFrom(node, firstPair); child < end; child++) {
        const k = (this.#pair[child] ?? 0) - firstPair;
        if (k >= nPairs) break;
        p[k] = (p[k] ?? 0) + ((this.#count[child] ?? 0) - this.#discount) / count;
      }
    }
    return p;
  }

  /** The known histories after one more pair. */
  #after(histories: readonly number[], pair: number): number[] {
    const next: number[] = [];
    for (const node of histories) {
      const child = this.#child(node, pair);
      if (child >= 0 && (this.#firstChild[child] ?? 0) < (this.#firstChild[child + 1] ?? 0)) next.push(child);
    }
    next.push(0);
    return next;
  }

  /** The child of a node by its pair, −1 where there is none. */
  #child(node: number, pair: number): number {
    const child = this.#childFrom(node, pair);
    return child < (this.#firstChild[node + 1] ?? 0) && this.#pair[child] === pair ? child : -1;
  }

  /** The first child of a node with this pair or a later one; binary search. */
  #childFrom(node: number, pair: number): number {
    let low = this.#firstChild[node] ?? 0;
    let high = this.#firstChild[node + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pair[middle] ?? 0) < pair) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #addPair(id: number, pair: string): void {
    if (id === startPair || id === endPair) return;
    const [letter = '', symbols = ''] = pair.split(':');
    const phones = symbols === '' ? [] : parseArpabet(symbols);
    if (typeof phones === 'string') throw new TypeError(`No phone: ${phones}`);
    const sounds = this.#byLetter.get(letter) ?? { firstPair: id, phones: [] };
    sounds.phones.push(phones);
    this.#byLetter.set(letter, sounds);
  }
}

/** `n` numbers of 7 bits a byte, lowest first; the high bit says that more follow. */
function varints(bytes: Uint8Array, n: number): Uint32Array {
  const values = new Uint32Array(n);
  let at = 0;
  for (let i = 0; i < n; i++) {
    let scale = 1;
    let value = 0;
    let byte = 128;
    while (byte >= 128) {
      byte = bytes[at++] ?? 0;
      value += (byte % 128) * scale;
      scale *= 128;
    }
    values[i] = value;
  }
  return values;
}
