import { N_FFT } from './abi';

/** Window in f32 and in f64, shape [N_FFT], zero beyond the frame length; written by the host before `configure`. */
const table: usize = memory.data(N_FFT << 2, 16);
const exactTable: usize = memory.data(N_FFT << 3, 16);
/** The frame after pre-emphasis in f64, shape [N_FFT]. */
const exactFrame: usize = memory.data(N_FFT << 3, 16);

let frameBytes: usize = 0;
let preEmphasis: f64 = 0;
/** 1 − a, rounded once. */
let rest: f32 = 0;
let removeDcOffset: bool = false;
let frameLengthInverse: f64 = 0;

/** Byte offsets of the window tables. */
export function windowPtr(): usize {
  return table;
}
export function exactWindowPtr(): usize {
  return exactTable;
}
/** Byte offset of what `beginExactFrame` writes. */
export function exactFramePtr(): usize {
  return exactFrame;
}

/** @param frameLength samples, a multiple of 16, ≤ N_FFT. */
export function windowConfigure(frameLength: i32, preEmphasisFactor: f64, removeDc: bool): void {
  frameBytes = (<usize>frameLength) << 2;
  frameLengthInverse = 1 / <f64>frameLength;
  preEmphasis = preEmphasisFactor;
  rest = <f32>(1 - preEmphasisFactor);
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
  const r = f32x4.splat(rest);
  for (const end = x + ((<usize>nSamples) << 2); x < end; x += 32, out += 32) {
    const before0 = v128.load(x - 4);
    const change0 = f32x4.sub(v128.load(x), before0);
    const before1 = v128.load(x - 4, 16);
    const change1 = f32x4.sub(v128.load(x, 16), before1);
    v128.store(out, f32x4.add(change0, f32x4.mul(r, before0)));
    v128.store(out, f32x4.add(change1, f32x4.mul(r, before1)), 16);
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
  f32.store(e, rest * f32.load(x));
  return removeDcOffset ? rest * (sum(x) * <f32>frameLengthInverse) : 0;
}

/**
 * As `emphasize` and `beginFrame` for one frame, all in f64, to `exactFramePtr()`.
 *
 * @param x in, shape [frameLength] of f32, read only.
 * @returns offset, with μ the mean of x or 0.
 */
export function beginExactFrame(x: usize): f64 {
  const a = f64x2.splat(preEmphasis);
  let before = f64x2.splat(<f64>f32.load(x));
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let e = exactFrame;
  for (const end = x + frameBytes; x < end; x += 32, e += 64) {
    const x0 = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const x1 = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    const x2 = f64x2.promote_low_f32x4(v128.load64_zero(x, 16));
    const x3 = f64x2.promote_low_f32x4(v128.load64_zero(x, 24));
    v128.store(e, f64x2.sub(x0, f64x2.mul(a, v128.shuffle<i64>(before, x0, 1, 2))));
    v128.store(e, f64x2.sub(x1, f64x2.mul(a, v128.shuffle<i64>(x0, x1, 1, 2))), 16);
    v128.store(e, f64x2.sub(x2, f64x2.mul(a, v128.shuffle<i64>(x1, x2, 1, 2))), 32);
    v128.store(e, f64x2.sub(x3, f64x2.mul(a, v128.shuffle<i64>(x2, x3, 1, 2))), 48);
    before = x3;
    s0 = f64x2.add(s0, x0);
    s1 = f64x2.add(s1, x1);
    s2 = f64x2.add(s2, x2);
    s3 = f64x2.add(s3, x3);
  }
  if (!removeDcOffset) return 0;
  const s = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  const mean = (f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1)) * frameLengthInverse;
  return (1 - preEmphasis) * mean;
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
