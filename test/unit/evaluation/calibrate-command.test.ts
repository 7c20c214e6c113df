import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Calibration, seededRandom } from '../../../src/calibration/index.js';
import { calibrateCommand } from '../../../src/cli/calibrate.js';
import { WakeEngine } from '../../../src/detector/index.js';
import { ConfigError, CorpusError } from '../../../src/errors.js';
import { runCommand } from '../../support/run-command.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';

// The model of test/fixtures/tone-model hears tones of 600 Hz and 3 kHz as its words.
const bundled = new URL('../../fixtures/tone-model/', import.meta.url).pathname;
const rateHz = 16000;
const nClips = 24;

let folder: CorpusFolder;
let positives: string;
let negatives: string;
let noise: string;

/** Hiss at −50 dBFS, and a tone of a given amplitude in the middle of each second. */
function hissWithTones(amplitudes: readonly number[], seed: number, toneHz = 600): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: amplitudes.length * rateHz }, (_, i) => {
    const amplitude = amplitudes[Math.floor(i / rateHz)] as number;
    const inSecond = (i % rateHz) / rateHz;
    const tone =
      inSecond > 0.3 && inSecond < 0.7 ? amplitude * Math.sin((2 * Math.PI * toneHz * i) / rateHz) : 0;
    return tone + 0.01 * (random() - 0.5);
  });
}

async function addRecording(name: string, samples: Float32Array): Promise<void> {
  const values = Array.from(samples, (x) => Math.round(x * 32767));
  await writeFile(join(folder.path, name), wavFile({ sampleRateHz: rateHz, bits: 16, channels: [values] }));
}

beforeEach(async () => {
  folder = await CorpusFolder.create();
  const random = seededRandom(1);
  await addRecording(
    'word.wav',
    hissWithTones(
      Array.from({ length: nClips }, () => 0.02 + 0.1 * random()),
      2,
    ),
  );
  // Talk without the word is as loud, but its tones lie beside the word's.
  const talkAmplitudes = Array.from({ length: 80 }, () => 0.02 + 0.1 * random());
  await addRecording('talk.wav', hissWithTones(talkAmplitudes, 3, 800));
  const clips = Array.from({ length: nClips }, (_, i) => ({
    audio_filepath: 'word.wav',
    offset: i,
    duration: 1,
    label: 'low',
    speaker: `speaker ${i % 12}`,
  }));
  positives = await folder.addManifest('positives.jsonl', clips);
  const talk = Array.from({ length: 20 }, (_, i) => ({
    audio_filepath: 'talk.wav',
    offset: 4 * i,
    duration: 4,
    speaker: `talker ${i}`,
  }));
  negatives = await folder.addManifest('negatives.jsonl', talk);
  noise = await folder.addManifest('noise.jsonl', [{ audio_filepath: 'talk.wav', duration: 0.3 }]);
});
afterEach(() => folder.remove());

const run = (...flags: string[]) =>
  runCommand(calibrateCommand(), ['--model', bundled, '--draws', '20', ...flags]);

describe('wakeproof calibrate', () => {
  it('writes a calibration that the engine speaks by, the same each time', async () => {
    const out = join(folder.path, 'calibration.json');
    const corpora = ['--positives', positives, '--negatives', negatives];
    const printed = await run(...corpora, '--noise', noise, '--snr', 'clean,10', '--out', out);
    const text = await readFile(out, 'utf8');
    const calibration = Calibration.parse(JSON.parse(text));
    expect(calibration.json).toMatchObject({
      model: { name: 'tone-model' },
      conditions: ['clean', 'snr 10'],
      corpora: [
        { manifest: 'positives.jsonl' },
        { manifest: 'negatives.jsonl' },
        { manifest: 'noise.jsonl' },
      ],
      words: [{ word: 'low', nTargets: nClips, nNonTargets: 39 }],
    });
    expect(printed).toContain(`calibration ${calibration.id} of model tone-model, clean, snr 10, seed 0`);
    expect(printed).toMatch(/low: LLR = .*·score/);
    expect(printed).toMatch(/ all +│ .* │ +– │/);

    await run(...corpora, '--noise', noise, '--snr', '10', '--out', out);
    expect(await readFile(out, 'utf8')).toBe(text);

    const engine = await WakeEngine.create({ model: bundled, sampleRateHz: rateHz, calibration, prior: 0.1 });
    const events = [...(await engine.push(hissWithTones([0, 0.12, 0], 4))), ...(await engine.flush())];
    await engine.dispose();
    const wake = events.find((event) => event.type === 'wake');
    expect(wake).toMatchObject({ word: 'low', inDomain: true, calibrationId: calibration.id });
    expect(wake?.llr).toBeGreaterThan(0);
    expect(wake?.probability).toBeGreaterThan(0.1);
  });

  it('puts the calibration into the manifest and leaves the rest of it', async () => {
    const model = join(folder.path, 'model');
    await cp(bundled, model, { recursive: true });
    const before = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8'));
    const flags = ['--positives', positives, '--negatives', negatives, '--model', model];
    const report = JSON.parse(await run(...flags, '--write-manifest', '--json', '--coverage', '5'));
    const after = JSON.parse(await readFile(join(model, 'manifest.json'), 'utf8'));
    expect(after).toEqual({ ...before, calibration: after.calibration });
    expect(report).toMatchObject({
      schema: 'wakeproof-calibration-report/1',
      calibrationId: after.calibration.id,
      words: { low: { stakes: [{ name: 'light' }, { name: 'call' }, { name: 'send' }] } },
    });
    // 24 clips and 39 whole stretches of talk: each is graded or said to be out of domain.
    const { nTargets, nNonTargets, nOutOfDomain } = report.words.low;
    expect(nTargets + nNonTargets + nOutOfDomain).toBe(nClips + 39);
    // One word: all words together are that word.
    expect(report.all).toEqual(report.words.low);
    expect(report.coverage.low.nResamples).toBe(5);
    expect(after.calibration.heldOut.cllr).toBeCloseTo(report.all.cllr.value, 8);
    expect(after.calibration.heldOut.coverage).toBeCloseTo(report.coverage.low.share, 8);
    const engine = await WakeEngine.create({ model, sampleRateHz: rateHz });
    expect(engine.calibration?.id).toBe(report.calibrationId);
    await engine.dispose();
  });

  it('refuses to run for nothing, and positives that are none', async () => {
    const corpora = ['--positives', positives, '--negatives', negatives];
    await expect(run(...corpora)).rejects.toThrow(ConfigError);
    await expect(run(...corpora, '--out', 'x', '--draws', '1')).rejects.toThrow(/draws/);
    await expect(run(...corpora, '--out', 'x', '--snr', '10')).rejects.toThrow(
      /noise: expected noise manifests and SNRs, or neither/,
    );
    await expect(run('--positives', negatives, '--negatives', positives, '--out', 'x')).rejects.toThrow(
      CorpusError,
    );
  });
});
