import { describe, expect, test } from 'vitest';
import { Frontend, type FrontendRecipe, kaldiRecipe, librosaRecipe } from '../../../src/dsp/index.js';
import { features } from '../../oracle/features.js';
import { difference, readFloat32 } from '../../support/float32-file.js';

/*
 * Speech as a microphone gives it: the fixture with white noise of −50 dBFS, 34 dB below its speech. A float32
 * transform rounds to some 1e-7 of a frame's strongest part, so a band's logarithm is the less exact the further
 * the band lies below; pre-emphasis puts the lowest bands 30 dB further down. docs/adr/0004-float32-features.md
 * has the figures on real recordings, beside those of other float32 implementations.
 */
const speech = withNoise(readFloat32('fixtures/speech-flite.f32').subarray(0, 20000), 10 ** (-50 / 20));

/** Natural logarithm, Hann window, no pre-emphasis: the recipe that the accuracy targets are stated for. */
const plain: FrontendRecipe = {
  ...kaldiRecipe,
  windowFunction: 'hann',
  preEmphasis: 0,
  removeDcOffset: false,
  nMfcc: 0,
  lifter: 0,
};

describe.each<[string, Partial<FrontendRecipe>]>([
  ['25 ms, 40 bands', {}],
  ['32 ms, 23 bands, Hamming', { nMels: 23, frameLengthMs: 32, windowFunction: 'hamming' }],
])('%s, against float64', (_, change) => {
  const recipe = { ...plain, ...change };

  test('log-mel energies: at most 5e-5 off, 2e-6 rms', async () => {
    const { max, rms } = await errorOf(recipe);
    expect(max).toBeLessThan(5e-5);
    expect(rms).toBeLessThan(2e-6);
  });

  test('MFCC, K = 13 and K = M: at most 3e-5 off', async () => {
    for (const nMfcc of [13, recipe.nMels]) {
      expect((await errorOf({ ...recipe, nMfcc })).max).toBeLessThan(3e-5);
    }
  });
});

// Twice what was measured; the golden vectors of kaldi-native-fbank show the same order (test/golden).
describe.each<[string, FrontendRecipe, number, number]>([
  ['Kaldi, log-mel', { ...kaldiRecipe, nMfcc: 0 }, 8e-4, 1.4e-5],
  ['Kaldi, as the wake model takes it', { ...kaldiRecipe, nMfcc: 40, lifter: 0 }, 3e-4, 1.6e-5],
  ['Kaldi, 13 liftered cepstra', kaldiRecipe, 2e-3, 1.6e-4],
  ['librosa, decibels', { ...librosaRecipe, nMfcc: 0 }, 3e-4, 1.6e-5],
  ['librosa, cepstra', librosaRecipe, 3e-4, 3e-5],
])('%s, against float64', (_, recipe, maxBound, rmsBound) => {
  test(`at most ${maxBound} off, ${rmsBound} rms`, async () => {
    const { max, rms } = await errorOf(recipe);
    expect(max).toBeLessThan(maxBound);
    expect(rms).toBeLessThan(rmsBound);
  });
});

async function errorOf(recipe: FrontendRecipe): Promise<{ max: number; rms: number }> {
  const frontend = await Frontend.create({ recipe, inputRateHz: 16000 });
  return difference(frontend.push(speech), features(speech, recipe).flat());
}

/** Adds white noise of the given rms from a fixed linear congruential generator (Numerical Recipes' constants). */
function withNoise(signal: Float32Array, rms: number): Float32Array {
  let state = 1;
  return signal.map((x) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return x + rms * Math.sqrt(12) * (state / 2 ** 32 - 0.5);
  });
}
