import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mixing } from '../../../src/evaluation/condition.js';
import { type CorporaPaths, loadCorpora } from '../../../src/evaluation/corpora.js';
import { Mixer } from '../../../src/evaluation/mixer.js';
import { joinObservations } from '../../../src/evaluation/observations.js';
import { planOf } from '../../../src/evaluation/plan.js';
import { localRunner, type OnProgress, runUnits } from '../../../src/evaluation/runners.js';
import { activeSpeechPower, meanPower } from '../../../src/evaluation/speech-level.js';
import { summarise } from '../../../src/evaluation/summary.js';
import { planUnits } from '../../../src/evaluation/units.js';
import { CorpusFolder } from './corpus-folder.js';
import { FakeDetector, MARKERS } from './fake-detector.js';

const RATE = 16000;
const LEAD = 24000;
const TAIL = 16000;
const ALEXA = MARKERS.alexa as number;
const COMPUTER = MARKERS.computer as number;

let folder: CorpusFolder;
beforeEach(async () => {
  folder = await CorpusFolder.create();
});
afterEach(() => folder.remove());

/** Silence with values at given samples. */
function recording(seconds: number, marks: readonly (readonly [sec: number, value: number])[]): Float32Array {
  const samples = new Float32Array(seconds * RATE);
  for (const [sec, value] of marks) samples[Math.round(sec * RATE)] = value;
  return samples;
}

async function evaluate(
  detector: FakeDetector,
  paths: Partial<CorporaPaths>,
  options: Partial<Mixing> = {},
  onProgress?: OnProgress,
) {
  const corpora = await loadCorpora(detector.words, { positives: [], negatives: [], noise: [], ...paths });
  const mixing = { snrDb: [], seed: 0, ...options };
  const mixer = await Mixer.create(corpora, mixing, folder.open);
  const runner = localRunner({ detector, corpora, mixer, openRecording: folder.open });
  const units = planUnits(corpora, mixer.conditions.length);
  const heard = await runUnits(units, [runner], { onProgress }).finally(() => mixer.dispose());
  const operatingPoint = { name: 'default', thresholds: {} };
  const plan = planOf(
    { detector, modelSha256: null, operatingPoint },
    corpora,
    mixing.seed,
    mixer.conditions,
  );
  return summarise(plan, joinObservations(heard));
}

describe('a positive trial', () => {
  it('is the segment alone between 1.5 s and 1 s of digital silence, after a reset, in 80 ms blocks', async () => {
    const samples = Float32Array.from({ length: 4 * RATE }, (_, i) => (i + 1) / 1e6);
    await folder.addRecording('p.flac', samples);
    const path = await folder.addManifest('p.jsonl', [
      { audio_filepath: 'p.flac', offset: 1, duration: 0.25, label: 'alexa' },
      { audio_filepath: 'p.flac', offset: 2.5, duration: 0.50005, label: 'computer' },
    ]);
    const detector = new FakeDetector();
    await evaluate(detector, { positives: [path] });

    expect(detector.streams).toHaveLength(2);
    const [first, second] = detector.streams as [Float32Array, Float32Array];
    expect(first).toHaveLength(LEAD + 4000 + TAIL);
    expect(second).toHaveLength(LEAD + 8001 + TAIL);
    expect(first.subarray(0, LEAD).every((sample) => sample === 0)).toBe(true);
    expect(first.subarray(LEAD, LEAD + 4000)).toEqual(samples.subarray(16000, 20000));
    expect(first.subarray(LEAD + 4000).every((sample) => sample === 0)).toBe(true);
    expect(second.subarray(LEAD, LEAD + 8001)).toEqual(samples.subarray(40000, 48001));
    expect(detector.blockLengths[0]?.slice(0, -1).every((length) => length === 1280)).toBe(true);
    expect(detector.flushes).toBe(0);
  });

  it('with noise: over all of it, silence included, at the SNR of the loud frames', async () => {
    const word = Float32Array.from({ length: RATE }, (_, i) =>
      i > 4000 && i < 9000 ? Math.sin(i / 3) * 0.3 : 0,
    );
    await folder.addRecording('p.flac', word);
    await folder.addRecording(
      'n.flac',
      Float32Array.from({ length: 9 * RATE }, (_, i) => Math.sin(i ** 1.5) * 0.2),
    );
    const positives = [
      await folder.addManifest('p.jsonl', [{ audio_filepath: 'p.flac', duration: 1, label: 'alexa' }]),
    ];
    const noise = [await folder.addManifest('n.jsonl', [{ audio_filepath: 'n.flac', duration: 9 }])];
    const detector = new FakeDetector();
    const summary = await evaluate(detector, { positives, noise }, { snrDb: [10, -5] });

    expect(summary.positives.map(({ condition }) => condition)).toEqual(['clean', 'snr 10', 'snr -5']);
    const [clean, at10, atMinus5] = detector.streams as [Float32Array, Float32Array, Float32Array];
    const added = (noisy: Float32Array) => noisy.map((sample, i) => sample - (clean[i] as number));
    for (const [noisy, snrDb] of [
      [at10, 10],
      [atMinus5, -5],
    ] as const) {
      const reached = 10 * Math.log10(activeSpeechPower(word) / meanPower(added(noisy)));
      expect(Math.abs(reached - snrDb)).toBeLessThan(1e-4);
      expect(meanPower(noisy.subarray(0, LEAD))).toBeGreaterThan(0);
      expect(meanPower(noisy.subarray(-TAIL))).toBeGreaterThan(0);
    }
  });

  it('draws the same noise for the same seed, other noise for another, whatever came before', async () => {
    await folder.addRecording(
      'p.flac',
      Float32Array.from({ length: 2 * RATE }, (_, i) => Math.sin(i / 5) * 0.3),
    );
    await folder.addRecording(
      'n.flac',
      Float32Array.from({ length: 20 * RATE }, (_, i) => Math.sin(i ** 1.5) * 0.2),
    );
    const line = (offset: number) => ({ audio_filepath: 'p.flac', offset, duration: 1, label: 'alexa' });
    const both = [await folder.addManifest('both.jsonl', [line(0), line(1)])];
    const second = [await folder.addManifest('second.jsonl', [line(1)])];
    const noise = [await folder.addManifest('n.jsonl', [{ audio_filepath: 'n.flac', duration: 20 }])];
    const noisyStreams = async (positives: string[], seed: number) => {
      const detector = new FakeDetector();
      await evaluate(detector, { positives, noise }, { snrDb: [0], seed });
      return detector.streams.filter((_, index) => index % 2 === 1);
    };
    const first = await noisyStreams(both, 7);
    expect(await noisyStreams(both, 7)).toEqual(first);
    expect(await noisyStreams(second, 7)).toEqual(first.slice(1));
    expect(await noisyStreams(both, 8)).not.toEqual(first);
    expect(first[0]?.subarray(0, 100)).not.toEqual(first[1]?.subarray(0, 100));
  });

  it('is a hit by a wake of its own word; its latency runs from the end of the word', async () => {
    await folder.addRecording(
      'p.flac',
      recording(10, [
        [0.5, ALEXA],
        [2.5, COMPUTER],
        [4.1, ALEXA],
        [4.5, COMPUTER],
        [8.2, ALEXA],
      ]),
    );
    const line = (offset: number, label: string, word_end?: number) => ({
      audio_filepath: 'p.flac',
      offset,
      duration: 2,
      label,
      word_end,
    });
    const positives = [
      await folder.addManifest('p.jsonl', [
        line(0, 'alexa', 0.4), // wake 100 ms after the end
        line(2, 'alexa', 0.4), // only computer wakes: a miss
        line(4, 'computer', 0.3), // wake 200 ms after the end, and alexa besides
        line(8, 'alexa', 0.4), // wake 200 ms before the end
      ]),
    ];
    const { positives: summaries } = await evaluate(new FakeDetector(), { positives });
    expect(summaries).toHaveLength(2);
    const [alexa, computer] = summaries as [(typeof summaries)[0], (typeof summaries)[0]];
    expect(alexa).toMatchObject({ word: 'alexa', condition: 'clean', clips: 3, misses: 1, missRate: 1 / 3 });
    expect(alexa.furtherWakes).toEqual({ alexa: 0, computer: 1 });
    // Marks at 100 and −200 ms, reported one sample (0.0625 ms) later.
    expect(alexa.latencyMs.p50).toBeCloseTo(-50 + 0.0625, 9);
    expect(computer).toMatchObject({
      word: 'computer',
      clips: 1,
      misses: 0,
      furtherWakes: { alexa: 1, computer: 0 },
    });
    expect(computer.latencyMs.p95).toBeCloseTo(200 + 0.0625, 9);
  });
});

describe('the speed of an engine', () => {
  it('is measured last, on a minute after two, where a recording of negatives is long enough', async () => {
    await folder.addRecording('short.opus', recording(299, []));
    await folder.addRecording('long.opus', recording(301, []));
    const line = (audio_filepath: string, duration: number) => ({ audio_filepath, duration });
    const short = await folder.addManifest('s.jsonl', [line('short.opus', 299)]);
    const both = await folder.addManifest('n.jsonl', [line('short.opus', 299), line('long.opus', 301)]);

    let heardSamples: number[] = [];
    const detector = new FakeDetector();
    detector.reset = () => heardSamples.push(0);
    detector.process = async (block) => {
      heardSamples[heardSamples.length - 1] = (heardSamples.at(-1) as number) + block.length;
      return [];
    };
    await evaluate(detector, { negatives: [short] });
    expect(heardSamples.map((n) => n / RATE)).toEqual([299]);
    heardSamples = [];
    const { total, cpuMsPerAudioSec } = await evaluate(detector, { negatives: [both] });
    expect(heardSamples.map((n) => n / RATE)).toEqual([301, 299, 180]);
    expect(total.hours).toBe(600 / 3600);
    expect(cpuMsPerAudioSec).toBeGreaterThan(0);
  });
});

describe('a negative recording', () => {
  it('streams whole, gaps between segments included, and a second event within 2 s counts once', async () => {
    // seconds           0    5    10   15   20   25   30   35
    // alexa             ..a.a..........a............a.......     → 3: the second follows by 2 s
    // computer          ...................cccc.............     → 2: 0 s, then 3 s after it
    const marks = [
      ...[2, 4, 15, 28].map((sec) => [sec, ALEXA] as const),
      ...[19, 20, 21, 22].map((sec) => [sec, COMPUTER] as const),
    ];
    await folder.addRecording('n.opus', recording(36, marks));
    const negatives = [
      await folder.addManifest('n.jsonl', [
        { audio_filepath: 'n.opus', offset: 0.25, duration: 3, label: 'speech' },
        { audio_filepath: 'n.opus', offset: 30, duration: 3 },
      ]),
    ];
    const detector = new FakeDetector();
    const summary = await evaluate(detector, { negatives });
    expect(detector.streams.map((stream) => stream.length)).toEqual([36 * RATE]);
    expect(detector.flushes).toBe(1);
    expect(summary.negatives).toEqual([
      {
        manifest: negatives[0],
        kind: null,
        hours: 36 / 3600,
        speechHours: 6 / 3600,
        falseWakes: { alexa: 3, computer: 2 },
        spoken: {},
      },
    ]);
    expect(summary.total.hours).toBe(0.01);
    expect(summary.total.falseWakes).toEqual({ alexa: 3, computer: 2 });
    expect(summary.total.perHour.alexa?.rate).toBe(300);
    expect(summary.cpuMsPerAudioSec).toBeGreaterThan(0);
  });

  it('counts no false wake where the text says the word, once each time that it is said', async () => {
    // Picovoice's dataset.py means to leave such background out and does not.
    const marks = [2, 10, 13, 16, 30].map((sec) => [sec, COMPUTER] as const);
    await folder.addRecording('n.opus', recording(36, marks));
    const line = (offset: number, duration: number, text: string) => ({
      audio_filepath: 'n.opus',
      offset,
      duration,
      text,
    });
    const negatives = [
      await folder.addManifest('n.jsonl', [
        line(1, 3, 'I WANT TO BUY A NEW COMPUTER'), // absorbs the wake at 2
        line(9, 9, "the computer's other computer."), // absorbs two of the wakes at 10, 13, 16
        line(29, 3, 'commuters like computing'), // none: the wake at 30 is false
      ]),
    ];
    const summary = await evaluate(new FakeDetector(), { negatives });
    expect(summary.negatives[0]?.falseWakes).toEqual({ alexa: 0, computer: 2 });
    expect(summary.negatives[0]?.spoken).toEqual({ computer: { segments: 2, hours: 12 / 3600 } });
    expect(summary.total.perHour.computer?.rate).toBeCloseTo(2 / (24 / 3600), 9);
    expect(summary.total.perHour.alexa?.rate).toBe(0);
  });

  it('reports progress in seconds of audio', async () => {
    await folder.addRecording('n.opus', recording(3, []));
    const negatives = [await folder.addManifest('n.jsonl', [{ audio_filepath: 'n.opus', duration: 2.5 }])];
    const told: [number, number][] = [];
    await evaluate(new FakeDetector(), { negatives }, {}, (done, total) => told.push([done, total]));
    expect(told[0]).toEqual([0.08, 2.5]);
    expect(told.at(-2)).toEqual([3, 2.5]);
    expect(told.at(-1)).toEqual([2.5, 2.5]);
  });

  it('is told by the kind that corpus.json says, near words one by one', async () => {
    // seconds   0         10        20        30
    // near      election..election..Lexus......          3 segments of 2 s at 1, 11, 21 s
    // alexa     .a........aa.......................      wakes at 2, 11 and 12 s: the last two are one event
    // music     ............a............                one wake in 25 s
    await folder.addRecording(
      'near.opus',
      recording(
        35,
        [2, 11, 12].map((sec) => [sec, ALEXA] as const),
      ),
    );
    await folder.addRecording('music.opus', recording(25, [[12, ALEXA]]));
    const said = (offset: number, text: string) => ({
      audio_filepath: 'near.opus',
      offset,
      duration: 2,
      text,
    });
    const negatives = [
      await folder.addManifest('near.jsonl', [said(1, 'election'), said(11, 'Election'), said(21, 'Lexus')]),
      await folder.addManifest('music.jsonl', [{ audio_filepath: 'music.opus', duration: 20 }]),
    ];
    await folder.addManifest('corpus.json', [
      {
        'near.jsonl': { kind: 'near words', licence: 'CC0' },
        'music.jsonl': { kind: 'music', split: 'dev' },
      },
    ]);
    const { byKind, nearWords } = await evaluate(new FakeDetector(['alexa']), { negatives });
    expect(byKind).toMatchObject([
      { kind: 'near words', hours: 35 / 3600, speechHours: 6 / 3600, falseWakes: { alexa: 2 } },
      {
        kind: 'music',
        hours: 25 / 3600,
        speechHours: 0,
        falseWakes: { alexa: 1 },
        perHour: { alexa: { rate: 144 } },
      },
    ]);
    expect(nearWords).toMatchObject([
      { said: 'election', word: 'alexa', segments: 2, falseWakes: 2 },
      { said: 'lexus', word: 'alexa', segments: 1, falseWakes: 0 },
    ]);
  });
});
