import { describe, expect, test } from 'vitest';
import { Frontend, type FrontendRecipe, kaldiRecipe, librosaRecipe } from '../../../src/dsp/index.js';
import { cepstra, logMel } from '../../oracle/features.js';
import { difference, readFloat32 } from '../../support/float32-file.js';

/*
 * The bar of accuracy against float64: log-mel energies at most 5e-5 off and 2e-6 rms, cepstra at most 3e-5. In nats,
 * also where the recipe's unit is the decibel, and before the lifter, which scales value and error alike.
 */
const bar = { logMelMax: 5e-5, logMelRms: 2e-6, cepstraMax: 3e-5 };

const fixture = readFloat32('fixtures/speech-flite.f32').subarray(0, 9000);
const random = noise();

/** Speech, and what is hard for float32: a weak band beside strong ones. */
const signals: [string, Float32Array][] = [
  ['clean speech, its valleys 90 dB down', fixture],
  ['speech over noise of −50 dBFS', fixture.map((x) => x + 10 ** (-50 / 20) * random())],
  ['very quiet speech, −80 dB', fixture.subarray(4000, 7000).map((x) => 1e-4 * x)],
  ['quiet speech on a direct current', fixture.subarray(4000, 7000).map((x) => 0.01 * x + 0.5)],
  ['hum 40 dB above speech', sampled(3000, (n) => 0.5 * sine(50, n) + 5e-3 * (fixture[4000 + n] as number))],
  ['a voice on noise 70 dB below it', sampled(3000, (n) => voice(n) + 10 ** (-70 / 20) * 0.1 * random())],
  ['a voice and nothing else', sampled(3000, voice)],
  ['a voice without highs, over quantisation', sampled(3000, (n) => Math.round(32768 * voice(n)) / 32768)],
  ['one tone', sampled(2000, (n) => 0.5 * sine(1234.5, n))],
  ['a high tone', sampled(2000, (n) => 0.9 * sine(7900, n))],
  ['a tone 80 dB below another', sampled(2000, (n) => 0.5 * sine(3000, n) + 5e-5 * sine(200, n))],
  ['an impulse', sampled(2000, (n) => (n % 997 === 300 ? 1 : 0))],
];

const recipes: [string, FrontendRecipe][] = [
  ['kaldi', kaldiRecipe],
  [
    'kaldi, 32 ms, 23 bands, Hamming',
    { ...kaldiRecipe, frameLengthMs: 32, windowFunction: 'hamming', nMels: 23 },
  ],
  ['librosa', librosaRecipe],
  ['librosa, natural voice band', { ...librosaRecipe, lowHz: 300, highHz: 3400, nMels: 22, lifter: 22 }],
];

describe.each(recipes)('%s, against float64', (_, recipe) => {
  test.each(signals)('%s', async (_, signal) => {
    const exact = logMel(signal, recipe);
    const { max, rms } = await errorOf({ ...recipe, nMfcc: 0 }, signal, exact);
    expect(max).toBeLessThan(bar.logMelMax);
    expect(rms).toBeLessThan(bar.logMelRms);
    for (const nMfcc of [13, recipe.nMels]) {
      const cepstral = { ...recipe, nMfcc };
      const want = exact.map((energies) => cepstra(energies, cepstral));
      expect((await errorOf(cepstral, signal, want)).max).toBeLessThan(bar.cepstraMax);
    }
  });
});

/** Error of the front end's features in nats, before the lifter. */
async function errorOf(
  recipe: FrontendRecipe,
  signal: Float32Array,
  want: readonly number[][],
): Promise<{ max: number; rms: number }> {
  const frontend = await Frontend.create({ recipe, inputRateHz: 16000 });
  const unit = recipe.recipe === 'kaldi' ? 1 : 10 / Math.LN10;
  const scales = Array.from({ length: frontend.nFeatures }, (_, k) => unit * lifterOf(recipe, k));
  const inNats = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value, i) => value / (scales[i % scales.length] as number));
  return difference(inNats(frontend.push(signal)), inNats(want.flat()));
}

function lifterOf({ recipe, nMfcc, lifter }: FrontendRecipe, k: number): number {
  if (nMfcc === 0 || lifter === 0) return 1;
  return 1 + (lifter / 2) * Math.sin((Math.PI * (recipe === 'kaldi' ? k : k + 1)) / lifter);
}

function sampled(length: number, at: (n: number) => number): Float32Array {
  return Float32Array.from({ length }, (_, n) => at(n));
}

function sine(hz: number, n: number): number {
  return Math.sin((2 * Math.PI * hz * n) / 16000);
}

/** A voice of 210 Hz: harmonics that fall by 18 dB an octave, so the highest lie 70 dB below the first. */
function voice(n: number): number {
  let sum = 0;
  for (let k = 1; k <= 15; k++) sum += (0.3 / k ** 3) * sine(210 * k, n);
  return sum;
}

/** White noise of rms 1 from a fixed linear congruential generator (Numerical Recipes' constants). */
function noise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.sqrt(12) * (state / 2 ** 32 - 0.5);
  };
}
