import type { FrontendRecipe } from '../../src/dsp/index.js';
import { dftPower } from './spectrum.js';

/*
 * The feature chain in float64, straight from its formulas and never optimised: a dense filter bank, a DCT by its
 * definition. It shares no code with src/dsp or assembly.
 */

/** Frames f of the signal, [160·f, 160·f + length): whole ones only. */
export function frames(signal: Float32Array, recipe: FrontendRecipe): number[][] {
  const length = recipe.frameLengthMs * 16;
  const result: number[][] = [];
  for (let start = 0; start + length <= signal.length; start += 160) {
    result.push(Array.from(signal.subarray(start, start + length)));
  }
  return result;
}

/** DC removal, pre-emphasis with x[−1] = x[0], window. */
export function windowed(frame: readonly number[], recipe: FrontendRecipe): number[] {
  const mean = recipe.removeDcOffset ? frame.reduce((a, b) => a + b, 0) / frame.length : 0;
  const centred = frame.map((x) => x - mean);
  const emphasised = centred.map((x, n) => x - recipe.preEmphasis * (centred[Math.max(0, n - 1)] as number));
  return emphasised.map((x, n) => x * window(n, frame.length, recipe));
}

/** Value n of the analysis window. */
export function window(n: number, length: number, recipe: FrontendRecipe): number {
  const phase = (2 * Math.PI * n) / (recipe.recipe === 'kaldi' ? length - 1 : length);
  switch (recipe.windowFunction) {
    case 'hann':
      return 0.5 - 0.5 * Math.cos(phase);
    case 'hamming':
      return 0.54 - 0.46 * Math.cos(phase);
    case 'povey':
      return (0.5 - 0.5 * Math.cos(phase)) ** 0.85;
  }
}

/** Dense filter bank, shape [nMels][257]. */
export function filterBank(recipe: FrontendRecipe): number[][] {
  const hzOfBin = Array.from({ length: 257 }, (_, k) => (k * 16000) / 512);
  if (recipe.recipe === 'kaldi') {
    const mel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
    const step = (mel(recipe.highHz) - mel(recipe.lowHz)) / (recipe.nMels + 1);
    return Array.from({ length: recipe.nMels }, (_, m) => {
      const left = mel(recipe.lowHz) + m * step;
      return hzOfBin.map((hz, k) => {
        if (k === 256) return 0;
        const distance = Math.abs(mel(hz) - (left + step)) / step;
        return Math.max(0, 1 - distance);
      });
    });
  }
  const mel = (hz: number): number =>
    hz < 1000 ? hz / (200 / 3) : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
  const hz = (m: number): number =>
    m < 15 ? m * (200 / 3) : 1000 * Math.exp((m - 15) * (Math.log(6.4) / 27));
  const edges = Array.from({ length: recipe.nMels + 2 }, (_, i) =>
    hz(mel(recipe.lowHz) + (i * (mel(recipe.highHz) - mel(recipe.lowHz))) / (recipe.nMels + 1)),
  );
  return Array.from({ length: recipe.nMels }, (_, m) => {
    const [left, centre, right] = edges.slice(m, m + 3) as [number, number, number];
    return hzOfBin.map((f) => {
      const triangle = f < centre ? (f - left) / (centre - left) : (right - f) / (right - centre);
      return (Math.max(0, triangle) * 2) / (right - left);
    });
  });
}

/** Logarithm of the floored energy: natural (kaldi) or in decibels (librosa). */
export function logEnergy(energy: number, recipe: FrontendRecipe): number {
  return recipe.recipe === 'kaldi'
    ? Math.log(Math.max(energy, 1.1920929e-7))
    : 10 * Math.log10(Math.max(energy, 1e-10));
}

/** Log-mel energies of each frame. */
export function logMel(signal: Float32Array, recipe: FrontendRecipe): number[][] {
  const bank = filterBank(recipe);
  return frames(signal, recipe).map((frame) => {
    const power = dftPower(windowed(frame, recipe), 512);
    return bank.map((filter) =>
      logEnergy(
        filter.reduce((sum, weight, k) => sum + weight * (power[k] as number), 0),
        recipe,
      ),
    );
  });
}

/** Liftered orthonormal DCT-II of one vector, K values. */
export function cepstra(input: readonly number[], recipe: FrontendRecipe): number[] {
  const m = input.length;
  const q = recipe.lifter;
  return Array.from({ length: recipe.nMfcc }, (_, k) => {
    const sum = input.reduce((a, x, n) => a + x * Math.cos((Math.PI * k * (n + 0.5)) / m), 0);
    const n = recipe.recipe === 'kaldi' ? k : k + 1;
    const lifter = q === 0 ? 1 : 1 + (q / 2) * Math.sin((Math.PI * n) / q);
    return lifter * Math.sqrt((k === 0 ? 1 : 2) / m) * sum;
  });
}

/** What the front end should put out: log-mel energies, or cepstra when nMfcc > 0; shape [nFrames][nFeatures]. */
export function features(signal: Float32Array, recipe: FrontendRecipe): number[][] {
  const energies = logMel(signal, recipe);
  return recipe.nMfcc > 0 ? energies.map((frame) => cepstra(frame, recipe)) : energies;
}
