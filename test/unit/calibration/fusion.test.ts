import { describe, expect, it } from 'vitest';
import {
  againstAll,
  cllr,
  crossValidatedFusion,
  type FusionTrial,
  fitFusion,
  fusedLlr,
} from '../../../src/calibration/index.js';
import { gaussians } from './simulated-trials.js';

/**
 * Two scores of 200 speakers, four trials each: the first 1 and the second 2 deviations higher with the target, and
 * independent, so that the LLR is s₀ − 0.5 + 2·s₁ − 2.
 */
function twoScores(seed: number, third: (scores: readonly [number, number]) => readonly number[] = () => []) {
  const gaussian = gaussians(seed);
  return Array.from({ length: 800 }, (_, i): FusionTrial => {
    const isTarget = i % 2 === 0;
    const scores = [gaussian() + (isTarget ? 1 : 0), gaussian() + (isTarget ? 2 : 0)] as const;
    return { isTarget, group: `speaker ${i >> 2}`, source: `${i}`, scores: [...scores, ...third(scores)] };
  });
}

describe('fitFusion', () => {
  it('finds what each score is worth', () => {
    const fusion = fitFusion(twoScores(1));
    expect(fusion?.weights[0]).toBeCloseTo(1, 0);
    expect(fusion?.weights[1]).toBeCloseTo(2, 0);
    expect(fusedLlr(fusion as NonNullable<typeof fusion>, [0.5, 1])).toBeCloseTo(0, 0);
  });

  it('gives the identity on LLRs', () => {
    const trials = twoScores(2);
    const fusion = fitFusion(trials) as NonNullable<ReturnType<typeof fitFusion>>;
    const again = fitFusion(trials.map((trial) => ({ ...trial, scores: [fusedLlr(fusion, trial.scores)] })));
    expect(again?.weights[0]).toBeCloseTo(1, 2);
    expect(again?.b).toBeCloseTo(0, 2);
  });

  it('leaves out a score that speaks against the target', () => {
    // The third is the second with noise of its own, turned round.
    const gaussian = gaussians(3);
    const fusion = fitFusion(twoScores(3, ([, second]) => [gaussian() - second]));
    expect(fusion?.weights[2]).toBe(0);
    expect(fusion?.weights[1]).toBeGreaterThan(1.5);
  });

  it('leaves out a score that is always the same', () => {
    const fusion = fitFusion(twoScores(3, () => [7]));
    expect(fusion).toEqual({
      ...fitFusion(twoScores(3)),
      weights: [...(fitFusion(twoScores(3))?.weights ?? []), 0],
    });
  });

  it('finds nothing where no score rises, or a class is missing', () => {
    const trials = twoScores(4);
    expect(fitFusion(trials.map((trial) => ({ ...trial, isTarget: !trial.isTarget })))).toBeNull();
    expect(fitFusion(trials.filter(({ isTarget }) => isTarget))).toBeNull();
    expect(fitFusion([])).toBeNull();
  });
});

describe('againstAll', () => {
  it('adds up the odds against, by their shares', () => {
    expect(againstAll([{ share: 1, llr: 3 }])).toBe(3);
    const two = [
      { share: 0.2, llr: 1 },
      { share: 0.8, llr: 4 },
    ];
    expect(againstAll(two)).toBeCloseTo(-Math.log(0.2 * Math.exp(-1) + 0.8 * Math.exp(-4)), 12);
    // Far apart, and infinite: the least decides.
    expect(againstAll([...two, { share: 0.5, llr: -900 }])).toBeCloseTo(-900 + Math.log(2), 9);
    expect(againstAll([...two, { share: 0.5, llr: Number.NEGATIVE_INFINITY }])).toBe(
      Number.NEGATIVE_INFINITY,
    );
  });
});

describe('crossValidatedFusion', () => {
  it('comes close to the truth on speakers that it did not hear', () => {
    const trials = twoScores(5);
    const costOf = (llrs: readonly number[]) => {
      const of = (isTarget: boolean) => llrs.filter((_, i) => trials[i]?.isTarget === isTarget);
      return cllr({ targets: of(true), nonTargets: of(false) });
    };
    const truth = costOf(trials.map(({ scores: [s0 = 0, s1 = 0] }) => s0 - 0.5 + 2 * s1 - 2));
    const heldOut = costOf(crossValidatedFusion(trials, { nFolds: 10, seed: 0 }));
    expect(heldOut).toBeLessThan(1.05 * truth);
    expect(heldOut).toBeGreaterThan(0.95 * truth);
  });

  it('fits on the trials that it is told to, and tells of all', () => {
    const trials = twoScores(6);
    // The other half says the opposite: a fit on both would find nothing.
    const turned = trials.map((trial) => ({ ...trial, scores: trial.scores.map((score) => -score) }));
    const [nFolds, seed] = [10, 0];
    const llrs = crossValidatedFusion([...trials, ...turned], {
      nFolds,
      seed,
      isFitted: (trial) => trials.includes(trial),
    });
    expect(llrs).toHaveLength(1600);
    expect(llrs.slice(0, 800)).toEqual(crossValidatedFusion(trials, { nFolds, seed }));
  });
});
