import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calibration, fitWordCalibration } from '../../../src/calibration/index.js';
import { ConfigError, ModelError } from '../../../src/errors.js';
import { anyQuality, normalTrials } from './simulated-trials.js';

function fitted(seed = 0): Calibration {
  const { trials } = normalTrials({ nTargets: 60, nNonTargets: 600, separation: 3, seed: 1 });
  return Calibration.of({
    model: { name: 'simulated', sha256: '0'.repeat(64) },
    fitPrior: 0.5,
    stretchSec: 2,
    nDraws: 50,
    seed,
    conditions: ['clean'],
    corpora: [{ manifest: 'simulated.jsonl', sha256: '1'.repeat(64) }],
    words: [fitWordCalibration('alexa', trials, { nDraws: 50, seed })],
  });
}

describe('Calibration', () => {
  const calibration = fitted();
  const noisy = { ...anyQuality, snrDb: 3 };

  it('rises with the score, within its interval and its caps', () => {
    const score = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const prior = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(score, score, prior, (one, other, pi) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const [p, q] = [low, high].map((s) => calibration.apply('alexa', s, anyQuality, pi)) as [
          ReturnType<Calibration['apply']>,
          ReturnType<Calibration['apply']>,
        ];
        expect(p.llr).toBeLessThanOrEqual(q.llr);
        expect(p.probability).toBeLessThanOrEqual(q.probability);
        for (const { llr, interval } of [p, q]) {
          expect(llr).toBeGreaterThanOrEqual(interval[0]);
          expect(llr).toBeLessThanOrEqual(interval[1]);
          expect(interval[0]).toBeGreaterThanOrEqual(-Math.log(61) - 1e-8);
          expect(interval[1]).toBeLessThanOrEqual(Math.log(601) + 1e-8);
        }
      }),
    );
  });

  it('turns evidence and prior into a probability by Bayes’ rule', () => {
    const { llr, probability } = calibration.apply('alexa', 3, anyQuality, 0.01);
    expect(probability / (1 - probability)).toBeCloseTo((Math.exp(llr) * 0.01) / 0.99, 12);
  });

  it('knows nothing outside its domain: no evidence, the prior, the widest interval', () => {
    const { json, id } = calibration;
    expect(calibration.apply('alexa', 1000, noisy, 0.02)).toEqual({
      llr: 0,
      interval: json.words[0]?.cap,
      probability: 0.02,
      inDomain: false,
      calibrationId: id,
    });
    expect(calibration.apply('alexa', 1, { ...anyQuality, snrDb: Number.NaN }, 0.02).inDomain).toBe(false);
  });

  it('refuses other words, NaN scores and priors that are none', () => {
    expect(() => calibration.apply('computer', 1, anyQuality, 0.5)).toThrow(ConfigError);
    expect(() => calibration.apply('alexa', Number.NaN, anyQuality, 0.5)).toThrow(/score/);
    expect(() => calibration.apply('alexa', 1, anyQuality, 1)).toThrow(/prior/);
  });

  it('survives a file, whatever its layout', () => {
    const text = JSON.stringify(calibration, null, 2);
    const copy = Calibration.parse(JSON.parse(text));
    expect(copy.id).toBe(calibration.id);
    expect(copy.apply('alexa', 2, anyQuality, 0.1)).toEqual(calibration.apply('alexa', 2, anyQuality, 0.1));
    const reordered = Object.fromEntries(Object.entries(calibration.json).reverse());
    expect(Calibration.parse(reordered).id).toBe(calibration.id);
  });

  it('is the same for the same trials and seed, and another for another', () => {
    expect(fitted().id).toBe(calibration.id);
    expect(fitted(1).id).not.toBe(calibration.id);
  });

  it('refuses a file that was edited, and one that is none', () => {
    const edited = structuredClone(calibration.json);
    (edited.words[0] as { a: number }).a *= 2;
    expect(() => Calibration.parse(edited)).toThrow(/edited after it was fitted/);
    expect(() => Calibration.parse(edited)).toThrow(ModelError);
    expect(() => Calibration.parse({ schema: 'wakeproof-calibration/1' })).toThrow(/wakeproof calibrate/);
    expect(() => Calibration.parse(null)).toThrow(ModelError);
  });
});
