import { GrammarError, PronunciationError } from '../errors.js';
import { spokenWords } from '../lexicon/index.js';
import { builtInValues } from './built-in-slots.js';
import { type Expression, ExpressionFault, parseExpression } from './expression.js';
import { type SentenceGraph, SentenceGraphBuilder } from './sentence-graph.js';
import type { GrammarSource, SourceText } from './source.js';

/** An expression with the text that it was read from. */
interface Read {
  readonly expression: Expression;
  readonly source: SourceText;
}

/** What an expression can come to. */
interface Extent {
  /** Whether it can be said without a word. */
  readonly canBeSilent: boolean;
  /** Names of the slots that some way through it fills. */
  readonly slots: ReadonlySet<string>;
  /** Words and slots of the longest way through it. */
  readonly longest: number;
  /** Words and slots in it with all macros written out. */
  readonly size: number;
}

/** Bounds of what macros write out, far beyond what anybody says: they may double at each step. */
const [maxSentenceWords, maxSize, maxMacroDepth] = [200, 100_000, 50];

/** Slots that a grammar mentions, and all its sentences. */
export interface Sentences {
  readonly graph: SentenceGraph;
  /** Types of the slots that some sentence holds. */
  readonly slotTypes: ReadonlySet<string>;
}

/**
 * Reads all expressions and joins them to a graph.
 *
 * @throws GrammarError with line and column: brackets, slots or macros that are unknown, macros in a circle, a slot
 *   filled twice in one sentence, a sentence without words, words without letters, sentences beyond all bounds
 */
export function readSentences(source: GrammarSource): Sentences {
  return new SentenceReader(source).read();
}

class SentenceReader {
  readonly #builder = new SentenceGraphBuilder();
  readonly #macros = new Map<string, readonly Read[]>();
  /** Extents of macros; null while one is being found out. */
  readonly #extents = new Map<string, Extent | null>();
  readonly #slotTypes = new Set<string>();
  #macroDepth = 0;

  constructor(private readonly source: GrammarSource) {}

  read(): Sentences {
    for (const [name, { items }] of this.source.macros) this.#macros.set(name, items.map(readExpression));
    for (const [name, reads] of this.#macros) this.#macroExtent(name, reads[0]?.source, 0);
    for (const [intent, { items }] of this.source.expressions) {
      const from = this.#builder.add(this.#builder.start, { kind: 'intent', intent });
      for (const read of items.map(readExpression)) {
        const { canBeSilent, longest, size } = this.#extent(read);
        if (canBeSilent) {
          throw errorAt(read.source, 0, 'at least one word that is not optional', `"${read.source.text}"`);
        }
        if (longest > maxSentenceWords || size > maxSize) {
          const expected = `at most ${maxSentenceWords} words in a sentence and ${maxSize} in all its ways`;
          throw errorAt(read.source, 0, expected, `${longest} and ${size}`);
        }
        this.#builder.add(this.#append(from, read), null, this.#builder.end);
      }
    }
    return { graph: this.#builder.build(), slotTypes: this.#slotTypes };
  }

  /** Adds all ways through an expression from a node on; returns the node where they end. */
  #append(from: number, { expression, source }: Read): number {
    const within = (part: Expression): Read => ({ expression: part, source });
    switch (expression.kind) {
      case 'sequence':
        return expression.parts.reduce((node, part) => this.#append(node, within(part)), from);
      case 'choice':
        return this.#appendAny(from, expression.options.map(within));
      case 'optional': {
        const end = this.#builder.addNode();
        this.#builder.add(from, null, end);
        return this.#builder.add(this.#append(from, within(expression.part)), null, end);
      }
      case 'macro':
        return this.#appendAny(from, this.#macros.get(expression.name) ?? []);
      case 'slot':
        return this.#builder.add(from, { kind: 'slot', type: expression.type, name: expression.name });
      case 'text':
        return wordsAt(source, expression.text, expression.at).reduce(
          (node, word) => this.#builder.add(node, { kind: 'word', word }),
          from,
        );
    }
  }

  #appendAny(from: number, options: readonly Read[]): number {
    const end = this.#builder.addNode();
    for (const option of options) this.#builder.add(this.#append(from, option), null, end);
    return end;
  }

  /** Checks an expression on the way. */
  #extent({ expression, source }: Read): Extent {
    const within = (part: Expression) => this.#extent({ expression: part, source });
    switch (expression.kind) {
      case 'text': {
        const { length } = wordsAt(source, expression.text, expression.at);
        return { canBeSilent: false, slots: new Set(), longest: length, size: length };
      }
      case 'slot':
        return this.#slotExtent(expression, source);
      case 'macro':
        return this.#macroExtent(expression.name, source, expression.at);
      case 'optional':
        return { ...within(expression.part), canBeSilent: true };
      case 'choice':
        return either(expression.options.map(within));
      case 'sequence': {
        const slots = new Set<string>();
        let [canBeSilent, longest, size] = [true, 0, 0];
        for (const part of expression.parts) {
          const extent = within(part);
          const twice = [...extent.slots].find((name) => slots.has(name));
          if (twice !== undefined) {
            throw errorAt(source, startOf(part), `slot "${twice}" once in a sentence`, 'it again');
          }
          for (const name of extent.slots) slots.add(name);
          canBeSilent &&= extent.canBeSilent;
          longest += extent.longest;
          size += extent.size;
        }
        return { canBeSilent, slots, longest, size };
      }
    }
  }

  #slotExtent({ type, name, at }: Extract<Expression, { kind: 'slot' }>, source: SourceText): Extent {
    if (!this.source.slots.has(type) && builtInValues(type) === undefined) {
      const known = [...this.source.slots.keys()].join(', ') || 'none';
      throw errorAt(source, at, `a slot of the grammar (${known})`, `"$${type}"`);
    }
    this.#slotTypes.add(type);
    return { canBeSilent: false, slots: new Set([name]), longest: 1, size: 1 };
  }

  #macroExtent(name: string, source: SourceText | undefined, at: number): Extent {
    const known = this.#extents.get(name);
    if (known) return known;
    const reads = this.#macros.get(name);
    const fault = (expected: string, actual: string) => {
      return source ? errorAt(source, at, expected, actual) : new GrammarError(null, { expected, actual });
    };
    if (!reads) {
      throw fault(`a macro of the grammar (${[...this.#macros.keys()].join(', ') || 'none'})`, `"@${name}"`);
    }
    if (known === null) throw fault('macros that do not lead back to themselves', `"@${name}" within itself`);
    if (this.#macroDepth === maxMacroDepth) throw fault(`macros at most ${maxMacroDepth} deep`, `"@${name}"`);
    this.#macroDepth++;
    this.#extents.set(name, null);
    const extent = either(reads.map((read) => this.#extent(read)));
    this.#extents.set(name, extent);
    this.#macroDepth--;
    return extent;
  }
}

/** The spoken words of a stretch of the grammar's text. */
export function wordsAt(source: SourceText, text: string, at: number): string[] {
  try {
    return spokenWords(text);
  } catch (cause) {
    if (!(cause instanceof PronunciationError)) throw cause;
    const remedy = 'Write it in Latin letters as it is said.';
    throw new GrammarError(source.placeOf(at), {
      expected: cause.expected,
      actual: cause.actual,
      cause,
      ...(/\p{L}/u.test(text) ? { remedy } : {}),
    });
  }
}

function readExpression(source: SourceText): Read {
  try {
    return { expression: parseExpression(source.text), source };
  } catch (cause) {
    if (!(cause instanceof ExpressionFault)) throw cause;
    throw errorAt(source, cause.at, cause.expected, cause.actual);
  }
}

function either(extents: readonly Extent[]): Extent {
  return {
    canBeSilent: extents.some(({ canBeSilent }) => canBeSilent),
    slots: new Set(extents.flatMap(({ slots }) => [...slots])),
    longest: extents.reduce((most, { longest }) => Math.max(most, longest), 0),
    size: extents.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Offset at which an expression starts in its text. */
function startOf(expression: Expression): number {
  switch (expression.kind) {
    case 'sequence':
      return startOf(expression.parts[0] as Expression);
    case 'choice':
      return startOf(expression.options[0] as Expression);
    case 'optional':
      return startOf(expression.part);
    default:
      return expression.at;
  }
}

function errorAt(source: SourceText, offset: number, expected: string, actual: string): GrammarError {
  return new GrammarError(source.placeOf(offset), { expected, actual });
}
