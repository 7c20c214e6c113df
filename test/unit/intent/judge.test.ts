import { describe, expect, it } from 'vitest';
import type { Answer, Decoding } from '../../../src/decoding/index.js';
import { judge } from '../../../src/intent/judge.js';

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
const facts = { toMs: (row: number) => 30 * row, audio: () => new Float32Array() };
const settings = { threshold: 0, prior: 0.5 };
const awaited = new Set(['closed', 'no']);

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
});
