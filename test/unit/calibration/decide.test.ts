import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bayesThreshold,
  decide,
  defaultPrior,
  priorPerStretch,
  stakeClasses,
} from '../../../src/calibration/index.js';
import { ConfigError } from '../../../src/errors.js';

describe('decide', () => {
  it('acts from the Bayes threshold on', () => {
    const stakes = { prior: 0.5, costFalseAccept: 100, costMiss: 1 };
    expect(bayesThreshold(stakes)).toBeCloseTo(Math.log(100), 12);
    expect(decide(4.6, stakes).act).toBe(false);
    expect(decide(4.7, stakes).act).toBe(true);
  });

  it('has the lower expected cost, whatever the stakes', () => {
    const cost = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 20, noNaN: true }),
        fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
        cost,
        cost,
        (llr, prior, costFalseAccept, costMiss) => {
          const odds = (Math.exp(llr) * prior) / (1 - prior);
          const riskOfActing = costFalseAccept / (1 + odds);
          const riskOfWaiting = (costMiss * odds) / (1 + odds);
          fc.pre(Math.abs(riskOfActing / riskOfWaiting - 1) > 1e-9);
          expect(decide(llr, { prior, costFalseAccept, costMiss }).act).toBe(riskOfActing < riskOfWaiting);
        },
      ),
    );
  });

  it('needs more evidence the higher the stake', () => {
    const thresholds = stakeClasses.map((stake) => bayesThreshold({ ...stake, prior: defaultPrior }));
    expect(thresholds).toEqual(thresholds.toSorted((p, q) => p - q));
    expect(thresholds[0]).toBeCloseTo(Math.log(359), 12);
  });

  it('refuses what is no prior and no cost', () => {
    expect(() => decide(0, { prior: 0, costFalseAccept: 1, costMiss: 1 })).toThrow(ConfigError);
    expect(() => decide(0, { prior: 1, costFalseAccept: 1, costMiss: 1 })).toThrow(ConfigError);
    expect(() => decide(0, { prior: 0.5, costFalseAccept: 0, costMiss: 1 })).toThrow(/costFalseAccept/);
    expect(() => decide(Number.NaN, { prior: 0.5, costFalseAccept: 1, costMiss: 1 })).toThrow(/llr/);
  });
});

describe('the worked example of docs/calibration.md', () => {
  it('acts on a lamp, and neither calls nor sends', () => {
    const odds = Math.exp(7.2) / 359;
    expect(odds / (1 + odds)).toBeCloseTo(0.79, 2);
    const decisions = stakeClasses.map((stake) => decide(7.2, { ...stake, prior: defaultPrior }));
    expect(decisions.map(({ act }) => act)).toEqual([true, false, false]);
    expect(decisions.map(({ threshold }) => threshold.toFixed(1))).toEqual(['5.9', '10.5', '17.4']);
  });
});

describe('priorPerStretch', () => {
  it('is words per day over stretches of 2 s per day', () => {
    expect(defaultPrior).toBe(20 / 7200);
    expect(priorPerStretch({ wordsPerDay: 1, talkHoursPerDay: 1 })).toBe(1 / 1800);
  });

  it('refuses habits that no day holds', () => {
    expect(() => priorPerStretch({ wordsPerDay: 0, talkHoursPerDay: 4 })).toThrow(ConfigError);
    expect(() => priorPerStretch({ wordsPerDay: 9000, talkHoursPerDay: 4 })).toThrow(ConfigError);
  });
});
