import { CorpusError } from '../errors.js';
import type { WordCalibration } from './calibration.js';
import {
  type AffineMap,
  bootstrapMaps,
  degreesOfFreedom,
  type FitOptions,
  fitAffineMap,
  type PreparedTrials,
  prepareTrials,
} from './fit.js';
import { qualityNames, type SignalQuality } from './quality.js';
import { seededRandom } from './seeded-random.js';
import type { Trial } from './trial.js';

/** How to fit a word's calibration. */
export interface WordFitOptions extends FitOptions {
  /** Bootstrap draws behind the interval. Default 200. */
  readonly nDraws?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number;
}

/** Draws where the caller does not say: the interval's width is then known to about 5 %. */
export const defaultDraws = 200;

/** How far the domain reaches beyond what was seen, in the unit of each quality. */
const domainMargin: SignalQuality = { snrDb: 1, levelDbfs: 3, clippedFraction: 0.005, bandLimitHz: 1000 };
/** Share of the trials of a class left outside the domain at each end. */
const domainTail = 0.01;

/**
 * Fits what one word's scores mean: the affine map, its covariance over the bootstrap by group, the caps and the
 * domain.
 *
 * The domain of each quality is where both classes were seen (their 1st to 99th percentiles, widened a little):
 * an LLR compares two distributions, and is known only where both are.
 *
 * @throws CorpusError where a class is missing, the score does not rise with the word, or no quality is common
 */
export function fitWordCalibration(
  word: string,
  trials: readonly Trial[],
  options: WordFitOptions = {},
): WordCalibration {
  const prepared = prepareTrials(word, trials, options);
  const map = fitAffineMap(prepared);
  if (!map) {
    throw new CorpusError('calibration trials', `word "${word}"`, {
      expected: 'scores that are higher with the word than without it',
      actual: 'scores that are not',
      remedy: 'Check that the positives hold this word and that the model is the right one.',
    });
  }
  const random = seededRandom(options.seed ?? 0);
  const draws = bootstrapMaps(prepared, options.nDraws ?? defaultDraws, random);
  const nTargets = countSources(trials, true);
  const nNonTargets = countSources(trials, false);
  const nTargetTrials = trials.filter((trial) => trial.isTarget).length;
  const weights = Object.fromEntries(qualityNames.map((name, j) => [name, map.w[j] as number]));
  const domain = Object.fromEntries(qualityNames.map((name) => [name, commonRange(word, trials, name)]));
  return {
    word,
    a: map.a,
    b: map.b,
    w: weights as Record<keyof SignalQuality, number>,
    covariance: lowerSpread(draws, map),
    intervalFactor: intervalFactor(prepared, trials),
    nTargets,
    nNonTargets,
    cap: [-Math.log(nTargetTrials + 1), Math.log(nNonTargets + 1)],
    domain: domain as Record<keyof SignalQuality, [number, number]>,
  };
}

function countSources(trials: readonly Trial[], isTarget: boolean): number {
  return new Set(trials.filter((trial) => trial.isTarget === isTarget).map((trial) => trial.source)).size;
}

/**
 * Half width of a 95 % interval in standard deviations: Student's, with the degrees of freedom that the groups carry at
 * some trials of each class, and at most one less than the rarer class has groups.
 *
 * @param multiplicities how often each group counts; default once each
 */
export function intervalFactor(
  prepared: PreparedTrials,
  trials: readonly Trial[],
  multiplicities?: ArrayLike<number>,
): number {
  const nGroups = Math.min(countGroups(trials, true), countGroups(trials, false));
  return studentQuantile(
    Math.min(nGroups - 1, degreesOfFreedom(prepared, somePoints(trials), multiplicities)),
  );
}

/** Trials of each class at which intervals are asked. */
const nPointsPerClass = 25;

/** At most 25 trials of each class, evenly spread over their order by score or by what is given. */
export function somePoints<T extends Trial>(trials: readonly T[], order = ({ score }: T) => score): T[] {
  return [false, true].flatMap((isTarget) => {
    const ofClass = trials.filter((trial) => trial.isTarget === isTarget).sort((p, q) => order(p) - order(q));
    const count = Math.min(nPointsPerClass, ofClass.length);
    return Array.from(
      { length: count },
      (_, i) => ofClass[Math.floor(((i + 0.5) * ofClass.length) / count)] as T,
    );
  });
}

function countGroups(trials: readonly Trial[], isTarget: boolean): number {
  return new Set(trials.filter((trial) => trial.isTarget === isTarget).map((trial) => trial.group)).size;
}

function commonRange(word: string, trials: readonly Trial[], name: keyof SignalQuality): [number, number] {
  const [without, having] = [false, true].map((isTarget) => {
    const values = trials.filter((trial) => trial.isTarget === isTarget).map((trial) => trial.quality[name]);
    values.sort((p, q) => p - q);
    const skipped = Math.floor(values.length * domainTail);
    return [values[skipped] as number, values[values.length - 1 - skipped] as number] as const;
  }) as [readonly [number, number], readonly [number, number]];
  const from = Math.max(without[0], having[0]) - domainMargin[name];
  const to = Math.min(without[1], having[1]) + domainMargin[name];
  if (from > to) {
    throw new CorpusError('calibration trials', `word "${word}"`, {
      expected: `positives and negatives of overlapping ${name}`,
      actual: `${having.join('…')} with the word, ${without.join('…')} without it`,
      remedy: 'Record both with the same device.',
    });
  }
  return [from, to];
}

/**
 * Mean products of the draws' deviations from the fitted (a, b, w…), lower triangle by rows. From the fitted map and
 * not from the draws' mean: where draws lean to one side of the map that they were drawn from, so may the map itself to
 * that of the world, and the interval must hold both.
 */
export function lowerSpread(draws: readonly AffineMap[], map: AffineMap): number[] {
  const coefficients = ({ a, b, w }: AffineMap): number[] => [a, b, ...w];
  const centre = coefficients(map);
  const deviations = draws.map((draw) => coefficients(draw).map((value, j) => value - (centre[j] as number)));
  const triangle: number[] = [];
  for (let j = 0; j < centre.length; j++) {
    for (let k = 0; k <= j; k++) {
      const products = deviations.reduce((sum, row) => sum + (row[j] as number) * (row[k] as number), 0);
      triangle.push(products / draws.length);
    }
  }
  return triangle;
}

/**
 * 97.5 % quantile of Student's t by the Cornish–Fisher series in 1/ν to the third order: exact to 0.4 % for ν ≥ 4.
 * Below 3 degrees of freedom it is taken at 3: fewer than four speakers give no interval worth the name.
 *
 * Source: Abramowitz & Stegun 26.7.5.
 */
function studentQuantile(degreesOfFreedom: number): number {
  const n = Math.max(degreesOfFreedom, 3);
  const z = 1.959963984540054;
  return (
    z +
    (z ** 3 + z) / (4 * n) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
  );
}
