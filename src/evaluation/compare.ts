import { seededRandom } from '../calibration/index.js';
import { ConfigError } from '../errors.js';
import type { Condition } from './condition.js';
import type { DetectorSpec } from './detector-module.js';
import { type EvaluationRequest, type Observed, observe, observeKept } from './evaluate.js';
import { eventsOf, falseWakesIn } from './false-wakes.js';
import { type Interval, poissonInterval } from './intervals.js';
import { matchEvents, REFRACTORY_SEC } from './matching.js';
import type { PositiveTrial } from './observations.js';
import { type EvaluationSummary, summarise } from './summary.js';

/** Engines to measure on the same audio. */
export interface ComparisonRequest extends Omit<EvaluationRequest, 'engine'> {
  /** At least two; the others are compared with the first. */
  readonly engines: readonly DetectorSpec[];
  /** Folder in which to keep what each engine has heard; see {@link observeKept}. */
  readonly partials?: string | undefined;
}

/** Misses of two engines on the same clips. */
export interface PairedMisses {
  readonly word: string;
  readonly condition: Condition;
  readonly clips: number;
  /** Clips that only the first engine missed. */
  readonly onlyFirst: number;
  /** Clips that only the other engine missed. */
  readonly onlyOther: number;
  /** Miss rate of the other engine less that of the first. */
  readonly difference: number;
  /** 95 %, from resampling speakers; each clip where no speaker is named. */
  readonly interval: Interval;
}

/** False wakes of two engines on the same recordings. */
export interface PairedFalseWakes {
  readonly word: string;
  /** Recordings less segments in which the word is said. */
  readonly hours: number;
  /** False wakes of the first engine without one of the other within the refractory time. */
  readonly onlyFirst: number;
  readonly onlyOther: number;
  /** False wakes per hour of the other engine less those of the first. */
  readonly differencePerHour: number;
  /** 95 %: what they share cancels out, what they do not are two Poisson counts (MOVER). */
  readonly interval: Interval;
}

/** An engine beside the first one. */
export interface Pair {
  readonly first: string;
  readonly other: string;
  readonly misses: readonly PairedMisses[];
  readonly falseWakes: readonly PairedFalseWakes[];
}

/** Engines side by side; `compare --json` prints this object. */
export interface ComparisonSummary {
  readonly schema: 'wakeproof-compare/1';
  readonly engines: readonly EvaluationSummary[];
  readonly pairs: readonly Pair[];
}

/** Measures engines one after the other on the same mixtures and pairs their errors clip by clip. */
export async function compare({
  engines,
  partials,
  ...request
}: ComparisonRequest): Promise<ComparisonSummary> {
  if (engines.length < 2) {
    throw new ConfigError('engines', { expected: 'at least two', actual: engines.length });
  }
  const observed: Observed[] = [];
  for (const engine of engines) {
    const ofEngine = { ...request, engine };
    observed.push(await (partials === undefined ? observe(ofEngine) : observeKept(partials, ofEngine)));
  }
  return pairUp(observed);
}

/** Computes all figures of a comparison from what each engine heard. */
export function pairUp(observed: readonly Observed[]): ComparisonSummary {
  const summaries = observed.map(({ plan, observations }) => summarise(plan, observations));
  const [first, ...others] = observed as [Observed, ...Observed[]];
  return {
    schema: 'wakeproof-compare/1',
    engines: summaries,
    pairs: others.map((other, index) => {
      const words = first.plan.words.filter((word) => other.plan.words.includes(word));
      const summary = summaries[index + 1] as EvaluationSummary;
      return {
        first: first.plan.engine,
        other: other.plan.engine,
        misses: pairMisses(first, other, words),
        falseWakes: words.flatMap((word) => {
          const hours = summary.total.perHour[word]?.hours;
          return hours === undefined ? [] : [pairFalseWakes(first, other, word, hours)];
        }),
      };
    }),
  };
}

function pairMisses(first: Observed, other: Observed, words: readonly string[]): PairedMisses[] {
  const keyOf = ({ manifestIndex, line, condition }: PositiveTrial) =>
    `${manifestIndex}:${line}:${condition}`;
  const isMissed = ({ detections, word }: PositiveTrial) => eventsOf(detections, word).length === 0;
  const counterparts = new Map(other.observations.trials.map((trial) => [keyOf(trial), trial]));
  const tables = new Map<string, PairedTrials>();
  for (const trial of first.observations.trials) {
    const counterpart = counterparts.get(keyOf(trial));
    if (!counterpart || !words.includes(trial.word)) continue;
    const { word, condition, speaker } = trial;
    const key = `${words.indexOf(word)} ${condition}`;
    const table = tables.get(key) ?? { word, condition, bySpeaker: new Map() };
    const group = speaker ?? keyOf(trial);
    const change = Number(isMissed(counterpart)) - Number(isMissed(trial));
    table.bySpeaker.set(group, [...(table.bySpeaker.get(group) ?? []), change]);
    tables.set(key, table);
  }
  return [...tables.values()].map(({ word, condition, bySpeaker }) => {
    const groups = [...bySpeaker.values()];
    const changes = groups.flat();
    return {
      word,
      condition,
      clips: changes.length,
      onlyFirst: changes.filter((change) => change < 0).length,
      onlyOther: changes.filter((change) => change > 0).length,
      difference: mean(changes),
      interval: bootstrapMean(groups),
    };
  });
}

interface PairedTrials {
  readonly word: string;
  readonly condition: Condition;
  /** By speaker, for each clip: 1 where only the other missed it, −1 where only the first did, else 0. */
  readonly bySpeaker: Map<string, number[]>;
}

function pairFalseWakes(first: Observed, other: Observed, word: string, hours: number): PairedFalseWakes {
  let onlyFirst = 0;
  let onlyOther = 0;
  for (const run of first.observations.runs) {
    const counterpart = other.observations.runs.find(
      ({ manifestIndex, recording }) => manifestIndex === run.manifestIndex && recording === run.recording,
    );
    if (!counterpart) continue;
    const wakes = falseWakesIn(run, word).map(({ timeSec }) => ({ startSec: timeSec, endSec: timeSec }));
    const { misses, falseEvents } = matchEvents(falseWakesIn(counterpart, word), wakes, REFRACTORY_SEC);
    onlyFirst += misses.length;
    onlyOther += falseEvents.length;
  }
  const difference = onlyOther - onlyFirst;
  const [lowFirst, highFirst] = poissonInterval(onlyFirst);
  const [lowOther, highOther] = poissonInterval(onlyOther);
  return {
    word,
    hours,
    onlyFirst,
    onlyOther,
    differencePerHour: difference / hours,
    interval: [
      (difference - Math.hypot(onlyOther - lowOther, highFirst - onlyFirst)) / hours,
      (difference + Math.hypot(highOther - onlyOther, onlyFirst - lowFirst)) / hours,
    ],
  };
}

const nDraws = 2000;

/** Middle 95 % of the mean over groups drawn with replacement. */
function bootstrapMean(groups: readonly (readonly number[])[]): Interval {
  const random = seededRandom(0);
  const means = Array.from({ length: nDraws }, () =>
    mean(groups.flatMap(() => groups[Math.floor(random() * groups.length)] as readonly number[])),
  ).sort((a, b) => a - b);
  return [means[Math.floor(0.025 * nDraws)] as number, means[Math.ceil(0.975 * nDraws) - 1] as number];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
