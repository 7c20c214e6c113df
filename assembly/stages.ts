/** Single stages of the chain, for tests and benchmarks only: a second entry that is not shipped. */
import { MAX_MELS, N_FFT } from './abi';
import { dct } from './dct';
import { logFloored } from './log';
import { melEnergies } from './mel';
import { mfcc, powerPtr } from './mfcc';
import { powerSpectrum } from './rfft';
import { windowFrame } from './window';

export * from './index';
export { powerPtr } from './mfcc';

/** Room for a stretch of signal, so that a benchmark need not copy frames in, and zeros before it. */
export const STRETCH_CAPACITY: i32 = 4096;
const stretch: usize = memory.data((STRETCH_CAPACITY + 4) << 2, 16) + 16;
const windowed: usize = memory.data(N_FFT << 2, 16);
const output: usize = memory.data((MAX_MELS + 16) << 2, 16);

/** Byte offset of the stretch, shape [STRETCH_CAPACITY]. */
export function stretchPtr(): usize {
  return stretch;
}
export function windowedPtr(): usize {
  return windowed;
}
export function outputPtr(): usize {
  return output;
}
/** Nothing: what a call costs. */
export function runNothing(): void {}
/** Of the frame at byte offset `frame`, to `windowedPtr()`. */
export function runWindow(frame: usize): void {
  windowFrame(frame, windowed);
}
/** Of what stands at `windowedPtr()`, to `powerPtr()`. */
export function runPowerSpectrum(): void {
  powerSpectrum(windowed, powerPtr());
}
/** Of what stands at `powerPtr()`, to `outputPtr()`. */
export function runMel(): void {
  melEnergies(powerPtr(), output);
}
/** In place at `outputPtr()`. */
export function runLog(nVectors: i32, floor: f32, scale: f32): void {
  logFloored(output, nVectors, floor, scale);
}
/** Of what stands at `windowedPtr()`, to `outputPtr()`. */
export function runDct(): void {
  dct(windowed, output);
}
/** The whole chain on the frame at byte offset `frame`, to `outputPtr()`. */
export function runMfcc(frame: usize): void {
  mfcc(frame, output);
}
