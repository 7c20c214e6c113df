import {
  commonWords,
  distanceWithin,
  type Lexicon,
  nearestStretch,
  type Pronunciation,
  phoneDistance,
  spokenWords,
} from '../lexicon/index.js';

/** Phones. Nearer than this is the word itself, in another spelling or accent. */
export const tooNear = 0.4;
/** Words kept for each part of a phrase, the nearest first. */
const wordsPerPart = 12;
/** Confusables kept that share their nearest stretch, such as "connection", "connections" and "interconnection". */
const perStretch = 2;

/** Something that sounds like a wake word and is none. */
export interface Confusable {
  readonly text: string;
  /** Weighted edit distance of the nearest stretch of it from the wake word, phones. */
  readonly distance: number;
}

/** How many confusables of each kind to look for. */
export interface ConfusableCounts {
  readonly words: number;
  /** Phrases of two words. */
  readonly pairs: number;
  /** Phrases of three words. */
  readonly triples: number;
}

/**
 * The words of the dictionary and the phrases of everyday words that sound most like a wake word, each kind nearest
 * first. What holds the word itself, or sounds like it, is left out.
 *
 * @param word one word or several, such as `hey jarvis`
 * @throws PronunciationError for a word that cannot be said in English
 */
export function confusablesOf(lexicon: Lexicon, word: string, counts: ConfusableCounts): Confusable[] {
  const finder = new ConfusableFinder(lexicon, word);
  return [
    ...finder.words(counts.words),
    ...finder.phrases(2, counts.pairs),
    ...finder.phrases(3, counts.triples),
  ];
}

/** How near a text comes to a wake word at its nearest, phones; each word by its first pronunciation. */
export function distanceInText(lexicon: Lexicon, word: string, text: string): number {
  const heard = spokenWords(text).flatMap((each) => lexicon.pronounce(each)[0] ?? []);
  return Math.min(...targetsOf(lexicon, word).map((target) => distanceWithin(target, heard)));
}

/** All ways to say a wake word of one word or more. */
function targetsOf(lexicon: Lexicon, word: string): Pronunciation[] {
  return spokenWords(word).reduce<Pronunciation[]>(
    (starts, part) => starts.flatMap((start) => lexicon.pronounce(part).map((said) => [...start, ...said])),
    [[]],
  );
}

/** A confusable with the pronunciations of both at which it comes nearest. */
interface Found extends Confusable {
  readonly said: Pronunciation;
  readonly target: Pronunciation;
}

class ConfusableFinder {
  readonly #targets: readonly Pronunciation[];
  readonly #wakeWords: readonly string[];
  /** Everyday words nearest to a stretch of phones. */
  readonly #commonWords = new Map<string, readonly string[]>();

  constructor(
    private readonly lexicon: Lexicon,
    word: string,
  ) {
    this.#targets = targetsOf(lexicon, word);
    this.#wakeWords = spokenWords(word);
  }

  words(count: number): Confusable[] {
    const found: Found[] = [];
    for (const word of this.lexicon.words()) {
      if (!/^[a-z]{2,}$/.test(word) || this.#holdsWakeWord(word)) continue;
      found.push(this.#found(word, this.lexicon.pronounce(word)));
    }
    return distinctNearest(found, count);
  }

  /** Phrases of everyday words, from each way to cut the wake word into as many parts. */
  phrases(nWords: 2 | 3, count: number): Confusable[] {
    if (count === 0) return [];
    const found = new Map<string, Found>();
    for (const target of this.#targets) {
      for (const parts of cuts(target, nWords)) {
        for (const words of combinations(parts.map((part) => this.#nearestCommon(part)))) {
          const text = words.join(' ');
          if (found.has(text) || words.some((word) => this.#holdsWakeWord(word))) continue;
          const said = words.flatMap((word) => this.lexicon.pronounce(word)[0] ?? []);
          found.set(text, this.#found(text, [said]));
        }
      }
    }
    return distinctNearest([...found.values()], count);
  }

  /** The nearest way to say something: of something shorter than the wake word, to the whole of it. */
  #found(text: string, pronunciations: readonly Pronunciation[]): Found {
    const ways = pronunciations.flatMap((said) =>
      this.#targets.map((target) => {
        const measure = said.length > target.length ? distanceWithin : phoneDistance;
        return { text, distance: measure(target, said), said, target };
      }),
    );
    return ways.reduce((best, way) => (way.distance < best.distance ? way : best));
  }

  #holdsWakeWord(word: string): boolean {
    return this.#wakeWords.includes(word) || word.includes(this.#wakeWords.join(''));
  }

  #nearestCommon(part: Pronunciation): readonly string[] {
    const known = this.#commonWords.get(part.join(' '));
    if (known) return known;
    const distances = commonWords.map((text) => ({
      text,
      distance: Math.min(...this.lexicon.pronounce(text).map((said) => phoneDistance(part, said))),
    }));
    const words = sortNearest(distances)
      .slice(0, wordsPerPart)
      .map(({ text }) => text);
    this.#commonWords.set(part.join(' '), words);
    return words;
  }
}

/** Nearest first; of equals, by length and spelling. */
function sortNearest<T extends Confusable>(found: readonly T[]): T[] {
  return [...found].sort(
    (a, b) => a.distance - b.distance || a.text.length - b.text.length || (a.text < b.text ? -1 : 1),
  );
}

/** The nearest that are not the wake word itself, and not all one stretch of phones. */
function distinctNearest(found: readonly Found[], count: number): Confusable[] {
  const nOfStretch = new Map<string, number>();
  const kept: Confusable[] = [];
  for (const { text, distance, said, target } of sortNearest(
    found.filter((each) => each.distance > tooNear),
  )) {
    if (kept.length === count) break;
    const { start, end } = nearestStretch(target, said);
    const stretch = said.slice(start, end).join(' ');
    const n = nOfStretch.get(stretch) ?? 0;
    nOfStretch.set(stretch, n + 1);
    if (n < perStretch) kept.push({ text, distance });
  }
  return kept;
}

/** Each way to cut phones into `nParts`, none empty. */
function cuts(phones: Pronunciation, nParts: number): Pronunciation[][] {
  if (nParts === 1) return [[phones]];
  return Array.from({ length: Math.max(0, phones.length - nParts + 1) }, (_, i) => i + 1).flatMap((at) =>
    cuts(phones.slice(at), nParts - 1).map((rest) => [phones.slice(0, at), ...rest]),
  );
}

/** One of each list, in all ways. */
function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>(
    (starts, list) => starts.flatMap((start) => list.map((item) => [...start, item])),
    [[]],
  );
}
