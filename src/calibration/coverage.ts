import { capped, isInDomain, standardError, type WordCalibration } from './calibration.js';
import {
  type AffineMap,
  bootstrapMaps,
  type FitOptions,
  fitAffineMap,
  mapToLlr,
  prepareTrials,
} from './fit.js';
import { groupsByClass, multiplicitiesOf, resample } from './groups.js';
import { seededRandom } from './seeded-random.js';
import type { Trial } from './trial.js';
import { intervalFactor, lowerSpread, somePoints } from './word-calibration.js';

/** How to check intervals. */
export interface CoverageOptions extends FitOptions {
  /** Sets of speakers and sessions drawn with replacement. Default 200. */
  readonly nResamples?: number;
  /** Bootstrap draws behind each resample's interval; they set the time. Default 50. */
  readonly nDraws?: number;
  readonly seed?: number;
}

/** How often intervals held what they should. */
export interface Coverage {
  /** LLRs that the intervals held. */
  readonly held: number;
  /** LLRs that they were asked for: of some trials of each class, in each resample. */
  readonly asked: number;
  readonly nResamples: number;
  /** held / asked; should be 0.95. NaN where nothing was asked. */
  readonly share: number;
  /** 95 %, over resamples: the answers of one resample stand or fall together. */
  readonly interval: readonly [number, number];
}

/**
 * How often the 95 % interval holds what it claims to: speakers and sessions are drawn with replacement, a calibration
 * with its interval is fitted on each draw, and it is asked whether its interval holds the LLR by the map of all
 * trials, which stand for the world that the draw is of. The caps and the domain are those of the whole: where an LLR
 * is at its cap it is not asked, for a capped interval would hold it whatever was fitted.
 *
 * It says how much speakers move the map, not whether an affine map is the right one; for that there is Cllr.
 *
 * @param entry fitted on the same trials
 */
export function intervalCoverage(
  entry: WordCalibration,
  trials: readonly Trial[],
  options: CoverageOptions = {},
): Coverage {
  const { nResamples = 200, nDraws = 50, seed = 0 } = options;
  const prepared = prepareTrials(entry.word, trials, options);
  const strata = groupsByClass(prepared);
  const truth = fitAffineMap(prepared);
  const points = truth ? pointsOf(truth, entry, trials) : [];
  const random = seededRandom(seed);
  const heldIn = Array.from({ length: nResamples }, () => {
    const drawn = resample(strata, random);
    const multiplicities = multiplicitiesOf(prepared, drawn);
    const map = fitAffineMap(prepared, multiplicities);
    if (!map) return 0;
    const factor = intervalFactor(prepared, trials, multiplicities);
    const spread = lowerSpread(bootstrapMaps(prepared, nDraws, random, drawn), map);
    return points.filter(({ score, quality, llr }) => {
      const distance = Math.abs(mapToLlr(map, score, quality) - llr);
      return distance <= factor * standardError(spread, score, quality);
    }).length;
  });
  const held = heldIn.reduce((sum, count) => sum + count, 0);
  const asked = nResamples * points.length;
  const share = held / asked;
  const variance =
    heldIn.reduce((sum, count) => sum + (count / points.length - share) ** 2, 0) /
    Math.max(nResamples - 1, 1);
  const margin = 1.96 * Math.sqrt(variance / nResamples);
  return {
    held,
    asked,
    nResamples,
    share,
    interval: [Math.max(share - margin, 0), Math.min(share + margin, 1)],
  };
}

/** Some trials of each class, spread over their LLRs by the true map, that lie in the domain and within the caps. */
function pointsOf(
  truth: AffineMap,
  entry: WordCalibration,
  trials: readonly Trial[],
): (Trial & { llr: number })[] {
  const within = trials
    .filter(({ quality }) => isInDomain(entry, quality))
    .map((trial) => ({ ...trial, llr: mapToLlr(truth, trial.score, trial.quality) }))
    .filter(({ llr }) => capped(entry, llr) === llr);
  return somePoints(within, ({ llr }) => llr);
}
