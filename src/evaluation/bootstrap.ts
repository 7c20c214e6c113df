import { seededRandom } from '../calibration/index.js';
import { CONFIDENCE, type Interval, quantile } from './intervals.js';

/** Draws of a bootstrap. */
export const BOOTSTRAP_DRAWS = 1000;

/**
 * Percentile bootstrap (95 %) over groups of trials that depend on each other, such as all clips of a speaker: whole
 * groups are drawn with replacement, never single clips.
 *
 * @param groups what each group adds to the sums of the statistic, shape [groups][sums]
 * @param statistic of the sums over a draw
 * @returns null where there are fewer than two groups, or the statistic is never a finite number
 */
export function bootstrapInterval(
  groups: readonly (readonly number[])[],
  statistic: (sums: readonly number[]) => number,
  seed: number,
): Interval | null {
  if (groups.length < 2) return null;
  const random = seededRandom(seed);
  const nSums = groups[0]?.length ?? 0;
  const values: number[] = [];
  for (let draw = 0; draw < BOOTSTRAP_DRAWS; draw++) {
    const sums = new Array<number>(nSums).fill(0);
    for (let i = 0; i < groups.length; i++) {
      const group = groups[Math.floor(random() * groups.length)] as readonly number[];
      for (let k = 0; k < nSums; k++) sums[k] = (sums[k] as number) + (group[k] as number);
    }
    const value = statistic(sums);
    if (Number.isFinite(value)) values.push(value);
  }
  const tail = (1 - CONFIDENCE) / 2;
  const low = quantile(values, tail);
  const high = quantile(values, 1 - tail);
  return low === null || high === null ? null : [low, high];
}
