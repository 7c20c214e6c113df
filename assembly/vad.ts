import { HOP_LENGTH } from './abi';
import { logFloored } from './log';

/** Bands of the detector, two vectors. */
const N_BANDS: i32 = 8;
/** What the classifier sees: each band's level above its floor, now and averaged over two spans. */
const N_INPUTS: i32 = 3 * N_BANDS;
const N_HIDDEN: i32 = 16;

/** A hop this far (90 dB) below the loudest, which sinks by 2 dB a second, is digital silence … */
const SILENCE_SHARE: f32 = 1e-9;
const LOUDEST_DECAY: f32 = 0.9954054; // 10^(−0.02/10)
/** … and so is one of this power: what float32 leaves of a constant when its mean is taken off. */
const SILENCE_POWER: f32 = 1e-18;
/** Least band power, so that a logarithm exists. */
const LEAST_POWER: f32 = 1e-25;
/** Levels are in units of 30 dB, at which a band's level above its floor saturates: 10/(30·ln 10). */
const LEVEL_SCALE: f32 = 0.14476482730108395;
/** Weight of the newest hop in the smoothed power: a mean over about 20 ms. */
const SMOOTHING: f32 = 0.4;
/** Hops of one of the floor's spans (250 ms) and how many finished spans count beside the running one. */
const SPAN_HOPS: i32 = 25;
const N_SPANS: i32 = 7;
/** A floor lies at most 40 dB below the band's peak, which sinks by 2 dB a second. In units of 30 dB. */
const DYNAMIC_RANGE: f32 = 40.0 / 30.0;
const PEAK_DECAY: f32 = 0.02 / 30.0;
/** Weights of the newest hop in the two averages: about 60 ms and 330 ms. */
const SHORT_WEIGHT: f32 = 0.15;
const LONG_WEIGHT: f32 = 0.03;
/** Stands for "at the floor", and keeps the averages from sinking into slow denormal numbers. */
const LEAST_SNR: f32 = 1e-6;
/** Above any level. */
const UNKNOWN: f32 = 1e9;

/** Sums of the upper four bands in four parts each; stored, or V8 would hold all that is summed at a time. */
const sums: usize = memory.data(64, 16);
const smoothed: usize = memory.data(N_BANDS << 2, 16);
const levels: usize = memory.data(N_BANDS << 2, 16);
/** Each band's peak and the hops since: sinking it hop by hop would gather rounding that differs with the gain. */
const peaks: usize = memory.data(N_BANDS << 2, 16);
const peakAges: usize = memory.data(N_BANDS << 2, 16);
/** Minima of the running span; of each finished one, shape [N_SPANS][N_BANDS]; and over those. */
const running: usize = memory.data(N_BANDS << 2, 16);
const finished: usize = memory.data((N_SPANS * N_BANDS) << 2, 16);
const finishedLeast: usize = memory.data(N_BANDS << 2, 16);
/** Shape [3][N_BANDS]: level above the floor, its short average, its long average. */
const inputs: usize = memory.data(N_INPUTS << 2, 16);
/** Classifier, written by the host: [N_INPUTS][N_HIDDEN] weights, then N_HIDDEN biases, N_HIDDEN output weights, bias. */
const network: usize = memory.data((N_INPUTS * N_HIDDEN + 2 * N_HIDDEN + 4) << 2, 16);

/** Power in all bands of the loudest hop. */
let loudest: f32 = 0;
let overlapHops: i32 = 0;
/** Hops still to pass until a frame holds no more of a digital silence. */
let settling: i32 = 0;
/** Hops that the floor has seen since the reset, modulo SPAN_HOPS after the first span. */
let spanHops: i32 = 0;
let span: i32 = 0;
let started: bool = false;

/** Byte offset of the classifier's table (src/dsp/vad-network.ts). */
export function vadNetworkPtr(): usize {
  return network;
}

/** Byte offset of the classifier's inputs at the last hop, shape [3][8], in units of 30 dB. */
export function vadInputsPtr(): usize {
  return inputs;
}

/** @param frameLength samples of a frame: frames overlap by ⌈frameLength/160⌉ − 1 hops. */
export function vadConfigure(frameLength: i32): void {
  overlapHops = (frameLength - 1) / HOP_LENGTH;
  vadReset();
}

/** Back to the start of a stream: nothing is known of the floor. */
export function vadReset(): void {
  loudest = 0;
  settling = 0;
  spanHops = 0;
  span = 0;
  started = false;
  fill(inputs, N_INPUTS, LEAST_SNR);
  fill(peaks, N_BANDS, -UNKNOWN);
  fill(peakAges, N_BANDS, 0);
  fill(running, N_BANDS, UNKNOWN);
  fill(finished, N_SPANS * N_BANDS, UNKNOWN);
  fill(finishedLeast, N_BANDS, UNKNOWN);
}

function fill(array: usize, length: i32, value: f32): void {
  for (let i = 0; i < length; i++) f32.store(array + ((<usize>i) << 2), value);
}

/**
 * Takes a hop into what `vadLogit` tells next, its log-odds of speech for even prior odds.
 *
 *     S_b ← S_b + 0.4·(Σ_{k in b} P[k] − S_b)             power of band b, smoothed
 *     floor_b = max(min of S_b over the last 1.75 to 2 s, peak_b − 40 dB)
 *     x_b = clamp(dB(S_b/floor_b), 0, 30 dB) / 30 dB      and two running averages of x_b
 *     logit = v·relu(W·x + w) + u                         24 inputs, 16 hidden units
 *
 * Bands end at 125·(1, 2, 4, 6, 8, 12, 16, 24, 32) Hz: what telephones and 8 kHz recordings also carry. Only
 * ratios enter, those that tell digital silence too, so a gain moves nothing. Minimum statistics follow a
 * rising noise within 2 s and never need to be told where speech is; a hop of digital silence, and those
 * that overlap it, tell nothing of a floor and leave it as it was. Speech from the first sample on is seen
 * from its first dip, some 100 ms in.
 *
 * @param power in, power spectrum, shape [257], 16-byte aligned, read only; of any window and pre-emphasis,
 *              as a band's fixed gain cancels in its ratio.
 *
 * Allocates nothing. Accuracy: test/unit/vad.test.ts against test/oracle/vad.ts; hit and false rates:
 * docs/adr/0006-voice-activity.md.
 * Source: floor after Martin 2001, "Noise power spectral density estimation based on optimal smoothing and
 * minimum statistics", doi:10.1109/89.928915, with a fixed smoothing.
 */
export function vadHop(power: usize): void {
  v128.store(sums, four(power + 128));
  v128.store(sums, four(power + 192), 16);
  v128.store(sums, eight(power + 256), 32);
  v128.store(sums, eight(power + 384), 48);
  const low = bandPowers(v128.load(power, 16), pair(power + 32), pair(power + 64), pair(power + 96));
  const high = bandPowers(v128.load(sums), v128.load(sums, 16), v128.load(sums, 32), v128.load(sums, 48));
  const both = f32x4.add(low, high);
  const total =
    f32x4.extract_lane(both, 0) +
    f32x4.extract_lane(both, 1) +
    (f32x4.extract_lane(both, 2) + f32x4.extract_lane(both, 3));

  if (total <= SILENCE_POWER || total <= SILENCE_SHARE * loudest) {
    settling = overlapHops;
    standStill();
  } else {
    loudest = max(total, LOUDEST_DECAY * loudest);
    if (settling > 0) {
      settling--;
      standStill();
    } else {
      trackFloor(low, high);
    }
  }
  average(N_BANDS << 2, SHORT_WEIGHT);
  average((2 * N_BANDS) << 2, LONG_WEIGHT);
}

/** Sum of two vectors, of four, of eight: written out, as a loop of two costs more than it sums. */
function pair(x: usize): v128 {
  return f32x4.add(v128.load(x), v128.load(x, 16));
}
function four(x: usize): v128 {
  return f32x4.add(pair(x), pair(x + 32));
}
function eight(x: usize): v128 {
  return f32x4.add(four(x), four(x + 64));
}

/** Sums of the lanes of four vectors, as one vector, at least LEAST_POWER. */
function bandPowers(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  const sum = f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
  return f32x4.pmax(sum, f32x4.splat(LEAST_POWER));
}

/** A hop that tells nothing: as if at the floor. */
function standStill(): void {
  const least = f32x4.splat(LEAST_SNR);
  v128.store(inputs, least);
  v128.store(inputs, least, 16);
}

/**
 * Takes a hop's band powers into floor and peak and writes the levels above the floor.
 * Least and greatest by pmin and pmax: one instruction on x64 where min and max, which mind NaN, take several.
 */
function trackFloor(low: v128, high: v128): void {
  smooth(0, low);
  smooth(16, high);
  started = true;
  logFloored(levels, 2, LEAST_POWER, LEVEL_SCALE);
  riseAboveFloor(0);
  riseAboveFloor(16);
  if (++spanHops == SPAN_HOPS) finishSpan();
}

/** Levels to levels above the floor, for the 4 bands at byte offset `half`. */
function riseAboveFloor(half: usize): void {
  const level = v128.load(levels + half);
  const least = f32x4.pmin(level, v128.load(running + half));
  v128.store(running + half, least);
  const peak = trackPeak(half, level);
  const floor = f32x4.pmax(
    f32x4.pmin(least, v128.load(finishedLeast + half)),
    f32x4.sub(peak, f32x4.splat(DYNAMIC_RANGE)),
  );
  const above = f32x4.pmax(f32x4.sub(level, floor), f32x4.splat(LEAST_SNR));
  v128.store(inputs + half, f32x4.pmin(above, f32x4.splat(1)));
}

/** The peaks at this hop, sunk by their ages. */
function trackPeak(half: usize, level: v128): v128 {
  const age = f32x4.add(v128.load(peakAges + half), f32x4.splat(1));
  const peak = v128.load(peaks + half);
  const sunk = f32x4.sub(peak, f32x4.mul(age, f32x4.splat(PEAK_DECAY)));
  const isPeak = f32x4.ge(level, sunk);
  v128.store(peakAges + half, v128.andnot(age, isPeak));
  v128.store(peaks + half, v128.bitselect(level, peak, isPeak));
  return f32x4.pmax(level, sunk);
}

/** S ← S + 0.4·(B − S), or B at the first hop; also into the levels, on their way to the logarithm. */
function smooth(half: usize, power: v128): void {
  const before = started ? v128.load(smoothed + half) : power;
  const after = f32x4.add(before, f32x4.mul(f32x4.sub(power, before), f32x4.splat(SMOOTHING)));
  v128.store(smoothed + half, after);
  v128.store(levels + half, after);
}

/** The running span takes the place of the oldest finished one; the next starts from the present level. */
function finishSpan(): void {
  spanHops = 0;
  for (let half: usize = 0; half < 32; half += 16) {
    v128.store(finished + ((<usize>span) << 5) + half, v128.load(running + half));
    v128.store(running + half, v128.load(levels + half));
    let least = v128.load(finished + half);
    for (let i: usize = 1; i < <usize>N_SPANS; i++)
      least = f32x4.pmin(least, v128.load(finished + (i << 5) + half));
    v128.store(finishedLeast + half, least);
  }
  span = span + 1 == N_SPANS ? 0 : span + 1;
}

/** Takes the levels above the floor into the running average at byte `offset` of the inputs. */
function average(offset: usize, weight: f32): void {
  const w = f32x4.splat(weight);
  const low = v128.load(inputs + offset);
  const high = v128.load(inputs + offset, 16);
  v128.store(inputs + offset, f32x4.add(low, f32x4.mul(f32x4.sub(v128.load(inputs), low), w)));
  v128.store(inputs + offset, f32x4.add(high, f32x4.mul(f32x4.sub(v128.load(inputs, 16), high), w)), 16);
}

/** Log-odds of speech at the last hop: one hidden layer of 16 rectified units, one output. */
export function vadLogit(): f32 {
  let w = network;
  const bias = network + ((N_INPUTS * N_HIDDEN) << 2);
  let a = v128.load(bias);
  let b = v128.load(bias, 16);
  let c = v128.load(bias, 32);
  let d = v128.load(bias, 48);
  const end = inputs + (N_INPUTS << 2);
  for (let x = inputs; x < end; x += 4, w += 64) {
    const input = v128.load32_splat(x);
    a = f32x4.add(a, f32x4.mul(input, v128.load(w)));
    b = f32x4.add(b, f32x4.mul(input, v128.load(w, 16)));
    c = f32x4.add(c, f32x4.mul(input, v128.load(w, 32)));
    d = f32x4.add(d, f32x4.mul(input, v128.load(w, 48)));
  }
  const zero = f32x4.splat(0);
  a = f32x4.mul(f32x4.pmax(a, zero), v128.load(bias, 64));
  b = f32x4.mul(f32x4.pmax(b, zero), v128.load(bias, 80));
  c = f32x4.mul(f32x4.pmax(c, zero), v128.load(bias, 96));
  d = f32x4.mul(f32x4.pmax(d, zero), v128.load(bias, 112));
  const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)) +
    f32.load(bias, 128)
  );
}
