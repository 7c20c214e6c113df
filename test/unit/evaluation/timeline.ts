import type { TimedDetection } from '../../../src/evaluation/observations.js';

/** One character of a timeline, in seconds. */
export const STEP_SEC = 0.5;

const WORD_OF_LETTER: Record<string, string> = { a: 'alexa', c: 'computer', j: 'jarvis' };

/** Reads detections off a timeline: `a`, `c`, `j` at column n are reports of a word at n half seconds. */
export function reportsOf(timeline: string): TimedDetection[] {
  return [...timeline].flatMap((letter, column) => {
    const word = WORD_OF_LETTER[letter];
    const timeSec = column * STEP_SEC;
    return word ? [{ word, timeSec, endSec: timeSec, score: 1, llr: null, probability: null }] : [];
  });
}

/** Reads occurrences off a timeline: each run of `=` from its first column to the end of its last. */
export function occurrencesOf(timeline: string): { startSec: number; endSec: number }[] {
  return [...timeline.matchAll(/=+/g)].map((run) => ({
    startSec: run.index * STEP_SEC,
    endSec: (run.index + run[0].length) * STEP_SEC,
  }));
}

/** The columns of a timeline at which events lie. */
export function columnsOf(events: readonly { timeSec: number }[]): number[] {
  return events.map(({ timeSec }) => timeSec / STEP_SEC);
}
