import { describe, expect, it } from 'vitest';
import { type DialogPolicy, NaiveDialog } from '../../../src/dialog/index.js';
import { ChainProbe, CredulousListener } from '../../../src/evaluation/chain-trials.js';
import { Guard, type GuardEvent } from '../../../src/guard/index.js';
import type { IntentEvent } from '../../../src/intent/index.js';
import { properTurn } from '../../support/guard-dialog.js';

const acts = { send: { stake: 'send', slots: ['contact'] } };
const naive = () => new NaiveDialog({ acts: { send: ['contact'] } });
const guard = () => new Guard({ acts });

/** Not recognised, but let through. */
const unheard = { llr: Number.NEGATIVE_INFINITY, inDomain: true };
const heard = { llr: 6, inDomain: true };
const wake: GuardEvent = {
  type: 'wake',
  word: 'alexa',
  startMs: 0,
  endMs: 600,
  atMs: 700,
  evidence: { llr: -5, inDomain: true },
};
const request = (evidence: typeof heard, slots: Record<string, { value: string; evidence: typeof heard }>) =>
  ({ type: 'request', act: 'send', startMs: 900, endMs: 2000, atMs: 2800, evidence, slots }) as const;
const prompt = (atMs: number): GuardEvent => ({ type: 'prompt', startMs: atMs - 1000, endMs: atMs, atMs });
const answer = (evidence: typeof heard): GuardEvent => ({
  type: 'answer',
  slot: 'contact',
  value: 'Anna',
  startMs: 4600,
  endMs: 5200,
  atMs: 6000,
  evidence,
});
const confirmation = (evidence: typeof heard, turn = properTurn): GuardEvent => ({
  type: 'confirmation',
  reply: { kind: 'closed', act: 'send', slots: { contact: 'Anna' } },
  startMs: 7600,
  endMs: 8600,
  atMs: 9400,
  evidence,
  turn,
});

function run(makePolicy: () => DialogPolicy, events: readonly GuardEvent[]) {
  const probe = new ChainProbe(makePolicy);
  for (const event of events) probe.push(event);
  return probe.counts;
}

describe.each([
  ['naive dialog', naive],
  ['guard', guard],
] as const)('a chain of the %s', (_, makePolicy) => {
  it('goes on behind stages that were not passed, and counts them as such', () => {
    const chain = [wake, request(unheard, {}), prompt(4000), answer(unheard), prompt(7000)];
    expect(run(makePolicy, [...chain, confirmation(heard)])).toEqual({
      request: { trials: 1, passed: 0 },
      slots: { trials: 1, passed: 0 },
      confirmation: { trials: 1, passed: 1 },
    });
  });

  it('ends where nothing of the grammar follows', () => {
    expect(run(makePolicy, [wake, { type: 'unrecognised', startMs: 900, endMs: 2000, atMs: 2800 }])).toEqual({
      request: { trials: 1, passed: 0 },
      slots: { trials: 0, passed: 0 },
      confirmation: { trials: 0, passed: 0 },
    });
  });

  it('passes the slots where the request names them', () => {
    const named = request(unheard, { contact: { value: 'Anna', evidence: unheard } });
    const { slots, confirmation: last } = run(makePolicy, [wake, named, prompt(4000)]);
    expect(slots).toEqual({ trials: 1, passed: 1 });
    expect(last).toEqual({ trials: 1, passed: 0 });
  });

  it('counts each chain anew', () => {
    const later = { ...wake, startMs: 60_000, endMs: 60_600, atMs: 60_700 };
    expect(run(makePolicy, [wake, later]).request).toEqual({ trials: 2, passed: 0 });
  });
});

describe('what a stage is passed by', () => {
  it('is what was heard there: the guard wants more than the naive dialog', () => {
    const weak = { llr: 1, inDomain: true };
    const events = [wake, request(weak, {})];
    expect(run(naive, events).request.passed).toBe(1);
    expect(run(guard, events).request.passed).toBe(0);
  });

  it('is not the evidence of the stages before: they count as passed', () => {
    const chain = [wake, request(unheard, {}), prompt(4000), answer(unheard), prompt(7000)];
    const talk = { ...properTurn, silenceBeforeMs: 0, speechInPromptMs: 800 };
    expect(run(guard, [...chain, confirmation(heard, talk)]).confirmation).toEqual({ trials: 1, passed: 0 });
    expect(run(naive, [...chain, confirmation(heard, talk)]).confirmation).toEqual({ trials: 1, passed: 1 });
  });
});

describe('CredulousListener', () => {
  const hypothesis = (intent: string | null, llr: number, slots: Record<string, string> = {}) => ({
    intent,
    llr,
    slots,
    words: [],
    fromRow: 0,
    toRow: 10,
  });
  const event: IntentEvent = {
    type: 'intent',
    intent: null,
    slots: {},
    llr: -3,
    probability: 0.1,
    inDomain: true,
    startMs: 100,
    endMs: 900,
    words: [],
    answers: [
      hypothesis(null, 0),
      hypothesis('yes', -2),
      hypothesis('send', -9, { contact: 'Bob' }),
      hypothesis('who', -12, { contact: 'Anna' }),
    ],
  };
  const roles = {
    send: { kind: 'request', act: 'send' },
    call: { kind: 'request', act: 'call' },
    who: { kind: 'answer', slot: 'contact' },
    yes: { kind: 'yes' },
  } as const;
  const admit = async (state: DialogPolicy['state'], told: IntentEvent, floorLlr = -20) => {
    const inner = {
      sampleRateHz: 16000,
      push: async () => [told],
      flush: async () => [],
      listen: async () => {},
    };
    const listener = new CredulousListener(inner, { state }, roles, 'send', floorLlr);
    const [admitted] = await listener.push(new Float32Array(10));
    return admitted as IntentEvent;
  };

  it('lets the best request through behind a wake word, marked', async () => {
    const { intent, slots, llr } = await admit('awake', event);
    expect([intent, llr, slots.contact?.value, slots.contact?.llr]).toEqual([
      'send',
      Number.NEGATIVE_INFINITY,
      'Bob',
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it('lets the best answer through where a slot is asked for', async () => {
    expect((await admit('asking', event)).slots.contact?.value).toBe('Anna');
  });

  it('changes nothing where a confirmation is awaited', async () => {
    expect(await admit('confirming', event)).toBe(event);
  });

  it('changes nothing that was recognised', async () => {
    const recognised = { ...event, intent: 'send', llr: 4 };
    expect(await admit('awake', recognised)).toBe(recognised);
  });

  it('lets nothing through below its floor', async () => {
    expect((await admit('awake', event, -5)).intent).toBeNull();
  });

  it('takes a request for another act for none', async () => {
    const { answers } = event;
    const call = { ...event, intent: 'call', llr: 4, answers: answers.slice(0, 2) };
    expect((await admit('awake', call)).intent).toBeNull();
  });
});
