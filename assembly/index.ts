import {
  BLOCK_CAPACITY,
  FRAME_CAPACITY,
  MAX_MELS,
  MAX_SAMPLE,
  MIN_MELS,
  N_FFT,
  SAMPLE_CAPACITY,
  Status,
} from './abi';
import { frameAge, framesAfter, framingBegin, framingConfigure, framingReset, nextFrame } from './framing';
import { mfccCepstra, mfccConfigure, mfccEnergies, mfccLogarithms, powerPtr } from './mfcc';
import { resample, resampledAfter, resamplerPasses, resamplerReset } from './resampler';
import { RING_CAPACITY, ringPtr, ringPush, ringReset, ringSamples, ringWritten } from './ring-buffer';
import { vadConfigure, vadHop, vadLogit, vadReset } from './vad';

export { ABI_VERSION, BLOCK_CAPACITY, FRAME_CAPACITY, MAX_SAMPLE, MEL_STEP_CAPACITY, Status } from './abi';
export { dctMatrixPtr } from './dct';
export { melFirstBinsPtr, melGroupStepsPtr, melWeightsPtr } from './mel';
export { resamplerConfigure, resamplerTablePtr } from './resampler';
export { exactTwiddlesPtr, twiddlesPtr } from './rfft';
export { bandScalesPtr } from './rounding';
export { vadInputsPtr, vadNetworkPtr } from './vad';
export { exactWindowPtr, windowPtr } from './window';
export { RING_CAPACITY, ringPtr, ringWritten };

/** Room for the sample before a block, which pre-emphasis wants, and up to where a vector may begin. */
const BEFORE: usize = 16;
const input: usize = memory.data((4 + BLOCK_CAPACITY) << 2, 16) + BEFORE;
/** Shape [SAMPLE_CAPACITY]: the block at 16 kHz, where it comes at another rate. */
const resampled: usize = memory.data((4 + SAMPLE_CAPACITY) << 2, 16) + BEFORE;
const features: usize = memory.data((FRAME_CAPACITY * MAX_MELS + 16) << 2, 16);
/** Shape [FRAME_CAPACITY]. */
const speechLogits: usize = memory.data(FRAME_CAPACITY << 2, 16);

let nFeatures: i32 = 0;

/** Byte offset of the input block, shape [BLOCK_CAPACITY], f32 at the input rate. */
export function inputPtr(): usize {
  return input;
}

/** Byte offset of the last push's features, shape [frames, nFeatures]. */
export function featuresPtr(): usize {
  return features;
}

/** Byte offset of the last push's log-odds of speech, one a frame. */
export function speechLogitsPtr(): usize {
  return speechLogits;
}

/**
 * Sets the recipe and resets. The host has written the tables that belong to it.
 *
 * @param frameLength samples at 16 kHz, a multiple of 16, ≤ N_FFT.
 * @param preEmphasis 0 ≤ a < 1.
 * @param removeDcOffset 0 or 1.
 * @param nMels       M.
 * @param nMfcc       K ≤ M; 0 for log-mel features.
 * @param energyFloor least mel energy before the logarithm, > 0.
 * @param logScale    1 for natural logarithms, 10/ln 10 for decibels.
 */
export function configure(
  frameLength: i32,
  preEmphasis: f64,
  removeDcOffset: i32,
  nMels: i32,
  nMfcc: i32,
  energyFloor: f32,
  logScale: f32,
): Status {
  if (frameLength < 16 || frameLength > N_FFT || frameLength % 16 != 0) return Status.BadConfig;
  if (!(preEmphasis >= 0 && preEmphasis < 1)) return Status.BadConfig;
  if (nMels < MIN_MELS || nMels > MAX_MELS || nMfcc < 0 || nMfcc > nMels) return Status.BadConfig;
  if (!(energyFloor >= f32.MIN_NORMAL_VALUE) || !(logScale > 0)) return Status.BadConfig;
  nFeatures = nMfcc > 0 ? nMfcc : nMels;
  mfccConfigure(frameLength, preEmphasis, removeDcOffset != 0, nMels, nMfcc, energyFloor, logScale);
  framingConfigure(frameLength);
  vadConfigure(frameLength);
  reset();
  return Status.Ok;
}

/** Back to the start of a stream under the same recipe. */
export function reset(): void {
  resamplerReset();
  framingReset();
  ringReset();
  vadReset();
}

/**
 * Whether the first `nSamples` of the input block are all finite and within ±MAX_SAMPLE: Ok or BadSample.
 * As integers without their sign, floats are in the order of their magnitude, and infinities and NaN are largest.
 */
export function check(nSamples: i32): Status {
  if (nSamples < 0 || nSamples > BLOCK_CAPACITY) return Status.BadLength;
  for (let i = nSamples; i & 15; i++) f32.store(input + ((<usize>i) << 2), 0);
  const end = input + ((<usize>nSamples) << 2);
  let a = i32x4.splat(0);
  let b = a;
  for (let x = input; x < end; x += 64) {
    a = i32x4.max_u(a, i32x4.shl(v128.load(x), 1));
    b = i32x4.max_u(b, i32x4.shl(v128.load(x, 16), 1));
    a = i32x4.max_u(a, i32x4.shl(v128.load(x, 32), 1));
    b = i32x4.max_u(b, i32x4.shl(v128.load(x, 48), 1));
  }
  const beyond = i32x4.gt_u(i32x4.max_u(a, b), i32x4.splat(reinterpret<i32>(MAX_SAMPLE) << 1));
  return v128.any_true(beyond) ? Status.BadSample : Status.Ok;
}

/** Frames that a push of `nSamples` at the input rate would complete. */
export function framesFor(nSamples: i32): i32 {
  return framesAfter(resampledAfter(nSamples));
}

/**
 * Takes the input block as the continuation of the stream.
 *
 * @param nSamples at the input rate, 0..BLOCK_CAPACITY.
 * @returns frames completed, their features at `featuresPtr()`; or a Status below 0, and nothing was consumed.
 */
export function push(nSamples: i32): i32 {
  if (nFeatures == 0) return Status.NotConfigured;
  const status = check(nSamples);
  if (status != Status.Ok) return status;

  const passes = resamplerPasses();
  const samples = passes ? input : resampled;
  const nSamples16k = passes ? nSamples : resample(input, nSamples, samples);
  ringPush(samples, nSamples16k);
  framingBegin(samples, nSamples16k);
  let nFrames = 0;
  let out = features;
  for (let frame = nextFrame(); frame != 0; frame = nextFrame()) {
    f32.store(speechLogits + ((<usize>nFrames) << 2), hop(frame, out));
    out += (<usize>nFeatures) << 2;
    nFrames++;
  }
  return nFrames;
}

/**
 * Features of one frame, and the log-odds of speech of its hop. The two share the power spectrum alone and take turns:
 * each ends its steps with sums of which one waits for the other, while the processor goes on with the next step.
 */
function hop(frame: usize, out: usize): f32 {
  mfccEnergies(frame, ringSamples(frameAge(frame)), out);
  vadHop(powerPtr());
  mfccLogarithms(out);
  const logit = vadLogit();
  mfccCepstra(out);
  return logit;
}
