import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { toneCalibration } from '../support/tone-calibration.js';
import { tones } from '../support/tones.js';
import { type WavFileOptions, wavFile } from '../support/wav-file.js';

const model = new URL('../fixtures/tone-model', import.meta.url).pathname;
const kitchen = new URL('../fixtures/kitchen.wav', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wakeproof-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

// One character is 100 ms: a tone of the word `low`, later one of `high`.
const timeline = '.....LL..............HH.....';
const samples = tones(timeline);
const scaled = (audio: Float32Array, fullScale: number) =>
  Array.from(audio, (v) => Math.round(v * fullScale));
const pcm16 = scaled(samples, 32768);

function saved(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const wav = (name: string, options: Partial<WavFileOptions> = {}) =>
  saved(name, wavFile({ sampleRateHz: 16000, bits: 16, channels: [pcm16], ...options }));
const plain = wav('tones.wav');

const detect = (file: string, ...flags: string[]) => runCli(['detect', file, '--model', model, ...flags]);
const words = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).word);

describe('wakeproof detect', () => {
  test('for people: one aligned line a wake, and that scores are not calibrated', () => {
    const { code, stdout, stderr } = detect(plain);
    // The form is what is held here, so every digit stands as 0.
    expect(stdout.replace(/\d/g, '0')).toBe(
      [
        '     start        end   word   confidence',
        '   0:00.00    0:00.00   low    not calibrated: score 0.00, threshold 0.00',
        '   0:00.00    0:00.00   high   not calibrated: score 0.00, threshold 0.00',
        '',
        '0 wake words found in 0.00 s of tones.wav; listened for low, high, count.',
        'No calibration is loaded: a score tells how far the model is above its threshold, not how likely the word is.',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('--json: one object a line, with the promised fields first', () => {
    const { code, stdout } = detect(plain, '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type, word }) => `${type} ${word}`)).toEqual(['wake low', 'wake high']);
    expect(Object.keys(events[0]).slice(0, 9)).toEqual(
      ['type', 'word', 'startMs', 'endMs', 'score', 'llr', 'probability', 'interval', 'inDomain'], //
    );
    expect(events[0]).toMatchObject({ llr: null, probability: null, interval: null, inDomain: null });
    expect(code).toBe(0);
  });

  test('says plainly that nothing was found', () => {
    const silence = wav('silence.wav', { channels: [Array(48000).fill(0)] });
    expect(detect(silence).stdout).toBe(
      'No wake word found in 3.00 s of silence.wav; listened for low, high, count.\n',
    );
    expect(detect(silence, '--json')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('with a calibration, confidence comes in words, in percent and with its interval', () => {
    const calibration = saved('calibration.json', Buffer.from(JSON.stringify(toneCalibration())));
    const flags = ['--calibration', calibration, '--words', 'low'];
    const likely = detect(plain, ...flags, '--prior', '0.5').stdout;
    expect(likely).toMatch(/ low {3}likely, 74 % \(7\d–7\d %\) {2}evidence \+1\.1 nats\n/);
    expect(likely).toContain(
      'Confidence takes 50 % of all 2 s stretches of talk to hold the word; --prior sets your own.',
    );
    expect(likely).not.toContain('No calibration');
    expect(detect(plain, ...flags).stdout).toMatch(/ low {3}unlikely, 0\.8 % /); // prior 1/360
    const event = JSON.parse(detect(plain, ...flags, '--json').stdout);
    expect(event).toMatchObject({ word: 'low', inDomain: true, calibrationId: toneCalibration().id });
    expect(event.interval[0]).toBeLessThan(event.llr);
    expect(event.interval[1]).toBeGreaterThan(event.llr);
  });

  test('flags choose words and thresholds', () => {
    expect(words(detect(plain, '--json', '--words', 'high').stdout)).toEqual(['high']);
    expect(words(detect(plain, '--json', '--threshold', 'low=1000', '--threshold', 'high=0').stdout)).toEqual(
      ['high'],
    );
    expect(words(detect(plain, '--json', '--operating-point', 'strict').stdout)).toEqual([]);
  });

  test.each<[string, Partial<WavFileOptions>]>([
    ['24-bit', { bits: 24, channels: [scaled(samples, 8388608)] }],
    ['24-bit, extensible header', { bits: 24, channels: [scaled(samples, 8388608)], extensible: true }],
    ['float', { bits: 32, float: true, channels: [[...samples]] }],
    ['stereo', { channels: [pcm16, pcm16] }],
    ['48 kHz', { sampleRateHz: 48000, channels: [scaled(tones(timeline, { sampleRateHz: 48000 }), 32768)] }],
    ['8 kHz', { sampleRateHz: 8000, channels: [scaled(tones(timeline, { sampleRateHz: 8000 }), 32768)] }],
  ])('a WAV of %s says the same', (name, options) => {
    const { stdout, code } = detect(wav(`${name}.wav`, options), '--json');
    expect(words(stdout)).toEqual(['low', 'high']);
    expect(code).toBe(0);
  });

  test('WAV and raw PCM come on stdin as well', () => {
    const fromStdin = (bytes: Uint8Array, ...flags: string[]) =>
      runCli(['detect', '-', '--model', model, '--json', ...flags], bytes);
    const expected = detect(plain, '--json').stdout;
    expect(fromStdin(readFileSync(plain)).stdout).toBe(expected);
    expect(fromStdin(readFileSync(plain).subarray(44), '--rate', '16000').stdout).toBe(expected);
  });

  test.each([
    ['one sample', 1, '0.00 s'],
    ['10 ms', 160, '0.01 s'],
  ])('a file of %s is heard, and holds nothing', (name, length, seconds) => {
    const { stdout, code } = detect(wav(`${name}.wav`, { channels: [pcm16.slice(0, length)] }));
    expect(stdout).toContain(`No wake word found in ${seconds} of ${name}.wav`);
    expect(code).toBe(0);
  });

  test('a truncated WAV is heard as far as it goes, with a note', () => {
    const { stdout, stderr, code } = detect(
      saved('cut.wav', readFileSync(plain).subarray(0, 44 + 32001)),
      '--json',
    );
    expect(words(stdout)).toEqual(['low']);
    expect(stderr).toBe('note: cut.wav is cut off: its header declares 2.80 s, it holds 1.00 s.\n');
    expect(code).toBe(0);
  });
});

describe('refusals name what is wrong and end with their exit code', () => {
  const poisoned = [...samples];
  poisoned[100] = Number.NaN;
  const altered = (name: string, change: (folder: string) => void) => {
    const copy = join(folder, name);
    cpSync(model, copy, { recursive: true });
    change(copy);
    return copy;
  };
  const emptyModel = altered('empty-model', (path) => writeFileSync(join(path, 'model.onnx'), ''));
  const tampered = altered('tampered-model', (path) => {
    const bytes = readFileSync(join(path, 'model.onnx'));
    bytes.writeUInt8(bytes.readUInt8(300) ^ 1, 300);
    writeFileSync(join(path, 'model.onnx'), bytes);
  });
  const otherRecipe = altered('other-recipe', (path) => {
    const manifest = readFileSync(join(path, 'manifest.json'), 'utf8').replace('"kaldi"', '"htk"');
    writeFileSync(join(path, 'manifest.json'), manifest);
  });

  test.each<[string, string[], number, string]>([
    [
      'an empty file',
      ['detect', saved('empty.wav', new Uint8Array())],
      3,
      'empty.wav: expected audio; got 0 bytes',
    ],
    [
      'NaN',
      ['detect', wav('nan.wav', { bits: 32, float: true, channels: [poisoned] })],
      3,
      'nan.wav: expected finite samples',
    ],
    ['a directory', ['detect', folder], 3, 'expected an audio file; got a directory'],
    [
      'a missing file',
      ['detect', join(folder, 'none.wav')],
      3,
      'none.wav: expected an audio file that can be read',
    ],
    [
      'a file that is no audio',
      ['detect', saved('a.wav', Buffer.from('no audio'))],
      3,
      'begin like none of these',
    ],
    [
      'a rate against the header',
      ['detect', plain, '--rate', '8000'],
      3,
      'its header, 16000 Hz; got a declared rate of 8000',
    ],
    [
      'a rate not converted',
      ['detect', wav('11.wav', { sampleRateHz: 11025 })],
      3,
      'expected a sample rate of 8000, 16000',
    ],
    [
      'a model of 0 bytes',
      ['detect', plain, '--model', emptyModel],
      3,
      'expected an ONNX model in model.onnx; got 0 bytes',
    ],
    ['a tampered model', ['detect', plain, '--model', tampered], 3, 'with SHA-256'],
    ['another recipe', ['detect', plain, '--model', otherRecipe], 3, 'frontend.recipe'],
    [
      'an unknown word',
      ['detect', plain, '--words', 'alexa'],
      2,
      'words of this model: low, high, count; got alexa',
    ],
    ['an unknown flag', ['detect', plain, '--frobnicate'], 2, "unknown option '--frobnicate'"],
    ['a prior of 2', ['detect', plain, '--prior', '2'], 2, 'prior: expected a probability'],
    ['no file', ['detect'], 2, "missing required argument 'file'"],
    ['no command', ['frobnicate'], 2, "unknown command 'frobnicate'"],
  ])('%s', (_, args, code, message) => {
    const withModel = args.includes('--model') || args[0] !== 'detect' ? args : [...args, '--model', model];
    const run = runCli(withModel);
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain('    at '); // no stack
    expect(run.stdout).toBe('');
    expect(run.code).toBe(code);
  });

  test('raw PCM on stdin without a rate', () => {
    const run = runCli(['detect', '-', '--model', model], new Uint8Array(3200));
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('rate: expected the sample rate of the raw PCM on stdin');
  });
});

describe('wakeproof listen', () => {
  test('prints wakes and speech as they come', () => {
    const bytes = readFileSync(plain).subarray(44);
    const { code, stdout, stderr } = runCli(
      ['listen', '-', '--model', model, '--rate', '16000', '--json'],
      bytes,
    );
    expect(words(stdout)).toEqual(['low', 'high']);
    expect(stderr).toContain('Listening for low, high, count at 16000 Hz.');
    expect(code).toBe(0);
  });
});

describe('wakeproof features', () => {
  test('writes a matrix that NumPy reads, and the same as JSON', () => {
    const out = join(folder, 'x.npy');
    const { code, stderr } = runCli(['features', plain, '--out', out, '--mels', '20', '--mfcc', '13']);
    expect(stderr).toContain('278 frames × 13 cepstra'); // 2.8 s: ⌊(44800 − 400) / 160⌋ + 1
    expect(code).toBe(0);
    const file = readFileSync(out);
    const headBytes = 10 + file.readUInt16LE(8);
    expect(file.subarray(0, 8)).toEqual(Buffer.from('\x93NUMPY\x01\x00', 'latin1'));
    expect(headBytes % 64).toBe(0);
    expect(file.toString('latin1', 10, headBytes)).toContain(
      "'descr': '<f4', 'fortran_order': False, 'shape': (278, 13)",
    );
    const { shape, features } = JSON.parse(
      runCli(['features', plain, '--out', '-', '--mels', '20', '--mfcc', '13']).stdout,
    );
    expect(shape).toEqual([278, 13]);
    expect(features[277][12]).toBe(file.readFloatLE(headBytes + 4 * (278 * 13 - 1)));
  });

  test('takes a model’s recipe, and refuses a form it cannot write', () => {
    const { stdout } = runCli(['features', plain, '--out', '-', '--model', model]);
    expect(JSON.parse(stdout)).toMatchObject({ shape: [278, 20], recipe: { nMels: 20, nMfcc: 0 } });
    expect(runCli(['features', plain, '--out', 'x.csv'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('wakeproof inspect', () => {
  test('shows what a model is', () => {
    const { stdout, code } = runCli(['inspect', model]);
    expect(stdout).toContain('model        tone-model 1.0.0');
    expect(stdout).toContain('kaldi: 20 log-mel bands, 20–7600 Hz, 25 ms every 10 ms');
    expect(stdout).toContain('calibration  none: scores are not probabilities');
    expect(code).toBe(0);
  });

  test('--json prints the checked manifest', () => {
    const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'));
    expect(JSON.parse(runCli(['inspect', model, '--json']).stdout)).toEqual(manifest);
  });
});

describe('manners', () => {
  test('help documents the exit codes and ends well', () => {
    const { code, stdout } = runCli(['--help']);
    expect(code).toBe(0);
    for (const command of ['detect', 'listen', 'features', 'inspect', 'eval'])
      expect(stdout).toContain(`  ${command} [`);
    for (const line of ['0  done', '1  an error inside', '2  an option', '3  audio, a model'])
      expect(stdout).toContain(line);
  });

  test('colours only where they are asked for', () => {
    const controlSequence = '\u001b[';
    expect(detect(plain).stdout).not.toContain(controlSequence);
    expect(runCli(['detect', plain, '--model', model], undefined, { FORCE_COLOR: '1' }).stdout).toContain(
      controlSequence,
    );
  });

  test('a reader that closes the pipe is no error', () => {
    const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
    const script = `"${process.execPath}" "${main}" features "${plain}" --out - | head -c 10; echo " \${PIPESTATUS[0]}"`;
    expect(spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout).toBe('{"recipe": 0\n');
  });
});

test('the bundled model finds the word in the kitchen, and nothing else', () => {
  const truth = readFileSync(kitchen.replace('.wav', '.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { stdout } = runCli(['detect', kitchen, '--json']);
  const found = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  expect(found.map(({ word }) => word)).toEqual(truth.map(({ label }) => label));
  found.forEach(({ endMs }, i) => {
    const end = 1000 * (truth[i].offset + truth[i].duration);
    expect(Math.abs(endMs - end)).toBeLessThan(300); // the model tells where a word ends to about two outputs' smoothing
  });
});
