import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalCommand } from '../../../src/cli/eval.js';
import { ConfigError, CorpusError } from '../../../src/errors.js';
import { readManifest } from '../../../src/evaluation/manifest.js';
import { runCommand } from '../../support/run-command.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';

// The model of test/fixtures/tone-model hears tones of 600 Hz and 3 kHz as its words.
const model = new URL('../../fixtures/tone-model/manifest.json', import.meta.url).pathname;
const RATE = 16000;

let folder: CorpusFolder;
beforeEach(async () => {
  folder = await CorpusFolder.create();
  // Seconds 0..1 silence, 1..2 a low tone, 2..3 silence, 3..4 a high tone, 4..5 silence.
  const tone = (hz: number, i: number) => Math.sin((2 * Math.PI * hz * i) / RATE) * 0.3;
  const samples = Array.from({ length: 5 * RATE }, (_, i) => {
    const second = Math.floor(i / RATE);
    return second === 1 ? tone(600, i) : second === 3 ? tone(3000, i) : 0;
  });
  await writeFile(
    join(folder.path, 'tones.wav'),
    wavFile({ sampleRateHz: RATE, bits: 16, channels: [samples.map((x) => Math.round(x * 32767))] }),
  );
});
afterEach(() => folder.remove());

const run = (...flags: string[]) => runCommand(evalCommand(), ['--jobs', '1', '--model', model, ...flags]);

describe('wakeproof eval', () => {
  it('ends its JSON with one object of schema wakeproof-eval/1', async () => {
    const line = { audio_filepath: 'tones.wav', duration: 1 };
    const positives = await folder.addManifest('p.jsonl', [
      { ...line, offset: 1, label: 'low' },
      { ...line, offset: 3, label: 'low' },
      { ...line, offset: 3, label: 'high' },
    ]);
    const negatives = await folder.addManifest('n.jsonl', [{ ...line, offset: 1, label: 'speech' }]);
    const printed = await run(
      '--words',
      'low,high',
      '--positives',
      positives,
      '--negatives',
      negatives,
      '--json',
    );
    const lines = printed.trim().split('\n');
    const report = JSON.parse(lines.at(-1) as string);
    expect(report).toMatchObject({
      schema: 'wakeproof-eval/1',
      operatingPoint: { name: 'default', thresholds: { low: 0, high: 0 } },
      positives: [
        { manifest: positives, word: 'low', condition: 'clean', clips: 2, misses: 1, missRate: 0.5 },
        { manifest: positives, word: 'high', condition: 'clean', clips: 1, misses: 0, missRate: 0 },
      ],
      negatives: [{ manifest: negatives, hours: 5 / 3600, falseWakes: { low: 1, high: 1 } }],
      total: { hours: 5 / 3600, falseWakes: { low: 1, high: 1 }, perHour: { low: { rate: 720 } } },
    });
    expect(report.positives[0].interval).toHaveLength(2);
    expect(report.total.perHour.low.interval).toHaveLength(2);
    expect(report.cpuMsPerAudioSec).toBeGreaterThan(0);
  });

  it('takes thresholds, noise and SNRs, negative ones too', async () => {
    const line = { audio_filepath: 'tones.wav', offset: 1, duration: 1 };
    const positives = await folder.addManifest('p.jsonl', [{ ...line, label: 'low' }]);
    const noise = await folder.addManifest('n.jsonl', [{ ...line, offset: 3 }]);
    const flags = [
      '--words',
      'low',
      '--positives',
      positives,
      '--noise',
      noise,
      '--snr',
      '10,-5',
      '--threshold',
      'low=-7',
    ];
    const report = JSON.parse(await run(...flags, '--json'));
    expect(report.operatingPoint).toEqual({ name: 'custom', thresholds: { low: -7 } });
    expect(report.positives.map((entry: { condition: string }) => entry.condition)).toEqual([
      'clean',
      'snr 10',
      'snr -5',
    ]);
    expect(report.total).toEqual({ hours: 0, falseWakes: { low: 0 }, perHour: { low: null } });
    expect(await run(...flags)).toContain('snr -5 dB');
  });

  it('hears rooms, distance, telephone and playback, each a condition of the report', async () => {
    const line = { audio_filepath: 'tones.wav', offset: 1, duration: 1 };
    const positives = await folder.addManifest('p.jsonl', [{ ...line, label: 'low' }]);
    const playback = await folder.addManifest('m.jsonl', [{ ...line, offset: 3 }]);
    // A room that is one impulse: the first sample of the tone that is not zero.
    const rooms = await folder.addManifest('r.jsonl', [
      { ...line, offset: 1 + 1 / RATE, duration: 1 / RATE, label: 'empty room' },
    ]);
    const flags = ['--words', 'low', '--positives', positives];
    flags.push('--playback', playback, '--playback-ratio', '20', '--rooms', rooms);
    flags.push('--level', '-30,-12', '--codec', 'mulaw');
    const report = JSON.parse(await run(...flags, '--json'));
    const effects = ['playback 20', 'level -12', 'level -30', 'codec mulaw'];
    const conditions = ['clean', ...effects, 'room', ...effects.map((effect) => `room ${effect}`)];
    expect(report.byCondition.map(({ condition }: { condition: string }) => condition)).toEqual(conditions);
    expect(report.positives.map(({ condition }: { condition: string }) => condition)).toEqual(conditions);
    expect(report.byRoom).toHaveLength(5);
    expect(report.byRoom[0]).toMatchObject({ room: 'empty room', condition: 'room', clips: 1, misses: 0 });
    expect(report.peakRssBytes).toBeGreaterThan(20e6);
    expect(report.peakRssBytes).toBeLessThan(4e9);
    const text = await run(...flags);
    expect(text).toContain('room, telephone (µ-law)');
    expect(text).toMatch(/empty room │ 0 of 1 │/);
  });

  it('refuses as a result what was measured where the operating point was chosen', async () => {
    const line = { audio_filepath: 'tones.wav', duration: 1 };
    const negatives = await folder.addManifest('n.jsonl', [{ ...line, label: 'speech' }]);
    const noise = await folder.addManifest('noise.jsonl', [{ ...line, offset: 3 }]);
    const positives = await folder.addManifest('p.jsonl', [{ ...line, offset: 1, label: 'low' }]);
    const own = join(folder.path, 'model');
    await cp(dirname(model), own, { recursive: true });
    const manifest = JSON.parse(await readFile(join(own, 'manifest.json'), 'utf8'));
    const { sha256 } = await readManifest(noise);
    manifest.chosenOn = [{ manifest: 'noise.jsonl', sha256 }];
    await writeFile(join(own, 'manifest.json'), JSON.stringify(manifest));

    const evaluate = (...flags: string[]) =>
      runCommand(evalCommand(), ['--jobs', '1', '--model', own, '--words', 'low', '--json', ...flags]);
    const elsewhere = JSON.parse(await evaluate('--negatives', negatives));
    expect(elsewhere.chosenOn).toEqual([]);
    const there = ['--positives', positives, '--noise', noise, '--snr', '10'];
    expect(JSON.parse(await evaluate(...there)).chosenOn).toEqual([noise]);
    const report = join(folder.path, 'report');
    await expect(evaluate(...there, '--report', report)).rejects.toThrow(CorpusError);
    // With a threshold of one's own for every word, the manifest's choice has no part in it.
    expect(JSON.parse(await evaluate(...there, '--threshold', 'low=1')).chosenOn).toEqual([]);
  });

  it.each([
    [['--json'], /eval: expected --positives or --negatives; got neither/],
    [['--positives', 'p', '--jobs', '0'], /jobs: expected at least 1; got 0/],
    [['--positives', 'p', '--snr', '5'], /noise: expected noise manifests and SNRs, or neither/],
    [['--positives', 'p', '--playback-ratio', '5'], /playback: expected playback manifests and ratios/],
    [['--positives', 'p', '--shard', '1/2'], /shard: expected --partial/],
  ])('refuses %j', async (flags, message) => {
    const error = await run(...flags).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(message);
  });

  it.each([
    [['--snr', 'loud']],
    [['--seed', '1.5']],
    [['--threshold', 'low']],
    [['--shard', '1-2']],
    [['--codec', 'opus']],
    [['--level', 'far']],
  ])('refuses %j as bad usage', async (flags) => {
    await expect(run('--positives', 'p', ...flags)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });
});
