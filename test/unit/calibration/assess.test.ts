import { describe, expect, it } from 'vitest';
import { crossValidate, fitWordCalibration } from '../../../src/calibration/index.js';
import { anyQuality, normalTrials } from './simulated-trials.js';

/** Two words of equal difficulty. */
const words = ['alexa', 'jarvis'].map((word, i) => {
  const { trials } = normalTrials({ nTargets: 300, nNonTargets: 1500, separation: 3, seed: 20 + i });
  return { entry: fitWordCalibration(word, trials, { nDraws: 2 }), trials };
});

describe('crossValidate', () => {
  const { byWord, all } = crossValidate(words, { nDraws: 20 });

  it('grades words alone and together', () => {
    expect(byWord).toHaveLength(2);
    expect(all).toMatchObject({ nTargets: 600, nNonTargets: 3000, nOutOfDomain: 0 });
    // As many trials of each word: the cost of all is the mean.
    const [one, other] = byWord.map(({ cllr }) => cllr.value) as [number, number];
    expect(all.cllr.value).toBeCloseTo((one + other) / 2, 12);
  });

  it('finds well specified maps within a tenth of the best in hindsight, and their probabilities within 2 %', () => {
    expect(all.cllr.value / all.minCllr.value).toBeLessThan(1.1);
    expect(all.ece.value).toBeLessThan(0.02);
  });

  it('grades nothing outside the domain', () => {
    const outside = words.map(({ entry, trials }) => ({
      entry,
      trials: trials.map((trial, i) => (i % 10 ? trial : { ...trial, quality: { ...anyQuality, snrDb: 0 } })),
    }));
    expect(crossValidate(outside, { nDraws: 2 }).all).toMatchObject({
      nTargets: 540,
      nNonTargets: 2700,
      nOutOfDomain: 360,
    });
  });
});
