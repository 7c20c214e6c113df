import { MAX_MELS } from './abi';

/** Coefficients that one run over the input yields: 4 vectors. */
const BLOCK_BYTES: usize = 64;

/** Matrix times lifter, shape [⌈K/16⌉][⌈M/2⌉][16]; the middle row of an odd M is halved; written by the host. */
const matrix: usize = memory.data((MAX_MELS * (MAX_MELS / 2)) << 2, 16);
/** Sums and differences of the input's two ends, shape [⌈M/2⌉][2] and what a vector reaches beyond. */
const folded: usize = memory.data((MAX_MELS + 8) << 2, 16);

let nInput: usize = 0;
let nHalf: usize = 0;
let nBlocks: usize = 0;
/** c[0] of ones in all bands: M times the matrix's first value. */
let c0OfOnes: f64 = 0;

/** Byte offset of the matrix (src/dsp/dct-table.ts). */
export function dctMatrixPtr(): usize {
  return matrix;
}

/** @param nMels M; @param nMfcc K, 0..M; the host has written the matrix. */
export function dctConfigure(nMels: i32, nMfcc: i32): void {
  c0OfOnes = <f64>nMels * <f64>f32.load(matrix);
  nInput = nMels;
  nHalf = (<usize>nMels + 1) >> 1;
  nBlocks = (<usize>nMfcc + 15) >> 4;
}

/**
 * Liftered orthonormal DCT-II.
 *
 *     c[k] = lifter[k] · √((k = 0 ? 1 : 2)/M) · Σ_{m=0}^{M−1} x[m]·cos(π·k·(m + ½)/M)       0 ≤ k < K ≤ M
 *
 * The cosine is even about the middle for even k and odd for odd k, so even coefficients take the sums
 * x[m] + x[M−1−m], odd ones the differences, and half of the products fall away. x[0] is taken off all x first, which
 * only c[0] tells, so that sums stay small: log energies lie close together, far from 0.
 *
 * @param x   in, shape [M]; read only.
 * @param out out, shape [K rounded up to 16]: what is beyond K is overwritten with zeros.
 *
 * O(K·M/2) multiply-adds. Source: Davis & Mermelstein 1980, doi:10.1109/TASSP.1980.1163420.
 */
export function dct(x: usize, out: usize): void {
  const level = v128.load32_splat(x);
  const end = x + (nHalf << 2);
  let back = x + ((nInput - 4) << 2);
  for (let pair = folded; x < end; x += 16, back -= 16, pair += 32) {
    const a = f32x4.sub(v128.load(x), level);
    const reversed = f32x4.sub(v128.load(back), level);
    const b = v128.shuffle<f32>(reversed, reversed, 3, 2, 1, 0);
    const sum = f32x4.add(a, b);
    const difference = f32x4.sub(a, b);
    v128.store(pair, v128.shuffle<f32>(sum, difference, 0, 4, 1, 5));
    v128.store(pair, v128.shuffle<f32>(sum, difference, 2, 6, 3, 7), 16);
  }

  const first = out;
  let row = matrix;
  const foldedEnd = folded + (nHalf << 3);
  for (let block: usize = 0; block < nBlocks; block++, out += BLOCK_BYTES) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    for (let pair = folded; pair < foldedEnd; pair += 8, row += BLOCK_BYTES) {
      const sumAndDifference = v128.load64_splat(pair);
      c0 = f32x4.add(c0, f32x4.mul(sumAndDifference, v128.load(row)));
      c1 = f32x4.add(c1, f32x4.mul(sumAndDifference, v128.load(row, 16)));
      c2 = f32x4.add(c2, f32x4.mul(sumAndDifference, v128.load(row, 32)));
      c3 = f32x4.add(c3, f32x4.mul(sumAndDifference, v128.load(row, 48)));
    }
    v128.store(out, c0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    v128.store(out, c3, 48);
  }
  f32.store(first, <f32>(<f64>f32.load(first) + c0OfOnes * <f64>f32x4.extract_lane(level, 0)));
}
