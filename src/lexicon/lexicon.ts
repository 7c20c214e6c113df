import { PronunciationError } from '../errors.js';
import { LetterToSound, type ReadingLimits } from './letter-to-sound.js';
import { nameReadings } from './name-readings.js';
import { type Pronunciation, parseArpabet, phones } from './phones.js';
import { spokenWords } from './spoken-words.js';

/** Readings that the dictionary lacks, beside those that it has. */
const furtherReadings: ReadonlyMap<string, string> = new Map([
  ['dr', 'D AA K T ER'],
  ['mocha', 'M AA K AH'],
]);

/** The same for words of names. */
const readingsOfNames = new Map(nameReadings);

/** A word that letter to sound can say: letters alone, with a vowel among them. */
const readable = /^[a-z]*[aeiouy][a-z]*$/;

/** A name is said in more ways than other words: nobody wrote down how everybody says theirs. */
export const nameLimits: ReadingLimits = { most: 8, leastShare: 0.02 };

const possessive = {
  afterSibilant: parseArpabetConstant('IH Z'),
  afterVoiceless: parseArpabetConstant('S'),
  otherwise: parseArpabetConstant('Z'),
};
const sibilants = new Set(['S', 'Z', 'SH', 'ZH', 'CH', 'JH']);
const voiceless = new Set(['P', 'T', 'K', 'F', 'TH']);

/** What a lexicon may be told beside the dictionary. */
export interface LexiconOptions {
  /**
   * Pronunciations in ARPAbet by word, such as `{ siobhan: 'SH IH V AO N' }`, one or several. They stand in place of
   * the dictionary's. A word is written as one word is said: no spaces, no digits. It may be of any script, such as
   * `{ Анна: 'AA N AH' }`: without a pronunciation, only words in Latin letters can be said.
   */
  readonly pronunciations?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * How English words are said: the app's own pronunciations, then the CMU pronouncing dictionary, then letter
 * to sound. A possessive is made from its word, and letters without a vowel are spelt (`xkcd`).
 */
export class Lexicon {
  /** Pronunciations already looked up, or given by the app. */
  readonly #known = new Map<string, readonly Pronunciation[]>();
  /** The same of words of names, as written. */
  readonly #names = new Map<string, readonly Pronunciation[]>();
  /** Words that the app gives. */
  readonly #given = new Set<string>();

  private constructor(
    private readonly dictionary: Readonly<Record<string, string>>,
    private readonly letterToSound: LetterToSound,
  ) {}

  /**
   * Loads the dictionary (4 MB of text, 0.1 s the first time) and checks the app's pronunciations.
   *
   * @throws PronunciationError for a pronunciation that is no ARPAbet, or a key that is no single word
   */
  static async load(options: LexiconOptions = {}): Promise<Lexicon> {
    const [{ dictionary }, letterToSound] = await Promise.all([
      import('cmu-pronouncing-dictionary'),
      LetterToSound.load(),
    ]);
    const lexicon = new Lexicon(dictionary, letterToSound);
    for (const [written, given] of Object.entries(options.pronunciations ?? {})) {
      const texts = typeof given === 'string' ? [given] : given;
      if (texts.length === 0) {
        throw new PronunciationError(written, { expected: 'at least one pronunciation', actual: 'none' });
      }
      const word = singleWord(written, () => true);
      lexicon.#given.add(word);
      lexicon.#known.set(
        word,
        texts.map((text) => givenPronunciation(written, text)),
      );
    }
    return lexicon;
  }

  /** Whether the app or the dictionary gives this word; `pronounce` answers for others as well. */
  has(word: string): boolean {
    const key = singleWord(word, () => true);
    return this.#known.has(key) || this.#inDictionary(key).length > 0;
  }

  /**
   * The ways to say one word, the most usual first: at least one, none twice.
   *
   * @param word one word, in any case and with any accents; text of several words goes through `spokenWords` first
   * @throws PronunciationError where `word` is of another script and the app does not give it, or where it holds no
   *   letter or several words
   */
  pronounce(word: string): readonly Pronunciation[] {
    const key = singleWord(word, (given) => this.#known.has(given));
    const known = this.#known.get(key);
    if (known) return known;
    const found = distinct(this.#lookUp(key));
    this.#known.set(key, found);
    return found;
  }

  /**
   * As {@link Lexicon.pronounce} for a word of a name, and where the app does not give the word, besides as `name-readings.ts`
   * has it and by letter to sound: people say their names in more ways than a dictionary lists.
   */
  pronounceName(word: string): readonly Pronunciation[] {
    const known = this.#names.get(word);
    if (known) return known;
    const said = this.pronounce(word);
    const key = singleWord(word, (given) => this.#known.has(given));
    const isRead = !this.#given.has(key) && readable.test(key);
    const all = isRead
      ? distinct([
          ...said,
          ...(readingsOfNames.get(key) ?? []).map(parseArpabetConstant),
          ...this.letterToSound.pronounce(key, nameLimits),
        ])
      : said;
    this.#names.set(word, all);
    return all;
  }

  /**
   * The words that a speaker says for a written text, as `spokenWords`, and words of other scripts that the app gives.
   *
   * @throws PronunciationError for another word of another script, or text without words
   */
  spokenWords(text: string): string[] {
    return spokenWords(text, (word) => this.#known.has(word));
  }

  /** All words of the dictionary and of the app, each once. */
  *words(): Generator<string> {
    yield* this.#known.keys();
    for (const entry of Object.keys(this.dictionary)) {
      if (!entry.endsWith(')') && !this.#known.has(entry)) yield entry;
    }
  }

  #lookUp(word: string): readonly Pronunciation[] {
    const further = furtherReadings.get(word);
    const listed = this.#inDictionary(word);
    if (further !== undefined) return [...listed, parseArpabetConstant(further)];
    if (listed.length > 0) return listed;
    const owner = /^(.+)'s?$/.exec(word)?.[1];
    if (owner !== undefined) return this.pronounce(owner).map((said) => [...said, ...possessiveEnding(said)]);
    if (word.includes("'")) return this.pronounce(word.replaceAll("'", ''));
    if (!/[aeiouy]/.test(word)) return this.#spelt(word);
    return this.letterToSound.pronounce(word);
  }

  /** All readings that the dictionary lists; none for a word that it lacks. */
  #inDictionary(word: string): Pronunciation[] {
    const readings: Pronunciation[] = [];
    for (let n = 1; ; n++) {
      const entry = n === 1 ? word : `${word}(${n})`;
      const text = Object.hasOwn(this.dictionary, entry) ? this.dictionary[entry] : undefined;
      if (text === undefined) return readings;
      readings.push(parseArpabetConstant(text.replace(/\s*#.*$/, '')));
    }
  }

  /** Letter by letter, by the first name of each letter. */
  #spelt(word: string): Pronunciation[] {
    return [[...word].flatMap((letter) => this.#inDictionary(letter)[0] ?? [])];
  }
}

function possessiveEnding(said: Pronunciation): Pronunciation {
  const last = phones[said.at(-1) ?? 0] ?? '';
  if (sibilants.has(last)) return possessive.afterSibilant;
  return voiceless.has(last) ? possessive.afterVoiceless : possessive.otherwise;
}

function singleWord(written: string, isGiven: (word: string) => boolean): string {
  if (/^[a-z]+$/.test(written)) return written;
  const [word, ...others] = spokenWords(written, isGiven);
  if (word === undefined || others.length > 0) {
    throw new PronunciationError(written, { expected: 'one word', actual: `"${written}"` });
  }
  return word;
}

function givenPronunciation(word: string, text: string): Pronunciation {
  const parsed = parseArpabet(text);
  if (typeof parsed !== 'string') return parsed;
  throw new PronunciationError(word, {
    expected: `ARPAbet symbols apart by spaces (${phones.join(' ')})`,
    actual: `"${parsed}" in "${text}"`,
  });
}

function parseArpabetConstant(text: string): Pronunciation {
  const parsed = parseArpabet(text);
  if (typeof parsed === 'string') throw new TypeError(`No ARPAbet in the dictionary: ${text}`);
  return parsed;
}

function distinct(pronunciations: readonly Pronunciation[]): Pronunciation[] {
  return [...new Map(pronunciations.map((said) => [said.join(' '), said])).values()];
}
