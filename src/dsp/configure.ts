import { ConfigError } from '../errors.js';
import type { FrontendExports } from './abi.js';
import { dctTable } from './dct-table.js';
import { twiddleTable } from './fft-table.js';
import { melFilters, melTable } from './mel-table.js';
import { type FrontendRecipe, frameLengthSamples } from './recipe.js';
import { vadNetwork } from './vad-network.js';
import { windowTable } from './window-table.js';

/** Least mel energy before the logarithm: Kaldi's float epsilon, librosa's `amin`. */
const energyFloor = { kaldi: 1.1920929e-7, librosa: 1e-10 } as const;
/** Natural logarithm, or decibels. */
const logScale = { kaldi: 1, librosa: 10 / Math.LN10 } as const;

/**
 * Computes a recipe's tables in float64, writes them, rounded once where the module takes float32, to where it reads
 * them, and configures it.
 *
 * @param recipe as `checkRecipe` has passed it.
 * @returns the module's status.
 * @throws {ConfigError} when the filter bank has an empty filter or takes more room than there is.
 */
export function configureRecipe(wasm: FrontendExports, recipe: FrontendRecipe): number {
  const mel = melTable(melFilters(recipe));
  const nSteps = mel.weights.length / 16;
  if (nSteps > wasm.MEL_STEP_CAPACITY.value) {
    throw new ConfigError('recipe.nMels', {
      expected: `a filter bank of at most ${wasm.MEL_STEP_CAPACITY.value} steps`,
      actual: nSteps,
    });
  }
  const write = (pointer: number, values: Float32Array) =>
    new Float32Array(wasm.memory.buffer, pointer, values.length).set(values);
  const writeInts = (pointer: number, values: Int32Array) =>
    new Int32Array(wasm.memory.buffer, pointer, values.length).set(values);
  const writeExactly = (pointer: number, values: readonly number[]) =>
    new Float64Array(wasm.memory.buffer, pointer, values.length).set(values);
  const window = windowTable(recipe);
  write(wasm.windowPtr(), Float32Array.from(window));
  writeExactly(wasm.exactWindowPtr(), window);
  write(wasm.twiddlesPtr(), Float32Array.from(twiddleTable(4)));
  writeExactly(wasm.exactTwiddlesPtr(), twiddleTable(2));
  write(wasm.bandScalesPtr(), mel.scales);
  writeInts(wasm.melFirstBinsPtr(), mel.firstBins);
  writeInts(wasm.melGroupStepsPtr(), mel.groupSteps);
  write(wasm.melWeightsPtr(), mel.weights);
  write(wasm.dctMatrixPtr(), dctTable(recipe));
  write(wasm.vadNetworkPtr(), vadNetwork());
  return wasm.configure(
    frameLengthSamples(recipe),
    recipe.preEmphasis,
    recipe.removeDcOffset ? 1 : 0,
    recipe.nMels,
    recipe.nMfcc,
    energyFloor[recipe.recipe],
    logScale[recipe.recipe],
  );
}
