import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { tones } from '../support/tones.js';
import { wavFile } from '../support/wav-file.js';

const model = new URL('../fixtures/tone-model', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wakeproof-shards-'));
afterAll(() => rmSync(folder, { recursive: true }));

// One character is 100 ms: tones of the words `low` and `high`, and a buzz `B`, which the model takes for `high`.
const clips = ['...LL...', '...HH...', '...BB...', '....LLL.', '.HHH....'];
const talk = [
  '..BBBB.......LL..................BB......',
  '.....HHH.........................HH......',
  '.............BBBBBBBBBB..................',
  '..LL.......................LL............',
  '.........................................',
];
const nRecordings = clips.length + talk.length;

function addRecording(name: string, timeline: string): void {
  const pcm16 = Array.from(tones(timeline), (v) => Math.round(v * 32768));
  writeFileSync(join(folder, name), wavFile({ sampleRateHz: 16000, bits: 16, channels: [pcm16] }));
}

function addManifest(name: string, lines: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

let flags: string[];

beforeAll(() => {
  for (const [i, timeline] of clips.entries()) addRecording(`clip${i}.wav`, timeline);
  for (const [i, timeline] of talk.entries()) addRecording(`talk${i}.wav`, timeline);
  const positives = clips.map((timeline, i) => ({
    audio_filepath: `clip${i}.wav`,
    duration: 0.8,
    label: timeline.includes('H') ? 'high' : 'low',
    speaker: `speaker ${i % 3}`,
  }));
  const negatives = talk.map((_, i) => ({
    audio_filepath: `talk${i}.wav`,
    duration: 4.1,
    session: `day ${i % 2}`,
  }));
  flags = [
    '--model',
    model,
    '--words',
    'low,high',
    '--jobs',
    '1',
    '--positives',
    addManifest('positives.jsonl', positives),
    '--negatives',
    addManifest('negatives.jsonl', negatives),
    '--noise',
    addManifest('noise.jsonl', [{ audio_filepath: 'talk2.wav', offset: 1.3, duration: 1 }]),
    '--snr',
    '20,0',
    '--codec',
    'mulaw',
  ];
  for (const count of [1, 7]) hearInShards(count);
});

/** A report without what depends on the machine's load. */
function figuresOf(reportFolder: string) {
  const report = JSON.parse(readFileSync(join(reportFolder, 'report.json'), 'utf8'));
  return { ...report, summary: { ...report.summary, cpuMsPerAudioSec: null, peakRssBytes: null } };
}

function partialsOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => join(folder, `${i + 1} of ${count}.partial`));
}

/** Hears the evaluation in shards, each a process that knows nothing of the others. */
function hearInShards(count: number): void {
  for (const [i, partial] of partialsOf(count).entries()) {
    const { code, stderr } = runCli(['eval', ...flags, '--shard', `${i + 1}/${count}`, '--partial', partial]);
    expect(code, stderr).toBe(0);
  }
}

describe('an evaluation in shards', () => {
  test('gives the report of one run, in 1 shard and in 7', () => {
    const whole = join(folder, 'whole');
    expect(runCli(['eval', ...flags, '--report', whole]).code).toBe(0);
    const expected = figuresOf(whole);
    // Not all alike, or anything would be equal: clip 2 buzzes and is missed as `low`; talk holds three L, and two H beside three B.
    const { positives, total } = expected.summary;
    const missesOf = (word: string) =>
      positives.find(
        (row: { word: string; condition: string }) => row.word === word && row.condition === 'clean',
      ).misses;
    expect([missesOf('low'), missesOf('high')]).toEqual([1, 0]);
    expect(total.falseWakes).toEqual({ low: 3, high: 5 });
    for (const count of [1, 7]) {
      const merged = join(folder, `from ${count}`);
      // In whatever order they come in.
      const { code, stderr } = runCli(['merge', ...partialsOf(count).reverse(), '--report', merged]);
      expect(code, stderr).toBe(0);
      expect(figuresOf(merged)).toEqual(expected);
    }
  });

  test('shares its recordings out: each of 7 partials holds some, and together all of them once', () => {
    const units = partialsOf(7).map((partial) => {
      const [, ...lines] = readFileSync(partial, 'utf8').trim().split('\n');
      return lines.map((line): number => JSON.parse(line).unit);
    });
    expect(units.every((ofShard) => ofShard.length > 0)).toBe(true);
    expect(units.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: nRecordings }, (_, i) => i));
  });
});
