/** A part of an expression, with the offset in its text at which it starts. */
export type Expression =
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | { readonly kind: 'optional'; readonly part: Expression }
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'slot'; readonly type: string; readonly name: string; readonly at: number }
  | { readonly kind: 'macro'; readonly name: string; readonly at: number };

/** What is wrong with an expression, and at which offset of its text. */
export class ExpressionFault extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`expected ${expected}; got ${actual}`);
  }
}

interface Token {
  readonly text: string;
  readonly at: number;
}

const closing: Readonly<Record<string, string>> = { '[': ']', '(': ')' };
/** Brackets within brackets; nobody reads more. */
const maxDepth = 50;
const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/**
 * Reads one expression:
 *
 *     expression = part+                        one after the other
 *     part       = "[" list "]"                 one of a list
 *                | "(" list ")"                 one of a list, or nothing
 *                | "$" type [":" name]          a slot; its name is its type where none is given
 *                | "@" name                     a macro
 *                | word
 *     list       = expression ("," expression)*
 *
 * @throws ExpressionFault
 */
export function parseExpression(text: string): Expression {
  return new ExpressionParser(text).parse();
}

/** Whether a text is the name of a slot or a macro: a letter, then letters, digits, `_`, `.` and `-`. */
export function isName(text: string): boolean {
  return namePattern.test(text);
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(private readonly text: string) {
    this.#tokens = [...text.matchAll(/[[\](),]|[^\s[\](),]+/g)].map((match) => ({
      text: match[0],
      at: match.index,
    }));
  }

  parse(): Expression {
    const expression = this.#sequence();
    const stray = this.#tokens[this.#next];
    if (stray) {
      const expected = stray.text === ',' ? 'commas within brackets only' : 'a bracket that was opened';
      throw new ExpressionFault(stray.at, expected, `"${stray.text}"`);
    }
    return expression;
  }

  /** Parts up to the end, a comma or a closing bracket; at least one. */
  #sequence(): Expression {
    const parts: Expression[] = [];
    for (let token = this.#peek(); token && !/^[\]),]$/.test(token.text); token = this.#peek()) {
      parts.push(this.#part(token));
    }
    const [first, second] = parts;
    if (!first) {
      const end = this.#peek();
      throw new ExpressionFault(end?.at ?? this.text.length, 'words', end ? `"${end.text}"` : 'nothing');
    }
    return second ? { kind: 'sequence', parts } : first;
  }

  #part(token: Token): Expression {
    this.#next++;
    const { text, at } = token;
    if (text === '[') return this.#list(token);
    if (text === '(') return { kind: 'optional', part: this.#list(token) };
    if (text.startsWith('@')) return { kind: 'macro', name: this.#name(text.slice(1), at), at };
    if (text.startsWith('$')) {
      const [type = '', name = type, ...more] = text.slice(1).split(':');
      if (more.length > 0) throw new ExpressionFault(at, '$type:name', `"${text}"`);
      return { kind: 'slot', type: this.#name(type, at), name: this.#name(name, at), at };
    }
    return { kind: 'text', text, at };
  }

  #list(open: Token): Expression {
    if (++this.#depth > maxDepth) {
      throw new ExpressionFault(open.at, `brackets at most ${maxDepth} deep`, 'one more');
    }
    const options = [this.#sequence()];
    while (this.#peek()?.text === ',') {
      this.#next++;
      options.push(this.#sequence());
    }
    const close = this.#peek();
    if (close?.text !== closing[open.text]) {
      const actual = close ? `"${close.text}"` : 'the end of the expression';
      throw new ExpressionFault(open.at, `"${open.text}" to be closed by "${closing[open.text]}"`, actual);
    }
    this.#next++;
    this.#depth--;
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
  }

  #name(name: string, at: number): string {
    if (isName(name)) return name;
    throw new ExpressionFault(at, 'a name of letters, digits, "_", "." and "-"', `"${name}"`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }
}
