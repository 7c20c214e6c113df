import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { degreesOfFreedom } from '../../../src/calibration/fit.js';
import {
  Calibration,
  capped,
  cllr,
  crossValidatedLlrs,
  fitWordCalibration,
  minCllr,
  prepareTrials,
  qualityNames,
  type SignalQuality,
  type Trial,
  type WordCalibration,
  type WordFitOptions,
} from '../../../src/calibration/index.js';
import { CorpusError } from '../../../src/errors.js';
import { anyQuality, gaussians, normalTrials } from './simulated-trials.js';

function calibrationOf(trials: readonly Trial[], options: WordFitOptions = {}): Calibration {
  return Calibration.of({
    model: { name: 'simulated', sha256: '0'.repeat(64) },
    fitPrior: 0.5,
    stretchSec: 2,
    nDraws: options.nDraws ?? 200,
    seed: 0,
    conditions: ['clean'],
    corpora: [],
    words: [fitWordCalibration('alexa', trials, options)],
  });
}

/** LLRs by the fitted map alone, before the caps. */
function uncapped(trials: readonly Trial[], options: WordFitOptions = {}): number[] {
  const { a, b, w } = fitWordCalibration('alexa', trials, { nDraws: 2, ...options });
  return trials.map(
    ({ score, quality }) => a * score + b + qualityNames.reduce((sum, q) => sum + w[q] * quality[q], 0),
  );
}

describe('the affine map', () => {
  it('finds the map that the trials were drawn by', () => {
    const { trials, trueLlr } = normalTrials({ nTargets: 2000, nNonTargets: 8000, separation: 3, seed: 1 });
    const { a, b } = fitWordCalibration('alexa', trials, { nDraws: 2 });
    // Standard error of the slope at these counts is about 3 %.
    expect(Math.abs(a / (trueLlr(1) - trueLlr(0)) - 1)).toBeLessThan(0.08);
    expect(Math.abs(b - trueLlr(0))).toBeLessThan(0.25);
  });

  it('does not depend on how many trials of each class there are', () => {
    const { trials } = normalTrials({ nTargets: 300, nNonTargets: 300, separation: 2, seed: 2 });
    const tenfold = [
      ...trials,
      ...Array.from({ length: 9 }, () => trials.filter((trial) => !trial.isTarget)).flat(),
    ];
    const once = fitWordCalibration('alexa', trials, { nDraws: 2 });
    const skewed = fitWordCalibration('alexa', tenfold, { nDraws: 2 });
    // Only the weight of Firth's penalty differs: 1/600 against 1/1090 of a trial.
    expect(Math.abs(skewed.a / once.a - 1)).toBeLessThan(0.01);
    expect(Math.abs(skewed.b - once.b)).toBeLessThan(0.02);
  });

  it('is the identity on its own LLRs: the LLR of the LLR is the LLR', () => {
    // From 2 on, even 8 targets lie above the rest on average (5.6 standard errors); below, a draw may be refused.
    const separation = fc.double({ min: 2, max: 6, noNaN: true });
    fc.assert(
      fc.property(separation, fc.integer(), fc.integer({ min: 8, max: 60 }), (d, seed, nTargets) => {
        const { trials } = normalTrials({ nTargets, nNonTargets: 150, separation: d, seed });
        const llrs = uncapped(trials);
        const again = uncapped(trials.map((trial, i) => ({ ...trial, score: llrs[i] as number })));
        // Newton's tolerance, on the scale of the largest LLR.
        const scale = Math.max(1, ...llrs.map(Math.abs));
        again.forEach((llr, i) => {
          expect(Math.abs(llr - (llrs[i] as number)) / scale).toBeLessThan(1e-7);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('stays finite where the classes separate', () => {
    const trials = [-3, -2.5, -2, -1.5, 1.5, 2, 2.5, 3].map(
      (score): Trial => ({
        score,
        isTarget: score > 0,
        quality: anyQuality,
        group: `${score}`,
        source: `${score}`,
      }),
    );
    const { a, b } = fitWordCalibration('alexa', trials, { nDraws: 20 });
    expect(a).toBeGreaterThan(0);
    expect(a * 3).toBeLessThan(10);
    expect(Math.abs(b)).toBeLessThan(1e-6);
    // Four trials a side carry ln 5 and no more.
    const calibrated = calibrationOf(trials).apply('alexa', 1000, anyQuality, 0.5);
    expect(calibrated.llr).toBeCloseTo(Math.log(5), 6);
    expect(calibrated.probability).toBeCloseTo(5 / 6, 6);
  });

  it('takes the evidence of the score given the quality, not the evidence of the quality', () => {
    // The word was recorded 10 dB louder than the talk. Loudness moves no score here, so it must not move the LLR.
    const gaussian = gaussians(105);
    const trials = normalTrials({ nTargets: 400, nNonTargets: 4000, separation: 3, seed: 5 }).trials.map(
      (trial) => ({
        ...trial,
        quality: { ...anyQuality, levelDbfs: (trial.isTarget ? -20 : -30) + 5 * gaussian() },
      }),
    );
    const { w } = fitWordCalibration('alexa', trials, { nDraws: 2 });
    // The level alone is worth d²/σ = 0.4 nats a dB: 10 dB would shift LLRs by 4 nats.
    expect(Math.abs(w.levelDbfs * 10)).toBeLessThan(0.8);
  });

  it('learns how quality shifts scores', () => {
    // Noise lowers all scores by 0.3 a dB below 30 dB, in both classes.
    const gaussian = gaussians(106);
    const trials = normalTrials({
      nTargets: 600,
      nNonTargets: 3000,
      separation: 3,
      sigma: 1,
      seed: 6,
    }).trials.map((trial) => {
      const snrDb = Math.min(Math.max(20 + 6 * gaussian(), 0), 40);
      return { ...trial, score: trial.score + 0.3 * (snrDb - 20), quality: { ...anyQuality, snrDb } };
    });
    const { a, w } = fitWordCalibration('alexa', trials, { nDraws: 2 });
    // 600 speakers have nearly all of the say: the ridge holds back a seventh.
    expect(Math.abs(w.snrDb / (-0.3 * a) - 1)).toBeLessThan(0.2);
    const blind = trials.map((trial) => ({ ...trial, quality: anyQuality }));
    const by = (llrs: number[]) => ({
      targets: llrs.filter((_, i) => trials[i]?.isTarget),
      nonTargets: llrs.filter((_, i) => !trials[i]?.isTarget),
    });
    expect(cllr(by(uncapped(trials)))).toBeLessThan(0.8 * cllr(by(uncapped(blind))));
  });

  it('takes the weight of quality from few speakers with reserve', () => {
    // Quality moves nothing here; each of 20 speakers has one of their own.
    const gaussian = gaussians(107);
    let moved = 0;
    for (let draw = 0; draw < 20; draw++) {
      const { trials } = normalTrials({ nTargets: 20, nNonTargets: 400, separation: 3, seed: 300 + draw });
      const { w } = fitWordCalibration(
        'alexa',
        trials.map((trial) => ({ ...trial, quality: { ...anyQuality, snrDb: 20 + 8 * gaussian() } })),
        { nDraws: 2 },
      );
      moved += Math.abs(10 * w.snrDb) / 20;
    }
    // Nats that 10 dB move an LLR by, on average: 0.09; with a ridge of 1 it is 0.31.
    expect(moved).toBeLessThan(0.15);
  });

  it('is as steep as the truth where each speaker is heard under six noises', () => {
    // Few errors, as a good detector makes: a penalty for 60 trials in place of 360 leaves 0.92 of the slope.
    let slope = 0;
    for (let draw = 0; draw < 30; draw++) {
      const { trials, trueLlr } = normalTrials({
        nTargets: 360,
        nNonTargets: 1000,
        separation: 4,
        seed: 500 + draw,
        nHearings: 6,
        speakerShare: 0.5,
      });
      slope += fitWordCalibration('alexa', trials, { nDraws: 2 }).a / (trueLlr(1) - trueLlr(0)) / 30;
    }
    expect(Math.abs(slope - 1)).toBeLessThan(0.06);
  });

  it('counts each hearing of a word towards the lower cap, and a stretch without it once towards the upper', () => {
    const { trials } = normalTrials({ nTargets: 30, nNonTargets: 200, separation: 3, seed: 15 });
    const once = fitWordCalibration('alexa', trials, { nDraws: 2 });
    const fiveTimes = fitWordCalibration('alexa', Array.from({ length: 5 }, () => trials).flat(), {
      nDraws: 2,
    });
    expect(once.cap).toEqual([-Math.log(31), Math.log(201)]);
    expect(fiveTimes.cap).toEqual([-Math.log(151), Math.log(201)]);
    expect(fiveTimes).toMatchObject({ nTargets: 30, nNonTargets: 200 });
  });

  it('refuses scores that do not rise with the word', () => {
    const { trials } = normalTrials({ nTargets: 50, nNonTargets: 50, separation: 3, seed: 7 });
    const upsideDown = trials.map((trial) => ({ ...trial, score: -trial.score }));
    expect(() => fitWordCalibration('alexa', upsideDown)).toThrow(/higher with the word/);
  });

  it.each([
    ['no positives', (trials: Trial[]) => trials.filter((trial) => !trial.isTarget)],
    ['no negatives', (trials: Trial[]) => trials.filter((trial) => trial.isTarget)],
    ['equal scores', (trials: Trial[]) => trials.map((trial) => ({ ...trial, score: 1 }))],
    ['NaN scores', (trials: Trial[]) => trials.map((trial) => ({ ...trial, score: Number.NaN }))],
    ['no trials', () => []],
  ])('refuses %s', (_, change) => {
    const { trials } = normalTrials({ nTargets: 20, nNonTargets: 20, separation: 3, seed: 8 });
    expect(() => fitWordCalibration('alexa', change(trials))).toThrow(CorpusError);
  });

  it('refuses positives and negatives that no quality has in common', () => {
    const { trials } = normalTrials({ nTargets: 20, nNonTargets: 20, separation: 3, seed: 9 });
    const apart = trials.map((trial) => ({
      ...trial,
      quality: { ...anyQuality, bandLimitHz: trial.isTarget ? 8000 : 3500 },
    }));
    expect(() => fitWordCalibration('alexa', apart)).toThrow(/overlapping bandLimitHz/);
  });
});

describe('crossValidatedLlrs', () => {
  it('comes close to the best recalibration in hindsight on trials that it did not see', () => {
    const { trials } = normalTrials({ nTargets: 600, nNonTargets: 3000, separation: 3, seed: 10 });
    const llrs = crossValidatedLlrs('alexa', trials, { nFolds: 10, seed: 0 });
    const by = {
      targets: llrs.filter((_, i) => trials[i]?.isTarget),
      nonTargets: llrs.filter((_, i) => !trials[i]?.isTarget),
    };
    expect(cllr(by)).toBeLessThan(1.1 * minCllr(by));
  });

  it('never maps a trial by a fit that saw its group', () => {
    // All of the separation is in one group: held out, the others know nothing of it.
    const { trials } = normalTrials({ nTargets: 100, nNonTargets: 100, separation: 0.0001, seed: 11 });
    const special = Array.from(
      { length: 100 },
      (_, i): Trial => ({
        score: 60 + i,
        isTarget: i % 2 === 0,
        quality: anyQuality,
        group: 'one',
        source: `one ${i}`,
      }),
    );
    const withSpecial = [...trials, ...special];
    const llrs = crossValidatedLlrs('alexa', withSpecial, { nFolds: 4, seed: 0 });
    const others = crossValidatedLlrs('alexa', [...trials, { ...(special[0] as Trial) }], {
      nFolds: 4,
      seed: 0,
    });
    expect(llrs.at(-100)).toBeCloseTo(others.at(-1) as number, 0);
  });
});

describe('the interval', () => {
  // As on recordings: each speaker is heard under several noises, and sounds like themselves in all of them.
  it.each([
    [1, 0],
    [4, 0.6],
  ])(
    'covers the true LLR in 95 ± 3 % of 200 resamples, %i hearings a speaker',
    {
      timeout: 240_000,
    },
    (nHearings, speakerShare) => {
      let nCovered = 0;
      let nTotal = 0;
      for (let resample = 0; resample < 200; resample++) {
        const { trials, trueLlr } = normalTrials({
          nTargets: 100 * nHearings,
          nNonTargets: 600,
          separation: 2.5,
          seed: 1000 + resample,
          nHearings,
          speakerShare,
        });
        const calibration = calibrationOf(trials, { nDraws: 60, seed: resample });
        const { cap } = calibration.json.words[0] as WordCalibration;
        for (const score of [-2, 0, 1, 2, 3, 5]) {
          const truth = capped({ cap }, trueLlr(score));
          const { interval } = calibration.apply('alexa', score, anyQuality, 0.5);
          if (interval[0] <= truth && truth <= interval[1]) nCovered++;
          nTotal++;
        }
      }
      expect(nCovered / nTotal).toBeGreaterThanOrEqual(0.92);
      expect(nCovered / nTotal).toBeLessThanOrEqual(0.98);
    },
  );

  it('covers the true LLR in 95 ± 3 % of 200 resamples where quality moves scores as it is expected to', {
    timeout: 240_000,
  }, () => {
    // 10 dB of SNR move the LLR by about a third of a nat, another way each time; clips
    // tell little of it, since their SNRs are much alike.
    const gaussian = gaussians(108);
    let nCovered = 0;
    let nTotal = 0;
    for (let resample = 0; resample < 200; resample++) {
      const { trials, trueLlr } = normalTrials({
        nTargets: 60,
        nNonTargets: 240,
        separation: 2.5,
        seed: 2000 + resample,
      });
      const nats = (0.32 * gaussian()) / 10;
      const shift = (snrDb: number) => (nats * (snrDb - 20)) / (trueLlr(1) - trueLlr(0));
      const noisy = trials.map((trial) => {
        const snrDb = Math.min(Math.max(20 + 6 * gaussian(), 0), 40);
        return { ...trial, score: trial.score - shift(snrDb), quality: { ...anyQuality, snrDb } };
      });
      const calibration = calibrationOf(noisy, { nDraws: 40, seed: resample });
      const { cap } = calibration.json.words[0] as WordCalibration;
      for (const snrDb of [11, 29]) {
        for (const score of [0.5, 1.5, 2.5]) {
          const truth = capped({ cap }, trueLlr(score + shift(snrDb)));
          const { interval } = calibration.apply('alexa', score, { ...anyQuality, snrDb }, 0.5);
          if (interval[0] <= truth && truth <= interval[1]) nCovered++;
          nTotal++;
        }
      }
    }
    expect(nCovered / nTotal).toBeGreaterThanOrEqual(0.92);
    expect(nCovered / nTotal).toBeLessThanOrEqual(0.98);
  });

  it('widens with fewer speakers', () => {
    const { trials } = normalTrials({ nTargets: 80, nNonTargets: 400, separation: 3, seed: 12 });
    const fewSpeakers = trials.map((trial, i) =>
      trial.isTarget ? { ...trial, group: `speaker ${i % 4}` } : trial,
    );
    const width = (from: readonly Trial[]): number => fitWordCalibration('alexa', from).intervalFactor;
    expect(width(fewSpeakers)).toBeGreaterThan(3);
    // Of 80 speakers those who score low carry the doubt, a dozen or two.
    expect(width(trials)).toBeGreaterThan(2);
    expect(width(trials)).toBeLessThan(2.2);
  });
});

describe('degreesOfFreedom', () => {
  const { trials } = normalTrials({ nTargets: 80, nNonTargets: 400, separation: 3, seed: 12 });
  const points = trials.filter((_, i) => i % 8 === 0);
  const ofTrials = (some: readonly Trial[]) => degreesOfFreedom(prepareTrials('alexa', some), points);

  it('are of those groups that hold the doubt', () => {
    const apart = ofTrials(trials);
    expect(apart).toBeGreaterThan(10);
    expect(apart).toBeLessThan(480);
    // The ten that score lowest are one speaker's now: nearly all that could move the map is one draw.
    const lowest = new Set(
      trials
        .filter(({ isTarget }) => isTarget)
        .sort((p, q) => p.score - q.score)
        .slice(0, 10),
    );
    const gathered = trials.map((trial) => (lowest.has(trial) ? { ...trial, group: 'one speaker' } : trial));
    expect(ofTrials(gathered)).toBeLessThan(apart / 2);
  });

  it('are the same whether a group is in the trials twice or counts twice', () => {
    const groups = new Set(trials.slice(0, 5).map(({ group }) => group));
    const again = trials
      .filter(({ group }) => groups.has(group))
      .map((trial) => ({ ...trial, group: `${trial.group} again` }));
    const prepared = prepareTrials('alexa', [...trials, ...again]);
    const twice = prepared.groupNames.map((name) => (groups.has(name) ? 2 : name.endsWith(' again') ? 0 : 1));
    expect(degreesOfFreedom(prepared, points, twice)).toBeCloseTo(degreesOfFreedom(prepared, points), 6);
  });

  it('are one where nothing can be fitted', () => {
    const prepared = prepareTrials('alexa', trials);
    expect(
      degreesOfFreedom(
        prepared,
        points,
        prepared.groupNames.map(() => 0),
      ),
    ).toBe(1);
  });
});

describe('domain', () => {
  it('reaches as far as both classes were seen', () => {
    const gaussian = gaussians(113);
    const { trials } = normalTrials({ nTargets: 300, nNonTargets: 300, separation: 3, seed: 13 });
    const spread = (trial: Trial): SignalQuality => ({
      ...anyQuality,
      snrDb: trial.isTarget ? 25 + 5 * Math.tanh(gaussian()) : 20 + 15 * Math.tanh(gaussian()),
    });
    const { domain } = fitWordCalibration(
      'alexa',
      trials.map((trial) => ({ ...trial, quality: spread(trial) })),
      { nDraws: 2 },
    );
    expect(domain.snrDb[0]).toBeGreaterThan(18);
    expect(domain.snrDb[0]).toBeLessThan(21);
    expect(domain.snrDb[1]).toBeGreaterThan(29);
    expect(domain.snrDb[1]).toBeLessThan(32);
  });
});
