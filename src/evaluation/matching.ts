/** A second report of a word at most this long after the last one that counted is the same event: 2 s. */
export const REFRACTORY_SEC = 2;

/** Keeps sums of binary fractions from deciding whether exactly 2 s have passed, in seconds. */
const ROUNDING_SEC = 1e-9;

/** A report may lie this far outside the stretch in which the word was said, in seconds. */
export const MATCH_TOLERANCE_SEC = 0.5;

/** A report of a word, or anything else that has a time on the recording's clock. */
export interface Timed {
  /** Seconds from the start of the recording. */
  readonly timeSec: number;
}

/** A stretch of a recording in which a word was said once. */
export interface Occurrence {
  readonly startSec: number;
  readonly endSec: number;
}

/**
 * Applies one refractory rule to any engine: of reports of one word, each that follows the last one that counted by
 * at most `refractorySec` is dropped. An activation that lasts ten outputs is one event, not ten.
 *
 * @param reports of one word, in order of time
 */
export function dropRepeats<T extends Timed>(reports: readonly T[], refractorySec = REFRACTORY_SEC): T[] {
  const events: T[] = [];
  for (const report of reports) {
    const last = events.at(-1);
    if (!last || report.timeSec - last.timeSec > refractorySec + ROUNDING_SEC) events.push(report);
  }
  return events;
}

/** Which events belong to which occurrences. */
export interface Matching<E extends Timed, O extends Occurrence> {
  /** Pairs; each event and each occurrence is in at most one. */
  readonly hits: readonly { readonly event: E; readonly occurrence: O }[];
  /** Occurrences without an event. */
  readonly misses: readonly O[];
  /** Events without an occurrence; a second event in one occurrence is among them. */
  readonly falseEvents: readonly E[];
}

/**
 * Matches events to occurrences one to one, as many as can be matched: events in order of time, each to that open
 * occurrence which ends first.
 *
 * @param events of one word
 * @param occurrences of the same word
 * @param toleranceSec an event matches within [start − tolerance, end + tolerance]
 */
export function matchEvents<E extends Timed, O extends Occurrence>(
  events: readonly E[],
  occurrences: readonly O[],
  toleranceSec = MATCH_TOLERANCE_SEC,
): Matching<E, O> {
  const open = [...occurrences].sort((a, b) => a.endSec - b.endSec);
  const hits: { event: E; occurrence: O }[] = [];
  const falseEvents: E[] = [];
  for (const event of [...events].sort((a, b) => a.timeSec - b.timeSec)) {
    const index = open.findIndex(
      ({ startSec, endSec }) =>
        event.timeSec >= startSec - toleranceSec && event.timeSec <= endSec + toleranceSec,
    );
    if (index < 0) falseEvents.push(event);
    else hits.push({ event, occurrence: open.splice(index, 1)[0] as O });
  }
  return { hits, misses: open, falseEvents };
}
