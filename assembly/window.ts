import { N_FFT } from './abi';

/** Window, shape [N_FFT], zero beyond the frame length; written by the host before `configure`. */
const table: usize = memory.data(N_FFT << 2, 16);

let frameBytes: usize = 0;
let preEmphasis: f32 = 0;
let removeDcOffset: bool = false;
let frameLengthInverse: f32 = 0;

/** Byte offset of the window table. */
export function windowPtr(): usize {
  return table;
}

/** @param frameLength samples, a multiple of 16, ≤ N_FFT. */
export function windowConfigure(frameLength: i32, preEmphasisFactor: f32, removeDc: bool): void {
  frameBytes = (<usize>frameLength) << 2;
  frameLengthInverse = <f32>1 / <f32>frameLength;
  preEmphasis = preEmphasisFactor;
  removeDcOffset = removeDc;
}

/**
 * Pre-emphasis of a stretch of the stream, once for all frames that a sample falls in:
 *
 *     e[n] = x[n] − a·x[n−1] = (x[n] − x[n−1]) + (1 − a)·x[n−1]
 *
 * The first difference is often exact in float32 and small, so less is rounded off than in the shorter form.
 *
 * @param x   in, shape [nSamples], read only, and the sample before it.
 * @param out out, shape [nSamples rounded up to 8]; overwritten.
 */
export function emphasize(x: usize, nSamples: i32, out: usize): void {
  const rest = f32x4.splat(<f32>1 - preEmphasis);
  for (const end = x + ((<usize>nSamples) << 2); x < end; x += 32, out += 32) {
    const before0 = v128.load(x - 4);
    const change0 = f32x4.sub(v128.load(x), before0);
    const before1 = v128.load(x - 4, 16);
    const change1 = f32x4.sub(v128.load(x, 16), before1);
    v128.store(out, f32x4.add(change0, f32x4.mul(rest, before0)));
    v128.store(out, f32x4.add(change1, f32x4.mul(rest, before1)), 16);
  }
}

/**
 * Begins a frame's own pre-emphasis, as Kaldi's, which takes off the mean first and knows no sample before the frame:
 *
 *     y[n] = w[n]·((x[n] − μ) − a·(x[n−1] − μ)) = w[n]·e[n] − w[n]·offset      x[−1] = x[0],  offset = (1 − a)·μ
 *
 * @param e in, shape [frameLength], by `emphasize`; e[0] is set to (1 − a)·x[0]. Later frames begin behind it.
 * @param x in, shape [frameLength], read only.
 * @returns offset, with μ the mean of x or 0.
 */
export function beginFrame(e: usize, x: usize): f32 {
  const rest = <f32>1 - preEmphasis;
  f32.store(e, rest * f32.load(x));
  return removeDcOffset ? rest * (sum(x) * frameLengthInverse) : 0;
}

/** Sum of a frame in 16 partial sums: a single one would wait for each addition. */
function sum(x: usize): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let i: usize = 0; i < frameBytes; i += 64) {
    s0 = f32x4.add(s0, v128.load(x + i));
    s1 = f32x4.add(s1, v128.load(x + i, 16));
    s2 = f32x4.add(s2, v128.load(x + i, 32));
    s3 = f32x4.add(s3, v128.load(x + i, 48));
  }
  const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 1) +
    (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3))
  );
}
