import { describe, expect, it } from 'vitest';
import { fitWordCalibration, intervalCoverage } from '../../../src/calibration/index.js';
import { normalTrials } from './simulated-trials.js';

const simulated = { nTargets: 160, nNonTargets: 400, nHearings: 4, speakerShare: 0.6, seed: 3 };

describe('intervalCoverage', () => {
  const { trials } = normalTrials({ ...simulated, separation: 3 });
  const entry = fitWordCalibration('alexa', trials, { nDraws: 2 });

  it('finds that an interval by speaker holds in about 95 % of resamples', { timeout: 120_000 }, () => {
    const { share, held, asked, interval } = intervalCoverage(entry, trials, { nResamples: 60, nDraws: 40 });
    expect(share).toBe(held / asked);
    expect(asked).toBeGreaterThan(60 * 40);
    expect(interval[0]).toBeLessThan(share);
    // 60 resamples of standard error 2.8 %, and as much for how they share the trials.
    expect(share).toBeGreaterThan(0.88);
    expect(share).toBeLessThanOrEqual(1);
  });

  it('finds out an interval that is too narrow: of a single draw', { timeout: 120_000 }, () => {
    expect(intervalCoverage(entry, trials, { nResamples: 60, nDraws: 1 }).share).toBeLessThan(0.8);
  });

  it('asks nothing where every LLR is at its cap', () => {
    const apart = normalTrials({ ...simulated, separation: 60 }).trials;
    const capped = fitWordCalibration('alexa', apart, { nDraws: 2 });
    expect(intervalCoverage({ ...capped, cap: [-0.01, 0.01] }, apart, { nResamples: 2 }).share).toBeNaN();
  });
});
