import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrammarError } from '../../src/errors.js';
import { Grammar, interpret } from '../../src/grammar/index.js';
import { Lexicon } from '../../src/lexicon/index.js';
import { accepted, type PlainGrammar, type PlainPart, sample, writeYaml } from '../support/sentences.js';

const lexicon = await Lexicon.load();

/** Words of several readings and of one sound with each other, so that paths meet. */
const vocabulary = [
  'a',
  'the',
  'two',
  'to',
  'coffee',
  'tea',
  'make',
  'read',
  'red',
  'route',
  "i'd",
  'wakeproof',
];
const word = fc.constantFrom(...vocabulary);
const phrase = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const values = fc.uniqueArray(phrase, { minLength: 1, maxLength: 5 });

/** Parts of a sentence; slots are named by their place so that none is filled twice. */
const part: fc.Arbitrary<PlainPart> = fc.letrec<{ part: PlainPart }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    phrase,
    fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
    fc.array(tie('part'), { minLength: 1, maxLength: 2 }).map((maybe) => ({ maybe })),
    fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.constantFrom('m', 'n').map((macro) => ({ macro })),
  ),
})).part;

const expression = fc
  .tuple(
    phrase,
    part,
    fc.option(fc.constantFrom('size', 'drink')),
    part,
    fc.option(fc.constantFrom('size', 'drink')),
  )
  .map(
    ([first, middle, slot, last, second]): PlainPart => ({
      all: [
        first,
        middle,
        ...(slot === null ? [] : [{ slot, as: 'one' }]),
        last,
        ...(second === null ? [] : [{ slot: second, as: 'two' }]),
      ],
    }),
  );

const grammar: fc.Arbitrary<PlainGrammar> = fc.record({
  intents: fc.dictionary(
    fc.constantFrom('order', 'ask', 'stop'),
    fc.array(expression, { minLength: 1, maxLength: 4 }),
    {
      minKeys: 1,
      noNullPrototype: true,
    },
  ),
  slots: fc.record({ size: values, drink: values }),
  macros: fc.record({
    m: fc.array(phrase, { minLength: 1, maxLength: 2 }),
    n: fc.tuple(phrase).map(([text]): PlainPart[] => [{ all: [text, { maybe: [{ macro: 'm' }] }] }]),
  }),
});

const choices = fc.infiniteStream(fc.nat(10_000));

/** One way to say words, as the graph's phones: each reading drawn. */
function phonesOf(words: readonly string[], draw: (n: number) => number): number[] {
  return words.flatMap((each) => {
    const readings = lexicon.pronounce(each);
    return (readings[draw(readings.length)] ?? []).map((phone) => phone + 1);
  });
}

/** Whether words can be said by the grammar, tried part by part: slow, and nothing of the code under test. */
function canSay(plain: PlainGrammar, words: readonly string[]): boolean {
  const ends = (each: PlainPart, from: readonly number[]): number[] => {
    if (typeof each === 'string') {
      const text = each.split(' ');
      return from.filter((at) => text.every((w, i) => words[at + i] === w)).map((at) => at + text.length);
    }
    if ('all' in each) return each.all.reduce<number[]>((at, one) => ends(one, at), [...from]);
    if ('oneOf' in each) return [...new Set(each.oneOf.flatMap((one) => ends(one, from)))];
    if ('maybe' in each) return [...new Set([...from, ...each.maybe.flatMap((one) => ends(one, from))])];
    const options = 'macro' in each ? plain.macros[each.macro] : plain.slots[each.slot];
    return [...new Set((options ?? []).flatMap((one) => ends(one, from)))];
  };
  return Object.values(plain.intents).some((parts) =>
    parts.some((one) => ends(one, [0]).includes(words.length)),
  );
}

describe('a compiled grammar', () => {
  it('accepts each of its sentences, however it is said, and reads it back', () => {
    fc.assert(
      fc.property(grammar, choices, (plain, stream) => {
        const draw = (n: number) => (stream.next().value ?? 0) % n;
        const graph = Grammar.parse(writeYaml(plain)).compile(lexicon);
        for (let i = 0; i < 5; i++) {
          const { words, intent, slots } = sample(plain, draw);
          const paths = accepted(graph, phonesOf(words, draw));
          for (const labels of paths) {
            expect(labels.findIndex(({ kind }) => kind === 'intent')).toBe(0);
            expect(labels.filter(({ kind }) => kind === 'intent')).toHaveLength(1);
          }
          if (paths.length === 100) continue; // Words of one sound leave more readings than are listed.
          const said = paths.filter(
            (labels) =>
              labels.flatMap((label) => (label.kind === 'word' ? [label.word] : [])).join(' ') ===
              words.join(' '),
          );
          expect(said.map(interpret)).toContainEqual({ intent, slots });
        }
      }),
    );
  });

  it('accepts nothing else', () => {
    fc.assert(
      fc.property(
        grammar,
        fc.array(word, { minLength: 1, maxLength: 8 }),
        choices,
        (plain, words, stream) => {
          const draw = (n: number) => (stream.next().value ?? 0) % n;
          const graph = Grammar.parse(writeYaml(plain)).compile(lexicon);
          for (const labels of accepted(graph, phonesOf(words, draw))) {
            const heard = labels.flatMap((label) => (label.kind === 'word' ? [label.word] : []));
            expect(canSay(plain, heard)).toBe(true);
          }
          const { words: sentence } = sample(plain, draw);
          const cut = phonesOf(sentence, draw).slice(0, -1);
          for (const labels of accepted(graph, cut)) {
            const heard = labels.flatMap((label) => (label.kind === 'word' ? [label.word] : []));
            expect(canSay(plain, heard)).toBe(true);
          }
        },
      ),
    );
  });

  it('is read from any text, or refused with a place in it', () => {
    const yaml = fc
      .array(
        fc.constantFrom(
          ...[
            'context:',
            '\n',
            '\n  ',
            '\n    ',
            '\n      - ',
            'expressions:',
            'slots:',
            'macros:',
            'a:',
            'b:',
            '"',
          ],
          ...[
            '[',
            ']',
            '(',
            ')',
            ',',
            '$a',
            '@a',
            '@b',
            ':',
            'make',
            '7',
            'кофе',
            '?',
            '- ',
            '&x ',
            '*x',
            '{',
            '}',
            '|',
          ],
        ),
        { maxLength: 30 },
      )
      .map((pieces) => pieces.join(''));
    const expressions = fc.array(
      fc.constantFrom(
        '[',
        ']',
        '(',
        ')',
        ',',
        ' ',
        '$a',
        '$a:x',
        '@m',
        'make',
        '7',
        "'",
        '\\',
        '\t',
        'ё',
        '😀',
      ),
      { maxLength: 20 },
    );
    const within = expressions.map(
      (pieces) =>
        `context:\n  expressions:\n    i: [${JSON.stringify(pieces.join(''))}]\n  slots:\n    a: [one]\n  macros:\n    m: [now]\n`,
    );
    fc.assert(
      fc.property(fc.oneof(yaml, within, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(Grammar.parse(text).compile(lexicon).nStates).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(GrammarError);
          const { place } = error as GrammarError;
          const lines = text.split('\n');
          expect(place?.line).toBeGreaterThanOrEqual(1);
          expect(place?.line).toBeLessThanOrEqual(lines.length);
          expect(place?.column).toBeGreaterThanOrEqual(1);
          expect(place?.column).toBeLessThanOrEqual((lines[(place?.line ?? 1) - 1] ?? '').length + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is deterministic in words: no two paths of one sentence mean the same', () => {
    fc.assert(
      fc.property(grammar, choices, (plain, stream) => {
        const draw = (n: number) => (stream.next().value ?? 0) % n;
        const graph = Grammar.parse(writeYaml(plain)).compile(lexicon);
        const { words } = sample(plain, draw);
        const paths = accepted(graph, phonesOf(words, draw)).map((labels) => JSON.stringify(labels));
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });

  it('says just what a small grammar says, of all sentences of up to three words', () => {
    const few = fc.constantFrom('tea', 'the', 'two');
    const small = fc.array(
      fc.oneof(
        few,
        few.map((text): PlainPart => ({ maybe: [text] })),
        fc.tuple(few, few).map((oneOf): PlainPart => ({ oneOf })),
        fc.tuple(few, few).map((all): PlainPart => ({ maybe: [{ all }] })),
      ),
      { maxLength: 2 },
    );
    const expressions = fc
      .tuple(small, few, small)
      .map(([before, text, after]): PlainPart => ({ all: [...before, text, ...after] }));
    const one = ['tea', 'the', 'two'];
    const two = one.flatMap((first) => one.map((second) => [first, second]));
    const three = two.flatMap((first) => one.map((second) => [...first, second]));
    fc.assert(
      fc.property(fc.array(expressions, { minLength: 1, maxLength: 5 }), (order) => {
        const plain: PlainGrammar = { intents: { order }, slots: {}, macros: {} };
        const graph = Grammar.parse(writeYaml(plain)).compile(lexicon);
        for (const words of [...one.map((text) => [text]), ...two, ...three]) {
          const said = accepted(
            graph,
            phonesOf(words, () => 0),
          );
          expect(said).toHaveLength(canSay(plain, words) ? 1 : 0);
        }
      }),
    );
  });
});
