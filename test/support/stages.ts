import { readFileSync } from 'node:fs';
import type { FrontendExports } from '../../src/dsp/abi.js';
import { configureRecipe } from '../../src/dsp/configure.js';
import type { FrontendRecipe } from '../../src/dsp/index.js';
import { frameLengthSamples } from '../../src/dsp/recipe.js';

/** The exports of assembly/stages.ts beside those of the front end. */
interface StageExports extends FrontendExports {
  readonly STRETCH_CAPACITY: WebAssembly.Global<'i32'>;
  stretchPtr(): number;
  framePtr(): number;
  powerPtr(): number;
  outputPtr(): number;
  runEmphasize(): void;
  runBeginFrame(): number;
  runPowerSpectrum(offset: number): void;
  exactFramePtr(): number;
  runBeginExactFrame(): number;
  runExactPowerSpectrum(offset: number): void;
  runMel(): void;
  runLog(nVectors: number, floor: number, scale: number): void;
  runDct(): void;
  runMfcc(frame: number, nSamples: number): void;
}

/** The two builds of the same sources: their results agree bit for bit. */
export type Build = 'stages.wasm' | 'stages.debug.wasm';

/** Single stages of the WebAssembly chain as functions from arrays to fresh arrays. */
export class Stages {
  readonly exports: StageExports;

  constructor(
    readonly recipe: FrontendRecipe,
    build: Build = 'stages.wasm',
  ) {
    const binary = readFileSync(new URL(`../../build/${build}`, import.meta.url));
    const abort = (): never => {
      throw new Error('an assertion of the debug build failed');
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort } });
    this.exports = instance.exports as unknown as StageExports;
    if (configureRecipe(this.exports, recipe) !== 0) throw new Error('the module refused the recipe');
  }

  /** Power of x at 257 bins under a window of ones as long as the recipe's frame; x of up to 512 samples. */
  powerSpectrum(x: ArrayLike<number>): Float32Array {
    const window = this.#floats(this.exports.windowPtr(), 512);
    const kept = window.slice();
    window.fill(1, 0, frameLengthSamples(this.recipe));
    const frame = this.#floats(this.exports.framePtr(), 512);
    frame.fill(0);
    frame.set(x);
    this.exports.runPowerSpectrum(0);
    window.set(kept);
    return this.#floats(this.exports.powerPtr(), 257).slice();
  }

  /** Power of a frame of samples at 257 bins, after DC removal, pre-emphasis and window. */
  framePower(samples: ArrayLike<number>): Float32Array {
    this.exports.runPowerSpectrum(this.#begin(samples));
    return this.#floats(this.exports.powerPtr(), 257).slice();
  }

  /** As `framePower`, in float64 up to the power, which is float32 again. */
  exactFramePower(samples: ArrayLike<number>): Float32Array {
    this.#begin(samples);
    this.exports.runExactPowerSpectrum(this.exports.runBeginExactFrame());
    return this.#floats(this.exports.powerPtr(), 257).slice();
  }

  /** The windowed frame, shape [512], of samples that fill a frame: what the transform makes of them first. */
  window(samples: ArrayLike<number>): Float32Array {
    const offset = this.#begin(samples);
    const table = this.#floats(this.exports.windowPtr(), 512);
    return this.#floats(this.exports.framePtr(), 512).map(
      (e, n) => (table[n] as number) * e - (table[n] as number) * offset,
    );
  }

  /** Mel energies, shape [nMels], of a power spectrum of 257 bins. */
  melEnergies(power: ArrayLike<number>): Float32Array {
    this.#floats(this.exports.powerPtr(), 257).set(power);
    this.exports.runMel();
    return this.#floats(this.exports.outputPtr(), this.recipe.nMels).slice();
  }

  /** scale · ln max(x, floor) of up to 80 values. */
  log(x: ArrayLike<number>, floor: number, scale: number): Float32Array {
    const output = this.#floats(this.exports.outputPtr(), 80);
    output.fill(1);
    output.set(x);
    this.exports.runLog(20, floor, scale);
    return output.slice(0, x.length);
  }

  /** Cepstra, shape [nMfcc], of nMels values. */
  dct(x: ArrayLike<number>): Float32Array {
    this.#floats(this.exports.framePtr(), this.recipe.nMels).set(x);
    this.exports.runDct();
    return this.#floats(this.exports.outputPtr(), this.recipe.nMfcc).slice();
  }

  /** Writes a frame, with another sample before it and others behind it, and returns its offset. */
  #begin(samples: ArrayLike<number>): number {
    const stretch = this.#floats(this.exports.stretchPtr() - 4, 513);
    stretch.fill(7);
    stretch.set(samples, 1);
    this.exports.runEmphasize();
    return this.exports.runBeginFrame();
  }

  #floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.exports.memory.buffer, pointer, length);
  }
}
