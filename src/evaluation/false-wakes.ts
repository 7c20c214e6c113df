import { type Interval, ratePerHour, wilsonInterval } from './intervals.js';
import type { CorpusKind } from './manifest.js';
import { dropRepeats, matchEvents } from './matching.js';
import type { NegativeRun, TimedDetection } from './observations.js';
import type { CorpusRef } from './plan.js';

/** False wakes in the recordings of one manifest. */
export interface NegativeSummary {
  /** The manifest's path as it was given. */
  readonly manifest: string;
  /** What kind of sound it is; null where no `corpus.json` tells. */
  readonly kind: CorpusKind | null;
  /** Length of the recordings, silence and all. */
  readonly hours: number;
  /** Length of the segments, 0 for music and noise: what of it is speech at most. */
  readonly speechHours: number;
  readonly falseWakes: Readonly<Record<string, number>>;
  /** Segments whose label or text says that they hold a word: no false wake is counted there, nor their hours. */
  readonly spoken: Readonly<Record<string, { readonly segments: number; readonly hours: number }>>;
}

/** A rate of false wakes with what it was computed over. */
export interface RatePerHour {
  /** Exposure: all hours less those of segments in which the word is said. */
  readonly hours: number;
  readonly rate: number;
  /** Garwood, 95 %. */
  readonly interval: Interval;
}

/** False wakes in all corpora of one kind of sound. */
export interface KindSummary {
  /** Null for corpora of which no `corpus.json` tells the kind. */
  readonly kind: CorpusKind | null;
  readonly hours: number;
  readonly speechHours: number;
  readonly falseWakes: Readonly<Record<string, number>>;
  readonly perHour: Readonly<Record<string, RatePerHour | null>>;
}

/** False wakes of a word on one near word, over all segments that say it. */
export interface NearWordSummary {
  readonly said: string;
  /** The word that woke, or did not. */
  readonly word: string;
  readonly segments: number;
  /** Segments with at least one false wake of the word. */
  readonly falseWakes: number;
  /** Of falseWakes ÷ segments: Wilson, 95 %. */
  readonly interval: Interval;
}

/** Counts the false wakes in the recordings of one manifest. */
export function summariseNegatives(
  { manifest, about }: CorpusRef,
  words: readonly string[],
  runs: readonly NegativeRun[],
): NegativeSummary {
  const spoken: Record<string, { segments: number; hours: number }> = {};
  for (const word of words) {
    const stretches = runs.flatMap((run) => [
      ...new Map((run.spoken[word] ?? []).map((occurrence) => [occurrence.startSec, occurrence])).values(),
    ]);
    if (stretches.length === 0) continue;
    const seconds = sum(stretches.map(({ startSec, endSec }) => endSec - startSec));
    spoken[word] = { segments: stretches.length, hours: seconds / 3600 };
  }
  const isSpeech = about.kind !== 'music' && about.kind !== 'noise';
  return {
    manifest,
    kind: about.kind,
    hours: sum(runs.map(({ audioSec }) => audioSec)) / 3600,
    speechHours: isSpeech ? sum(runs.map(({ segmentsSec }) => segmentsSec)) / 3600 : 0,
    falseWakes: perWord(words, (word) => sum(runs.map((run) => falseWakesIn(run, word).length))),
    spoken,
  };
}

/** Puts the corpora of each kind together, in the order in which the kinds come. */
export function summariseKinds(words: readonly string[], corpora: readonly NegativeSummary[]): KindSummary[] {
  const kinds = [...new Set(corpora.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const ofKind = corpora.filter((corpus) => corpus.kind === kind);
    return {
      kind,
      hours: sum(ofKind.map(({ hours }) => hours)),
      speechHours: sum(ofKind.map(({ speechHours }) => speechHours)),
      falseWakes: perWord(words, (word) => sum(ofKind.map(({ falseWakes }) => falseWakes[word] ?? 0))),
      perHour: ratesOf(words, ofKind),
    };
  });
}

/** Counts, for each near word, the segments that wake each word; those that wake most come first. */
export function summariseNearWords(
  words: readonly string[],
  runs: readonly NegativeRun[],
): NearWordSummary[] {
  const counts = new Map<string, { said: string; word: string; segments: number; falseWakes: number }>();
  for (const run of runs) {
    for (const word of words) {
      const { hits } = matchEvents(falseWakesIn(run, word), run.nearWords);
      const woken = new Set(hits.map(({ occurrence }) => occurrence));
      for (const segment of run.nearWords) {
        const said = segment.said.toLowerCase();
        const key = `${said}\0${word}`;
        const count = counts.get(key) ?? { said, word, segments: 0, falseWakes: 0 };
        counts.set(key, count);
        count.segments++;
        if (woken.has(segment)) count.falseWakes++;
      }
    }
  }
  return [...counts.values()]
    .map((count) => ({ ...count, interval: wilsonInterval(count.falseWakes, count.segments) }))
    .sort((a, b) => b.falseWakes - a.falseWakes || b.segments - a.segments || (a.said < b.said ? -1 : 1));
}

/** The false wakes of a word in one recording: its events, less one for each time that the word is said there. */
export function falseWakesIn(run: NegativeRun, word: string): readonly TimedDetection[] {
  return matchEvents(eventsOf(run.detections, word), run.spoken[word] ?? []).falseEvents;
}

/** Reports of one word under the refractory rule. */
export function eventsOf(detections: readonly TimedDetection[], word: string): TimedDetection[] {
  return dropRepeats(detections.filter((detection) => detection.word === word));
}

/** False wakes per hour of some corpora together, over the time in which the word is not said. */
export function ratesOf(
  words: readonly string[],
  corpora: readonly NegativeSummary[],
): Record<string, RatePerHour | null> {
  return perWord(words, (word) => {
    const hours = sum(corpora.map((corpus) => corpus.hours - (corpus.spoken[word]?.hours ?? 0)));
    const count = sum(corpora.map((corpus) => corpus.falseWakes[word] ?? 0));
    return hours > 0 ? { hours, ...ratePerHour(count, hours) } : null;
  });
}

/** A record with a value for each word. */
export function perWord<T>(words: readonly string[], value: (word: string) => T): Record<string, T> {
  return Object.fromEntries(words.map((word) => [word, value(word)]));
}

/** 0 for no values. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
