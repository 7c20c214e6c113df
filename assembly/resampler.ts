import { BLOCK_CAPACITY } from './abi';

/** Longest filter phase, in taps: 48 kHz (src/dsp/resampler.ts). A multiple of 16. */
export const RESAMPLER_TAP_CAPACITY: i32 = 256;
/** Largest table, in floats: 320 phases × 112 taps at 22.05 kHz = 160 × 224 at 44.1 kHz. */
export const RESAMPLER_TABLE_CAPACITY: i32 = 35840;

const table: usize = memory.data(RESAMPLER_TABLE_CAPACITY << 2, 16);
const line: usize = memory.data((RESAMPLER_TAP_CAPACITY + BLOCK_CAPACITY) << 2, 16);

let up: i32 = 1;
let down: i32 = 1;
let taps: i32 = 16;
/** Samples in `line`; its first `taps` are the window of the next output, as far as they have come. */
let filled: i32 = 0;
/** The next output index modulo `up`, which is its table row. */
let row: i32 = 0;
/** Position of the next output between two input samples, in units of 1/up of their distance. */
let phase: i32 = 0;

/** Byte offset of the filter table, shape [up × taps], row-major; written by the host before `configure`. */
export function resamplerTablePtr(): usize {
  return table;
}

/**
 * Sets the conversion ratio and resets.
 *
 * @param upFactor   L, output rate ÷ gcd(rates).
 * @param downFactor M, input rate ÷ gcd(rates). L = M = 1 passes samples by.
 * @param nTaps      T, a multiple of 16, ≤ RESAMPLER_TAP_CAPACITY, with L·T ≤ RESAMPLER_TABLE_CAPACITY
 *                   and T > M/L (guaranteed by src/dsp/resampler.ts).
 */
export function resamplerConfigure(upFactor: i32, downFactor: i32, nTaps: i32): void {
  up = upFactor;
  down = downFactor;
  taps = nTaps;
  resamplerReset();
}

/** Back to the start of a stream: T/2 − 1 zeros stand before the first sample, so output 0 is at input time 0. */
export function resamplerReset(): void {
  filled = taps / 2 - 1;
  memory.fill(line, 0, (<usize>filled) << 2);
  row = 0;
  phase = 0;
}

/** Whether L = M = 1: then the samples are their own result, and `resample` is not to be called. */
export function resamplerPasses(): bool {
  return up == down;
}

/** Outputs that `nSamples` more inputs would complete. */
export function resampledAfter(nSamples: i32): i32 {
  if (up == down) return nSamples;
  const room = <i64>filled + nSamples - taps;
  return room < 0 ? 0 : <i32>(((room + 1) * up - 1 - phase) / down) + 1;
}

/**
 * Rational polyphase sample-rate conversion of the next stretch of a stream.
 *
 *     y[n] = Σ_{j=0}^{T-1} x[b + j − T/2 + 1] · table[n mod L, j]        b = ⌊n·M/L⌋
 *
 * Output n stands at input time n·M/L exactly (the filter is symmetric about it), so times of the input
 * clock are right with no correction; output n leaves once input b + T/2 has come. Each output is one dot
 * product over the same T samples in the same order, so the split of the input into blocks changes no bit.
 *
 * @param src in, shape [nSamples], f32 at the input rate, read only.
 * @param nSamples 0..BLOCK_CAPACITY.
 * @param dst out, f32 at the output rate, room for ⌈nSamples·L/M⌉ + 1. Must not alias `src`.
 * @returns samples written to `dst`.
 *
 * Allocates nothing; T multiply-adds per output. Accuracy and alias: test/unit/resampler.test.ts.
 * Source: Crochiere & Rabiner 1981, doi:10.1109/PROC.1981.11969 (polyphase form).
 */
export function resample(src: usize, nSamples: i32, dst: usize): i32 {
  memory.copy(line + ((<usize>filled) << 2), src, (<usize>nSamples) << 2);
  filled += nSamples;

  const wholeStep = down / up;
  const phaseStep = down % up;
  const rowBytes = (<usize>taps) << 2;
  let start = 0;
  let nOut = 0;
  while (start + taps <= filled) {
    f32.store(
      dst + ((<usize>nOut) << 2),
      dot(line + ((<usize>start) << 2), table + <usize>row * rowBytes, rowBytes),
    );
    nOut++;
    if (++row == up) row = 0;
    start += wholeStep;
    phase += phaseStep;
    if (phase >= up) {
      phase -= up;
      start++;
    }
  }
  filled -= start;
  memory.copy(line, line + ((<usize>start) << 2), (<usize>filled) << 2);
  return nOut;
}

/** Σ x·h over a multiple of 16 floats: four independent sums, as one would wait for each addition. */
function dot(x: usize, h: usize, bytes: usize): f32 {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 64) {
    a = f32x4.add(a, f32x4.mul(v128.load(x + i), v128.load(h + i)));
    b = f32x4.add(b, f32x4.mul(v128.load(x + i, 16), v128.load(h + i, 16)));
    c = f32x4.add(c, f32x4.mul(v128.load(x + i, 32), v128.load(h + i, 32)));
    d = f32x4.add(d, f32x4.mul(v128.load(x + i, 48), v128.load(h + i, 48)));
  }
  const s = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const pair = f32x4.add(s, v128.shuffle<f32>(s, s, 2, 3, 0, 1));
  return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}
