import { ConfigError } from '../errors.js';

/** A point of a detection-error trade-off: what one threshold would give. */
export interface DetPoint {
  /** Scores at or above it count as wakes. */
  readonly threshold: number;
  readonly misses: number;
  /** misses ÷ targets. */
  readonly missRate: number;
  readonly falseAlarms: number;
  readonly falseAlarmsPerHour: number;
}

/**
 * The detection-error trade-off of a word: one point for each threshold at which a count changes, from the strictest
 * on, so false alarms rise and misses fall. Counted on peak scores, one a stretch of 2 s, which is the refractory time:
 * what the engine's decision rule adds to a threshold is not in it.
 *
 * @param targets peak score of each positive trial; −Infinity where there was none
 * @param nonTargets peak score of each stretch without the word
 * @param hours length of those stretches; must be > 0
 */
export function detCurve(
  targets: readonly number[],
  nonTargets: readonly number[],
  hours: number,
): DetPoint[] {
  if (!(hours > 0)) throw new ConfigError('hours', { expected: '> 0', actual: hours });
  if (targets.length === 0) throw new ConfigError('targets', { expected: 'at least one', actual: 0 });
  const falling = (a: number, b: number) => b - a;
  const hits = targets.toSorted(falling);
  const alarms = nonTargets.toSorted(falling);
  const thresholds = [...new Set([...hits, ...alarms])].filter(Number.isFinite).sort(falling);
  let nHits = 0;
  let nAlarms = 0;
  const points = [Number.POSITIVE_INFINITY, ...thresholds].map((threshold): DetPoint => {
    while (nHits < hits.length && (hits[nHits] as number) >= threshold) nHits++;
    while (nAlarms < alarms.length && (alarms[nAlarms] as number) >= threshold) nAlarms++;
    const misses = targets.length - nHits;
    return {
      threshold,
      misses,
      missRate: misses / targets.length,
      falseAlarms: nAlarms,
      falseAlarmsPerHour: nAlarms / hours,
    };
  });
  return points.filter((point, i) => {
    // Of points at one count of false alarms only the first and the last are corners; the same for misses.
    const before = points[i - 1];
    const after = points[i + 1];
    if (!before || !after) return true;
    const onEdge =
      (before.misses === point.misses && point.misses === after.misses) ||
      (before.falseAlarms === point.falseAlarms && point.falseAlarms === after.falseAlarms);
    return !onEdge;
  });
}

/**
 * The miss rate at a rate of false alarms: linear between the neighbouring points of the curve; where it has several
 * points at one rate, the lowest miss rate counts.
 *
 * @param curve false alarms rising, as {@link detCurve} gives it
 * @returns null beyond the curve's ends
 */
export function missRateAt(
  curve: readonly Pick<DetPoint, 'missRate' | 'falseAlarmsPerHour'>[],
  falseAlarmsPerHour: number,
): number | null {
  const below = curve.findLast((point) => point.falseAlarmsPerHour <= falseAlarmsPerHour);
  const above = curve.find((point) => point.falseAlarmsPerHour > falseAlarmsPerHour);
  if (!below) return null;
  if (below.falseAlarmsPerHour === falseAlarmsPerHour) return below.missRate;
  if (!above) return null;
  const share =
    (falseAlarmsPerHour - below.falseAlarmsPerHour) / (above.falseAlarmsPerHour - below.falseAlarmsPerHour);
  return below.missRate + share * (above.missRate - below.missRate);
}
