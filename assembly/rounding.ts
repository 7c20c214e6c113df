import { MAX_MELS, N_FFT } from './abi';
import { windowPtr } from './window';

/*
 * A float32 transform rounds each bin by noise of one size for all, so the logarithm of a band is the less exact the
 * weaker the band. With q its energy, over its greatest weight, as a share of all power of the frame, the error is
 * 8e-9/√q rms (measured: 7e-9 to 9e-9 on ten corpora), and independent between bands.
 */

/** Least q of which a log-mel energy may be told: an error of 1e-5 rms, a fifth of 5e-5. */
const LEAST_SHARE: f32 = 7e-7;
/**
 * Most that the mean of 1/q over the bands may be where cepstra are told: a cepstrum (before its lifter) errs by
 * 8e-9·√(2·mean), here 5.7e-6 rms, a fifth of 3e-5.
 */
const MOST_RECIPROCAL: f32 = 2.5e5;

/** What a mean that is taken off weighs beside the power: its rounding falls on few bins, all to one side. */
const OFFSET_WEIGHT: f32 = 64;

/** Greatest weight of each band, shape [MAX_MELS]; written by the host, zero beyond M. */
const peaks: usize = memory.data(MAX_MELS << 2, 16);

let nVectors: usize = 0;
let mostReciprocals: f32 = 0;
let least: f32 = 0;
let offsetPower: f32 = 0;

/** Byte offset of the bands' greatest weights. */
export function bandPeaksPtr(): usize {
  return peaks;
}

/**
 * @param nMels       M; the host has written window and peaks.
 * @param energyFloor what energies are lifted to before the logarithm.
 */
export function roundingConfigure(nMels: i32, energyFloor: f32): void {
  nVectors = (<usize>nMels + 3) >> 2;
  mostReciprocals = MOST_RECIPROCAL * <f32>nMels;
  least = energyFloor;
  let windowEnergy: f32 = 0;
  for (let n: usize = 0; n < <usize>N_FFT; n++) {
    const w = f32.load(windowPtr() + (n << 2));
    windowEnergy += w * w;
  }
  offsetPower = OFFSET_WEIGHT * <f32>N_FFT * windowEnergy;
}

/**
 * Whether float32 may have moved a log-mel energy by more than it should.
 *
 * @param energies mel energies, shape [M rounded up to 4]; read only.
 * @param power    power spectrum, shape [N_FFT/2 + 1] and zeros to the next multiple of 4; read only.
 * @param offset   what was taken off the frame after the window.
 */
export function blursEnergies(energies: usize, power: usize, offset: f32): bool {
  const threshold = f32x4.splat(LEAST_SHARE * total(power, offset));
  const floor = f32x4.splat(least);
  let isWeak = f32x4.splat(0);
  for (let i: usize = 0; i < nVectors << 4; i += 16) {
    const energy = f32x4.pmax(floor, v128.load(energies + i));
    isWeak = v128.or(isWeak, f32x4.lt(energy, f32x4.mul(threshold, v128.load(peaks + i))));
  }
  return v128.any_true(isWeak);
}

/** As `blursEnergies`, of cepstra. */
export function blursCepstra(energies: usize, power: usize, offset: f32): bool {
  const floor = f32x4.splat(least);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < nVectors << 4; i += 16) {
    const energy = f32x4.pmax(floor, v128.load(energies + i));
    sum = f32x4.add(sum, f32x4.div(v128.load(peaks + i), energy));
  }
  return total(power, offset) * sumOfLanes(sum) > mostReciprocals;
}

/** All power of a frame, and what its offset adds to the rounding. */
function total(power: usize, offset: f32): f32 {
  let s0 = v128.load(power, 1024);
  let s1 = f32x4.splat(0);
  let s2 = s1;
  let s3 = s1;
  for (const end = power + 1024; power < end; power += 64) {
    s0 = f32x4.add(s0, v128.load(power));
    s1 = f32x4.add(s1, v128.load(power, 16));
    s2 = f32x4.add(s2, v128.load(power, 32));
    s3 = f32x4.add(s3, v128.load(power, 48));
  }
  return sumOfLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))) + offsetPower * offset * offset;
}

function sumOfLanes(s: v128): f32 {
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 1) +
    (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3))
  );
}
