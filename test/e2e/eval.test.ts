import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { tones } from '../support/tones.js';
import { wavFile } from '../support/wav-file.js';

const model = new URL('../fixtures/tone-model', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wakeproof-eval-'));
afterAll(() => rmSync(folder, { recursive: true }));

// One character is 100 ms: tones of the words `low` and `high`.
const recordings = [
  '.....LL..............HH.....',
  '..HHH.......................HHH....',
  '..........LLL........',
];
recordings.forEach((timeline, index) => {
  const pcm16 = Array.from(tones(timeline), (v) => Math.round(v * 32768));
  writeFileSync(join(folder, `${index}.wav`), wavFile({ sampleRateHz: 16000, bits: 16, channels: [pcm16] }));
});

function manifest(name: string, lines: readonly Record<string, unknown>[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}
const positives = manifest('positives.jsonl', [
  { audio_filepath: '0.wav', offset: 0.3, duration: 0.8, label: 'low' },
  { audio_filepath: '0.wav', offset: 2, duration: 0.5, label: 'high' },
]);
const negatives = manifest('negatives.jsonl', [
  { audio_filepath: '1.wav', duration: 3 },
  { audio_filepath: '2.wav', duration: 2 },
]);
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
const evaluate = (...flags: string[]) =>
  runCli(['eval', '--model', model, '--words', 'low,high', ...flags], undefined, {
    NO_COLOR: '1',
    TMPDIR: scratch,
  });

describe('wakeproof eval in several processes', () => {
  const all = [
    '--positives',
    positives,
    '--negatives',
    negatives,
    '--noise',
    positives,
    '--snr',
    '20',
    '--json',
  ];

  test('gives the figures of one, and leaves no scratch file', () => {
    const withoutTime = (stdout: string) => ({
      ...JSON.parse(stdout),
      cpuMsPerAudioSec: null,
      peakRssBytes: null,
    });
    const one = evaluate('--jobs', '1', ...all);
    const three = evaluate('--jobs', '3', ...all);
    expect([one.code, three.code, one.stderr, three.stderr]).toEqual([0, 0, '', '']);
    expect(withoutTime(three.stdout)).toEqual(withoutTime(one.stdout));
    const { positives: heard, total } = withoutTime(one.stdout);
    expect(heard.map(({ misses }: { misses: number }) => misses)).toEqual([0, 0, 0, 0]);
    expect(total.falseWakes).toEqual({ low: 1, high: 2 });
    // The ONNX runtime would leave a session id and a log of its telemetry here, were that not turned off.
    expect(readdirSync(scratch)).toEqual([]);
  });

  test('refuses a bad line with its file and number, and prints no figures', () => {
    const bad = manifest('bad.jsonl', [
      { audio_filepath: '1.wav', duration: 3 },
      { audio_filepath: '2.wav', offset: 1, duration: 2 },
    ]);
    const { code, stdout, stderr } = evaluate('--jobs', '2', '--negatives', bad, '--json');
    expect(stderr).toContain(
      `${bad}, line 2: expected a segment within the recording (2.1 s); got 1 s + 2 s.`,
    );
    expect([code, stdout]).toEqual([3, '']);
  });

  test('writes a report from shards as from one run', () => {
    const partial = join(folder, 'all.partial');
    const [one, joined] = [join(folder, 'one'), join(folder, 'joined')];
    const flags = ['--positives', positives, '--negatives', negatives];
    expect(evaluate(...flags, '--jobs', '2', '--report', one).code).toBe(0);
    expect(evaluate(...flags, '--jobs', '1', '--partial', partial).code).toBe(0);
    expect(runCli(['merge', partial, '--report', joined]).code).toBe(0);
    const reportOf = (path: string) => {
      const report = JSON.parse(readFileSync(join(path, 'report.json'), 'utf8'));
      return { ...report, summary: { ...report.summary, cpuMsPerAudioSec: null, peakRssBytes: null } };
    };
    expect(reportOf(joined)).toEqual(reportOf(one));
    expect(reportOf(one).det.map(({ word }: { word: string }) => word)).toEqual(['low', 'high']);
    expect(readFileSync(join(one, 'report.html'), 'utf8')).toContain('<svg ');
  });

  test('joins shards by wakeproof merge', () => {
    const paths = [1, 2].map((index) => join(folder, `${index}.partial`));
    paths.forEach((path, index) => {
      const { code, stdout, stderr } = evaluate(
        '--negatives',
        negatives,
        '--shard',
        `${index + 1}/2`,
        '--partial',
        path,
      );
      expect([code, stdout, stderr]).toEqual([0, '', `Shard ${index + 1}/2 is in ${path}.\n`]);
    });
    const merged = runCli(['merge', ...paths, '--json']);
    expect(JSON.parse(merged.stdout).total.falseWakes).toEqual({ low: 1, high: 2 });
    expect(runCli(['merge', paths[0] as string]).code).toBe(3);
  });
});
