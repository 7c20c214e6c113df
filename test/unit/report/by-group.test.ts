import { describe, expect, it } from 'vitest';
import { cllr } from '../../../src/calibration/index.js';
import type { NegativeRun, Observations, PeakScore, PositiveTrial } from '../../../src/evaluation/index.js';
import { type CllrBySpeaker, cllrBySpeaker, falseWakesBySession } from '../../../src/report/by-group.js';
import { reportsOf } from '../evaluation/timeline.js';

/** A recording with one session a letter of `sessions` and reports at the columns of `wakes`; a column is 0.5 s. */
function run(sessions: string, wakes: string, spoken: NegativeRun['spoken'] = {}): NegativeRun {
  const turns = [...sessions].flatMap((session, column) =>
    session === sessions[column - 1] ? [] : [{ session, fromSec: column / 2 }],
  );
  return {
    manifestIndex: 0,
    recording: 'talk.wav',
    detections: reportsOf(wakes),
    spoken,
    peaks: [],
    turns,
    nearWords: [],
    segmentsSec: sessions.length / 2,
    audioSec: sessions.length / 2,
    cpuMs: 0,
  };
}

describe('falseWakesBySession', () => {
  it('counts wakes and hours by session, across the turns of one', () => {
    //                     0    5    10   15   20
    const sessions = 'xxxxxxxxxxyyyyyyyyyyxxxxxxxxxxzzzzzzzzzz';
    const wakes = '..a.......a.........a.....a.............';
    const found = falseWakesBySession('alexa', [run(sessions, wakes)], 0);
    // 4 wakes: x at 1, 10 and 13 s, y at 5 s; none in z.
    expect(found).toMatchObject({ falseWakes: 4, sessions: 3, sessionsWoken: 2 });
    expect(found.hours).toBeCloseTo(20 / 3600, 12);
    // Draws of x alone give 3 in 10 s, of z alone none.
    const [low, high] = found.interval as readonly [number, number];
    expect(low).toBe(0);
    expect(high).toBeCloseTo(3 / (10 / 3600), 9);
  });

  it('leaves out the time in which the word is said, and the wake there', () => {
    const spoken = { alexa: [{ startSec: 4, endSec: 6 }] };
    const found = falseWakesBySession(
      'alexa',
      [run('xxxxxxxxxxyyyyyyyyyy', '..........a.....a...', spoken)],
      0,
    );
    expect(found.falseWakes).toBe(1);
    expect(found.hours).toBeCloseTo(8 / 3600, 12);
  });

  it('says nothing where nothing woke, or there is one session', () => {
    expect(falseWakesBySession('alexa', [run('xxxxyyyy', '........')], 0).interval).toBeNull();
    expect(falseWakesBySession('alexa', [run('xxxx', '.a..')], 0).interval).toBeNull();
  });
});

describe('cllrBySpeaker', () => {
  const peak = (llr: number | null, session: string | null): PeakScore => ({
    word: 'alexa',
    score: 0,
    llr,
    session,
  });
  const trial = (peaks: PeakScore[]) => ({ word: 'alexa', peaks }) as unknown as PositiveTrial;
  const negatives = (peaks: PeakScore[]) => ({ peaks }) as unknown as NegativeRun;
  const observations = (positives: readonly (readonly [number | null, string | null])[]): Observations => ({
    trials: positives.map(([llr, session]) => trial([peak(llr, session)])),
    runs: [negatives([peak(-3, 'anna'), peak(-2, 'talk.wav'), peak(-4, 'talk.wav'), peak(null, 'ben')])],
  });

  it('is the Cllr of the trials within the domain, drawn by speaker', () => {
    const found = cllrBySpeaker(
      'alexa',
      observations([
        [2, 'anna'],
        [3, 'anna'],
        [-1, 'ben'],
      ]),
      0,
    );
    expect(found?.cllr).toBeCloseTo(cllr({ targets: [2, 3, -1], nonTargets: [-3, -2, -4] }), 12);
    expect(found?.groups).toBe(3);
    const { cllr: value, interval } = found as CllrBySpeaker;
    expect(interval?.[0]).toBeLessThan(value);
    expect(interval?.[1]).toBeGreaterThan(value);
  });

  it('has no interval where a clip has no speaker: clips are not drawn', () => {
    const found = cllrBySpeaker(
      'alexa',
      observations([
        [2, null],
        [3, 'anna'],
      ]),
      0,
    );
    expect(found?.interval).toBeNull();
  });

  it('is nothing without trials of both classes', () => {
    expect(cllrBySpeaker('alexa', observations([[null, 'anna']]), 0)).toBeNull();
  });
});
