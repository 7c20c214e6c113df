import { MAX_MELS, N_FFT } from './abi';
import { melFirstBin } from './mel';
import { windowPtr } from './window';

/*
 * A float32 transform rounds each bin by noise of one size for all, so the logarithm of a band is the less exact the
 * weaker the band. With q its energy, over its greatest weight, as a share of all power of the frame, the error is
 * 8e-9/√q rms (measured: 7e-9 to 9e-9 on ten corpora), and independent between bands: docs/adr/0004-float32-features.md.
 */

/** Least q of which a log-mel energy may be told: an error of 1e-5 rms, a fifth of 5e-5. */
const LEAST_SHARE: f32 = 7e-7;
/** Most that the mean of 1/q over the bands may be where log-mel energies are told: an error of 2e-6 rms in a frame. */
const MOST_OF_ENERGIES: f32 = 6e4;
/**
 * … and where cepstra are told: a cepstrum (before its lifter) errs by 8e-9·√(2·mean) at worst, here 5.7e-6 rms, a
 * fifth of 3e-5.
 */
const MOST_OF_CEPSTRA: f32 = 2.5e5;

/** What a mean that is taken off weighs beside the power: its rounding falls on few bins, all to one side. */
const OFFSET_WEIGHT: f32 = 64;

const VECTOR: usize = 16;

/** 1 over the greatest weight of each band, shape [MAX_MELS]; written by the host. */
const scales: usize = memory.data(MAX_MELS << 2, 16);
/** Band energies times their scales, as high as the floor at least; shape [MAX_MELS]. */
const levels: usize = memory.data(MAX_MELS << 2, 16);

let bandsEnd: usize = 0;
let nMelsRounded: f32 = 0;
let wantsCepstra: bool = false;
let floor: f32 = 0;
/** Ends of the spectrum, in bytes: bins that lie before the first or behind the last band’s centre are in these. */
let lowEnd: usize = 0;
let highStart: usize = 0;
/** Power of an offset of 1, so weighed. */
let offsetPower: f32 = 0;

/** Byte offset of the reciprocals of the bands' greatest weights. */
export function bandScalesPtr(): usize {
  return scales;
}

/**
 * @param nMels       M; the host has written the mel tables, the window and the scales.
 * @param ofCepstra   whether cepstra are told or log-mel energies.
 * @param energyFloor what energies are lifted to before the logarithm.
 */
export function roundingConfigure(nMels: i32, ofCepstra: bool, energyFloor: f32): void {
  bandsEnd = ((<usize>nMels + 3) >> 2) * VECTOR;
  nMelsRounded = <f32>(bandsEnd >> 2);
  wantsCepstra = ofCepstra;
  floor = energyFloor;
  lowEnd = (<usize>melFirstBin(1)) << 2;
  highStart = (<usize>melFirstBin(nMels - 1) >> 2) * VECTOR;
  let windowEnergy: f32 = 0;
  for (let n: usize = 0; n < <usize>N_FFT; n++) {
    const w = f32.load(windowPtr() + (n << 2));
    windowEnergy += w * w;
  }
  offsetPower = OFFSET_WEIGHT * <f32>N_FFT * windowEnergy;
}

/**
 * Whether rounding in float32 may have moved a frame's features by more than they should be.
 *
 * Between the first and the last centre the triangles add up to 1, so bands and ends together hold all power.
 *
 * @param energies mel energies, shape [M rounded up to 4]; read only.
 * @param power    power spectrum, shape [N_FFT/2 + 1] and 7 zeros; read only.
 * @param offset   what was taken off the frame after the window.
 */
export function isBlurred(energies: usize, power: usize, offset: f32): bool {
  let sum = f32x4.splat(0);
  let more = sum;
  for (let i: usize = 0; i < lowEnd; i += VECTOR) sum = f32x4.add(sum, v128.load(power + i));
  for (let i = highStart; i <= 1024; i += 2 * VECTOR) {
    sum = f32x4.add(sum, v128.load(power + i));
    more = f32x4.add(more, v128.load(power + i, VECTOR));
  }
  sum = f32x4.add(sum, more);
  const least = f32x4.splat(floor);
  let weakest = f32x4.splat(f32.MAX_VALUE);
  for (let i: usize = 0; i < bandsEnd; i += VECTOR) {
    const level = f32x4.mul(f32x4.pmax(least, v128.load(energies + i)), v128.load(scales + i));
    v128.store(levels + i, level);
    weakest = f32x4.pmin(weakest, level);
    sum = f32x4.add(sum, level);
  }
  const total = sumOfLanes(sum) + offsetPower * offset * offset;
  const most = wantsCepstra ? MOST_OF_CEPSTRA : MOST_OF_ENERGIES;
  if (!isBelow(weakest, total / most)) return false;
  if (!wantsCepstra && isBelow(weakest, total * LEAST_SHARE)) return true;
  return total * sumOfReciprocals() > most * nMelsRounded;
}

function isBelow(x: v128, bound: f32): bool {
  return v128.any_true(f32x4.lt(x, f32x4.splat(bound)));
}

function sumOfReciprocals(): f32 {
  const one = f32x4.splat(1);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bandsEnd; i += VECTOR) {
    sum = f32x4.add(sum, f32x4.div(one, v128.load(levels + i)));
  }
  return sumOfLanes(sum);
}

function sumOfLanes(s: v128): f32 {
  return (
    f32x4.extract_lane(s, 0) +
    f32x4.extract_lane(s, 1) +
    (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3))
  );
}
