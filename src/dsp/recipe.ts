import { ConfigError } from '../errors.js';

/**
 * Fixes mel formula, filter norm, log base and floor, window symmetry, DCT norm and lifter together.
 *
 * | | `kaldi` | `librosa` |
 * |---|---|---|
 * | mel(f) | 1127·ln(1 + f/700) | Slaney: 3f/200 to 1 kHz, then logarithmic |
 * | filters | triangles in mel, peak 1, no Nyquist bin | triangles in Hz, area 1 |
 * | logarithm | ln max(E, 1.1920929e-7) | 10·log10 max(E, 1e-10), no `top_db` |
 * | window | symmetric, N − 1 | periodic, N |
 * | DCT-II | orthonormal | orthonormal |
 * | lifter, Q > 0 | 1 + Q/2·sin(π·k/Q) | 1 + Q/2·sin(π·(k + 1)/Q) |
 */
export type RecipeName = 'kaldi' | 'librosa';

/** Every choice that decides what a feature's numbers are: a plain JSON value, as in a model's manifest. */
export interface FrontendRecipe {
  readonly recipe: RecipeName;
  /** Rate at which frames are cut, after conversion of the input. */
  readonly sampleRateHz: 16000;
  readonly frameLengthMs: 25 | 32;
  readonly frameShiftMs: 10;
  readonly nFft: 512;
  /** `povey` is Hann to the power 0.85, of the Kaldi recipe only. */
  readonly windowFunction: 'povey' | 'hann' | 'hamming';
  /** a in y[n] = x[n] − a·x[n−1], within a frame; 0 ≤ a < 1. */
  readonly preEmphasis: number;
  /** Whether the mean of a frame is taken off first. */
  readonly removeDcOffset: boolean;
  /** Mel bands, 20..80. */
  readonly nMels: number;
  /** Lower edge of the first band. */
  readonly lowHz: number;
  /** Upper edge of the last band, ≤ 8000. */
  readonly highHz: number;
  /** Cepstra K ≤ nMels, or 0 for log-mel energies. */
  readonly nMfcc: number;
  /** Q of the lifter, 0 for none. */
  readonly lifter: number;
}

/** Kaldi's defaults with 40 bands: 13 cepstra, Povey window, lifter 22. No dither, no energy in place of c0. */
export const kaldiRecipe: FrontendRecipe = {
  recipe: 'kaldi',
  sampleRateHz: 16000,
  frameLengthMs: 25,
  frameShiftMs: 10,
  nFft: 512,
  windowFunction: 'povey',
  preEmphasis: 0.97,
  removeDcOffset: true,
  nMels: 40,
  lowHz: 20,
  highHz: 7600,
  nMfcc: 13,
  lifter: 22,
};

/** librosa's defaults with 40 bands, at a 25 ms window: 13 cepstra in decibels, no pre-emphasis, no lifter. */
export const librosaRecipe: FrontendRecipe = {
  ...kaldiRecipe,
  recipe: 'librosa',
  windowFunction: 'hann',
  preEmphasis: 0,
  removeDcOffset: false,
  lowHz: 0,
  highHz: 8000,
  lifter: 0,
};

/** Samples of one frame at 16 kHz. */
export function frameLengthSamples(recipe: FrontendRecipe): number {
  return (recipe.frameLengthMs * recipe.sampleRateHz) / 1000;
}

/** Values of one feature vector. */
export function nFeaturesOf(recipe: FrontendRecipe): number {
  return recipe.nMfcc > 0 ? recipe.nMfcc : recipe.nMels;
}

/**
 * Refuses a recipe that this front end cannot compute exactly as it says.
 *
 * @throws {ConfigError} naming the first field that is out of range.
 */
export function checkRecipe(recipe: FrontendRecipe): void {
  const isCount = (value: number, low: number, high: number): boolean =>
    Number.isInteger(value) && value >= low && value <= high;
  const isWithin = (value: number, low: number, high: number): boolean =>
    Number.isFinite(value) && value >= low && value <= high;
  const { nMels, nMfcc, lowHz, highHz, preEmphasis, lifter, windowFunction } = recipe;
  expectField('recipe', recipe.recipe, ['kaldi', 'librosa'].includes(recipe.recipe), "'kaldi' or 'librosa'");
  expectField('sampleRateHz', recipe.sampleRateHz, recipe.sampleRateHz === 16000, '16000');
  expectField('frameLengthMs', recipe.frameLengthMs, [25, 32].includes(recipe.frameLengthMs), '25 or 32');
  expectField('frameShiftMs', recipe.frameShiftMs, recipe.frameShiftMs === 10, '10');
  expectField('nFft', recipe.nFft, recipe.nFft === 512, '512');
  const windows = recipe.recipe === 'kaldi' ? ['povey', 'hann', 'hamming'] : ['hann', 'hamming'];
  expectField('windowFunction', windowFunction, windows.includes(windowFunction), windows.join(' or '));
  expectField(
    'preEmphasis',
    preEmphasis,
    isWithin(preEmphasis, 0, 1) && preEmphasis < 1,
    '0 ≤ preEmphasis < 1',
  );
  expectField(
    'removeDcOffset',
    String(recipe.removeDcOffset),
    typeof recipe.removeDcOffset === 'boolean',
    'true or false',
  );
  expectField('nMels', nMels, isCount(nMels, 20, 80), 'an integer in 20..80');
  expectField('highHz', highHz, isWithin(highHz, 0, 8000), '0 < highHz ≤ 8000');
  expectField('lowHz', lowHz, isWithin(lowHz, 0, 8000) && lowHz < highHz, '0 ≤ lowHz < highHz');
  expectField('nMfcc', nMfcc, isCount(nMfcc, 0, nMels), `an integer in 0..${nMels} (nMels)`);
  expectField('lifter', lifter, isWithin(lifter, 0, Number.MAX_VALUE), 'a finite number ≥ 0');
}

function expectField(field: string, actual: string | number, holds: boolean, expected: string): void {
  if (!holds) throw new ConfigError(`recipe.${field}`, { expected, actual });
}
