import { GrammarError, PronunciationError } from '../errors.js';
import { givePronunciations, type Lexicon, nameTrees, spokenWords } from '../lexicon/index.js';
import { builtInValues } from './built-in-slots.js';
import { compileSentences, type SlotValue } from './compile.js';
import type { PhoneGraph } from './phone-graph.js';
import { readSentences, type Sentences, wordsAt } from './sentences.js';
import { type GrammarSource, readSource, type SourceText } from './source.js';

/** What is given when a grammar is compiled. */
export interface CompileOptions {
  /** Values by slot type, such as the names of contacts; in place of those of the grammar's text. */
  readonly slots?: Readonly<Record<string, readonly string[]>>;
  /**
   * Whether names of people at large stand beside the given values, for a decoder to weigh the values against: what sounds
   * like one of two hundred contacts is less likely to be meant where it sounds more like somebody else. Default false.
   */
  readonly withAnyName?: boolean;
}

/** A value of more words is no name, and what is compiled grows with it. */
const maxValueWords = 50;

/**
 * What can be asked, as text: intents with the expressions that mean them, slots, macros. The syntax is that of
 * Picovoice Rhino's contexts; docs/grammar.md has all of it.
 *
 *     const grammar = Grammar.parse(await readFile('messages.yaml', 'utf8'));
 *     const graph = grammar.compile(await Lexicon.load(), { slots: { contact: ['Anna Karlsson', 'Bob'] } });
 */
export class Grammar {
  /** Values of the text by slot type; none where they are given at run time. */
  readonly #values: ReadonlyMap<string, readonly SlotValue[]>;
  /** Values given last, read: a list that is given again unchanged costs nothing. */
  readonly #given = new Map<
    string,
    { readonly lexicon: Lexicon; readonly list: readonly string[]; readonly values: readonly SlotValue[] }
  >();

  private constructor(
    private readonly source: GrammarSource,
    private readonly sentences: Sentences,
  ) {
    this.#values = new Map([...source.slots].map(([type, { items }]) => [type, readValues(items)]));
  }

  /**
   * Reads a grammar.
   *
   * @param yaml a mapping `context` with `expressions`, `slots` and `macros`
   * @throws GrammarError with line and column of what is wrong
   */
  static parse(yaml: string): Grammar {
    const source = readSource(yaml);
    return new Grammar(source, readSentences(source));
  }

  /** Names of the intents, in the order of the text. */
  get intents(): readonly string[] {
    return [...this.source.expressions.keys()];
  }

  /** Types of the slots that sentences use and whose values are left to run time. */
  get openSlots(): readonly string[] {
    return [...this.sentences.slotTypes].filter((type) => this.#values.get(type)?.length === 0);
  }

  /**
   * Writes all sentences out as phones. Costs well below 5 ms a value of a slot; a change of values compiles anew.
   *
   * @throws GrammarError where a slot has no value, a value is no text or too long, or `slots` names a slot that is not
   *   in the text; PronunciationError for a value of no words, or of words in another script that the lexicon is not given
   */
  compile(lexicon: Lexicon, { slots = {}, withAnyName = false }: CompileOptions = {}): PhoneGraph {
    for (const type of Object.keys(slots)) {
      if (this.source.slots.has(type)) continue;
      throw new GrammarError(null, {
        expected: `values of a slot of the grammar (${[...this.source.slots.keys()].join(', ') || 'none'})`,
        actual: `"${type}"`,
      });
    }
    const valuesOf = (type: string): readonly SlotValue[] => {
      const list = Object.hasOwn(slots, type) ? slots[type] : undefined;
      const values = list ? this.#readGiven(lexicon, type, list) : (this.#values.get(type) ?? builtIn(type));
      if (values.length > 0) return values;
      throw new GrammarError(this.source.slots.get(type)?.place ?? null, {
        expected: `at least one value of the slot "${type}"`,
        actual: 'none',
        remedy: `List values in the grammar, or give them when it is compiled: slots: { ${type}: […] }.`,
      });
    };
    const names = new Set(Object.keys(slots).flatMap((type) => valuesOf(type).flatMap(({ words }) => words)));
    const pronounce = (word: string) =>
      names.has(word) ? lexicon.pronounceName(word) : lexicon.pronounce(word);
    const namesOf = (type: string) => (withAnyName && Object.hasOwn(slots, type) ? nameTrees(lexicon) : null);
    return compileSentences(this.sentences.graph, pronounce, valuesOf, namesOf);
  }

  #readGiven(lexicon: Lexicon, type: string, list: readonly string[]): readonly SlotValue[] {
    if (!Array.isArray(list) || !list.every((value) => typeof value === 'string')) {
      throw new GrammarError(null, {
        expected: `a list of texts as values of the slot "${type}"`,
        actual: Array.isArray(list) ? 'a list of other values' : `a ${typeof list}`,
      });
    }
    const known = this.#given.get(type);
    if (
      known?.lexicon === lexicon &&
      known.list.length === list.length &&
      known.list.every((value, i) => value === list[i])
    ) {
      return known.values;
    }
    const values = [...new Set(list)].map((value) => ({ value, words: spokenValue(lexicon, type, value) }));
    this.#given.set(type, { lexicon, list: [...list], values });
    return values;
  }
}

function readValues(items: readonly SourceText[]): SlotValue[] {
  const seen = new Set<string>();
  return items.map((source) => {
    const bracket = /[[\](){}$@,]/.exec(source.text);
    if (bracket) {
      throw new GrammarError(source.placeOf(bracket.index), {
        expected: 'plain words as a value of a slot',
        actual: `"${bracket[0]}"`,
      });
    }
    const words = wordsAt(source, source.text, 0);
    if (words.length > maxValueWords) throw tooLong(source.placeOf(0), words);
    if (seen.has(words.join(' '))) {
      throw new GrammarError(source.placeOf(0), {
        expected: 'each value once',
        actual: `"${source.text}" again`,
      });
    }
    seen.add(words.join(' '));
    return { value: source.text, words };
  });
}

function builtIn(type: string): SlotValue[] {
  return (builtInValues(type) ?? []).map((value) => ({ value, words: spokenWords(value) }));
}

function spokenValue(lexicon: Lexicon, type: string, value: string): string[] {
  try {
    const words = lexicon.spokenWords(value);
    if (words.length > maxValueWords) throw tooLong(null, words);
    return words;
  } catch (cause) {
    if (!(cause instanceof PronunciationError)) throw cause;
    throw new PronunciationError(value, {
      expected: `${cause.expected} in each value of the slot "${type}"`,
      actual: cause.actual,
      remedy: /\p{L}/u.test(value)
        ? `Leave the value out, write it in Latin letters as it is said, or ${givePronunciations}.`
        : 'Leave the value out, or write it as it is said.',
      cause,
    });
  }
}

function tooLong(place: GrammarError['place'], words: readonly string[]): GrammarError {
  return new GrammarError(place, {
    expected: `at most ${maxValueWords} words in a value of a slot`,
    actual: `${words.length} from "${words.slice(0, 5).join(' ')} …"`,
  });
}
