import { type CalibrationSummary, gradeLlrs } from './calibration-grades.js';
import type { Condition } from './condition.js';
import type { OperatingPointInUse } from './detector-module.js';
import {
  eventsOf,
  type KindSummary,
  type NearWordSummary,
  type NegativeSummary,
  perWord,
  type RatePerHour,
  ratesOf,
  sum,
  summariseKinds,
  summariseNearWords,
  summariseNegatives,
} from './false-wakes.js';
import { groupBy } from './group-by.js';
import { type Interval, quantile, wilsonInterval } from './intervals.js';
import type { Observations, PositiveTrial } from './observations.js';
import { corporaOf, type EvaluationPlan } from './plan.js';

/** Misses of one word in one manifest under one condition. */
export interface PositiveSummary {
  /** The manifest's path as it was given. */
  readonly manifest: string;
  readonly word: string;
  readonly condition: Condition;
  /** Trials. */
  readonly clips: number;
  /** Trials without a wake of the word. */
  readonly misses: number;
  /** misses ÷ clips. */
  readonly missRate: number;
  /** Wilson, 95 %. */
  readonly interval: Interval;
  /** From the end of the word to the report, over the hits; null without hits. */
  readonly latencyMs: { readonly p50: number | null; readonly p95: number | null };
  /** Wakes in these trials beyond the one that is a hit: second wakes of the word, wakes of other words. */
  readonly furtherWakes: Readonly<Record<string, number>>;
}

/** Misses under one condition, all words and manifests together. */
export interface ConditionSummary {
  readonly condition: Condition;
  /** Trials. */
  readonly clips: number;
  readonly misses: number;
  /** misses ÷ clips. */
  readonly missRate: number;
  /** Wilson, 95 %. */
  readonly interval: Interval;
}

/** Misses in one room under one condition, all words together. */
export interface RoomSummary extends ConditionSummary {
  /** The impulse response: its label, else its id. */
  readonly room: string;
}

/** The figures of an evaluation; `eval --json` prints this object. */
export interface EvaluationSummary {
  readonly schema: 'wakeproof-eval/1';
  /** Name of the engine that was measured. */
  readonly engine: string;
  /** SHA-256 of its model; null where it does not tell. */
  readonly modelSha256: string | null;
  readonly operatingPoint: OperatingPointInUse;
  /** Fixes the places from which noise was taken. */
  readonly seed: number;
  readonly positives: readonly PositiveSummary[];
  /** Misses by condition, in the order of the conditions. */
  readonly byCondition: readonly ConditionSummary[];
  /** Misses by room and condition, rooms by name; empty without rooms. */
  readonly byRoom: readonly RoomSummary[];
  readonly negatives: readonly NegativeSummary[];
  readonly total: {
    readonly hours: number;
    readonly falseWakes: Readonly<Record<string, number>>;
    /** Per hour of recording in which the word is not said; null without such hours. */
    readonly perHour: Readonly<Record<string, RatePerHour | null>>;
  };
  /** False wakes by kind of sound. */
  readonly byKind: readonly KindSummary[];
  /** False wakes on near words. */
  readonly nearWords: readonly NearWordSummary[];
  /** Grades of the LLRs; null without a calibration, or without trials of both classes. */
  readonly calibration: CalibrationSummary | null;
  /** The corpora among these on which the thresholds or the calibration were chosen: no result for others. */
  readonly chosenOn: readonly string[];
  /**
   * CPU time within the engine per second of audio; null where nothing was streamed. Where there is a long recording
   * of negatives, over a minute of it, heard once more at the end by warm code with nothing beside it; else over
   * everything, start-up and all.
   */
  readonly cpuMsPerAudioSec: number | null;
  /**
   * Largest resident memory of a process in which the engine ran, in bytes. For an engine in this process or a child
   * of it, Node, decoding and mixing are included. Null where nobody tells.
   */
  readonly peakRssBytes: number | null;
}

/** Computes all figures from what was heard. The order of the observations does not matter. */
export function summarise(plan: EvaluationPlan, observations: Observations): EvaluationSummary {
  const { words, engine, modelSha256, operatingPoint, seed } = plan;
  const negatives = plan.negatives.map((corpus, index) =>
    summariseNegatives(
      corpus,
      words,
      observations.runs.filter(({ manifestIndex }) => manifestIndex === index),
    ),
  );
  const hours = sum(negatives.map((entry) => entry.hours));
  const falseWakes = perWord(words, (word) => sum(negatives.map((entry) => entry.falseWakes[word] ?? 0)));
  const perHour = ratesOf(words, negatives);
  const { alone } = observations;
  const timed = alone ? [alone] : [...observations.trials, ...observations.runs];
  const audioSec = sum(timed.map((item) => item.audioSec));
  return {
    schema: 'wakeproof-eval/1',
    engine,
    modelSha256,
    operatingPoint,
    seed,
    positives: plan.positives.flatMap(({ manifest }, index) =>
      summarisePositives(
        manifest,
        words,
        plan.conditions,
        observations.trials.filter(({ manifestIndex }) => manifestIndex === index),
      ),
    ),
    byCondition: summariseConditions(plan.conditions, observations.trials),
    byRoom: summariseRooms(plan.conditions, observations.trials),
    negatives,
    total: { hours, falseWakes, perHour },
    byKind: summariseKinds(words, negatives),
    nearWords: summariseNearWords(words, observations.runs),
    calibration: gradeLlrs(words, observations),
    chosenOn: corporaOf(plan)
      .filter(({ sha256 }) => plan.chosenOn.includes(sha256))
      .map(({ manifest }) => manifest),
    cpuMsPerAudioSec: audioSec > 0 ? sum(timed.map((item) => item.cpuMs)) / audioSec : null,
    peakRssBytes: observations.peakRssBytes ?? null,
  };
}

function summarisePositives(
  manifest: string,
  words: readonly string[],
  conditions: readonly Condition[],
  trials: readonly PositiveTrial[],
): PositiveSummary[] {
  const groups = groupBy(trials, ({ word, condition }) => `${word}\0${condition}`);
  return [...groups.values()]
    .map((group) => summariseGroup(manifest, words, group))
    .sort(
      (a, b) =>
        words.indexOf(a.word) - words.indexOf(b.word) ||
        conditions.indexOf(a.condition) - conditions.indexOf(b.condition),
    );
}

function summariseConditions(
  conditions: readonly Condition[],
  trials: readonly PositiveTrial[],
): ConditionSummary[] {
  return conditions.flatMap((condition) => {
    const heard = trials.filter((trial) => trial.condition === condition);
    if (heard.length === 0) return [];
    const misses = heard.filter(({ detections, word }) => eventsOf(detections, word).length === 0).length;
    const interval = wilsonInterval(misses, heard.length);
    return [{ condition, clips: heard.length, misses, missRate: misses / heard.length, interval }];
  });
}

function summariseRooms(conditions: readonly Condition[], trials: readonly PositiveTrial[]): RoomSummary[] {
  const inRooms = groupBy(
    trials.filter(({ room }) => room !== null),
    ({ room }) => room as string,
  );
  return [...inRooms]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([room, heard]) =>
      summariseConditions(conditions, heard).map((summary) => ({ room, ...summary })),
    );
}

function summariseGroup(
  manifest: string,
  words: readonly string[],
  trials: readonly PositiveTrial[],
): PositiveSummary {
  const { word, condition } = trials[0] as PositiveTrial;
  const latenciesMs: number[] = [];
  const further: Record<string, number> = {};
  let misses = 0;
  for (const trial of trials) {
    for (const other of words) {
      const events = eventsOf(trial.detections, other);
      const isWanted = other === word;
      if (isWanted && events[0]) latenciesMs.push((events[0].timeSec - trial.wordEndSec) * 1000);
      if (isWanted && !events[0]) misses++;
      further[other] = (further[other] ?? 0) + (isWanted ? Math.max(0, events.length - 1) : events.length);
    }
  }
  return {
    manifest,
    word,
    condition,
    clips: trials.length,
    misses,
    missRate: misses / trials.length,
    interval: wilsonInterval(misses, trials.length),
    latencyMs: { p50: quantile(latenciesMs, 0.5), p95: quantile(latenciesMs, 0.95) },
    furtherWakes: further,
  };
}
