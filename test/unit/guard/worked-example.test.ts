import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ChainCounts, chainRate, formatChainRate } from '../../../src/evaluation/chain-rate.js';
import {
  answer,
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

/** docs/guard.md works one example through; all that it quotes is made here. */
const manual = readFileSync(new URL('../../../docs/guard.md', import.meta.url), 'utf8');

const overheard = [
  wake(1000, { evidence: nats(6.9) }),
  request({ slots: {}, evidence: nats(3.5) }),
  prompt(5000),
  answer(5400, { evidence: nats(3.5) }),
  prompt(8000),
];
const right = { reply: { kind: 'yes' } as const, evidence: nats(4.9) };
const meant = [
  wake(1000, { evidence: nats(8.1) }),
  request({ evidence: nats(6), slots: { contact: { value: 'Anna', evidence: nats(4.8) } } }),
  prompt(5000),
  confirmation(5400, { evidence: nats(8.7) }),
];

const counts = (name: string, nTrials: number, passed: number): ChainCounts => ({
  name,
  corpus: 'example',
  hours: 25,
  falseWakes: 5,
  stages: [
    { stage: 'intent', passed: 8, trials: 200 },
    { stage: 'slot', passed: 30, trials: 150 },
    { stage: 'confirmation', passed, trials: nTrials },
  ],
});

describe('The worked example of docs/guard.md', () => {
  it('asks at the same places as the device in Portland did', () => {
    expect(run(guardOf(), overheard)).toEqual([
      'listen wake',
      'ask slotMissing',
      'listen promptOver',
      'ask confirmationNeeded',
      'listen promptOver',
    ]);
  });

  it('refuses "right", for its words and for the evidence', () => {
    const decision = last(guardOf(), [...overheard, confirmation(8400, right)]);
    expect(decision.kind).toBe('refuse');
    expect(manual).toContain(guardOf().explain(decision));
  });

  it('refuses it for the talk alone', () => {
    const turn = { ...properTurn, silenceBeforeMs: 0, speechInPromptMs: 900 };
    const decision = last(guardOf(), [...overheard.slice(0, 3), answer(5400, { turn })]);
    expect(decision.reason).toBe('improperReply');
  });

  it('sends what is meant', () => {
    const decision = last(guardOf(), meant);
    expect(decision.kind).toBe('act');
    expect(manual).toContain(guardOf().explain(decision));
  });

  it.each([
    ['naive dialog', 120, 24],
    ['guard', 3000, 0],
  ])('bounds the %s', (name, nTrials, passed) => {
    const text = formatChainRate(chainRate(counts(name, nTrials, passed), { beta: 0.05 }));
    expect(manual.replaceAll('\n', ' ').replaceAll(/ +/g, ' ')).toContain(text);
  });
});
