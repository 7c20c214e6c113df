import { describe, expect, it } from 'vitest';
import { ConfigError, StateError } from '../../../src/errors.js';
import type { GuardEvent } from '../../../src/guard/index.js';
import { asked, confirmation, guardOf, last, run, wake } from '../../support/guard-dialog.js';

describe('Guard, what it holds', () => {
  const buffer = (name: string, purpose: 'preRoll' | 'message' = 'preRoll') => {
    const samples = Float32Array.of(0.5, -0.5);
    return { samples, handle: { name, purpose, zero: () => void samples.fill(0) } };
  };

  it.each<[string, GuardEvent]>([
    ['a refusal', confirmation(5400, { reply: { kind: 'no' } })],
    ['the end of its time', { type: 'time', atMs: 60_000 }],
    ['another wake word', wake(6000)],
    ['an act', confirmation()],
  ])('is zeroed at %s', (_, event) => {
    const guard = guardOf();
    run(guard, asked);
    const { samples, handle } = buffer('pre-roll');
    guard.hold(handle);
    expect(guard.audit()).toMatchObject([{ name: 'pre-roll', fate: 'held', chain: 1, sinceMs: 5000 }]);
    expect([...samples]).toEqual([0.5, -0.5]);
    run(guard, [event]);
    expect([...samples]).toEqual([0, 0]);
    expect(guard.audit()).toMatchObject([{ fate: 'zeroed', untilMs: event.atMs }]);
  });

  it('is zeroed by an error and by reset', () => {
    const [first, second] = [buffer('first'), buffer('second')];
    const guard = guardOf();
    run(guard, asked);
    guard.hold(first.handle);
    expect(() => guard.push({ type: 'time', atMs: 0 })).toThrow(ConfigError);
    expect([...first.samples]).toEqual([0, 0]);
    run(guard, [wake(8000)]);
    guard.hold(second.handle);
    guard.reset();
    expect([...second.samples]).toEqual([0, 0]);
  });

  it('is nothing without a chain', () => {
    const { samples, handle } = buffer('stray');
    const guard = guardOf();
    guard.hold(handle);
    expect([...samples]).toEqual([0, 0]);
    expect(guard.audit()).toMatchObject([{ fate: 'zeroed', why: 'no chain is open' }]);
  });

  it('is no message before the act, one after it', () => {
    const [early, due, more] = [
      buffer('early', 'message'),
      buffer('due', 'message'),
      buffer('more', 'message'),
    ];
    const guard = guardOf();
    run(guard, asked);
    expect(() => guard.hold(early.handle)).toThrow(StateError);
    run(guard, [confirmation()]);
    guard.hold(due.handle);
    expect(() => guard.hold(more.handle)).toThrow(StateError);
    expect([early, due, more].map(({ samples }) => samples[0])).toEqual([0, 0.5, 0]);
    expect(guard.audit()).toMatchObject([
      { name: 'early', fate: 'zeroed' },
      { name: 'due', fate: 'handedOver', chain: 1, why: '"send" of chain 1 was confirmed' },
      { name: 'more', fate: 'zeroed' },
    ]);
  });

  it('is no message once another chain began', () => {
    const guard = guardOf();
    run(guard, [...asked, confirmation(), wake(9000)]);
    expect(() => guard.hold(buffer('late', 'message').handle)).toThrow(StateError);
  });

  it('names what could not be zeroed, and zeroes the rest', () => {
    const stuck = {
      name: 'stuck',
      purpose: 'utterance' as const,
      zero: () => {
        throw new Error('detached');
      },
    };
    const { samples, handle } = buffer('rest');
    const guard = guardOf();
    run(guard, asked);
    guard.hold(stuck);
    guard.hold(handle);
    const decision = last(guard, [{ type: 'cancel', atMs: 6000 }]);
    expect(decision.notZeroed).toEqual(['stuck']);
    expect([...samples]).toEqual([0, 0]);
    expect(guard.audit()[0]).toMatchObject({ name: 'stuck', fate: 'notZeroed' });
    expect(guard.explain(decision)).toContain('WARNING: the audio "stuck" could not be zeroed');
  });

  it('is listed 256 buffers back', () => {
    const guard = guardOf();
    for (let i = 0; i < 300; i++) guard.hold(buffer(`${i}`).handle);
    expect(guard.audit().map(({ name }) => name)).toEqual(Array.from({ length: 256 }, (_, i) => `${i + 44}`));
  });
});
