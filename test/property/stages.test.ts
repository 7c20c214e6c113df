import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kaldiRecipe, librosaRecipe } from '../../src/dsp/index.js';
import { melFilters, melTable } from '../../src/dsp/mel-table.js';
import { ConfigError } from '../../src/errors.js';
import { cepstra, filterBank, windowed } from '../oracle/features.js';
import { dftPower } from '../oracle/spectrum.js';
import { difference } from '../support/float32-file.js';
import { Stages } from '../support/stages.js';

const nFft = 512;
/** Frames as long as the transform. */
const stages = new Stages({ ...kaldiRecipe, frameLengthMs: 32 });
const shortStages = new Stages(kaldiRecipe);

/** Frames in which each sample is a small integer over 64: sums of a few are exact in float32. */
const frame = fc
  .array(fc.integer({ min: -64, max: 64 }), { minLength: nFft, maxLength: nFft })
  .map((values) => Float32Array.from(values, (value) => value / 64));

/** Relative error of float32 over a 512-point transform against the total energy: 9 stages of 6e-8, measured 4e-7. */
const tolerance = 1e-6;

const energy = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);
/** Σ over all 512 bins, of which 257 are given. */
const spectralSum = (power: Float32Array): number =>
  power.reduce((sum, value, k) => sum + (k === 0 || k === nFft / 2 ? value : 2 * value), 0);
const total = (power: Float32Array): number => power.reduce((sum, value) => sum + value, 0);

describe('powerSpectrum', () => {
  test('is |DFT|², against the definition', () => {
    fc.assert(
      fc.property(frame, (x) => {
        const got = stages.powerSpectrum(x);
        const want = dftPower(Array.from(x), nFft);
        const scale = total(got) / 257;
        // An amplitude errs by at most 1e-6 of the mean one, so a power p by 2·√p·error.
        want.forEach((value, k) => {
          const bound = 2 * Math.sqrt(value * scale) * tolerance + scale * tolerance * tolerance;
          expect(Math.abs((got[k] as number) - value)).toBeLessThanOrEqual(4 * bound + 1e-30);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('Parseval: the energy of the bins is 512 times that of the samples', () => {
    fc.assert(
      fc.property(frame, (x) => {
        const want = nFft * energy(x);
        expect(Math.abs(spectralSum(stages.powerSpectrum(x)) - want)).toBeLessThanOrEqual(tolerance * want);
      }),
    );
  });

  test('linearity: the parallelogram law and the square of a gain', () => {
    fc.assert(
      fc.property(frame, frame, (x, y) => {
        const [p, q] = [stages.powerSpectrum(x), stages.powerSpectrum(y)];
        const plus = stages.powerSpectrum(x.map((value, n) => value + (y[n] as number)));
        const minus = stages.powerSpectrum(x.map((value, n) => value - (y[n] as number)));
        const scale = total(plus) + total(minus);
        for (let k = 0; k <= nFft / 2; k++) {
          const left = (plus[k] as number) + (minus[k] as number);
          const right = 2 * (p[k] as number) + 2 * (q[k] as number);
          expect(Math.abs(left - right)).toBeLessThanOrEqual(tolerance * scale);
        }
        expect(stages.powerSpectrum(x.map((value) => 8 * value))).toEqual(p.map((value) => 64 * value));
      }),
      { numRuns: 30 },
    );
  });

  test('shift: turning the frame round leaves the power', () => {
    fc.assert(
      fc.property(frame, fc.integer({ min: 1, max: nFft - 1 }), (x, shift) => {
        const p = stages.powerSpectrum(x);
        const turned = stages.powerSpectrum(x.map((_, n) => x[(n + shift) % nFft] as number));
        const scale = total(p);
        p.forEach((value, k) => {
          expect(Math.abs(value - (turned[k] as number))).toBeLessThanOrEqual(tolerance * scale);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('an impulse anywhere has a flat spectrum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: nFft - 1 }), (place) => {
        const x = new Float32Array(nFft);
        x[place] = 1;
        expect(difference(stages.powerSpectrum(x), new Float32Array(257).fill(1)).max).toBeLessThan(
          tolerance,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('a frame', () => {
  test('of 400 samples has the power of one of 512 with zeros, bit for bit, whatever lies behind it', () => {
    fc.assert(
      fc.property(frame, (x) => {
        const padded = x.slice().fill(0, 400);
        expect(shortStages.powerSpectrum(x)).toEqual(stages.powerSpectrum(padded));
      }),
      { numRuns: 30 },
    );
  });

  test('has the power of what DC removal, pre-emphasis and window make of it', () => {
    fc.assert(
      fc.property(frame, fc.constantFrom<25 | 32>(25, 32), (x, frameLengthMs) => {
        const recipe = { ...kaldiRecipe, frameLengthMs, windowFunction: 'hamming' as const };
        const samples = Array.from(x.subarray(0, frameLengthMs * 16));
        const got = new Stages(recipe).framePower(samples);
        const want = dftPower(windowed(samples, recipe), nFft);
        const scale = want.reduce((sum, value) => sum + value, 0) / 257;
        want.forEach((value, k) => {
          const bound = 2 * Math.sqrt(value * scale) * tolerance + scale * tolerance * tolerance;
          expect(Math.abs((got[k] as number) - value)).toBeLessThanOrEqual(4 * bound + 1e-30);
        });
        const exact = new Stages(recipe).exactFramePower(samples);
        // Rounded to float32 at the end, 6e-8; what float64 loses is 1e-9 of that unless the bin all but vanishes.
        want.forEach((value, k) => {
          expect(Math.abs((exact[k] as number) - value)).toBeLessThanOrEqual(7e-8 * value + 1e-20 * scale);
        });
      }),
      { numRuns: 10 },
    );
  });

  test('is windowed by its formula in float64, whatever sample came before it', () => {
    fc.assert(
      fc.property(frame, fc.constantFrom(kaldiRecipe, librosaRecipe), (x, base) => {
        for (const frameLengthMs of [25, 32] as const) {
          for (const windowFunction of ['hann', 'hamming'] as const) {
            const recipe = { ...base, frameLengthMs, windowFunction };
            const samples = Array.from(x.subarray(0, frameLengthMs * 16));
            const got = new Stages(recipe).window(samples);
            windowed(samples, recipe).forEach((value, n) => {
              // Samples are within ±1: a few roundings of 6e-8.
              expect(Math.abs((got[n] as number) - value)).toBeLessThanOrEqual(3e-7);
            });
            expect(got.subarray(samples.length).every((value) => value === 0)).toBe(true);
          }
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('mel filters', () => {
  const ranges = fc.record({
    base: fc.constantFrom(kaldiRecipe, librosaRecipe),
    nMels: fc.integer({ min: 20, max: 80 }),
    lowHz: fc.integer({ min: 0, max: 300 }),
    highHz: fc.integer({ min: 3000, max: 8000 }),
  });

  test('are positive on their run, equal to the dense bank, and leave no bin between centres uncovered', () => {
    fc.assert(
      fc.property(ranges, ({ base, ...range }) => {
        const recipe = { ...base, ...range };
        let filters: ReturnType<typeof melFilters>;
        try {
          filters = melFilters(recipe);
        } catch (error) {
          // So many bands in so narrow a range that one holds no bin: the oracle must find the same.
          expect(error).toBeInstanceOf(ConfigError);
          expect(filterBank(recipe).some((filter) => filter.every((weight) => weight < 1e-12))).toBe(true);
          return;
        }
        const dense = filterBank(recipe);
        filters.forEach(({ firstBin, weights }, m) => {
          expect(Math.min(...weights)).toBeGreaterThan(0);
          const runs = Array.from({ length: 257 }, (_, k) => weights[k - firstBin] ?? 0);
          expect(difference(runs, dense[m] as number[]).max).toBeLessThan(1e-12);
        });
        const covered = (k: number): boolean =>
          filters.some(({ firstBin, weights }) => k >= firstBin && k < firstBin + weights.length);
        const first = filters[0];
        const last = filters.at(-1);
        if (!first || !last) throw new Error('no filters');
        for (let k = first.firstBin; k < last.firstBin + last.weights.length; k++) {
          if (!covered(k)) throw new Error(`bin ${k} is in no filter`);
        }
      }),
    );
  });

  test('of the kaldi recipe add up to 1 between the first and the last centre', () => {
    const dense = melFilters({ ...kaldiRecipe, nMels: 40 });
    const sums = new Float64Array(257);
    for (const { firstBin, weights } of dense) {
      weights.forEach((weight, i) => {
        sums[firstBin + i] = (sums[firstBin + i] as number) + weight;
      });
    }
    const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
    const step = (mel(7600) - mel(20)) / 41;
    for (let k = 0; k < 256; k++) {
      const m = mel(k * 31.25);
      if (m >= mel(20) + step && m <= mel(7600) - step)
        expect(Math.abs((sums[k] as number) - 1)).toBeLessThan(1e-12);
    }
  });

  test('give the energies of the dense product, however they are packed', () => {
    fc.assert(
      fc.property(ranges, frame, ({ base, ...range }, x) => {
        const recipe = { ...base, ...range, nMels: Math.min(range.nMels, 60), nMfcc: 0 };
        const power = Array.from({ length: 257 }, (_, k) => (x[k] as number) ** 2);
        const bank = filterBank(recipe);
        fc.pre(bank.every((filter) => filter.some((weight) => weight > 1e-9)));
        const got = new Stages(recipe).melEnergies(power);
        bank.forEach((filter, m) => {
          const want = filter.reduce((sum, weight, k) => sum + weight * (power[k] as number), 0);
          // All terms are positive: some 8 roundings of 6e-8 at worst.
          expect(Math.abs((got[m] as number) - want)).toBeLessThanOrEqual(5e-7 * want);
        });
      }),
      { numRuns: 40 },
    );
  });

  test('never take more room than the module has', () => {
    for (const base of [kaldiRecipe, librosaRecipe]) {
      for (const nMels of [20, 21, 40, 79, 80]) {
        const { weights } = melTable(melFilters({ ...base, nMels, lowHz: 0, highHz: 8000 }));
        expect(weights.length / 16).toBeLessThanOrEqual(stages.exports.MEL_STEP_CAPACITY.value);
      }
    }
  });
});

describe('logFloored', () => {
  test('errs by at most one unit in the last place of 16 over all of float32', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 80 }),
        (x) => {
          const floor = Math.fround(1.1920929e-7);
          stages.log(x, floor, 1).forEach((value, i) => {
            const want = Math.log(Math.max(x[i] as number, floor));
            // Polynomial 3.7e-8, roundings of the parts and of the result: half a unit at |ln| ≤ 89 is 3.8e-6.
            expect(Math.abs(value - want)).toBeLessThanOrEqual(1.2e-7 + Math.abs(want) * 1.2e-7);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never falls as its argument rises by whole units', () => {
    const x = Float32Array.from({ length: 80 }, (_, i) => 1.001 ** (i - 40));
    const y = stages.log(x, 1e-7, 1);
    for (let i = 1; i < y.length; i++) expect(y[i] as number).toBeGreaterThan(y[i - 1] as number);
  });
});

describe('dct', () => {
  test('follows its formula for any K ≤ M, odd and even M, with lifter', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(kaldiRecipe, librosaRecipe),
        fc.integer({ min: 20, max: 80 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0, 22),
        frame,
        (base, nMels, share, lifter, values) => {
          const recipe = { ...base, highHz: 8000, nMels, nMfcc: 1 + Math.floor(share * (nMels - 1)), lifter };
          const x = Array.from(values.subarray(0, nMels), (value) => Math.fround(16 * value));
          const got = new Stages(recipe).dct(x);
          cepstra(x, recipe).forEach((want, k) => {
            // |x| ≤ 16, ‖x‖ ≤ 16·√80: 3e-7 of it, times the lifter's 12 at most.
            expect(Math.abs((got[k] as number) - want)).toBeLessThanOrEqual(4e-5 * (lifter > 0 ? 12 : 1));
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('without lifter keeps the norm when K = M', () => {
    const whole = new Stages({ ...kaldiRecipe, nMfcc: 40, lifter: 0 });
    fc.assert(
      fc.property(frame, (values) => {
        const x = values.slice(0, 40);
        const want = energy(x);
        expect(Math.abs(energy(whole.dct(x)) - want)).toBeLessThanOrEqual(1e-6 * want);
      }),
    );
  });
});
