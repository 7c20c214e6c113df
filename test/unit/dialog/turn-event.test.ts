import { describe, expect, it } from 'vitest';
import { type DialogPlace, turnEvent } from '../../../src/dialog/index.js';
import type { GuardState } from '../../../src/guard/index.js';
import type { IntentEvent } from '../../../src/intent/index.js';

const roles: DialogPlace['roles'] = {
  send: { kind: 'request', act: 'send message' },
  call: { kind: 'request', act: 'call' },
  who: { kind: 'answer', slot: 'contact' },
};
const span = { startMs: 100, endMs: 900 };
const said = (intent: string, names: Readonly<Record<string, string>>): IntentEvent => ({
  type: 'intent',
  intent,
  slots: Object.fromEntries(
    Object.entries(names).map(([slot, value]) => [
      slot,
      { value, llr: 3, fillerLlr: 5, rivalLlr: 4, candidates: [], beyondLlr: 4, anyNameLlr: null, ...span },
    ]),
  ),
  llr: 6,
  fillerLlr: 9,
  rivalLlr: 8,
  probability: 0.9,
  inDomain: true,
  words: [],
  answers: [],
  ...span,
});
const heard = { ...span, atMs: 1000, turn: {}, sameVoice: { llr: 0, inDomain: true } };
const eventIn = (state: GuardState, event: IntentEvent, act: string | null = 'send message') =>
  turnEvent(event, heard as Parameters<typeof turnEvent>[1], { roles, state, act });
const anna = { value: 'Anna', evidence: { llr: 3, inDomain: true } };

describe('turnEvent, where the guard asks whom it is for', () => {
  it('takes the request, said once more with the name, for the answer', () => {
    expect(eventIn('asking', said('send', { contact: 'Anna' }))).toMatchObject({
      type: 'answer',
      slot: 'contact',
      ...anna,
    });
    expect(eventIn('asking', said('who', { contact: 'Anna' }))).toMatchObject({ type: 'answer', ...anna });
  });

  it.each([
    ['for another act', said('call', { contact: 'Anna' })],
    ['with more than a name', said('send', { contact: 'Anna', device: 'phone' })],
  ])('leaves a request %s what it is', (_, event) => {
    expect(eventIn('asking', event)).toMatchObject({ type: 'request' });
  });

  it('takes the request, said once more without the name, for no answer', () => {
    expect(eventIn('asking', said('send', {}))).toMatchObject({ type: 'unrecognised' });
    expect(eventIn('asking', said('call', {}))).toMatchObject({ type: 'request' });
  });

  it('leaves a request what it is where nothing was asked', () => {
    expect(eventIn('awake', said('send', { contact: 'Anna' }), null)).toMatchObject({
      type: 'request',
      act: 'send message',
      slots: { contact: anna },
    });
  });
});
