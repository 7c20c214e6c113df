import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/decoding/index.js';
import { ConfigError, StateError } from '../../../src/errors.js';
import { graphOf, logitsOf, sentenceGraph } from '../../support/phone-graph.js';

const word = (text: string) => ({ kind: 'word' as const, word: text });
const intent = (name: string) => ({ kind: 'intent' as const, intent: name });
const slotStart = { kind: 'slotStart' as const, slot: 'contact' };
const slotEnd = (value: string) => ({ kind: 'slotEnd' as const, slot: 'contact', value });

const call = { phones: 'K AO L', labels: [intent('call'), word('call')] };
const calls = [
  { steps: [call, { phones: 'AE N AH', labels: [slotStart, word('anna')] }], endLabels: [slotEnd('Anna')] },
  { steps: [call, { phones: 'B AA B', labels: [slotStart, word('bob')] }], endLabels: [slotEnd('Bob')] },
];
const graph = sentenceGraph([
  ...calls,
  { steps: [{ phones: 'Y EH S', labels: [intent('yes'), word('yes')] }] },
  { steps: [{ phones: 'B AA B IY', labels: [intent('greet'), word('bobby')] }] },
]);

async function decode(said: string, options = {}) {
  const decoder = await Decoder.create(graph, options);
  decoder.push(logitsOf(said));
  return decoder.finish();
}

describe('Decoder', () => {
  it('tells intent, slots, words and their rows', async () => {
    //                            0 1 2 3  4  5 6 7 8  9 10 11 12
    const decoding = await decode('- - K AO AO L - - AE N - AH -');
    expect(decoding.answers[0]).toEqual({
      intent: 'call',
      slots: { contact: 'Anna' },
      words: [
        { word: 'call', fromRow: 2, toRow: 6 },
        { word: 'anna', fromRow: 8, toRow: 12 },
      ],
      // Six phones that the filler pays for at 2 nats each.
      llr: 12,
      fromRow: 2,
      toRow: 12,
    });
    expect(decoding.nRows).toBe(13);
  });

  it('weighs a slot against its rival and against the filler', async () => {
    const { slots } = await decode('- K AO L - AE N AH -');
    expect(slots.contact?.candidates).toEqual([
      { value: 'Anna', fromRow: 5, toRow: 8, behindLlr: 0, fillerLlr: 6 },
      // "bob" in the place of "anna" puts three wrong phones at 10 nats each.
      { value: 'Bob', fromRow: 5, toRow: 8, behindLlr: 30, fillerLlr: -24 },
    ]);
    // The grammar has no other contact, and no call without one.
    expect(slots.contact?.beyondLlr).toBe(Number.POSITIVE_INFINITY);
  });

  it('weighs a value against names of people at large, which are no answer', async () => {
    const atLarge = { phones: 'AE N IY', labels: [slotStart, { kind: 'anyName', slot: 'contact' } as const] };
    const decoder = await Decoder.create(sentenceGraph([...calls, { steps: [call, atLarge] }]));
    const heard = (said: string) => {
      decoder.reset();
      decoder.push(logitsOf(said));
      return decoder.finish();
    };
    expect((await decode('- K AO L - AE N AH -')).slots.contact?.anyNameLlr).toBeNull();
    // One phone of three differs, by 10 nats.
    const anna = heard('- K AO L - AE N AH -');
    expect(anna.slots.contact?.anyNameLlr).toBe(10);
    expect(anna.slots.contact?.candidates.map(({ value }) => value)).toEqual(['Anna', 'Bob']);
    const annie = heard('- K AO L - AE N IY -');
    expect(annie.best?.slots).toEqual({ contact: 'Anna' });
    expect(annie.slots.contact?.anyNameLlr).toBe(-10);
    expect(annie.answers.map(({ slots }) => slots.contact)).toEqual(['Anna', undefined, 'Bob']);
    expect(annie.answers[1]?.intent).toBeNull();
  });

  it('has "none of these" among the answers, first where nothing fits', async () => {
    const { answers, intents } = await decode('- S T R IY M AH N Z -');
    expect(answers[0]?.intent).toBeNull();
    expect(answers[0]?.llr).toBe(0);
    expect(answers.slice(1).every(({ llr }) => llr < 0)).toBe(true);
    expect(intents.map((one) => one.intent).sort()).toEqual(['call', 'greet', 'yes']);
  });

  it('orders answers and intents, each meaning once', async () => {
    const { answers, intents } = await decode('- K AO L - B AA B - -');
    expect(answers.map((answer) => [answer.intent, answer.slots])).toEqual([
      ['call', { contact: 'Bob' }],
      // The filler eats "call" and a penalty: 3 · 2 + 2 are paid for 4 · 2 − 10 gained.
      [null, {}],
      ['greet', {}],
      ['call', { contact: 'Anna' }],
      ['yes', {}],
    ]);
    expect(intents.map((one) => one.intent)).toEqual(['call', 'greet', 'yes']);
    expect(intents[0]?.llr).toBe(answers[0]?.llr);
  });

  it('passes over talk before and behind the command, for its price', async () => {
    const { answers } = await decode('AH M - Y EH S - P L IY Z -');
    // Three phones of the command at 2 nats, less 2 for talk before and 2 behind.
    expect(answers[0]).toMatchObject({ intent: 'yes', llr: 2, fromRow: 3, toRow: 6 });
    const strict = await decode('AH M - Y EH S - P L IY Z -', {
      leadPenalty: Number.POSITIVE_INFINITY,
      tailPenalty: Number.POSITIVE_INFINITY,
    });
    expect(strict.answers[0]?.intent).toBeNull();
  });

  it('takes the same phone twice only with a blank between', async () => {
    const twice = graphOf(
      [1, 1],
      [
        { from: -1, to: 0, labels: [intent('twice')] },
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ],
    );
    const decoder = await Decoder.create(twice);
    decoder.push(logitsOf('AA AA AA'));
    // The middle row must be taken for a blank, 10 nats worse; the filler pays 2 for its one phone.
    expect(decoder.finish().intents).toEqual([{ intent: 'twice', llr: -8 }]);
    decoder.reset();
    decoder.push(logitsOf('AA - AA'));
    expect(decoder.finish().intents).toEqual([{ intent: 'twice', llr: 4 }]);
  });

  it('finds its way back over more rows than are between snapshots', async () => {
    const pause = Array(50).fill('-').join(' ');
    const { answers } = await decode(`${pause} K AO L ${pause} B AA B ${pause}`);
    expect(answers[0]?.words).toEqual([
      { word: 'call', fromRow: 50, toRow: 53 },
      { word: 'bob', fromRow: 103, toRow: 106 },
    ]);
    expect(answers[0]?.llr).toBe(12);
  });

  it('takes an awaited intent before another that is no better, with the evidence for its slots', async () => {
    const answer = { phones: 'K AO L', labels: [intent('who'), word('call')] };
    const decoder = await Decoder.create(
      sentenceGraph([
        ...calls,
        {
          steps: [answer, { phones: 'B AA B', labels: [slotStart, word('bob')] }],
          endLabels: [slotEnd('Bob')],
        },
      ]),
    );
    const finish = (said: string, ...awaited: string[]) => {
      decoder.reset();
      decoder.push(logitsOf(said));
      return decoder.finish({ awaited: new Set(awaited) });
    };
    for (const awaited of ['call', 'who']) {
      const { best, slots } = finish('- K AO L - B AA B -', awaited);
      expect(best).toMatchObject({ intent: awaited, slots: { contact: 'Bob' } });
      expect(slots.contact?.candidates[0]).toMatchObject({ value: 'Bob', fromRow: 5, toRow: 8 });
    }
    // Only "call" knows Anna: three wrong phones for "who" are too many.
    expect(finish('- K AO L - AE N AH -', 'who').best).toMatchObject({
      intent: 'call',
      slots: { contact: 'Anna' },
    });
    expect(finish('Y', 'who').best).toBeNull();
  });

  it('says that nothing fits when the utterance is too short or empty', async () => {
    for (const said of ['Y EH', 'Y']) {
      const { answers, intents, slots } = await decode(said);
      expect(answers).toHaveLength(1);
      expect(answers[0]?.intent).toBeNull();
      expect(slots).toEqual({});
      expect(intents.every(({ llr }) => llr === Number.NEGATIVE_INFINITY)).toBe(true);
    }
    const decoder = await Decoder.create(graph);
    expect(decoder.finish().answers).toHaveLength(1);
  });

  it('takes what all weights say', async () => {
    const weighed = await decode('- Y EH S -', { phonePenalty: 3, wordScore: 0.5, acousticScale: 0.5 });
    expect(weighed.answers[0]?.llr).toBe(9.5);
    // Six phones, of which the filler pays 2 for each, and one slot.
    const priced = await decode('- K AO L - AE N AH -', { slotScore: -3 });
    expect(priced.answers[0]?.llr).toBe(6 * 2 - 3);
    // A phone misheard costs the floor, here 4 instead of 10.
    const floored = await decode('- Y AA S -', { floor: -4 });
    expect(floored.answers.find((answer) => answer.intent === 'yes')?.llr).toBe(6 - 4);
  });

  it('keeps within the memory of its start', async () => {
    const decoder = await Decoder.create(graph, { maxRows: 20 });
    const { memoryBytes } = decoder;
    for (let utterance = 0; utterance < 3; utterance++) {
      decoder.push(logitsOf(Array(20).fill('B').join(' ')));
      decoder.finish();
      decoder.reset();
    }
    expect(decoder.memoryBytes).toBe(memoryBytes);
  });

  it('refuses what it cannot take, and is as before', async () => {
    const decoder = await Decoder.create(graph, { maxRows: 4 });
    expect(() => decoder.push(new Float32Array(41))).toThrow(ConfigError);
    expect(() => decoder.push(logitsOf('Y').fill(Number.NaN))).toThrow(/finite logits/);
    expect(decoder.nRows).toBe(0);
    decoder.push(logitsOf('Y EH S -'));
    expect(() => decoder.push(logitsOf('-'))).toThrow(StateError);
    expect(decoder.finish().answers[0]?.intent).toBe('yes');
    expect(() => decoder.finish()).toThrow(StateError);
    expect(() => decoder.push(logitsOf('-'))).toThrow(StateError);
  });

  it.each([
    ['a phone out of range', { ...graph, phone: graph.phone.map(() => 40) }],
    ['a blank as a phone', { ...graph, phone: graph.phone.map(() => 0) }],
    ['a missing phone', { ...graph, phone: graph.phone.subarray(1) }],
    ['an arc to nowhere', { ...graph, arcTo: graph.arcTo.map(() => graph.nStates + 1) }],
    ['offsets that fall', { ...graph, arcStart: graph.arcStart.map((offset, i) => (i === 1 ? 99 : offset)) }],
    ['a label sequence that is not there', { ...graph, labelSequences: [] }],
    ['a label that is not there', { ...graph, labels: [] }],
    ['no states', { ...graph, nStates: 0 }],
  ])('refuses a graph with %s', async (_, wrong) => {
    await expect(Decoder.create(wrong)).rejects.toThrow(ConfigError);
  });

  it.each([
    { beam: 0 },
    { floor: 1 },
    { acousticScale: 0 },
    { phonePenalty: Number.NaN },
    { leadPenalty: -1 },
    { maxRows: 1.5 },
  ])('refuses %o', async (options) => {
    await expect(Decoder.create(graph, options)).rejects.toThrow(ConfigError);
  });
});
