import { capped, isInDomain, standardError, type WordCalibration } from './calibration.js';
import {
  bootstrapMaps,
  type FitOptions,
  fitAffineMap,
  groupsByClass,
  mapToLlr,
  multiplicitiesOf,
  prepareTrials,
  resample,
} from './fit.js';
import { seededRandom } from './seeded-random.js';
import type { Trial } from './trial.js';
import { intervalFactor, lowerCovariance } from './word-calibration.js';

/** How to check intervals. */
export interface CoverageOptions extends FitOptions {
  /** Sets of speakers and sessions drawn with replacement. Default 200. */
  readonly nResamples?: number;
  /** Bootstrap draws behind each resample's interval; they set the time. Default 50. */
  readonly nDraws?: number;
  readonly seed?: number;
}

/** Trials of each class at which a resample's interval is asked. */
const nPointsPerClass = 25;

/**
 * How often the 95 % interval holds what it claims to: speakers and sessions are drawn with replacement, a calibration
 * with its interval is fitted on each draw, and it is asked whether its interval holds the LLR by the map of all
 * trials, which stand for the world that the draw is of. The caps and the domain are those of the whole: where an LLR
 * is at its cap it is not asked, for a capped interval would hold it whatever was fitted.
 *
 * It says how much speakers move the map, not whether an affine map is the right one; for that there is Cllr.
 *
 * @param entry fitted on the same trials
 * @returns share of (resample, trial) in which the interval holds the LLR; should be 0.95. NaN where all LLRs are at
 * their caps
 */
export function intervalCoverage(
  entry: WordCalibration,
  trials: readonly Trial[],
  options: CoverageOptions = {},
): number {
  const { nResamples = 200, nDraws = 50, seed = 0 } = options;
  const prepared = prepareTrials(entry.word, trials, options);
  const whole = fitAffineMap(prepared);
  if (!whole) return Number.NaN;
  const points = [false, true].flatMap((isTarget) => {
    const asked = trials
      .filter((trial) => trial.isTarget === isTarget && isInDomain(entry, trial.quality))
      .map(({ score, quality }) => ({ score, quality, llr: mapToLlr(whole, score, quality) }))
      .filter(({ llr }) => capped(entry, llr) === llr)
      .sort((p, q) => p.llr - q.llr);
    return spread(asked, nPointsPerClass);
  });
  const random = seededRandom(seed);
  const strata = groupsByClass(prepared);
  const factor = intervalFactor(trials);
  let nHeld = 0;
  for (let i = 0; i < nResamples; i++) {
    const drawn = resample(strata, random);
    const map = fitAffineMap(prepared, multiplicitiesOf(prepared, drawn));
    if (!map) continue;
    const covariance = lowerCovariance(bootstrapMaps(prepared, nDraws, random, drawn));
    for (const { score, quality, llr } of points) {
      const distance = Math.abs(mapToLlr(map, score, quality) - llr);
      if (distance <= factor * standardError(covariance, score, quality)) nHeld++;
    }
  }
  return nHeld / (nResamples * points.length);
}

/** At most n of some values, evenly spaced. */
function spread<T>(values: readonly T[], n: number): T[] {
  const count = Math.min(n, values.length);
  return Array.from(
    { length: count },
    (_, i) => values[Math.floor(((i + 0.5) * values.length) / count)] as T,
  );
}
