import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Frontend, inputRatesHz, kaldiRecipe } from '../../../src/dsp/index.js';
import { ConfigError } from '../../../src/errors.js';
import { nTaps, resampled } from '../../oracle/resampler.js';
import { blockLengths, cut } from '../../support/chunks.js';

const convertedRates = inputRatesHz.filter((rate) => rate !== 16000);

const create = (inputRateHz: number) => Frontend.create({ recipe: kaldiRecipe, inputRateHz });

/** The 16 kHz samples that a front end makes of `x` from a new start, by way of its ring. */
function convert(frontend: Frontend, x: Float32Array): Float32Array {
  frontend.reset();
  frontend.push(x);
  return frontend.history(0, frontend.samples16k);
}

function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
}

const tone = (hz: number, rateHz: number, seconds: number) =>
  Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, n) =>
    Math.sin((2 * Math.PI * hz * n) / rateHz),
  );

/** Amplitude of the tone of `hz` in y (16 kHz, first sample at n0) by least squares, and the rms of what is left, in dB. */
function fitTone(y: Float32Array, n0: number, hz: number): { sine: number; cosine: number; restDb: number } {
  let [ss, sc, cc, ys, yc] = [0, 0, 0, 0, 0];
  const angle = (n: number) => (2 * Math.PI * hz * (n + n0)) / 16000;
  y.forEach((value, n) => {
    const s = Math.sin(angle(n));
    const c = Math.cos(angle(n));
    ss += s * s;
    sc += s * c;
    cc += c * c;
    ys += value * s;
    yc += value * c;
  });
  const det = ss * cc - sc * sc;
  const sine = (ys * cc - yc * sc) / det;
  const cosine = (yc * ss - ys * sc) / det;
  const rest = y.reduce(
    (sum, value, n) => sum + (value - sine * Math.sin(angle(n)) - cosine * Math.cos(angle(n))) ** 2,
    0,
  );
  return { sine, cosine, restDb: powerDb(rest / y.length) };
}

/** Level against a full-scale sine. */
const powerDb = (meanSquare: number) => 10 * Math.log10(2 * meanSquare + 1e-30);
const meanSquare = (y: Float32Array) => y.reduce((sum, value) => sum + value * value, 0) / y.length;

describe.each(convertedRates)('%i Hz → 16 kHz', (rateHz) => {
  let frontend: Frontend;
  beforeAll(async () => {
    frontend = await create(rateHz);
  });

  it('equals the direct form in float64', () => {
    const x = noise(Math.round(rateHz * 0.06), 7);
    const expected = resampled(x, rateHz);
    const y = convert(frontend, x);
    expect(y.length).toBe(expected.length);
    const worst = y.reduce((most, value, n) => Math.max(most, Math.abs(value - (expected[n] as number))), 0);
    // Measured 1.5e-7 at most: a sum of up to 256 products rounded to float32.
    expect(worst).toBeLessThan(4e-7);
  });

  it('holds alias and image at or below −70 dB', () => {
    const lowerNyquist = Math.min(rateHz, 16000) / 2;
    const worst = { db: Number.NEGATIVE_INFINITY, hz: 0 };
    const [from, to] = rateHz > 16000 ? [lowerNyquist, rateHz / 2] : [40, lowerNyquist];
    for (let hz = from + 1; hz < to; hz += (to - from) / 60) {
      const y = convert(frontend, tone(hz, rateHz, 0.2)).subarray(300);
      const db = rateHz > 16000 ? powerDb(meanSquare(y)) : fitTone(y, 300, hz).restDb;
      if (db > worst.db) Object.assign(worst, { db, hz });
    }
    expect(worst.db, `tone of ${worst.hz} Hz`).toBeLessThan(-70);
  });

  it('is flat within ±0.1 dB to 0.43 of the lower rate, at the right time', () => {
    const edge = 0.43 * Math.min(rateHz, 16000);
    for (let hz = 50; hz <= edge; hz += edge / 23) {
      const y = convert(frontend, tone(hz, rateHz, 0.2)).subarray(300);
      const { sine, cosine } = fitTone(y, 300, hz);
      expect(Math.abs(20 * Math.log10(Math.hypot(sine, cosine))), `gain at ${hz} Hz`).toBeLessThan(0.1);
      // A delay of 1 % of a 16 kHz sample would turn 7 kHz by 1.6°.
      expect(Math.abs(Math.atan2(cosine, sine)), `phase at ${hz} Hz`).toBeLessThan(2e-4);
    }
  });

  it('passes a constant without ripple', () => {
    const y = convert(frontend, new Float32Array(rateHz / 4).fill(0.5)).subarray(300);
    expect(Math.max(...y.map((value) => Math.abs(value - 0.5)))).toBeLessThan(2e-7);
  });

  it('lags behind its input by half a filter, and by no more than the ratio asks', () => {
    frontend.reset();
    for (const length of [nTaps(rateHz) / 2, 1, 999, 12345]) {
      frontend.push(new Float32Array(length));
      const windowsEnd = frontend.samplesIn - nTaps(rateHz) / 2 - 1;
      const due = windowsEnd < 0 ? 0 : Math.ceil(((windowsEnd + 1) * 16000) / rateHz);
      expect(frontend.samples16k).toBe(due);
    }
  });

  it('is bit-exact under any split, and again after reset', () => {
    const x = noise(Math.round(rateHz * 0.15), 3);
    const whole = convert(frontend, x);
    fc.assert(
      fc.property(blockLengths, (lengths) => {
        frontend.reset();
        for (const block of cut(x, lengths)) frontend.push(block);
        expect(frontend.history(0, frontend.samples16k)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });
});

describe('declared rate', () => {
  it('passes 16 kHz samples bit for bit', async () => {
    const x = noise(10_000, 5);
    expect(convert(await create(16000), x)).toEqual(x);
  });

  it.each([0, 11025, 16000.5, 96000, Number.NaN])(
    'refuses %d Hz and names the supported rates',
    async (rateHz) => {
      await expect(create(rateHz)).rejects.toThrow(ConfigError);
      await expect(create(rateHz)).rejects.toThrow('8000, 16000, 22050, 24000, 32000, 44100, 48000 Hz');
    },
  );
});
