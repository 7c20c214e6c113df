import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bayesErrorCurve,
  cllr,
  detectionCost,
  minCllr,
  reliability,
  stakeClasses,
} from '../../../src/calibration/index.js';

const ln = Math.log;

describe('cllr', () => {
  it('is one bit for saying nothing, nought for certainty that is right, infinite for certainty that is wrong', () => {
    expect(cllr({ targets: [0, 0, 0], nonTargets: [0] })).toBe(1);
    expect(cllr({ targets: [Infinity], nonTargets: [-Infinity] })).toBe(0);
    expect(cllr({ targets: [-Infinity, 9], nonTargets: [-9] })).toBe(Infinity);
  });

  it('is countable by hand', () => {
    // Targets at odds 3 and 1, non-targets at odds 1/3: log2(1 + 1/3), log2(2), log2(1 + 1/3).
    const expected = 0.5 * ((Math.log2(4 / 3) + 1) / 2 + Math.log2(4 / 3));
    expect(cllr({ targets: [ln(3), 0], nonTargets: [-ln(3), -ln(3)] })).toBeCloseTo(expected, 12);
  });

  it('is finite far out, where e^x overflows', () => {
    expect(cllr({ targets: [-1000], nonTargets: [-1000] })).toBeCloseTo(500 / ln(2), 9);
  });
});

describe('minCllr', () => {
  it('pools adjacent violators', () => {
    // score        1  2  3  4  5  6
    // truth        n  n  t  n  t  t     PAV pools 3 and 4 (t before n): shares 0 0 ½ ½ 1 1
    const scores = { targets: [3, 5, 6], nonTargets: [1, 2, 4] };
    // Each class: one of three trials at LLR 0, which costs one bit.
    expect(minCllr(scores)).toBeCloseTo(0.5 * (1 / 3 + 1 / 3), 12);
  });

  it('is one bit where all scores are equal, and nought where the classes separate', () => {
    expect(minCllr({ targets: [2, 2], nonTargets: [2, 2, 2] })).toBeCloseTo(1, 12);
    expect(minCllr({ targets: [3, 4], nonTargets: [1, 2] })).toBe(0);
  });

  it('never exceeds Cllr, and does not change under a monotone map', () => {
    const llrs = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(llrs, llrs, (targets, nonTargets) => {
        const minimum = minCllr({ targets, nonTargets });
        expect(minimum).toBeLessThanOrEqual(cllr({ targets, nonTargets }) + 1e-12);
        const curved = (x: number): number => Math.fround(x) ** 3 + 5;
        const rounded = { targets: targets.map(Math.fround), nonTargets: nonTargets.map(Math.fround) };
        const mapped = { targets: targets.map(curved), nonTargets: nonTargets.map(curved) };
        // A cube can make two tiny scores equal (underflow against 5), which only pools more.
        expect(minCllr(mapped)).toBeGreaterThanOrEqual(minCllr(rounded) - 1e-12);
      }),
    );
  });
});

describe('detectionCost', () => {
  // llr          -3 -1  0  1  2  4        equal costs, prior ½: threshold 0
  // truth         n  t  n  n  t  t        misses: t at −1; false accepts: n at 0 and at 1
  const llrs = { targets: [-1, 2, 4], nonTargets: [-3, 0, 1] };

  it('counts misses and false accepts at the Bayes threshold', () => {
    const cost = detectionCost(llrs, { prior: 0.5, costMiss: 1, costFalseAccept: 1 });
    expect(cost).toMatchObject({ threshold: 0, nMisses: 1, nFalseAccepts: 2 });
    expect(cost.actual).toBeCloseTo((0.5 / 3 + (0.5 * 2) / 3) / 0.5, 12);
    // Best in hindsight: between 1 and 2, one miss and no false accept.
    expect(cost.minimum).toBeCloseTo(1 / 3, 12);
  });

  it('weighs a false accept by its cost', () => {
    const stake = { prior: 0.5, costMiss: 1, costFalseAccept: 100 };
    const cost = detectionCost(llrs, stake);
    // Threshold ln 100 = 4.6: all missed, as never acting would.
    expect(cost).toMatchObject({ nMisses: 3, nFalseAccepts: 0 });
    expect(cost.actual).toBeCloseTo(1, 12);
    expect(cost.minimum).toBeCloseTo(1 / 3, 12);
  });

  it('is never below its minimum, at any stake', () => {
    for (const stake of stakeClasses) {
      const { actual, minimum } = detectionCost(llrs, { ...stake, prior: 1 / 360 });
      expect(actual).toBeGreaterThanOrEqual(minimum);
    }
  });

  it('draws the normalised Bayes-error curve, 1 where the prior decides alone', () => {
    const points = bayesErrorCurve(llrs, [-20, 0, 20]);
    expect(points.map((point) => point.priorLogOdds)).toEqual([-20, 0, 20]);
    expect(points[0]?.actual).toBeCloseTo(1, 9);
    expect(points[1]?.actual).toBeCloseTo(1, 9);
    expect(points[1]?.minimum).toBeCloseTo(1 / 3, 9);
    expect(points[2]?.actual).toBeCloseTo(1, 9);
    // Accepting from −1 up misses nothing and rejects one non-target of three, which no prior alone does.
    expect(points[2]?.minimum).toBeCloseTo(2 / 3, 9);
  });
});

describe('reliability', () => {
  it('is countable by hand', () => {
    // Claim ¾ for three targets and one non-target of four each: in the bin of ¾ the weights are ⅜ and ⅛, so ¾ came
    // true; claim ¼ for one target and three non-targets: so did ¼.
    const llrs = { targets: [ln(3), ln(3), ln(3), -ln(3)], nonTargets: [ln(3), -ln(3), -ln(3), -ln(3)] };
    const { ece, brier, bins } = reliability(llrs, 0.5, 2);
    expect(ece).toBeCloseTo(0, 12);
    expect(brier).toBeCloseTo(0.75 * 0.0625 + 0.25 * 0.5625, 12);
    expect(bins).toMatchObject([
      { from: 0, to: 0.5, nTargets: 1, nNonTargets: 3 },
      { from: 0.5, to: 1, nTargets: 3, nNonTargets: 1 },
    ]);
    expect(bins[1]?.claimed).toBeCloseTo(0.75, 12);
    expect(bins[1]?.observed).toBeCloseTo(0.75, 12);
  });

  it('finds claims that are too bold', () => {
    // Claims 0.9 where ½ comes true: off by 0.4 everywhere.
    const { ece, bins } = reliability({ targets: [ln(9)], nonTargets: [ln(9)] });
    expect(ece).toBeCloseTo(0.4, 12);
    expect(bins.filter((bin) => bin.claimed !== null)).toHaveLength(1);
  });

  it('weighs trials to the prior, whatever their number', () => {
    const few = reliability({ targets: [0], nonTargets: [0] }, 0.01);
    const many = reliability({ targets: [0, 0, 0], nonTargets: [0, 0, 0, 0, 0] }, 0.01);
    expect(few.ece).toBeCloseTo(0, 12);
    expect(many.ece).toBeCloseTo(few.ece, 12);
    expect(many.brier).toBeCloseTo(0.01 * 0.99, 12);
  });

  it('puts certainty into the last bin', () => {
    const { bins } = reliability({ targets: [Infinity], nonTargets: [-Infinity] });
    expect(bins.at(-1)?.nTargets).toBe(1);
    expect(bins[0]?.nNonTargets).toBe(1);
  });
});
