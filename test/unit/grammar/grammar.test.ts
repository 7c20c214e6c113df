import { describe, expect, it } from 'vitest';
import { GrammarError, PronunciationError } from '../../../src/errors.js';
import { Grammar, type GraphLabel, interpret, type PhoneGraph } from '../../../src/grammar/index.js';
import {
  Lexicon,
  type Pronunciation,
  parseArpabet,
  phoneDistance,
  spokenWords,
} from '../../../src/lexicon/index.js';
import { accepted } from '../../support/sentences.js';

const lexicon = await Lexicon.load();

/** What a graph makes of a sentence, said by the first reading of each word. */
function understood(graph: PhoneGraph, sentence: string) {
  const phones = spokenWords(sentence).flatMap(
    (word) => lexicon.pronounce(word)[0]?.map((phone) => phone + 1) ?? [],
  );
  return accepted(graph, phones).map(interpret);
}

const messages = `
context:
  expressions:
    send:
      - "[send, write] (a) message to $contact:contact"
      - (@please) call $contact
    answer:
      - "[yes, no, right]"
  slots:
    contact:
  macros:
    please:
      - please
      - would you
`;

describe('Grammar', () => {
  const graph = Grammar.parse(messages).compile(lexicon, {
    slots: { contact: ['Anna Karlsson', "Mike O'Neil", 'Jean-Luc', '7 up', 'Mum ❤'] },
  });

  it.each([
    ['send a message to Anna Karlsson', 'send', { contact: 'Anna Karlsson' }],
    ['write message to Jean Luc', 'send', { contact: 'Jean-Luc' }],
    ["would you call Mike O'Neil", 'send', { contact: "Mike O'Neil" }],
    ['call seven up', 'send', { contact: '7 up' }],
    ['please call mum', 'send', { contact: 'Mum ❤' }],
    ['right', 'answer', {}],
  ])('understands %j', (sentence, intent, slots) => {
    expect(understood(graph, sentence)).toContainEqual({ intent, slots });
  });

  it.each(['call', 'send a message to', 'call Anna', 'yes no', 'please yes', 'a message to Jean Luc'])(
    'has no path for %j',
    (sentence) => {
      expect(understood(graph, sentence)).toEqual([]);
    },
  );

  it('tells words, slots and intent in the order of speech', () => {
    const phones = ['call', 'jean', 'luc'].flatMap(
      (word) => lexicon.pronounce(word)[0]?.map((p) => p + 1) ?? [],
    );
    expect(accepted(graph, phones)).toEqual([
      [
        { kind: 'intent', intent: 'send' },
        { kind: 'word', word: 'call' },
        { kind: 'slotStart', slot: 'contact' },
        { kind: 'word', word: 'jean' },
        { kind: 'word', word: 'luc' },
        { kind: 'slotEnd', slot: 'contact', value: 'Jean-Luc' },
      ],
    ]);
  });

  it('takes new values of a slot, and leaves what was compiled alone', () => {
    const grammar = Grammar.parse(messages);
    const before = grammar.compile(lexicon, { slots: { contact: ['Bob'] } });
    const after = grammar.compile(lexicon, { slots: { contact: ['Anna', 'Anna'] } });
    expect(understood(before, 'call Bob')).toHaveLength(1);
    expect(understood(after, 'call Bob')).toEqual([]);
    expect(understood(after, 'call Anna')).toHaveLength(1);
    expect(grammar.openSlots).toEqual(['contact']);
    expect(grammar.intents).toEqual(['send', 'answer']);
  });

  it('keeps two names of one sound apart as two answers', () => {
    const two = Grammar.parse(messages).compile(lexicon, { slots: { contact: ['Luc', 'Luke'] } });
    expect(understood(two, 'call Luke').map((answer) => answer?.slots.contact)).toEqual(['Luc', 'Luke']);
  });

  it.each([
    ['Zoë', 'Z OW IY'],
    ['José', 'HH OW Z EY'],
    ['Łukasz', 'L UW K AA SH'],
    ['Søren', 'S AO R AH N'],
    ['François', 'F R AA N S W AA'],
  ])('says %j nearer to what people say than any other of a few hundred names', async (name, people) => {
    const heard = parseArpabet(people) as Pronunciation;
    const common = [...lexicon.words()].filter((_, i) => i % 400 === 0);
    const distance = (word: string) =>
      Math.min(
        ...spokenWords(word).flatMap((each) =>
          lexicon.pronounce(each).map((said) => phoneDistance(said, heard)),
        ),
      );
    const nearest = [...common, name].sort((a, b) => distance(a) - distance(b))[0];
    expect(common.length).toBeGreaterThan(300);
    expect(nearest).toBe(name);
  });

  it('says names in other scripts as the app says, each beside the others', async () => {
    const own = await Lexicon.load({
      pronunciations: { Анна: 'AA N AH', 李雷: 'L IY L EY', Łukasz: ['W UW K AA SH', 'L UW K AA SH'] },
    });
    const names = Grammar.parse(messages).compile(own, {
      slots: { contact: ['Анна', '李雷', 'Łukasz', 'АННА 2', 'Bob'] },
    });
    const calls = (said: string) =>
      accepted(
        names,
        (parseArpabet(`K AO L ${said}`) as Pronunciation).map((phone) => phone + 1),
      ).map((labels) => interpret(labels)?.slots.contact);
    expect(calls('AA N AH')).toEqual(['Анна']);
    expect(calls('AA N AH T UW')).toEqual(['АННА 2']);
    expect(calls('L IY L EY')).toEqual(['李雷']);
    expect(calls('W UW K AA SH')).toEqual(['Łukasz']);
    expect(calls('B AA B')).toEqual(['Bob']);
    const grammar = Grammar.parse(messages);
    grammar.compile(own, { slots: { contact: ['Анна'] } });
    expect(() => grammar.compile(lexicon, { slots: { contact: ['Анна'] } })).toThrow(PronunciationError);
  });

  it('compiles the longest sentence and the longest value that it takes', () => {
    const long = `context:\n  expressions:\n    say: ["${'so '.repeat(199)}$a:a"]\n  slots:\n    a:\n`;
    const value = 'very '.repeat(50).trim();
    const graph = Grammar.parse(long).compile(lexicon, { slots: { a: [value] } });
    expect(understood(graph, `${'so '.repeat(199)}${value}`)).toEqual([
      { intent: 'say', slots: { a: value } },
    ]);
  });

  it('has slots of numbers', () => {
    const numbers = Grammar.parse(`
context:
  expressions:
    timer: [set a timer to $pv.TwoDigitInteger:n minutes, the $pv.TwoDigitOrdinal:n, $pv.Percent:n bright]
`).compile(lexicon);
    expect(understood(numbers, 'set a timer to 42 minutes')).toContainEqual({
      intent: 'timer',
      slots: { n: '42' },
    });
    expect(understood(numbers, 'the twenty second')).toContainEqual({
      intent: 'timer',
      slots: { n: '22nd' },
    });
    expect(understood(numbers, 'the eleventh')).toContainEqual({ intent: 'timer', slots: { n: '11th' } });
    expect(understood(numbers, '100 % bright')).toContainEqual({ intent: 'timer', slots: { n: '100%' } });
  });

  it('takes names that objects have of themselves', () => {
    const odd = Grammar.parse(
      'context:\n  expressions:\n    toString: [go $constructor:valueOf]\n  slots:\n    constructor: [one]',
    );
    expect(understood(odd.compile(lexicon), 'go one')).toEqual([
      { intent: 'toString', slots: { valueOf: 'one' } },
    ]);
  });

  it('has no interpretation without an intent', () => {
    expect(interpret([{ kind: 'word', word: 'yes' }])).toBeNull();
  });
});

describe('permuted expressions', () => {
  /** As the coffee grammar: each order of each choice of three slots, and two that may follow in either order. */
  const sizes = {
    size: 'small,medium,large',
    roast: 'light roast,dark roast',
    shots: 'single shot,double shot',
  };
  const orders = (names: readonly string[]): string[][] => [
    [],
    ...names.flatMap((name) =>
      orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]),
    ),
  ];
  const expressions = orders(Object.keys(sizes)).flatMap((order) =>
    [
      '',
      ' with $milk:milk',
      ' with $sugar:sugar',
      ' with $milk:milk and $sugar:sugar',
      ' with $sugar:sugar and $milk:milk',
    ].map(
      (end) => `[make, get] me (a) ${order.map((name) => `$${name}:${name}`).join(' ')} $drink:drink${end}`,
    ),
  );
  const slots = {
    ...Object.fromEntries(Object.entries(sizes).map(([name, list]) => [name, list.split(',')])),
    drink: ['coffee', 'latte', 'iced coffee', 'mocha'],
    milk: ['milk', 'soy milk', 'a bit of milk'],
    sugar: ['sugar', 'some sugar', 'a bit of sugar'],
  };

  it('share what they have in common', () => {
    const yaml = JSON.stringify({ context: { expressions: { order: expressions }, slots } });
    const graph = Grammar.parse(yaml).compile(lexicon);
    process.stdout.write(
      `${expressions.length} permuted expressions: ${graph.nStates} states, ${graph.arcTo.length} arcs\n`,
    );
    expect(expressions).toHaveLength(80);
    // Measured 323.
    expect(graph.nStates).toBeLessThan(400);
    expect(understood(graph, 'make me a dark roast large latte with some sugar and soy milk')).toEqual([
      {
        intent: 'order',
        slots: { roast: 'dark roast', size: 'large', drink: 'latte', sugar: 'some sugar', milk: 'soy milk' },
      },
    ]);
  });
});

describe('10,000 contacts', () => {
  it('compile in less than 5 ms a name, with names that no dictionary holds', () => {
    const syllables = ['bra', 'nek', 'li', 'vost', 'ar', 'in', 'ko', 'tha', 'mun', 'del'];
    const made = (n: number, ending: string) =>
      `${syllables[Math.floor(n / 10)]}${syllables[n % 10]}${ending}`;
    const names = Array.from(
      { length: 10_000 },
      (_, n) => `${made(Math.floor(n / 100), 'o')} ${made(n % 100, 'son')}`,
    );
    const grammar = Grammar.parse(messages);
    const startMs = performance.now();
    const graph = grammar.compile(lexicon, { slots: { contact: names } });
    const msPerName = (performance.now() - startMs) / names.length;
    process.stdout.write(`10,000 contacts: ${graph.nStates} states, ${msPerName.toFixed(2)} ms a name\n`);
    expect(msPerName).toBeLessThan(5);
    const last = names.at(-1) ?? '';
    expect(understood(graph, `call ${last}`)).toContainEqual({ intent: 'send', slots: { contact: last } });
    const values = graph.labels.filter((label: GraphLabel) => label.kind === 'slotEnd');
    expect(values).toHaveLength(10_000);
  });
});

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
    const grammar = Grammar.parse(messages);
    expect(() => grammar.compile(lexicon, { slots })).toThrow(kind);
    expect(() => grammar.compile(lexicon, { slots })).toThrow(message);
  });
});
