import { describe, expect, test } from 'vitest';
import { Frontend, type FrontendRecipe, kaldiRecipe, librosaRecipe } from '../../src/dsp/index.js';
import { features, frames, logEnergy, windowed } from '../oracle/features.js';
import { dftPower } from '../oracle/spectrum.js';
import { difference } from '../support/float32-file.js';

const logMelKaldi = { ...kaldiRecipe, nMfcc: 0 };
const logMelLibrosa = { ...librosaRecipe, nMfcc: 0 };
const cases: [string, FrontendRecipe][] = [
  ['kaldi', logMelKaldi],
  ['librosa', logMelLibrosa],
];

async function push(recipe: FrontendRecipe, signal: Float32Array): Promise<Float32Array> {
  const frontend = await Frontend.create({ recipe, inputRateHz: 16000 });
  return frontend.push(signal);
}

describe.each(cases)('%s on signals at the edges', (_, recipe) => {
  test('no sample, one sample, a sample less than a frame: no frame', async () => {
    for (const length of [0, 1, 399])
      expect(await push(recipe, new Float32Array(length).fill(0.5))).toHaveLength(0);
  });

  test('silence lies at the floor, exactly', async () => {
    const floor = recipe.recipe === 'kaldi' ? Math.log(1.1920929e-7) : 10 * Math.log10(1e-10);
    const silence = await push(recipe, new Float32Array(1600));
    // One unit in the last place of float32 at 16 (kaldi) and, for decibels, one more for the scale, at 100.
    const ulp = recipe.recipe === 'kaldi' ? 2 ** -20 : 2 ** -16;
    for (const value of silence) expect(Math.abs(value - floor)).toBeLessThanOrEqual(ulp);
  });

  test('full scale, alternating and constant: finite, and right where the energy is', async () => {
    for (const signal of [
      Float32Array.from({ length: 800 }, (_, n) => (n % 2 === 0 ? 1 : -1)),
      Float32Array.from({ length: 800 }, (_, n) => (n % 20 < 10 ? 1 : -1)),
      new Float32Array(800).fill(1),
    ]) {
      const got = await push(recipe, signal);
      const want = features(signal, recipe).flat();
      const unit = recipe.recipe === 'kaldi' ? 1 : 10 / Math.LN10;
      frames(signal, recipe).forEach((frame, f) => {
        const strongest = logEnergy(Math.max(...dftPower(windowed(frame, recipe), 512)), recipe);
        want.slice(f * 40, f * 40 + 40).forEach((value, m) => {
          const ours = got[f * 40 + m] as number;
          expect(Number.isFinite(ours)).toBe(true);
          // Further down than 120 dB, the float64 of the oracle itself rounds.
          if (strongest - value < 12 * Math.LN10 * unit)
            expect(Math.abs(ours - value)).toBeLessThan(5e-5 * unit);
        });
      });
    }
  });

  test('the smallest and the largest sample taken: finite', async () => {
    for (const level of [Number.MIN_VALUE, 1e-38, 2 ** -149, 65536]) {
      const got = await push(
        recipe,
        Float32Array.from({ length: 400 }, (_, n) => level * Math.sin(n)),
      );
      expect(got.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('kaldi', () => {
  test('a constant is silence: its mean is taken off', async () => {
    const constant = await push(logMelKaldi, new Float32Array(400).fill(0.25));
    for (const value of constant) expect(value).toBeCloseTo(Math.log(1.1920929e-7), 5);
  });

  test('a constant under speech changes nothing that float32 would not', async () => {
    const noise = Float32Array.from({ length: 1600 }, (_, n) => 0.5 * Math.sin(n * n * 0.37));
    const raised = noise.map((x) => x + 0.125);
    // Measured 3e-5: the raised samples are rounded to 6e-8 of themselves.
    expect(difference(await push(logMelKaldi, noise), await push(logMelKaldi, raised)).max).toBeLessThan(
      1e-4,
    );
  });

  test('an eighth of the amplitude is ln(64) less in every band above the floor', async () => {
    const noise = Float32Array.from({ length: 1600 }, (_, n) => 0.5 * Math.sin(n * n * 0.37));
    const [loud, soft] = await Promise.all([
      push(logMelKaldi, noise),
      push(
        logMelKaldi,
        noise.map((x) => x / 8),
      ),
    ]);
    // A power of two passes through every stage unrounded: only the two logarithms' last places differ.
    expect(
      difference(
        loud,
        soft.map((value) => value + Math.log(64)),
      ).max,
    ).toBeLessThan(3e-6);
  });
});
