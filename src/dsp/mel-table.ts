import { ConfigError } from '../errors.js';
import type { FrontendRecipe } from './recipe.js';

/** A triangular filter as its run of bins. */
export interface MelFilter {
  /** First bin with weight above 0. */
  readonly firstBin: number;
  /** Weights of the bins from there, all above 0. */
  readonly weights: readonly number[];
}

/** The filter bank as assembly/mel.ts reads it. */
export interface MelTable {
  /** First bin of each filter, shape [nMels rounded up to 4]. */
  readonly firstBins: Int32Array;
  /** Steps of 4 bins that each group of 4 filters takes. */
  readonly groupSteps: Int32Array;
  /** Shape [steps][4 filters][4 bins], zero where a filter has ended. */
  readonly weights: Float32Array;
  /** 1 over each filter's greatest weight, shape [nMels rounded up to 4]. */
  readonly scales: Float32Array;
}

/**
 * The triangular filters of a recipe: nMels of them between lowHz and highHz, equally spaced in mel, each from
 * its left neighbour's centre to its right one's.
 *
 *     kaldi     mel = 1127·ln(1 + f/700); slopes straight in mel; peak 1; bins 0..255
 *     librosa   mel = 3f/200 below 1 kHz, 15 + 27·log_6.4(f/1000) above; slopes straight in Hz; times
 *               2/(right − left in Hz); bins 0..256
 *
 * Sources: Kaldi feat/mel-computations; Slaney 1998, Auditory Toolbox, and librosa.filters.mel.
 *
 * @throws {ConfigError} when a filter holds no bin: so many bands do not fit this range.
 */
export function melFilters(recipe: FrontendRecipe): MelFilter[] {
  const { nMels, nFft, sampleRateHz, lowHz, highHz } = recipe;
  const isKaldi = recipe.recipe === 'kaldi';
  const toMel = isKaldi ? kaldiMel : slaneyMel;
  const lowMel = toMel(lowHz);
  const spacing = (toMel(highHz) - lowMel) / (nMels + 1);
  const nBins = isKaldi ? nFft / 2 : nFft / 2 + 1;
  const position = isKaldi ? kaldiMel : (hz: number): number => hz;
  const edge = isKaldi
    ? (index: number): number => lowMel + index * spacing
    : (index: number): number => slaneyHz(lowMel + index * spacing);

  return Array.from({ length: nMels }, (_, band) => {
    const [left, centre, right] = [edge(band), edge(band + 1), edge(band + 2)];
    const norm = isKaldi ? 1 : 2 / (right - left);
    const weights: number[] = [];
    let firstBin = 0;
    for (let bin = 0; bin < nBins; bin++) {
      const x = position((bin * sampleRateHz) / nFft);
      const weight = norm * Math.min((x - left) / (centre - left), (right - x) / (right - centre));
      if (weight <= 0) continue;
      if (weights.length === 0) firstBin = bin;
      weights.push(weight);
    }
    if (weights.length === 0) {
      throw new ConfigError('recipe.nMels', {
        expected: `bands at least one bin (${sampleRateHz / nFft} Hz) wide between ${lowHz} and ${highHz} Hz`,
        actual: `${nMels} bands, of which number ${band} holds no bin`,
        remedy: 'Ask for fewer bands or a wider range.',
      });
    }
    return { firstBin, weights };
  });
}

/** Packs filters four abreast, the last group filled up with copies of the last one; as many steps as the widest takes. */
export function melTable(filters: readonly MelFilter[]): MelTable {
  const nGroups = Math.ceil(filters.length / 4);
  const firstBins = new Int32Array(nGroups * 4);
  const groupSteps = new Int32Array(nGroups);
  const scales = new Float32Array(nGroups * 4);
  const weights: number[] = [];
  for (let group = 0; group < nGroups; group++) {
    const members = [0, 1, 2, 3].map(
      (index) => filters[Math.min(group * 4 + index, filters.length - 1)] as MelFilter,
    );
    members.forEach((filter, index) => {
      firstBins[group * 4 + index] = filter.firstBin;
      scales[group * 4 + index] = 1 / Math.max(...filter.weights);
    });
    const nSteps = Math.ceil(Math.max(...members.map((filter) => filter.weights.length)) / 4);
    groupSteps[group] = nSteps;
    for (let step = 0; step < nSteps; step++) {
      for (let member = 0; member < 4; member++) {
        for (let bin = 0; bin < 4; bin++) weights.push(members[member]?.weights[step * 4 + bin] ?? 0);
      }
    }
  }
  return { firstBins, groupSteps, weights: Float32Array.from(weights), scales };
}

function kaldiMel(hz: number): number {
  return 1127 * Math.log(1 + hz / 700);
}

function slaneyMel(hz: number): number {
  return hz < 1000 ? (3 * hz) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4);
}

function slaneyHz(mel: number): number {
  return mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27);
}
