import { describe, expect, it } from 'vitest';
import { PronunciationError } from '../../../src/errors.js';
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

  it('takes values that are given for names, which are said by letter to sound besides', () => {
    const given = Grammar.parse(messages).compile(lexicon, { slots: { contact: ['Hassan'] } });
    for (const said of lexicon.pronounceName('hassan')) {
      const all = [...(lexicon.pronounce('call')[0] ?? []), ...said].map((phone) => phone + 1);
      expect(accepted(given, all)).toHaveLength(1);
    }
  });

  it('sets names of people at large beside the values that are given, where that is asked for', () => {
    const grammar = Grammar.parse(messages);
    const values = { slots: { contact: ['Bob'] } };
    const graph = grammar.compile(lexicon, { ...values, withAnyName: true });
    const saidOf = (sentence: string) => [
      ...sentence.split(' ').flatMap((word) => lexicon.pronounce(word)[0]?.map((phone) => phone + 1) ?? []),
    ];
    const [atLarge, ...others] = accepted(graph, saidOf('call mary smith'));
    expect(others).toEqual([]);
    expect(atLarge).toEqual([
      { kind: 'intent', intent: 'send' },
      { kind: 'word', word: 'call' },
      { kind: 'slotStart', slot: 'contact' },
      { kind: 'anyName', slot: 'contact' },
      { kind: 'word', word: 'any first name' },
      { kind: 'word', word: 'any last name' },
    ]);
    expect(accepted(graph, saidOf('call mary'))).toHaveLength(1);
    expect(accepted(graph, saidOf('call smith mary'))).toEqual([]);
    // "bob" is both.
    expect(accepted(graph, saidOf('call bob')).map((labels) => labels[3]?.kind)).toEqual(['word', 'anyName']);
    expect(accepted(grammar.compile(lexicon, values), saidOf('call mary smith'))).toEqual([]);
    // Values of the grammar's own text have none beside them.
    const own = Grammar.parse(messages.replace('    contact:\n', '    contact: [Bob]\n'));
    expect(accepted(own.compile(lexicon, { withAnyName: true }), saidOf('call mary smith'))).toEqual([]);
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
