import { describe, expect, it } from 'vitest';
import type { Answer, Decoding, SlotEvidence } from '../../../src/decoding/index.js';
import type { IntentCalibration } from '../../../src/intent/index.js';
import { type Expectation, judge } from '../../../src/intent/judge.js';

const answer = (intent: string | null, llr: number): Answer => ({
  intent,
  slots: {},
  words: [],
  llr,
  fromRow: 1,
  toRow: 4,
});
/** The best is told first, whatever the others have. */
const decodingOf = (...intents: Record<string, number>[]): Decoding => {
  const answers = intents.flatMap((one) => Object.entries(one).map(([intent, llr]) => answer(intent, llr)));
  const sorted = [...answers].sort((a, b) => b.llr - a.llr);
  return {
    answers: [...sorted, answer(null, 0)],
    best: answers[0] ?? null,
    slots: {},
    intents: sorted.map(({ intent, llr }) => ({ intent: intent as string, llr })),
    nRows: 5,
  };
};
const slotMap = (weight: number, anyName: number, b: number) => ({
  alternatives: [{ share: 1, filler: weight, rival: weight, anyName, b }],
  rivalMost: 10,
  cap: [-20, 20] as [number, number],
});
const calibration: IntentCalibration = {
  schema: 'wakeproof-intent-calibration/5',
  model: { sha256: '' },
  intent: { a: 1, b: 0, cap: [-20, 20] },
  slot: [slotMap(1, 0, -2), slotMap(2, 0, 1)],
  givenSlot: [slotMap(1, 0.5, -2)],
  domain: { snrDb: [0, 40], levelDbfs: [-100, 0] },
};
/** A slot's values, each with how far it is behind and what it has against the filler. */
const slot = (
  values: [string, number, number][],
  beyondLlr: number,
  anyNameLlr: number | null = null,
): SlotEvidence => ({
  candidates: values.map(([value, behindLlr, fillerLlr]) => ({
    value,
    behindLlr,
    fillerLlr,
    fromRow: 2,
    toRow: 3,
  })) as unknown as SlotEvidence['candidates'],
  beyondLlr,
  anyNameLlr,
});
const facts = { toMs: (row: number) => 30 * row, audio: () => new Float32Array() };
const settings = { threshold: 0, prior: 0.5 };
const awaited: Expectation = { awaited: new Set(['closed', 'no']), heard: [] };

describe('judge', () => {
  it('weighs an awaited intent against the next awaited one alone', () => {
    const event = judge(decodingOf({ closed: 11 }, { send: 9, no: -4 }), facts, null, settings, awaited);
    expect(event).toMatchObject({ intent: 'closed', fillerLlr: 11, rivalLlr: 15, llr: 11 });
  });

  it('weighs it against any that is heard better too, so that being awaited is no evidence', () => {
    const event = judge(decodingOf({ closed: 11 }, { send: 13, no: -4 }), facts, null, settings, awaited);
    expect(event).toMatchObject({ intent: null, rivalLlr: -2, llr: -2 });
    const loose = judge(
      decodingOf({ closed: 11 }, { send: 13 }),
      facts,
      null,
      { ...settings, threshold: -5 },
      awaited,
    );
    expect(loose.intent).toBe('closed');
  });

  it('weighs against all where none is awaited, and tells nothing where nothing fits', () => {
    expect(judge(decodingOf({ send: 13 }, { closed: 11 }), facts, null, settings)).toMatchObject({
      rivalLlr: 2,
    });
    expect(judge(decodingOf(), facts, null, settings, awaited)).toMatchObject({
      intent: null,
      llr: Number.NEGATIVE_INFINITY,
    });
  });

  it('tells what is expected from so much less evidence as its odds are higher', () => {
    const heard = (llr: number, prior?: number) =>
      judge(decodingOf({ closed: llr }), facts, null, settings, { ...awaited, prior }).intent;
    expect(heard(-1)).toBeNull();
    // Odds of 10 to 1 are worth ln 10 nats, 2.3.
    expect(heard(-2.2, 10 / 11)).toBe('closed');
    expect(heard(-2.4, 10 / 11)).toBeNull();
  });

  it('asks for the quality of the sound up to where the command ends, not the utterance', () => {
    const ends: number[] = [];
    const audio = (endMs: number) => {
      ends.push(endMs);
      return new Float32Array();
    };
    judge(decodingOf({ closed: 11 }), { ...facts, audio }, calibration, settings);
    judge(decodingOf({ closed: -11 }), { ...facts, audio }, calibration, settings);
    expect(ends).toEqual([120, 150]);
  });

  it('tells the value that a slot has by all hearings of it, and what it is worth by all', () => {
    const decoding: Decoding = {
      ...decodingOf({ closed: 11 }),
      slots: {
        contact: slot(
          [
            ['Bob', 0, 3],
            ['Anna', 1, 2],
          ],
          8,
        ),
      },
    };
    const first = {
      slots: {
        contact: slot(
          [
            ['Anna', 0, 4],
            ['Bob', 5, 1],
          ],
          9,
        ),
      },
    };
    const { contact } = judge(decoding, facts, calibration, settings, {
      awaited: null,
      heard: [first],
    }).slots;
    // Anna is 1 behind here and 5 ahead there, so 4 ahead; what there were besides is 17 behind.
    expect(contact).toMatchObject({ value: 'Anna', fillerLlr: 6, rivalLlr: 4, startMs: 60, endMs: 90 });
    // By the map of what is heard again, of the mean of both: 2·(6 + 4)/2 + 1.
    expect(contact?.llr).toBeCloseTo(11);
    expect(contact?.candidates.map(({ value }) => value)).toEqual(['Bob', 'Anna']);
    // Three are weighed by the map of two, which is the last: the mean of them is 10 against the filler, and 3 ahead of Bob.
    const thrice = judge(decoding, facts, calibration, settings, { awaited: null, heard: [first, first] });
    expect(thrice.slots.contact).toMatchObject({ value: 'Anna', fillerLlr: 10, rivalLlr: 9 });
    expect(thrice.slots.contact?.llr).toBeCloseTo(2 * (10 / 3 + 9 / 3) + 1);
    const alone = judge(decoding, facts, calibration, settings).slots.contact;
    expect(alone).toMatchObject({ value: 'Bob', fillerLlr: 3, rivalLlr: 1, llr: 2 });
  });

  it('weighs what is given at run time by its own map, names of people at large among it', () => {
    const decoding = (anyNameLlr: number) => ({
      ...decodingOf({ closed: 11 }),
      slots: { contact: slot([['Bob', 0, 3]], 4, anyNameLlr) },
    });
    const told = (anyNameLlr: number, before: number[] = []) => {
      const heard = before.map((llr) => ({ slots: { contact: slot([['Bob', 0, 3]], 4, llr) } }));
      const { contact } = judge(decoding(anyNameLlr), facts, calibration, settings, {
        awaited: null,
        heard,
      }).slots;
      return [contact?.anyNameLlr, contact?.llr];
    };
    expect(told(-6)).toEqual([-6, 3 + 4 - 3 - 2]);
    // To be ahead of them all is no more than to be none of them.
    expect(told(8)).toEqual([8, 3 + 4 - 2]);
    // Nothing was heard twice where it was fitted: the mean counts, by the map of one hearing.
    expect(told(-6, [-2])).toEqual([-6, 3 + 4 - 2 - 2]);
  });

  it('adds up the odds of another value and of none of them: what speaks against one does not make up for the other', () => {
    const anotherValue = { share: 0.25, filler: 0, rival: 1, anyName: 0, b: 0 };
    const noneOfThem = { share: 0.75, filler: 0, rival: 0, anyName: 1, b: 2 };
    const once = { ...slotMap(1, 0, 0), alternatives: [anotherValue, noneOfThem] };
    const told = (rivalLlr: number, anyNameLlr: number) => {
      const slots = { contact: slot([['Bob', 0, 0]], rivalLlr, anyNameLlr) };
      const own = { ...calibration, givenSlot: [once] };
      return judge({ ...decodingOf({ closed: 11 }), slots }, facts, own, settings).slots.contact?.llr;
    };
    // −ln(0.25·e^−4 + 0.75·e^−(2 − 3))
    expect(told(4, -3)).toBeCloseTo(-Math.log(0.25 * Math.exp(-4) + 0.75 * Math.E));
    expect(told(10, -3)).toBeCloseTo(-Math.log(0.75 * Math.E), 3);
    expect(told(-5, 0)).toBeLessThan(-3.6);
  });
});
