import { describe, expect, it } from 'vitest';
import { type Pair, type PairedMisses, pairUp } from '../../../src/evaluation/compare.js';
import type { NegativeRun, PositiveTrial } from '../../../src/evaluation/observations.js';
import type { EvaluationPlan } from '../../../src/evaluation/plan.js';
import { reportsOf, STEP_SEC } from './timeline.js';

const about = { kind: null, licence: null, split: null };

function plan(engine: string): EvaluationPlan {
  const negatives = [{ manifest: 'talk.jsonl', sha256: '', about }];
  const positives = [{ manifest: 'alexa.jsonl', sha256: '', about }];
  const operatingPoint = { name: 'default', thresholds: {} };
  const words = ['alexa'];
  return {
    engine,
    modelSha256: null,
    calibrationId: null,
    operatingPoint,
    chosenOn: [],
    words,
    conditions: ['clean'],
    seed: 0,
    positives,
    negatives,
    noise: [],
    playback: [],
    rooms: [],
  };
}

/** A recording of an hour in which one timeline was reported. */
function talk(timeline: string): NegativeRun {
  const detections = reportsOf(timeline);
  return {
    manifestIndex: 0,
    recording: 'talk.wav',
    detections,
    spoken: {},
    peaks: [],
    nearWords: [],
    turns: [{ session: 'talk.wav', fromSec: 0 }],
    segmentsSec: 3600,
    audioSec: 3600,
    cpuMs: 0,
  };
}

/** One clip a letter: `+` heard, `-` missed; two clips a speaker. */
function clips(outcomes: string): PositiveTrial[] {
  return [...outcomes].map((outcome, i) => ({
    manifestIndex: 0,
    line: i + 1,
    speaker: `speaker ${Math.floor(i / 2)}`,
    word: 'alexa',
    condition: 'clean',
    room: null,
    wordEndSec: 1,
    detections: outcome === '+' ? reportsOf('..a') : [],
    peaks: [],
    audioSec: 2,
    cpuMs: 0,
  }));
}

interface Timelines {
  trials?: string;
  talk?: string;
}

function pairOf(first: Timelines, other: Timelines): Pair {
  const observed = [first, other].map((heard, i) => ({
    plan: plan(`engine ${i}`),
    observations: { trials: clips(heard.trials ?? ''), runs: [talk(heard.talk ?? '')] },
  }));
  const { engines, pairs } = pairUp(observed);
  expect(engines.map(({ engine }) => engine)).toEqual(['engine 0', 'engine 1']);
  return pairs[0] as Pair;
}

describe('pairUp', () => {
  it('counts what only one of two engines missed', () => {
    const { misses } = pairOf({ trials: '++-+++-+' }, { trials: '+--+-+++' });
    //                                    both missed clip 3; only the first clip 7; only the other clips 2 and 5
    expect(misses).toMatchObject([
      { word: 'alexa', condition: 'clean', clips: 8, onlyFirst: 1, onlyOther: 2, difference: 1 / 8 },
    ]);
    const [low, high] = (misses[0] as PairedMisses).interval;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(1 / 8);
  });

  it('counts false wakes that only one of two engines had, each event once', () => {
    expect(STEP_SEC).toBe(0.5);
    const { falseWakes } = pairOf(
      { talk: 'a.........aaa..........a' },
      { talk: '..a........a.......a....' },
      //       2 · 0.5 s later: the same · the same · 2 s before the last: the same
    );
    expect(falseWakes).toMatchObject([
      { word: 'alexa', hours: 1, onlyFirst: 0, onlyOther: 0, differencePerHour: 0 },
    ]);
    const further = pairOf(
      { talk: 'a.......................a' },
      { talk: '......a..a..............a......a' },
    );
    // Only the first at 0; only the other at 3.0 (the report at 4.5 is the same event) and at 15.5.
    expect(further.falseWakes).toMatchObject([{ onlyFirst: 1, onlyOther: 2, differencePerHour: 1 }]);
  });

  it('gives no false wakes at all an interval all the same', () => {
    const [pair] = pairOf({}, {}).falseWakes;
    // Garwood's upper bound for none is 3.69, on either side.
    expect(pair?.interval[0]).toBeCloseTo(-3.689, 3);
    expect(pair?.interval[1]).toBeCloseTo(3.689, 3);
  });

  it('widens with dependence: the same clips by fewer speakers', () => {
    const ours = '++++++++++++++++';
    const spread = pairOf({ trials: ours }, { trials: '-+-+-+-+++++++++' }).misses[0]?.interval;
    const clustered = pairOf({ trials: ours }, { trials: '----++++++++++++' }).misses[0]?.interval;
    const width = (interval?: readonly [number, number]) =>
      interval ? interval[1] - interval[0] : Number.NaN;
    expect(width(clustered)).toBeGreaterThan(width(spread));
  });
});
