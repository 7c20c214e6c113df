import { MAX_MELS, N_FFT } from './abi';
import { dct, dctConfigure } from './dct';
import { logFloored } from './log';
import { melConfigure, melEnergies } from './mel';
import { powerSpectrum, spectrumConfigure } from './rfft';
import { isBlurred, roundingConfigure } from './rounding';
import {
  beginExactFrame,
  beginFrame,
  exactFramePtr,
  exactWindowPtr,
  windowConfigure,
  windowPtr,
} from './window';

/** Power spectrum, shape [N_FFT/2 + 1], and the zeros that a padded mel filter may read. */
const power: usize = memory.data(N_FFT << 2, 16);
/** Log-mel energies on their way to the DCT, shape [MAX_MELS]. */
const logMel: usize = memory.data(MAX_MELS << 2, 16);

let nLogVectors: i32 = 0;
let floor: f32 = 0;
let scale: f32 = 1;
let wantsCepstra: bool = false;

/** Byte offset of the last frame's power spectrum, shape [257], in squared units of the windowed samples. */
export function powerPtr(): usize {
  return power;
}

/** Sets every stage; the arguments are those of `configure` (index.ts), already checked. */
export function mfccConfigure(
  frameLength: i32,
  preEmphasis: f64,
  removeDcOffset: bool,
  nMels: i32,
  nMfcc: i32,
  energyFloor: f32,
  logScale: f32,
): void {
  spectrumConfigure(frameLength);
  windowConfigure(frameLength, preEmphasis, removeDcOffset);
  melConfigure(nMels);
  roundingConfigure(nMels, nMfcc > 0, energyFloor);
  floor = energyFloor;
  scale = logScale;
  dctConfigure(nMels, nMfcc);
  nLogVectors = (nMels + 3) >> 2;
  wantsCepstra = nMfcc > 0;
}

/**
 * First of three steps to the features of one analysis frame, which are log-mel energies, shape [nMels], or with
 * nMfcc > 0 mel-frequency cepstra, shape [nMfcc]: power spectrum (`powerPtr`) and mel energies.
 *
 * In steps, so that what waits for its own last sum has other work beside it: `hop` (index.ts) has those of the speech
 * detector between them.
 *
 * @param frame the frame after pre-emphasis, by `emphasize`; its first value is overwritten, and what lies behind it up
 *              to N_FFT is read and multiplied by zero.
 * @param samples the frame before pre-emphasis, read only.
 * @param out   the same in all three steps; overwritten, up to 15 floats beyond the shape: frames are written in order.
 *
 * Allocates nothing. Accuracy: test/unit/dsp/accuracy.test.ts against test/oracle.
 */
export function mfccEnergies(frame: usize, samples: usize, out: usize): void {
  const energies = energiesPtr(out);
  const offset = beginFrame(frame, samples);
  powerSpectrum<f32>(frame, windowPtr(), offset, power);
  melEnergies(power, energies);
  if (isBlurred(energies, power, offset)) {
    powerSpectrum<f64>(exactFramePtr(), exactWindowPtr(), beginExactFrame(samples), power);
    melEnergies(power, energies);
  }
}

/** Second step: the energies' logarithms. */
export function mfccLogarithms(out: usize): void {
  logFloored(energiesPtr(out), nLogVectors, floor, scale);
}

/** Where the energies stand until they are the features or become them. */
function energiesPtr(out: usize): usize {
  return wantsCepstra ? logMel : out;
}

/** Third step: cepstra, where they are asked for. */
export function mfccCepstra(out: usize): void {
  if (wantsCepstra) dct(logMel, out);
}
