import { describe, expect, it } from 'vitest';
import { ratePerHour } from '../../../src/evaluation/index.js';
import { describeRate, formatEvaluation } from '../../../src/report/index.js';

const rate = (count: number, hours: number) => ({ hours, ...ratePerHour(count, hours) });

describe('describeRate', () => {
  it.each([
    [2, 24, '2 false wakes in 24.0 h = 0.08/h [0.01, 0.30]'],
    [1, 5.33, '1 false wake in 5.33 h = 0.19/h [0.00, 1.05]'],
    [0, 6.12, '0 false wakes in 6.12 h: below 0.49/h (95 %)'],
    [0, 24, '0 false wakes in 24.0 h: below 0.13/h (95 %)'],
  ])('of %i in %d h', (count, hours, text) => {
    expect(describeRate(count, rate(count, hours))).toBe(text);
  });
});

describe('formatEvaluation', () => {
  it('prints each rate with its count, its denominator and its interval', () => {
    const text = formatEvaluation({
      schema: 'wakeproof-eval/1',
      engine: 'wake 0.1.0',
      modelSha256: null,
      operatingPoint: { name: 'default', thresholds: { alexa: 1.5 } },
      seed: 0,
      positives: [
        {
          manifest: 'dev/alexa.jsonl',
          word: 'alexa',
          condition: 'snr 10',
          clips: 60,
          misses: 1,
          missRate: 1 / 60,
          interval: [0.0029, 0.0886],
          latencyMs: { p50: 214.4, p95: 340.2 },
          furtherWakes: { alexa: 0 },
        },
      ],
      byCondition: [],
      byRoom: [],
      negatives: [
        {
          manifest: 'dev/talk.jsonl',
          kind: 'TV' as const,
          speechHours: 20,
          hours: 24,
          falseWakes: { alexa: 2 },
          spoken: { alexa: { segments: 3, hours: 0.01 } },
        },
      ],
      total: { hours: 24, falseWakes: { alexa: 2 }, perHour: { alexa: rate(2, 23.99) } },
      byKind: [
        {
          kind: 'TV',
          hours: 24,
          speechHours: 20,
          falseWakes: { alexa: 2 },
          perHour: { alexa: rate(2, 23.99) },
        },
      ],
      nearWords: [
        { said: 'election', word: 'alexa', segments: 10, falseWakes: 1, interval: [0.018, 0.404] },
        { said: 'lexus', word: 'alexa', segments: 10, falseWakes: 0, interval: [0, 0.278] },
      ],
      calibration: {
        cllr: 0.1234,
        minCllr: 0.11,
        ece: 0.015,
        brier: 0.02,
        nTargets: 60,
        nNonTargets: 43200,
        nOutOfDomain: 12,
        byWord: {},
      },
      chosenOn: ['dev/talk.jsonl'],
      cpuMsPerAudioSec: 1.234,
      peakRssBytes: 150_000_000,
    });
    expect(text).toContain('wake 0.1.0, operating point default (alexa 1.5), seed 0\n');
    expect(text).toMatch(
      /alexa\.jsonl │ alexa │ snr 10 dB │ 1 of 60 │ 1\.7 % \[0\.3 %, 8\.9 %\] │ +214 \/ 340 ms/,
    );
    expect(text).toMatch(/talk\.jsonl │ 24\.00 │ +2 │/);
    expect(text).toContain(
      'alexa: 2 false wakes in 24.0 h = 0.08/h [0.01, 0.30]; said in 3 segments, which are left out\n',
    );
    expect(text).toMatch(/TV +│ 24\.00 │ +20\.00 │ +2, 0\.08 \[0\.01, 0\.30\] │/);
    expect(text).toContain('"election" woke alexa in 1 of 10 [1.8 %, 40.4 %]\n1 near words woke nothing\n');
    expect(text).toContain(
      'calibration: Cllr 0.123 bits (at best 0.110), ECE 1.5 %; 60 trials with a word, 43200 without',
    );
    expect(text).toContain(
      'No result for other recordings: threshold or calibration was chosen on talk.jsonl.',
    );
    expect(text).toContain('CPU: 1.23 ms per second of audio, the engine alone\n');
    expect(text).toContain('memory: 150 MB at most, the whole process of the engine\n');
  });
});
