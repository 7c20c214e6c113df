import { AudioFormatError, ConfigError, StateError, type WakeproofError, WasmAbiError } from '../errors.js';

/** The version of assembly/abi.ts that this wrapper speaks. */
export const abiVersion = 3;

declare const pointee: unique symbol;

/** Byte offset into linear memory where an array of T starts. Never arithmetic, never kept across instances. */
export type Pointer<T extends 'f32' | 'f64' | 'i32'> = number & { readonly [pointee]: T };

/** The exports of assembly/index.ts: numbers only, one instance a stream. */
export interface FrontendExports {
  readonly memory: WebAssembly.Memory;
  readonly ABI_VERSION: WebAssembly.Global<'i32'>;
  /** Most input samples a push takes. */
  readonly BLOCK_CAPACITY: WebAssembly.Global<'i32'>;
  /** Most frames a push completes. */
  readonly FRAME_CAPACITY: WebAssembly.Global<'i32'>;
  /** Most steps the mel table may have. */
  readonly MEL_STEP_CAPACITY: WebAssembly.Global<'i32'>;
  /** Largest |sample|. */
  readonly MAX_SAMPLE: WebAssembly.Global<'f32'>;
  /** Samples that the ring holds. */
  readonly RING_CAPACITY: WebAssembly.Global<'i32'>;
  inputPtr(): Pointer<'f32'>;
  featuresPtr(): Pointer<'f32'>;
  windowPtr(): Pointer<'f32'>;
  exactWindowPtr(): Pointer<'f64'>;
  twiddlesPtr(): Pointer<'f32'>;
  exactTwiddlesPtr(): Pointer<'f64'>;
  bandScalesPtr(): Pointer<'f32'>;
  melFirstBinsPtr(): Pointer<'i32'>;
  melGroupStepsPtr(): Pointer<'i32'>;
  melWeightsPtr(): Pointer<'f32'>;
  dctMatrixPtr(): Pointer<'f32'>;
  ringPtr(): Pointer<'f32'>;
  ringWritten(): number;
  resamplerTablePtr(): Pointer<'f32'>;
  vadNetworkPtr(): Pointer<'f32'>;
  vadInputsPtr(): Pointer<'f32'>;
  speechLogitsPtr(): Pointer<'f32'>;
  resamplerConfigure(up: number, down: number, taps: number): void;
  configure(
    frameLength: number,
    preEmphasis: number,
    removeDcOffset: number,
    nMels: number,
    nMfcc: number,
    energyFloor: number,
    logScale: number,
  ): number;
  check(nSamples: number): number;
  framesFor(nSamples: number): number;
  push(nSamples: number): number;
  reset(): void;
}

/** Status codes of assembly/abi.ts. */
export const status = {
  ok: 0,
  badConfig: -1,
  badLength: -2,
  badSample: -3,
  notConfigured: -4,
} as const;

/**
 * The error that a status below zero stands for; in all cases the module has changed nothing.
 *
 * @param operation the call that was refused.
 * @param code its result, below 0.
 * @param maxSample the module's largest |sample|.
 */
export function errorOf(operation: string, code: number, maxSample: number): WakeproofError {
  switch (code) {
    case status.badConfig:
      return new ConfigError('recipe', { expected: 'values the WebAssembly module takes', actual: 'others' });
    case status.badSample:
      return new AudioFormatError('block', {
        expected: `finite samples within ±${maxSample}, full scale being ±1`,
        actual: 'NaN, an infinity or a larger value',
      });
    case status.notConfigured:
      return new StateError(operation, 'not configured', { expected: 'a configured front end' });
    default:
      return new WasmAbiError({ expected: `a count or a known status from ${operation}`, actual: code });
  }
}
