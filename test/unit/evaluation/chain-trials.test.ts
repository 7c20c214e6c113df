import { describe, expect, it } from 'vitest';
import { bestGuess, NaiveDialog, type Roles } from '../../../src/dialog/index.js';
import { ChainProbe } from '../../../src/evaluation/chain-trials.js';
import { Guard, type GuardEvent, type TurnFeatures } from '../../../src/guard/index.js';
import type { IntentEvent, IntentSlot } from '../../../src/intent/index.js';
import { nats, properTurn } from '../../support/guard-dialog.js';

const roles: Roles = {
  send: { kind: 'request', act: 'send' },
  call: { kind: 'request', act: 'call' },
  who: { kind: 'answer', slot: 'contact' },
  yes: { kind: 'yes' },
  no: { kind: 'no' },
  sendIt: { kind: 'closed', act: 'send' },
};
const acts = { send: { stake: 'send', slots: ['contact'] }, call: { stake: 'call', slots: ['contact'] } };

const hypothesis = (intent: string | null, llr: number, contact?: string) => ({
  intent,
  llr,
  slots: contact === undefined ? {} : { contact },
  words: [],
  fromRow: 0,
  toRow: 10,
});
/** An utterance that was taken for nothing, with all that it may have been; told otherwise in `change`. */
const utterance = (answers: IntentEvent['answers'], change: Partial<IntentEvent> = {}): IntentEvent => ({
  type: 'intent',
  intent: null,
  slots: {},
  llr: -3,
  fillerLlr: -3,
  rivalLlr: -3,
  probability: 0.1,
  inDomain: true,
  startMs: 0,
  endMs: 900,
  words: [],
  answers: [hypothesis(null, 0), ...answers],
  ...change,
});
const slotOf = (value: string, llr: number): IntentSlot => ({
  value,
  llr,
  fillerLlr: llr,
  rivalLlr: llr,
  candidates: [{ value, behindLlr: 0, fillerLlr: llr }],
  beyondLlr: llr,
  anyNameLlr: null,
  startMs: 0,
  endMs: 900,
});
const sent = (contact: string, llr: number): Partial<IntentEvent> => ({
  intent: 'sendIt',
  llr,
  slots: { contact: slotOf(contact, llr) },
});

const wake: GuardEvent = {
  type: 'wake',
  word: 'alexa',
  startMs: 0,
  endMs: 600,
  atMs: 700,
  evidence: { llr: null, inDomain: null },
};

/** Plays utterances to a probe, each behind the prompt before; gives the counts. */
async function counts(utterances: readonly IntentEvent[], turn: TurnFeatures = properTurn) {
  const probe = new ChainProbe({
    makePolicy: {
      naive: () => new NaiveDialog({ acts: { send: ['contact'], call: ['contact'] } }),
      guard: () => new Guard({ acts }),
    },
    roles,
    act: 'send',
    slots: ['contact'],
    loweredLlr: -40,
  });
  let next: IntentEvent | undefined;
  const listener = probe.listenBy({
    sampleRateHz: 16000,
    push: async () => (next ? [next] : []),
    flush: async () => [],
    listen: async () => {},
  });
  probe.push(wake);
  let nowMs = 700;
  for (next of utterances) {
    await listener.push(new Float32Array(1));
    const span = { startMs: nowMs + 400, endMs: nowMs + 1200, atMs: nowMs + 1500 };
    const asked = probe.push({ type: 'unrecognised', turn, sameVoice: nats(0), ...span });
    nowMs += 1500;
    if (asked.length === 0) continue;
    probe.push({ type: 'prompt', startMs: nowMs, endMs: nowMs + 1000, atMs: nowMs + 1000 });
    nowMs += 1000;
  }
  const { naive, guard } = probe.counts;
  const shares = (of: typeof naive) => Object.values(of).map(({ passed, trials }) => `${passed}/${trials}`);
  return { naive: shares(naive), guard: shares(guard), state: probe.state };
}

const asked = utterance([hypothesis('send', -5)]);
const answered = utterance([hypothesis('who', -5, 'Anna')]);

describe('a chain', () => {
  it('goes on behind what was not recognised: the naive dialog passes it by its best guess, the guard does not', async () => {
    expect(await counts([asked, answered, utterance([hypothesis('yes', -5), hypothesis('no', -6)])])).toEqual(
      {
        naive: ['1/1', '1/1', '1/1'],
        // An answer that was not understood is asked for once more, which counts as passed.
        guard: ['0/1', '1/1', '0/1'],
        state: 'idle',
      },
    );
  });

  it('is passed by no request below the customary threshold, and still goes on; replies have a looser one', async () => {
    const faint = [utterance([hypothesis('send', -20)]), utterance([hypothesis('who', -20, 'Anna')])];
    const { naive } = await counts([...faint, utterance([hypothesis('no', -5), hypothesis('yes', -6)])]);
    expect(naive).toEqual(['0/1', '1/1', '0/1']);
  });

  it('ends where nothing of the grammar follows', async () => {
    expect(await counts([utterance([hypothesis('send', -50)])])).toEqual({
      naive: ['0/1', '0/0', '0/0'],
      guard: ['0/1', '0/0', '0/0'],
      state: 'idle',
    });
  });

  it('takes a request for another act for none, and goes on with the one that it is about', async () => {
    const { naive, state } = await counts([
      utterance([hypothesis('call', -2, 'Bob'), hypothesis('send', -5)]),
    ]);
    expect([naive, state]).toEqual([['0/1', '0/0', '0/0'], 'asking']);
  });

  it('passes the slots where the request names them', async () => {
    const { naive, guard } = await counts([utterance([hypothesis('send', -5, 'Anna')])]);
    expect([naive, guard]).toEqual([
      ['1/1', '1/1', '0/1'],
      ['0/1', '1/1', '0/1'],
    ]);
  });

  it('is passed by the guard on evidence, for each stage by itself', async () => {
    const request = utterance([hypothesis('send', 20)], { intent: 'send', llr: 6 });
    const answer = utterance([hypothesis('who', 20, 'Anna')], {
      intent: 'who',
      llr: 6,
      slots: { contact: slotOf('Anna', 4) },
    });
    const phrase = utterance([hypothesis('sendIt', 20, 'Anna')], sent('Anna', 8));
    expect((await counts([request, answer, phrase])).guard).toEqual(['1/1', '1/1', '1/1']);
    expect((await counts([asked, answered, phrase])).guard).toEqual(['0/1', '1/1', '1/1']);
  });

  it('is not passed by the guard where talk ran through the prompt', async () => {
    const phrase = utterance([hypothesis('sendIt', 20, 'Anna')], sent('Anna', 8));
    const talk = { ...properTurn, speechInPromptMs: 800 };
    expect((await counts([asked, answered, phrase], talk)).guard).toEqual(['0/1', '0/1', '0/1']);
  });

  it('tries the confirmation as a whole: a phrase for somebody else is asked for again', async () => {
    const bob = utterance([hypothesis('sendIt', 20, 'Bob')], sent('Bob', 8));
    const twice = await counts([asked, answered, bob, bob]);
    expect([twice.guard, twice.state]).toEqual([['0/1', '1/1', '1/1'], 'idle']);
    const anna = utterance([hypothesis('sendIt', 20, 'Anna')], sent('Anna', 8));
    expect((await counts([asked, answered, bob, anna])).guard).toEqual(['0/1', '1/1', '0/1']);
  });
});

describe('bestGuess', () => {
  const event = utterance([
    hypothesis('yes', -2),
    hypothesis('send', -9, 'Bob'),
    hypothesis('who', -12, 'Anna'),
  ]);

  it('is the best of what can be said', () => {
    const { intent, slots, llr } = bestGuess(event, ['send', 'call'], -10);
    expect([intent, llr, slots.contact?.value]).toEqual(['send', -9, 'Bob']);
    expect(bestGuess(event, ['who'], -20).slots.contact?.value).toBe('Anna');
  });

  it('is nothing below the threshold, whatever was recognised', () => {
    expect(bestGuess({ ...event, intent: 'who' }, ['who'], -10)).toMatchObject({ intent: null, slots: {} });
  });
});
