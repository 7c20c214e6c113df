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
 * DC removal, pre-emphasis and window of one frame, in this order, as Kaldi does:
 *
 *     y[n] = w[n]·((x[n] − μ) − a·(x[n−1] − μ))      x[−1] = x[0],  μ = mean of x or 0
 *
 * computed as w[n]·(a·(x[n] − x[n−1]) + (1 − a)·(x[n] − μ)): the first difference is often exact in float32
 * and small, so less is rounded off than from x[n] − a·x[n−1].
 *
 * @param x   in, shape [frameLength], read only. The 4 bytes before it are read and not used.
 * @param out out, shape [N_FFT]; the first frameLength values are overwritten, the rest stay zero.
 *
 * Pre-emphasis restarts in each frame, so a frame depends on its own samples only.
 */
export function windowFrame(x: usize, out: usize): void {
  const mean: f32 = removeDcOffset ? sum(x) * frameLengthInverse : 0;
  const a = f32x4.splat(preEmphasis);
  const rest = f32x4.splat(<f32>1 - preEmphasis);
  const mu = f32x4.splat(mean);
  for (let i: usize = 0; i < frameBytes; i += 32) {
    const x0 = v128.load(x + i);
    const d0 = f32x4.mul(a, f32x4.sub(x0, v128.load(x + i - 4)));
    const x1 = v128.load(x + i, 16);
    const d1 = f32x4.mul(a, f32x4.sub(x1, v128.load(x + i - 4, 16)));
    const y0 = f32x4.add(d0, f32x4.mul(rest, f32x4.sub(x0, mu)));
    const y1 = f32x4.add(d1, f32x4.mul(rest, f32x4.sub(x1, mu)));
    v128.store(out + i, f32x4.mul(v128.load(table + i), y0));
    v128.store(out + i, f32x4.mul(v128.load(table + i, 16), y1), 16);
  }
  f32.store(out, f32.load(table) * (<f32>1 - preEmphasis) * (f32.load(x) - mean));
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
