import type { Condition } from './condition.js';
import type { Occurrence } from './matching.js';

/** A detection on the clock of its recording or stream. */
export interface TimedDetection {
  readonly word: string;
  /** When it was reported, in seconds. */
  readonly timeSec: number;
  /** Estimated end of the word, in seconds. */
  readonly endSec: number;
  readonly score: number;
  readonly llr: number | null;
  readonly probability: number | null;
}

/** The highest score of a word in one positive trial or in one 2 s stretch of a negative recording. */
export interface PeakScore {
  readonly word: string;
  readonly score: number;
  /** Log-likelihood ratio in nats; null without a calibration, and outside its domain. */
  readonly llr: number | null;
  /** Whose peaks depend on each other: the speaker of a clip, the session of a stretch; null where none is named. */
  readonly session: string | null;
}

/** A segment of a corpus of near words. */
export interface NearWord extends Occurrence {
  /** What is said: the segment's text, else its label. */
  readonly said: string;
}

/** What was heard in one positive segment under one condition. */
export interface PositiveTrial {
  /** Index of its manifest among the positives. */
  readonly manifestIndex: number;
  /** Line in the manifest. */
  readonly line: number;
  readonly speaker: string | null;
  readonly word: string;
  readonly condition: Condition;
  /** The impulse response that it was heard through; null without one. */
  readonly room: string | null;
  /** Where the word ends in the stream, in seconds. */
  readonly wordEndSec: number;
  /** All detections, on the clock of the trial's stream. */
  readonly detections: readonly TimedDetection[];
  /** Of each word; empty where the engine tells no scores. */
  readonly peaks: readonly PeakScore[];
  /** Length of the stream, in seconds. */
  readonly audioSec: number;
  readonly cpuMs: number;
}

/** A part of a recording in which one session goes on. */
export interface Turn {
  /** The segment's session, else its speaker, else the recording. */
  readonly session: string;
  /** From here to the next turn, or to the recording's end, in seconds. */
  readonly fromSec: number;
}

/** The session that goes on at a time of a negative recording. */
export function sessionAt({ turns, recording }: NegativeRun, timeSec: number): string {
  return turns.findLast(({ fromSec }) => fromSec <= timeSec)?.session ?? recording;
}

/** What was heard in one whole negative recording. */
export interface NegativeRun {
  /** Index of its manifest among the negatives. */
  readonly manifestIndex: number;
  /** The recording's file name. */
  readonly recording: string;
  readonly detections: readonly TimedDetection[];
  /** Where label or text say that a word is said, once for each time. */
  readonly spoken: Readonly<Record<string, readonly Occurrence[]>>;
  /** Of each word and each stretch in which it is not said; empty where the engine tells no scores. */
  readonly peaks: readonly PeakScore[];
  /** In order of time, the first from 0 on. */
  readonly turns: readonly Turn[];
  /** Segments of a corpus of near words; empty for other kinds. */
  readonly nearWords: readonly NearWord[];
  /** Length of all segments of the manifest, in seconds: what is not the silence between them. */
  readonly segmentsSec: number;
  /** Length of the recording, in seconds. */
  readonly audioSec: number;
  readonly cpuMs: number;
}

/** CPU time of an engine over some audio. */
export interface CpuTime {
  readonly audioSec: number;
  readonly cpuMs: number;
}

/** Everything that was heard; what all figures are computed from, whoever heard which part. */
export interface Observations {
  readonly trials: readonly PositiveTrial[];
  readonly runs: readonly NegativeRun[];
  /** Largest resident memory of a process in which the engine ran, in bytes; null where it cannot be told. */
  readonly peakRssBytes?: number | null;
  /** Where the engine was heard once more with nothing beside it, its code warm; null where it was not. */
  readonly alone?: CpuTime | null;
}

/** Puts together what was heard in the units of one evaluation. */
export function joinObservations(parts: Iterable<Observations>): Observations {
  const all = [...parts];
  const peaks = all.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
  return {
    trials: all.flatMap(({ trials }) => trials),
    runs: all.flatMap(({ runs }) => runs),
    peakRssBytes: peaks.length > 0 ? Math.max(...peaks) : null,
    alone: all.find(({ alone }) => alone)?.alone ?? null,
  };
}
