import { type FrontendRecipe, frameLengthSamples } from './recipe.js';

/**
 * The analysis window, zero-padded to nFft; shape [nFft].
 *
 *     hann     ½ − ½·cos(2π·n/D)          hamming   0.54 − 0.46·cos(2π·n/D)          povey   hann^0.85
 *
 * D = N − 1 in the Kaldi recipe (symmetric), N in the librosa recipe (periodic, as scipy's `fftbins=True`).
 */
export function windowTable(recipe: FrontendRecipe): number[] {
  const length = frameLengthSamples(recipe);
  const period = recipe.recipe === 'kaldi' ? length - 1 : length;
  const table = new Array<number>(recipe.nFft).fill(0);
  for (let n = 0; n < length; n++) {
    const cosine = Math.cos((2 * Math.PI * n) / period);
    const hann = 0.5 - 0.5 * cosine;
    const povey = recipe.windowFunction === 'povey';
    table[n] = recipe.windowFunction === 'hamming' ? 0.54 - 0.46 * cosine : povey ? hann ** 0.85 : hann;
  }
  return table;
}
