import {
  bootstrapInterval,
  type Condition,
  falseWakesIn,
  groupBy,
  type Interval,
  type NegativeRun,
  type Observations,
  type PeakScore,
  type PositiveTrial,
  peaksOf,
  sessionAt,
} from '../evaluation/index.js';

/** Misses of a word under a condition with the interval that allows for clips of one speaker being alike. */
export interface MissesBySpeaker {
  readonly word: string;
  readonly condition: Condition;
  readonly clips: number;
  readonly misses: number;
  /** Speakers; where the manifest names none, each clip counts as one of its own. */
  readonly groups: number;
  readonly speakersKnown: boolean;
  /** Of the miss rate: bootstrap over speakers, 95 %; null for fewer than two, and where a clip has no speaker. */
  readonly interval: Interval | null;
}

/** False wakes of a word with the interval that allows for their coming in bursts. */
export interface FalseWakesBySession {
  readonly word: string;
  readonly falseWakes: number;
  readonly hours: number;
  /** Sessions that the manifests name, else speakers, else recordings. */
  readonly sessions: number;
  /** Sessions with a false wake. */
  readonly sessionsWoken: number;
  /** Of false wakes per hour: bootstrap over sessions, 95 %; null for fewer than two, and where none was woken. */
  readonly interval: Interval | null;
}

/** Cllr of a word with the interval that allows for trials of one speaker or session being alike. */
export interface CllrBySpeaker {
  readonly word: string;
  /** Bits. */
  readonly cllr: number;
  /** Speakers and sessions. */
  readonly groups: number;
  /** Bootstrap over groups, 95 %; null where a manifest of positives names no speakers, or for fewer than two. */
  readonly interval: Interval | null;
}

/** Misses of one word under one condition, by speaker. */
export function missesBySpeaker(trials: readonly PositiveTrial[], seed: number): MissesBySpeaker {
  const { word, condition } = trials[0] as PositiveTrial;
  const isMiss = ({ detections }: PositiveTrial) => !detections.some((detection) => detection.word === word);
  const groups = groupBy(trials, (trial) => trial.speaker ?? `${trial.manifestIndex}:${trial.line}`);
  const sums = [...groups.values()].map((group) => [group.filter(isMiss).length, group.length] as const);
  const speakersKnown = trials.every(({ speaker }) => speaker !== null);
  const missRate = ([misses = 0, clips = 0]: readonly number[]) => misses / clips;
  return {
    word,
    condition,
    clips: trials.length,
    misses: trials.filter(isMiss).length,
    groups: groups.size,
    speakersKnown,
    interval: speakersKnown ? bootstrapInterval(sums, missRate, seed) : null,
  };
}

/** False wakes of one word by session. */
export function falseWakesBySession(
  word: string,
  runs: readonly NegativeRun[],
  seed: number,
): FalseWakesBySession {
  const sums = new Map<string, [falseWakes: number, seconds: number]>();
  const add = (run: NegativeRun, atSec: number, falseWakes: number, seconds: number) => {
    const session = `${run.manifestIndex}:${sessionAt(run, atSec)}`;
    const [wakesBefore, secondsBefore] = sums.get(session) ?? [0, 0];
    sums.set(session, [wakesBefore + falseWakes, secondsBefore + seconds]);
  };
  for (const run of runs) {
    run.turns.forEach(({ fromSec }, i) => {
      add(run, fromSec, 0, (run.turns[i + 1]?.fromSec ?? run.audioSec) - fromSec);
    });
    // A segment that says the word twice is one stretch.
    const said = new Map((run.spoken[word] ?? []).map((stretch) => [stretch.startSec, stretch]));
    for (const { startSec, endSec } of said.values()) add(run, startSec, 0, startSec - endSec);
    for (const { timeSec } of falseWakesIn(run, word)) add(run, timeSec, 1, 0);
  }
  const groups = [...sums.values()];
  const falseWakes = groups.reduce((sum, [count]) => sum + count, 0);
  const perHour = ([count = 0, seconds = 0]: readonly number[]) => count / (seconds / 3600);
  return {
    word,
    falseWakes,
    hours: groups.reduce((sum, [, seconds]) => sum + seconds, 0) / 3600,
    sessions: groups.length,
    sessionsWoken: groups.filter(([count]) => count > 0).length,
    interval: falseWakes === 0 ? null : bootstrapInterval(groups, perHour, seed),
  };
}

/** Cllr of one word by speaker and session; null where trials of a class are missing. */
export function cllrBySpeaker(word: string, observations: Observations, seed: number): CllrBySpeaker | null {
  const { targets, nonTargets } = peaksOf(word, observations);
  const sums = new Map<string, [lossWith: number, nWith: number, lossWithout: number, nWithout: number]>();
  const isNamed = [...targets, ...nonTargets].every(({ session }) => session !== null);
  const add = (peaks: readonly PeakScore[], isTarget: boolean) => {
    for (const { llr, session } of peaks) {
      if (llr === null) continue;
      const sum = sums.get(session ?? '') ?? [0, 0, 0, 0];
      const first = isTarget ? 0 : 2;
      // What the LLR costs in bits at even odds, whichever way it errs.
      sum[first] = (sum[first] as number) + Math.log2(1 + Math.exp(isTarget ? -llr : llr));
      sum[first + 1] = (sum[first + 1] as number) + 1;
      sums.set(session ?? '', sum);
    }
  };
  add(targets, true);
  add(nonTargets, false);
  const statistic = ([lossWith = 0, nWith = 0, lossWithout = 0, nWithout = 0]: readonly number[]) =>
    (lossWith / nWith + lossWithout / nWithout) / 2;
  const groups = [...sums.values()];
  const total = [0, 1, 2, 3].map((k) => groups.reduce((sum, group) => sum + (group[k] as number), 0));
  const cllr = statistic(total);
  if (!Number.isFinite(cllr)) return null;
  const interval = isNamed ? bootstrapInterval(groups, statistic, seed) : null;
  return { word, cllr, groups: groups.length, interval };
}
