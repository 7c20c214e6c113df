import { describe, expect, it } from 'vitest';
import { fitGivenSlots } from '../../../src/evaluation/fit-intent-maps.js';
import type { SlotTrial } from '../../../src/evaluation/intent-trials.js';

/** Hearings of given values, one speaker each: how far the value is ahead of the filler, of others of the list, of names at large. */
function trial(
  k: number,
  {
    isTarget,
    isListed,
    rival,
    anyName,
  }: { isTarget: boolean; isListed: boolean; rival: number; anyName: number },
): SlotTrial {
  return {
    isTarget,
    isListed,
    isTalk: false,
    group: `speaker ${k}`,
    source: `sentence ${k}`,
    grammar: 'messages',
    joint: { value: 'Anna', fillerLlr: 0, rivalLlr: rival, anyNameLlr: anyName, nHearings: 1 },
  };
}

const jitter = (k: number) => ((k * 7) % 11) - 5;
const right = Array.from({ length: 40 }, (_, k) =>
  trial(k, { isTarget: true, isListed: true, rival: 8 + jitter(k), anyName: Math.min(0, jitter(k)) }),
);
const strangers = Array.from({ length: 40 }, (_, k) =>
  trial(100 + k, { isTarget: false, isListed: false, rival: 5 + jitter(k), anyName: -9 + jitter(k) }),
);
const others = (rival: number) =>
  Array.from({ length: 40 }, (_, k) =>
    trial(200 + k, { isTarget: false, isListed: true, rival: rival + jitter(k), anyName: -2 }),
  );
const alternativesOf = (trials: SlotTrial[]) => fitGivenSlots([trials], [])?.maps[0]?.alternatives;

describe('fits of given slots', () => {
  it('weigh another value by the runner-up alone, and none of them by all, as a tenth and nine', () => {
    const [another, none, ...more] = alternativesOf([...right, ...strangers, ...others(1)]) ?? [];
    expect(more).toEqual([]);
    expect(another).toMatchObject({ share: 0.1, filler: 0, anyName: 0 });
    expect(another?.rival).toBeGreaterThan(0);
    expect(none?.share).toBe(0.9);
    expect(none?.anyName).toBeGreaterThan(0);
  });

  it.each([
    ['that has no trials', [...right, ...strangers]],
    ['that its evidence does not tell from what was right', [...right, ...strangers, ...others(20)]],
  ])('leave out an alternative %s, and the other takes its share', (_, trials) => {
    const fitted = alternativesOf(trials);
    expect(fitted).toHaveLength(1);
    expect(fitted?.[0]?.share).toBe(1);
    expect(fitted?.[0]?.anyName).toBeGreaterThan(0);
  });
});
