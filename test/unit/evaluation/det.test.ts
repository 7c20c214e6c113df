import { describe, expect, it } from 'vitest';
import { detCurve, missRateAt } from '../../../src/evaluation/det.js';

describe('detCurve', () => {
  it('counts misses and false alarms at each threshold that changes them', () => {
    // score            1   2   3   4   5
    // targets              ×       ×   ×     and one without any peak
    // non-targets      ·   ·   ·
    const curve = detCurve([5, 4, 2, Number.NEGATIVE_INFINITY], [3, 2, 1], 2);
    expect(curve.map(({ threshold, misses, falseAlarms }) => [threshold, misses, falseAlarms])).toEqual([
      [Number.POSITIVE_INFINITY, 4, 0],
      [4, 2, 0],
      [3, 2, 1],
      [2, 1, 2],
      [1, 1, 3],
    ]);
    expect(curve.at(-1)).toMatchObject({ missRate: 0.25, falseAlarmsPerHour: 1.5 });
  });

  it('refuses to divide by nothing', () => {
    expect(() => detCurve([1], [1], 0)).toThrow('hours: expected > 0; got 0.');
    expect(() => detCurve([], [1], 1)).toThrow('targets: expected at least one; got 0.');
  });
});

describe('missRateAt', () => {
  // microWakeWord's test.py takes y1 from the index of y0 and 2.0 for a parameter: it says 0.10 where a straight line
  // between the two points gives 0.2333….
  const twoPoints = [
    { falseAlarmsPerHour: 0.5, missRate: 0.3 },
    { falseAlarmsPerHour: 2, missRate: 0.1 },
  ];

  it('is linear between two points', () => {
    expect(missRateAt(twoPoints, 1)).toBeCloseTo(0.3 - (0.2 * 0.5) / 1.5, 12);
    expect(missRateAt(twoPoints, 1)?.toFixed(3)).toBe('0.233');
    expect(missRateAt(twoPoints, 0.5)).toBe(0.3);
    expect(missRateAt(twoPoints, 2)).toBe(0.1);
  });

  it('says nothing beyond the ends', () => {
    expect(missRateAt(twoPoints, 0.4)).toBeNull();
    expect(missRateAt(twoPoints, 2.1)).toBeNull();
    expect(missRateAt([], 1)).toBeNull();
  });

  it('takes the lowest miss rate where a curve falls straight down', () => {
    const curve = [
      { falseAlarmsPerHour: 0, missRate: 1 },
      { falseAlarmsPerHour: 0, missRate: 0.2 },
      { falseAlarmsPerHour: 1, missRate: 0 },
    ];
    expect(missRateAt(curve, 0)).toBe(0.2);
    expect(missRateAt(curve, 0.5)).toBeCloseTo(0.1, 12);
  });
});
