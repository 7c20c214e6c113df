/** Single stages of the chain, for tests and benchmarks only: a second entry that is not shipped. */
import { MAX_MELS, N_FFT } from './abi';
import { dct } from './dct';
import { logFloored } from './log';
import { melEnergies } from './mel';
import { mfccCepstra, mfccEnergies, mfccLogarithms, powerPtr } from './mfcc';
import { powerSpectrum } from './rfft';
import { beginExactFrame, beginFrame, emphasize, exactFramePtr, exactWindowPtr, windowPtr } from './window';

export * from './index';
export { powerPtr } from './mfcc';
export { exactFramePtr } from './window';

/** Room for a stretch of signal, so that a benchmark need not copy frames in, and zeros before it. */
export const STRETCH_CAPACITY: i32 = 8192;
const stretch: usize = memory.data((STRETCH_CAPACITY + 4) << 2, 16) + 16;
const frameInput: usize = memory.data(N_FFT << 2, 16);
const output: usize = memory.data((MAX_MELS + 16) << 2, 16);

/** Byte offset of the stretch, shape [STRETCH_CAPACITY]. */
export function stretchPtr(): usize {
  return stretch;
}
/** Byte offset of the frame after pre-emphasis, shape [N_FFT]; also what `runDct` reads. */
export function framePtr(): usize {
  return frameInput;
}
export function outputPtr(): usize {
  return output;
}
/** Nothing: what a call costs. */
export function runNothing(): void {}
/** Of the first N_FFT samples of the stretch, to `framePtr()`. */
export function runEmphasize(): void {
  emphasize(stretch, N_FFT, frameInput);
}
/** On the frame at `framePtr()`, with the stretch as it was before pre-emphasis; returns the offset. */
export function runBeginFrame(): f32 {
  return beginFrame(frameInput, stretch);
}
/** Of what stands at `framePtr()`, to `powerPtr()`. */
export function runPowerSpectrum(offset: f32): void {
  powerSpectrum<f32>(frameInput, windowPtr(), offset, powerPtr());
}
/** As `runBeginFrame`, in f64, to `exactFramePtr()`. */
export function runBeginExactFrame(): f64 {
  return beginExactFrame(stretch);
}
/** Of what stands at `exactFramePtr()`, to `powerPtr()`. */
export function runExactPowerSpectrum(offset: f64): void {
  powerSpectrum<f64>(exactFramePtr(), exactWindowPtr(), offset, powerPtr());
}
/** Of what stands at `powerPtr()`, to `outputPtr()`. */
export function runMel(): void {
  melEnergies(powerPtr(), output);
}
/** In place at `outputPtr()`. */
export function runLog(nVectors: i32, floor: f32, scale: f32): void {
  logFloored(output, nVectors, floor, scale);
}
/** Of what stands at `framePtr()`, to `outputPtr()`. */
export function runDct(): void {
  dct(frameInput, output);
}
/** The whole chain on the frame of `nSamples` at byte offset `x`, alone: a stream's frames share their pre-emphasis. */
export function runMfcc(x: usize, nSamples: i32): void {
  emphasize(x, nSamples, frameInput);
  mfccEnergies(frameInput, x, output);
  mfccLogarithms(output);
  mfccCepstra(output);
}
