import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import {
  type ChainCounts,
  chainFigures,
  chainRate,
  formatChainRate,
} from '../../../src/evaluation/chain-rate.js';
import { clopperPearsonUpper } from '../../../src/evaluation/clopper-pearson.js';
import { poissonInterval, poissonUpper } from '../../../src/evaluation/intervals.js';

describe('clopperPearsonUpper', () => {
  it.each([
    // Nothing passed: (1 − p)^n = error.
    [0, 1, 0.05, 0.95],
    [0, 300, 0.05, 1 - 0.05 ** (1 / 300)],
    // One of two: 1 − p² = error.
    [1, 2, 0.05, Math.sqrt(0.95)],
    // All but one of three: 1 − p³ = error.
    [2, 3, 0.1, Math.cbrt(0.9)],
    // Everything passed, or nothing was tried.
    [4, 4, 0.05, 1],
    [0, 0, 0.05, 1],
  ])('%i of %i at an error of %f is %f', (passed, trials, error, upper) => {
    expect(clopperPearsonUpper(passed, trials, error)).toBeCloseTo(upper, 12);
  });

  it('is where the binomial sum is the error', () => {
    const counts = fc
      .integer({ min: 1, max: 400 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.constant(n)));
    fc.assert(
      fc.property(counts, fc.double({ min: 1e-4, max: 0.5, noNaN: true }), ([passed, trials], error) => {
        const p = clopperPearsonUpper(passed, trials, error);
        let [sum, choose] = [0, 0];
        for (let i = 0; i <= passed; i++) {
          sum += Math.exp(choose + i * Math.log(p) + (trials - i) * Math.log1p(-p));
          choose += Math.log((trials - i) / (i + 1));
        }
        expect(sum / error).toBeCloseTo(1, 6);
      }),
    );
  });

  it('meets the Poisson bound where passes are rare', () => {
    // 3 of a million: both models give the same mean, to the millionth.
    expect(clopperPearsonUpper(3, 1_000_000, 0.05) * 1e6).toBeCloseTo(poissonUpper(3, 0.05), 4);
  });

  it.each([
    [-1, 3, 0.05],
    [4, 3, 0.05],
    [0.5, 3, 0.05],
    [1, Number.NaN, 0.05],
    [1, 3, 0],
    [1, 3, 1],
  ])('refuses %d of %d at %d', (passed, trials, error) => {
    expect(() => clopperPearsonUpper(passed, trials, error)).toThrow(ConfigError);
  });
});

describe('poissonUpper', () => {
  it('is −ln error for no events, however small the error', () => {
    expect(poissonUpper(0, 0.05)).toBeCloseTo(Math.log(20), 9);
    expect(poissonUpper(0, 1e-12)).toBeCloseTo(12 * Math.log(10), 6);
  });

  it('is the upper end of the two-sided interval at half its error', () => {
    // 12 digits: 1 − 0.95 is not exactly 2 · 0.025.
    expect(poissonUpper(7, 0.025)).toBeCloseTo(poissonInterval(7)[1], 12);
  });
});

describe('chainFigures', () => {
  it('is the arithmetic that one does by hand', () => {
    // 0.259 false wakes an hour, 4 h a day: 378.14 a year. Π = 0.0001, min = 0.02.
    const figures = chainFigures(0.259 * 4 * 365, [0.02, 0.1, 0.05], 0.05);
    expect(figures.independent).toBeCloseTo(0.037814, 9);
    expect(figures.beta).toBeCloseTo(378.14 * (0.05 * 0.02 + 0.95 * 0.0001), 9);
    expect(figures.frechet).toBeCloseTo(7.5628, 9);
  });

  it('is the wakes themselves where no stage follows', () => {
    expect(chainFigures(10, [], 0.05)).toEqual({ independent: 10, beta: 10, frechet: 10 });
  });

  it('is in order for all stages and shares', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { maxLength: 6 }), share, (passes, beta) => {
        const { independent, beta: headline, frechet } = chainFigures(1, passes, beta);
        expect(independent).toBeLessThanOrEqual(headline + 1e-15);
        expect(headline).toBeLessThanOrEqual(frechet + 1e-15);
      }),
    );
  });
});

/** 2 false wakes in 10 h; of 100 false wakes at a lowered threshold 10 gave the intent, of those 10 one the name. */
const counts: ChainCounts = {
  name: 'naive dialog',
  corpus: 'dinner talk',
  hours: 10,
  falseWakes: 2,
  stages: [
    { stage: 'intent', passed: 10, trials: 100, reachedAt: 'at wake threshold 2' },
    { stage: 'slot', passed: 1, trials: 10 },
  ],
};

describe('chainRate', () => {
  it('splits the error and multiplies out', () => {
    const rate = chainRate(counts, { beta: 0.05 });
    expect(rate.errorPerStage).toBeCloseTo(0.05 / 3, 12);
    expect(rate.falseWakesPerHourUpper).toBeCloseTo(poissonUpper(2, 0.05 / 3) / 10, 12);
    const [intent, slot] = rate.stages.map(({ upper }) => upper) as [number, number];
    expect(intent).toBe(clopperPearsonUpper(10, 100, 0.05 / 3));
    expect(slot).toBe(clopperPearsonUpper(1, 10, 0.05 / 3));
    const wakes = rate.falseWakesPerHourUpper * 4 * 365;
    expect(rate.upper.beta).toBeCloseTo(wakes * (0.05 * intent + 0.95 * intent * slot), 9);
    // Observed: 0.2/h is 292 a year; 0.1 · 0.1 = 0.01, min 0.1.
    expect(rate.observed.independent).toBeCloseTo(2.92, 9);
    expect(rate.observed.beta).toBeCloseTo(292 * (0.005 + 0.0095), 9);
    expect(rate.observed.frechet).toBeCloseTo(29.2, 9);
  });

  it('grows with hours of talk a day, and with β', () => {
    const at = (beta: number, talkHoursPerDay: number) =>
      chainRate(counts, { beta, talkHoursPerDay }).upper.beta;
    expect(at(0.05, 8)).toBeCloseTo(2 * at(0.05, 4), 9);
    expect(at(0.1, 4)).toBeGreaterThan(at(0.05, 4));
  });

  it('covers: bounds of the simulated chain are too low in at most 5 % of studies', () => {
    // A study: Poisson wakes at 0.3/h in 20 h, 40 trials at 0.2, 15 at 0.3; by inverse sums, seed fixed.
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) / 2 ** 24;
    };
    const passes = (n: number, p: number) => Array.from({ length: n }, random).filter((x) => x < p).length;
    const wakes = (mean: number) => {
      let n = -1;
      for (let left = 1; left > Math.exp(-mean); left *= random()) n++;
      return n;
    };
    const truth = chainFigures(0.3 * 4 * 365, [0.2, 0.3], 0.1);
    let nTooLow = 0;
    for (let study = 0; study < 400; study++) {
      const { upper } = chainRate(
        {
          ...counts,
          hours: 20,
          falseWakes: wakes(6),
          stages: [
            { stage: 'intent', passed: passes(40, 0.2), trials: 40 },
            { stage: 'slot', passed: passes(15, 0.3), trials: 15 },
          ],
        },
        { beta: 0.1 },
      );
      if (upper.beta < truth.beta) nTooLow++;
    }
    expect(nTooLow).toBeLessThanOrEqual(20);
  });

  it('says what it cannot carry', () => {
    const poor: ChainCounts = {
      ...counts,
      falseWakes: 0,
      stages: [
        { stage: 'intent', passed: 0, trials: 50 },
        { stage: 'slot', passed: 0, trials: 0 },
      ],
    };
    const { limits, stages } = chainRate(poor, { beta: 0.05 });
    expect(stages[1]?.upper).toBe(1);
    expect(limits).toEqual([
      'no false wake in 10.0 h: the wake rate is bounded by the hours alone',
      // ln(0.05 / 3) / ln 0.99 = 407.4
      'no pass of intent in 50 trials: bounded by their number alone; 408 without a pass would show 1 %',
      'nothing reached slot: it is taken as always passed',
      'β = 0.05 is an assumption unless it was measured; trials are taken as independent',
    ]);
  });

  it('says when only another kind of evidence helps', () => {
    const good = { passed: 0, trials: 100_000 };
    const { limits } = chainRate(
      {
        ...counts,
        stages: [
          { stage: 'intent', ...good },
          { stage: 'confirmation', ...good },
        ],
      },
      { beta: 0.05 },
    );
    expect(limits.join()).toContain('the common cause governs');
    expect(chainRate(counts, { beta: 0.0001 }).limits.join()).not.toContain('the common cause governs');
  });

  it.each<[string, Partial<ChainCounts>, { beta?: number; talkHoursPerDay?: number }]>([
    ['no hours', { hours: 0 }, {}],
    ['half a wake', { falseWakes: 0.5 }, {}],
    ['more passes than trials', { stages: [{ stage: 'intent', passed: 2, trials: 1 }] }, {}],
    ['25 hours a day', {}, { talkHoursPerDay: 25 }],
    ['β of 2', {}, { beta: 2 }],
  ])('refuses %s', (_, change, assumptions) => {
    expect(() => chainRate({ ...counts, ...change }, { beta: 0.05, ...assumptions })).toThrow(ConfigError);
  });
});

describe('formatChainRate', () => {
  it('prints bounds rounded up, with all that they hang on', () => {
    const rate = chainRate(counts, { beta: 0.05 });
    const upper = { beta: 0.4101, independent: 0.038, frechet: 7.56 };
    expect(formatChainRate({ ...rate, upper })).toBe(
      'naive dialog: at most 0.42 unintended sends per device-year, 95 %, over 10.0 h of corpus dinner talk, ' +
        'β = 0.05 (independent 0.038, worst case 7.6)',
    );
    expect(
      formatChainRate({ ...rate, upper: { beta: 12_345, independent: 0.41, frechet: 0 } }, 'calls'),
    ).toContain(
      'at most 13000 calls per device-year, 95 %, over 10.0 h of corpus dinner talk, β = 0.05 (independent 0.41, worst case 0)',
    );
  });
});
