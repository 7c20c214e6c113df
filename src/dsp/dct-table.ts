import type { FrontendRecipe } from './recipe.js';

/**
 * Liftered DCT-II matrix in the form that assembly/dct.ts reads: shape [⌈K/16⌉][⌈M/2⌉][16].
 *
 *     D[k, m] = lifter[k] · √((k = 0 ? 1 : 2)/M) · cos(π·k·(m + ½)/M)
 *     lifter[k] = 1 + Q/2·sin(π·k/Q)   kaldi         1 + Q/2·sin(π·(k + 1)/Q)   librosa         1 when Q = 0
 *
 * Only m < ⌈M/2⌉ is kept, as the sums and differences of both ends are what it multiplies; the middle of an odd
 * M meets itself there, so its row is halved. Columns k ≥ K are zero.
 */
export function dctTable(recipe: FrontendRecipe): Float32Array {
  const { nMels, nMfcc } = recipe;
  const nHalf = Math.ceil(nMels / 2);
  const nBlocks = Math.ceil(nMfcc / 16);
  const table = new Float32Array(nBlocks * nHalf * 16);
  for (let k = 0; k < nMfcc; k++) {
    const scale = lifterAt(recipe, k) * Math.sqrt((k === 0 ? 1 : 2) / nMels);
    for (let m = 0; m < nHalf; m++) {
      const share = 2 * m + 1 === nMels ? 0.5 : 1;
      const row = (k >> 4) * nHalf + m;
      table[row * 16 + (k & 15)] = share * scale * Math.cos((Math.PI * k * (m + 0.5)) / nMels);
    }
  }
  return table;
}

function lifterAt(recipe: FrontendRecipe, k: number): number {
  const q = recipe.lifter;
  if (q === 0) return 1;
  return 1 + (q / 2) * Math.sin((Math.PI * (recipe.recipe === 'kaldi' ? k : k + 1)) / q);
}
