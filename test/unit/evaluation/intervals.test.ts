import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import {
  poissonInterval,
  quantile,
  ratePerHour,
  wilsonInterval,
  zeroRateBound,
} from '../../../src/evaluation/intervals.js';

/** Relative tolerance: at 5000 events the exponent k·ln μ ≈ 4e4 carries 7e-12; SciPy itself about 1e-13. */
const RELATIVE = 1e-11;

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, index) => {
    const wanted = expected[index] as number;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(RELATIVE * Math.abs(wanted));
  });
}

describe('poissonInterval', () => {
  // scipy 1.17.1: chi2.ppf(0.025, 2k)/2, chi2.ppf(0.975, 2k + 2)/2
  it.each([
    [0, [0, 3.6888794541139354]],
    [1, [0.025317807984289876, 5.571643390938898]],
    [2, [0.24220927854396496, 7.22468766772396]],
    [4, [1.0898653736263249, 10.241588675403694]],
    [10, [4.7953886961324335, 18.39035604201778]],
    [37, [26.05141456710603, 50.999626141930825]],
    [300, [267.00927523296633, 335.94112555257067]],
    [5000, [4862.359188694899, 5140.5489485350045]],
  ])('of %i events equals SciPy', (count, expected) => {
    expectClose(poissonInterval(count), expected);
  });

  it('gives the published 0.01..0.30 per hour for 2 events in 24 h', () => {
    const { rate, interval } = ratePerHour(2, 24);
    expect(rate).toBe(2 / 24);
    expect(interval.map((value) => value.toFixed(2))).toEqual(['0.01', '0.30']);
  });

  it('proves at most 0.56 per hour (one-sided) by zero events in 5.33 h', () => {
    expect(zeroRateBound(5.33).toFixed(2)).toBe('0.56');
  });

  it.each([[-1], [0.5], [Number.NaN]])('refuses the count %d', (count) => {
    expect(() => poissonInterval(count)).toThrow(ConfigError);
  });

  it('refuses a rate over no hours', () => {
    expect(() => ratePerHour(0, 0)).toThrow('hours: expected > 0; got 0.');
  });
});

describe('wilsonInterval', () => {
  // scipy 1.17.1: binomtest(k, n).proportion_ci(0.95, 'wilson')
  it.each([
    [0, 60, [0, 0.06017185214208986]],
    [1, 60, [0.0029481597947862495, 0.08855129727590061]],
    [7, 75, [0.045948523390600404, 0.180346868495415]],
    [5, 10, [0.236593090512564, 0.7634069094874361]],
    [9, 329, [0.014457336938863155, 0.05116387172330772]],
    [336, 336, [0.9886963208255266, 1]],
  ])('of %i in %i equals SciPy', (successes, trials, expected) => {
    expectClose(wilsonInterval(successes, trials), expected);
  });

  it('says nothing without trials', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  it('refuses more successes than trials', () => {
    expect(() => wilsonInterval(3, 2)).toThrow('successes: expected ≤ trials (2); got 3.');
  });
});

describe('quantile', () => {
  it('interpolates between order statistics', () => {
    expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(quantile([40, 10, 30, 20], 0.95)).toBeCloseTo(38.5, 12);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });
});
