import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { GrammarError } from '../errors.js';
import { isName } from './expression.js';

/** A place in the grammar's text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A string of the grammar's text. */
export interface SourceText {
  readonly text: string;
  /** Where the character at an offset of `text` stands; the start of the string where escapes or folds hide it. */
  placeOf(offset: number): Place;
}

/** A named list of the grammar's text. */
export interface SourceList {
  readonly place: Place;
  readonly items: readonly SourceText[];
}

/** What stands in a grammar's text, by name, before any expression is read. */
export interface GrammarSource {
  /** By intent. */
  readonly expressions: ReadonlyMap<string, SourceList>;
  /** By slot; a list without items is filled at run time. */
  readonly slots: ReadonlyMap<string, SourceList>;
  readonly macros: ReadonlyMap<string, SourceList>;
}

const sections = ['expressions', 'slots', 'macros'] as const;

/**
 * Reads the YAML of a grammar and checks its outline.
 *
 * @throws GrammarError with line and column
 */
export function readSource(yaml: string): GrammarSource {
  return new SourceReader(yaml).read();
}

class SourceReader {
  readonly #lines = new LineCounter();

  constructor(private readonly yaml: string) {}

  read(): GrammarSource {
    const document = parseDocument(this.yaml, { lineCounter: this.#lines });
    const [fault] = document.errors;
    if (fault) {
      const isDouble = fault.code === 'DUPLICATE_KEY';
      throw this.#error(fault.pos[0], {
        expected: isDouble ? 'each name once' : 'YAML',
        actual: isDouble
          ? `"${/^[^\s:]+/.exec(this.yaml.slice(fault.pos[0]))?.[0] ?? ''}" again`
          : fault.message,
        cause: fault,
      });
    }
    const root = this.#map(document.contents, 0, 'a mapping that holds "context"');
    const context = root.items.find((pair) => this.#key(pair).value === 'context');
    if (!context) throw this.#error(0, { expected: '"context:"', actual: 'no such entry' });
    const body = this.#map(context.value, this.#offset(context.key), 'a mapping under "context:"');
    for (const pair of body.items) {
      const key = this.#key(pair);
      if (sections.some((section) => section === key.value)) continue;
      throw this.#error(this.#offset(key), { expected: sections.join(', '), actual: `"${key.value}"` });
    }
    const expressions = this.#lists(body, 'expressions');
    if (expressions.size === 0) {
      throw this.#error(this.#offset(context.key), { expected: 'at least one intent', actual: 'none' });
    }
    for (const [intent, { items, place }] of expressions) {
      if (items.length > 0) continue;
      throw new GrammarError(place, {
        expected: `at least one expression of "${intent}"`,
        actual: 'none',
      });
    }
    const macros = this.#lists(body, 'macros');
    for (const [macro, { items, place }] of macros) {
      if (items.length > 0) continue;
      throw new GrammarError(place, { expected: `at least one expression of "@${macro}"`, actual: 'none' });
    }
    return { expressions, slots: this.#lists(body, 'slots'), macros };
  }

  #lists(body: YAMLMap, section: (typeof sections)[number]): Map<string, SourceList> {
    const lists = new Map<string, SourceList>();
    const found = body.items.find((pair) => this.#key(pair).value === section);
    if (!found || isEmpty(found.value)) return lists;
    const map = this.#map(found.value, this.#offset(found.key), `lists by name under "${section}:"`);
    for (const pair of map.items) {
      const key = this.#key(pair);
      const name = String(key.value);
      if (section !== 'expressions' && !isName(name)) {
        throw this.#error(this.#offset(key), {
          expected: 'a name of letters, digits, "_", "." and "-"',
          actual: `"${name}"`,
        });
      }
      lists.set(name, { place: this.#place(this.#offset(key)), items: this.#items(pair, name) });
    }
    return lists;
  }

  #items(pair: Pair, name: string): SourceText[] {
    if (isEmpty(pair.value)) return [];
    if (!isSeq(pair.value)) {
      throw this.#error(this.#offset(pair.value), {
        expected: `a list under "${name}:"`,
        actual: 'another value',
      });
    }
    return pair.value.items.map((item) => {
      if (!isScalar(item) || item.value === null || typeof item.value === 'object') {
        throw this.#error(this.#offset(item), {
          expected: `text, one item of "${name}" each`,
          actual: isScalar(item) ? 'nothing' : 'a list or a mapping',
          remedy: 'Put expressions that start with a bracket in quotes.',
        });
      }
      return this.#text(item);
    });
  }

  /** A scalar as it is written: `7`, `yes` and `1.50` are words here, not values. */
  #text(scalar: Scalar): SourceText {
    const [start, end] = scalar.range ?? [0, 0];
    const written = this.yaml.slice(start, end);
    const quote = /^["']/.test(written) ? 1 : 0;
    const text = typeof scalar.value === 'string' ? scalar.value : written.trim();
    const isVerbatim = written.slice(quote, quote + text.length) === text;
    return { text, placeOf: (offset) => this.#place(isVerbatim ? start + quote + offset : start) };
  }

  #map(node: unknown, offset: number, expected: string): YAMLMap {
    if (isMap(node)) return node;
    throw this.#error(this.#offset(node, offset), {
      expected,
      actual: isEmpty(node) ? 'nothing' : 'another value',
    });
  }

  #key(pair: Pair): Scalar {
    if (isScalar(pair.key)) return pair.key;
    throw this.#error(this.#offset(pair.key), { expected: 'a name', actual: 'a list or a mapping' });
  }

  #offset(node: unknown, otherwise = 0): number {
    const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
    return range?.[0] ?? otherwise;
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #error(offset: number, facts: ConstructorParameters<typeof GrammarError>[1]): GrammarError {
    return new GrammarError(this.#place(offset), facts);
  }
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}
