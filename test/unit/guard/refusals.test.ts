import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import type { GuardDecision, GuardEvent } from '../../../src/guard/index.js';
import {
  answer,
  asked,
  confirmation,
  guardOf,
  last,
  nats,
  prompt,
  properTurn,
  request,
  run,
  wake,
} from '../../support/guard-dialog.js';

const unmet = (decision: GuardDecision) =>
  decision.conditions.filter(({ met }) => !met).map(({ name }) => name);

describe('Guard, what does not confirm', () => {
  it.each<[string, Parameters<typeof confirmation>[1], string[]]>([
    ['"right"', { reply: { kind: 'yes' } }, ['wording']],
    [
      'another act',
      { reply: { kind: 'closed', act: 'call', slots: { contact: 'Anna' } } },
      ['names the act'],
    ],
    ['nobody', { reply: { kind: 'closed', act: 'send', slots: {} } }, ['names contact']],
    [
      'more than was asked for',
      { reply: { kind: 'closed', act: 'send', slots: { contact: 'Anna', file: 'not asked for' } } },
      ['names file'],
    ],
    ['no silence before', { turn: { ...properTurn, silenceBeforeMs: 299 } }, ['silence before']],
    [
      'talk through the prompt',
      { turn: { ...properTurn, speechInPromptMs: 201 } },
      ['talk through the prompt'],
    ],
    ['another voice over it', { turn: { ...properTurn, otherVoiceMs: 1 } }, ['another voice']],
    ['own playback under it', { turn: { ...properTurn, playbackMs: 1 } }, ['own playback']],
    [
      'unlike the calibration',
      { evidence: { llr: 0, inDomain: false } },
      ['quality within the calibration', 'confirmation by itself, confirmation'],
    ],
    [
      'no calibration',
      { evidence: { llr: 50, inDomain: null } },
      ['quality within the calibration', 'confirmation by itself, confirmation'],
    ],
    ['a doubtful hearing', { evidence: nats(2.3) }, ['confirmation by itself, confirmation']],
    ['said to somebody else', { directedness: nats(-1.7) }, ['directedness by itself, confirmation']],
    ['another speaker', { sameVoice: nats(-1.7) }, ['sameVoice by itself, confirmation']],
  ])('%s', (_, change, missing) => {
    const guard = guardOf();
    const decision = last(guard, [...asked, confirmation(5400, change)]);
    expect([decision.kind, decision.reason]).toEqual(['refuse', 'notConfirmed']);
    expect(unmet(decision).filter((name) => name !== 'all evidence together')).toEqual(missing);
    expect(guard.state).toBe('idle');
  });

  it('unknown surroundings', () => {
    const { turn: _, ...bare } = confirmation();
    expect(unmet(last(guardOf(), [...asked, bare]))).toEqual([
      'silence before',
      'talk through the prompt',
      'another voice',
      'own playback',
    ]);
  });

  it.each<[string, GuardEvent, string]>([
    ['before the prompt has ended', confirmation(4999), 'refuse notConfirmed'],
    ['after the window', confirmation(10_001), 'refuse notConfirmed'],
    ['long after', confirmation(19_000), 'expire noReply'],
    ['"no"', confirmation(5400, { reply: { kind: 'no' } }), 'refuse denied'],
    ['babble', { type: 'unrecognised', startMs: 5400, endMs: 6000, atMs: 6300 }, 'refuse unrecognisedReply'],
    ['another request', request({ startMs: 5400, endMs: 6000, atMs: 6300 }), 'refuse changedUnderWay'],
    ['another person as an answer', answer(5400, { value: 'Bob' }), 'refuse changedUnderWay'],
    ['a second prompt', prompt(7000), 'refuse secondPrompt'],
    ['a press of "cancel"', { type: 'cancel', atMs: 6000 }, 'refuse cancelled'],
  ])('%s', (_, event, outcome) => {
    const guard = guardOf();
    run(guard, asked);
    expect(run(guard, [event])[0]).toBe(outcome);
    expect(run(guard, [confirmation(20_000)])).toEqual(['ignore noChain']);
  });

  it.each<[string, GuardEvent, string]>([
    ['an answer to something else', answer(5400, { slot: 'file' }), 'refuse changedUnderWay'],
    ['another request', request({ startMs: 5400, endMs: 6000, atMs: 6300 }), 'refuse changedUnderWay'],
    ['a confirmation too early', confirmation(), 'refuse changedUnderWay'],
    ['"no"', confirmation(5400, { reply: { kind: 'no' } }), 'refuse denied'],
    ['babble', { type: 'unrecognised', startMs: 5400, endMs: 6000, atMs: 6300 }, 'refuse unrecognisedReply'],
    ['an answer while the prompt plays', answer(4900), 'refuse improperReply'],
  ])('to the question for a slot: %s', (_, event, outcome) => {
    expect(run(guardOf(), [wake(), request({ slots: {} }), prompt(), event]).at(-1)).toBe(outcome);
  });

  it('a confirmation without its prompt, or before it', () => {
    expect(run(guardOf(), [wake(), request(), confirmation()]).at(-1)).toBe('refuse notConfirmed');
    expect(run(guardOf(), [wake(), request(), prompt(4000)]).at(-1)).toBe('refuse outOfOrder');
    expect(run(guardOf(), [wake(), request(), { type: 'time', atMs: 23_301 }]).at(-1)).toBe(
      'expire noPrompt',
    );
  });

  it('a second attempt', () => {
    const first = confirmation(5400, { reply: { kind: 'yes' } });
    expect(run(guardOf(), [...asked, first, confirmation(7000)]).slice(-2)).toEqual([
      'refuse notConfirmed',
      'ignore noChain',
    ]);
  });
});

describe('Guard, disorder', () => {
  it('begins anew with a second wake word, whatever was open', () => {
    const guard = guardOf();
    run(guard, asked);
    expect(run(guard, [wake(5300)])).toEqual(['refuse anotherWake', 'listen wake']);
    expect(run(guard, [confirmation(5400, { atMs: 6800 })])).toEqual(['ignore notAwaited']);
  });

  it('takes two wake words at the same time for one chain', () => {
    expect(run(guardOf(), [wake(), wake(1000, { word: 'computer' }), request()])).toEqual([
      'listen wake',
      'refuse anotherWake',
      'listen wake',
      'ask confirmationNeeded',
    ]);
  });

  it.each<[string, GuardEvent, RegExp]>([
    ['time runs backwards', { type: 'time', atMs: 4999 }, /atMs: expected not before 5000 ms/],
    ['no number', confirmation(5400, { evidence: nats(Number.NaN) }), /event.evidence.llr/],
    [
      'infinite evidence',
      confirmation(5400, { evidence: nats(Number.POSITIVE_INFINITY) }),
      /event.evidence.llr/,
    ],
    ['an end before its start', confirmation(5400, { endMs: 5399 }), /startMs ≤ endMs ≤ atMs/],
    ['the future', confirmation(5400, { atMs: 5500 }), /startMs ≤ endMs ≤ atMs/],
    [
      'a negative silence',
      confirmation(5400, { turn: { ...properTurn, silenceBeforeMs: -1 } }),
      /silenceBeforeMs/,
    ],
    ['no reply', confirmation(5400, { reply: undefined as never }), /reply.kind/],
    ['no such event', { type: 'constructor', atMs: 6000 } as never, /event.type/],
    ['nothing', null as never, /event.type/],
  ])('names the error and disarms: %s', (_, event, message) => {
    const guard = guardOf();
    run(guard, asked);
    expect(() => guard.push(event)).toThrow(ConfigError);
    expect(guard.state).toBe('idle');
    expect(run(guard, [confirmation()])).toEqual(['ignore noChain']);
    run(guard, [wake(8000)]);
    try {
      guard.push(event);
      expect.unreachable();
    } catch (error) {
      expect((error as ConfigError).message).toMatch(event?.type === 'time' ? /not before 8200 ms/ : message);
      expect((error as ConfigError).stateChanged).toBe(true);
    }
  });

  it('starts its clock anew after reset', () => {
    const guard = guardOf();
    run(guard, asked);
    guard.reset();
    expect(guard.state).toBe('idle');
    expect(run(guard, [...asked, confirmation()]).at(-1)).toBe('act confirmed');
  });

  it('says the same for the same events', () => {
    const decisions = () => {
      const guard = guardOf();
      return JSON.stringify([...asked, confirmation()].flatMap((event) => guard.push(event)));
    };
    expect(decisions()).toBe(decisions());
  });
});
