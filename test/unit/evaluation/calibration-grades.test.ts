import { describe, expect, it } from 'vitest';
import { cllr } from '../../../src/calibration/index.js';
import { gradeLlrs } from '../../../src/evaluation/calibration-grades.js';
import type { NegativeRun, PeakScore, PositiveTrial } from '../../../src/evaluation/observations.js';

const peak = (word: string, llr: number | null): PeakScore => ({ word, score: 0, llr, session: 'g' });
const trial = (word: string, peaks: PeakScore[]) => ({ word, peaks }) as unknown as PositiveTrial;
const run = (peaks: PeakScore[]) => ({ peaks }) as unknown as NegativeRun;

describe('gradeLlrs', () => {
  it('takes a clip of one word as a trial without each other, and all conditions', () => {
    const grades = gradeLlrs(['alexa', 'jarvis'], {
      trials: [
        trial('alexa', [peak('alexa', 3), peak('jarvis', -2)]),
        trial('alexa', [peak('alexa', 1), peak('jarvis', -1)]),
      ],
      runs: [run([peak('alexa', -4), peak('jarvis', -5), peak('alexa', -3)])],
    });
    // No clip of jarvis: it has no trials with the word and is not graded.
    expect(Object.keys(grades?.byWord ?? {})).toEqual(['alexa']);
    expect(grades).toMatchObject({ nTargets: 2, nNonTargets: 2, minCllr: 0 });
    expect(grades?.cllr).toBe(cllr({ targets: [3, 1], nonTargets: [-4, -3] }));
  });

  it('grades nothing without a calibration', () => {
    const trials = [trial('alexa', [peak('alexa', null)])];
    expect(gradeLlrs(['alexa'], { trials, runs: [run([peak('alexa', null)])] })).toBeNull();
  });
});
