import { describe, expect, it } from 'vitest';
import { GrammarError, PronunciationError } from '../../../src/errors.js';
import { Grammar } from '../../../src/grammar/index.js';
import { Lexicon } from '../../../src/lexicon/index.js';

const lexicon = await Lexicon.load();

describe('a bad grammar', () => {
  /** Macros m0 … mN, each written with the next one; the last is a word. */
  const chain = (n: number, text: (next: string) => string) =>
    [...Array.from({ length: n }, (_, i) => `    m${i}: [${text(`@m${i + 1}`)}]`), `    m${n}: [now]`].join(
      '\n',
    );
  const context = (body: string) => `context:\n  expressions:\n    order:\n${body}`;
  const cases: [string, string, number, number, RegExp][] = [
    ['an unknown slot', context('      - "make $drink:drink"'), 4, 15, /"\$drink"/],
    ['an unknown macro', context('      - make @drink'), 4, 14, /"@drink"/],
    ['an unclosed bracket', context('      - "[make, brew coffee"'), 4, 10, /"\[" to be closed by "\]"/],
    ['an unclosed parenthesis', context("      - 'make (a coffee'"), 4, 15, /to be closed by "\)"/],
    ['brackets that cross', context('      - "make [a (b] c)"'), 4, 18, /"\(" to be closed/],
    ['a bracket never opened', context('      - make a] coffee'), 4, 15, /a bracket that was opened/],
    ['a comma outside brackets', context('      - make, brew'), 4, 13, /commas within brackets/],
    ['an empty choice', context('      - "make [a, ] coffee"'), 4, 19, /expected words; got "\]"/],
    ['an empty expression', context('      - ""'), 4, 10, /expected words; got nothing/],
    ['no expression', context('      []'), 3, 5, /at least one expression of "order"/],
    ['no intent', 'context:\n  expressions: {}\n', 1, 1, /at least one intent/],
    ['nothing at all', '', 1, 1, /a mapping that holds "context"/],
    ['no context', 'expressions:\n  a: [b]\n', 1, 1, /"context:"/],
    ['a word of no letters', context('      - make -- coffee'), 4, 14, /at least one letter/],
    ['another script', context('      - make кофе'), 4, 14, /"к" in "кофе".*Write it in Latin letters/],
    ['a value in another script', context('      - $a\n  slots:\n    a: [b, 李雷]'), 6, 12, /"李" in "李雷"/],
    ['brackets 51 deep', context(`      - ${'('.repeat(51)}a${')'.repeat(51)} b`), 4, 59, /at most 50 deep/],
    [
      'brackets beyond all depth',
      context(`      - ${'('.repeat(1e5)}a${')'.repeat(1e5)} b`),
      4,
      59,
      /at most 50/,
    ],
    [
      'a sentence beyond all length',
      context(`      - ${'so '.repeat(1e5)}`),
      4,
      9,
      /at most 200 words in a sentence .* got 100000/,
    ],
    [
      'macros that double',
      context(`      - make @m0\n  macros:\n${chain(40, (next) => `"${next} ${next}"`)}`),
      4,
      9,
      /at most 200 words/,
    ],
    [
      'macros of more and more ways',
      context(`      - make @m0\n  macros:\n${chain(40, (next) => `"[${next}, ${next}]"`)}`),
      4,
      9,
      /100000 in all its ways/,
    ],
    [
      'macros 51 deep',
      context(`      - make @m0\n  macros:\n${chain(50, (next) => `so ${next}`)}`),
      55,
      14,
      /macros at most 50 deep; got "@m50"/,
    ],
    [
      'a value of 51 words',
      context(`      - $a\n  slots:\n    a:\n      - ${'so '.repeat(51)}`),
      7,
      9,
      /at most 50 words in a value/,
    ],
    [
      'only optional words',
      context('      - "(please) (@m)"\n  macros:\n    m: [now]'),
      4,
      10,
      /not optional/,
    ],
    [
      'a slot filled twice',
      context('      - $a:x and $a:x\n  slots:\n    a: [b]'),
      4,
      18,
      /"x" once in a sentence/,
    ],
    ['too many colons', context('      - $a:x:y\n  slots:\n    a: [b]'), 4, 9, /\$type:name/],
    ['a slot without a name', context('      - go $ now\n  slots:\n    a: [b]'), 4, 12, /a name of letters/],
    [
      'macros in a circle',
      context('      - make @a\n  macros:\n    a:\n      - one @b\n    b:\n      - (two) @a'),
      9,
      15,
      /"@a" within itself/,
    ],
    [
      'an intent twice',
      context('      - make\n    order:\n      - brew'),
      5,
      5,
      /each name once; got "order"/,
    ],
    ['a slot twice', context('      - make $a\n  slots:\n    a: [b]\n    a: [c]'), 7, 5, /each name once/],
    ['a value twice', context('      - make $a\n  slots:\n    a: [b, c, B]'), 6, 15, /each value once/],
    [
      'a value in brackets',
      context('      - make $a\n  slots:\n    a:\n      - "[b, c]"'),
      7,
      10,
      /plain words/,
    ],
    [
      'a value of no letters',
      context('      - make $a\n  slots:\n    a:\n      - b\n      - "?"'),
      8,
      10,
      /letter/,
    ],
    ['an unknown section', 'context:\n  intents:\n    a: [b]\n', 2, 3, /expressions, slots, macros/],
    ['a list in place of text', context('      - [make, brew] coffee'), 4, 22, /YAML/],
    ['a mapping in place of text', context('      - make: coffee'), 4, 9, /text, one item/],
    ['text in place of a list', context('      make coffee'), 4, 7, /a list under "order:"/],
    [
      'a slot name with a space',
      context('      - make\n  slots:\n    my slot: [b]'),
      6,
      5,
      /a name of letters/,
    ],
    ['no YAML', 'context:\n\t- a\n', 2, 1, /YAML/],
    [
      'a macro of nothing',
      context('      - make\n  macros:\n    m: []'),
      6,
      5,
      /at least one expression of "@m"/,
    ],
  ];
  it.each(cases)('with %s says where', (_, yaml, line, column, message) => {
    let error: unknown;
    try {
      Grammar.parse(yaml);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(GrammarError);
    expect((error as GrammarError).message).toMatch(message);
    expect((error as GrammarError).place).toEqual({ line, column });
    expect((error as GrammarError).message).toContain(`line ${line}, column ${column}`);
  });

  it.each([
    [{ contact: [] }, GrammarError, /at least one value of the slot "contact"/],
    [{}, GrammarError, /at least one value of the slot "contact"/],
    [{ contact: ['Bob'], kontakt: ['Bob'] }, GrammarError, /"kontakt"/],
    [
      { contact: ['Bob', 'Анна'] },
      PronunciationError,
      /Latin.*"contact".*"а" in "Анна".*Leave the value out, write it in Latin .* Lexicon\.load\(\{ pronunciations/,
    ],
    [{ contact: ['李雷'] }, PronunciationError, /"李" in "李雷"/],
    [{ contact: ['Bob', '—'] }, PronunciationError, /letter.*Leave the value out/],
    [{ contact: ['Bob', ''] }, PronunciationError, /letter/],
    [{ contact: ['so '.repeat(51)] }, GrammarError, /at most 50 words/],
    [{ contact: 'Bob' as unknown as string[] }, GrammarError, /a list of texts .* got a string/],
    [{ contact: [7] as unknown as string[] }, GrammarError, /a list of texts .* got a list of other values/],
  ])('refuses the values %j', (slots, kind, message) => {
    const grammar = Grammar.parse(context('      - call $contact\n  slots:\n    contact:'));
    expect(() => grammar.compile(lexicon, { slots })).toThrow(kind);
    expect(() => grammar.compile(lexicon, { slots })).toThrow(message);
  });
});
