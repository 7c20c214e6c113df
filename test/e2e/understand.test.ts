import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { silence, toneSpeech } from '../support/tone-speech.js';
import { wavFile } from '../support/wav-file.js';

const model = new URL('../fixtures/tone-phones', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'wakeproof-understand-'));
afterAll(() => rmSync(folder, { recursive: true }));

function saved(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const wav = (name: string, said: string) => {
  const samples = Array.from(toneSpeech(said), (x) => Math.round(x * 32767));
  return saved(name, wavFile({ sampleRateHz: 16000, bits: 16, channels: [samples] }));
};

const grammar = saved(
  'grammar.yaml',
  `context:
  expressions:
    phone:
      - "call $contact:contact"
    agree:
      - "yes"
  slots:
    contact: []
`,
);
const names = saved('names.txt', 'Anna\nBob\n\n');
// "yes" from 0.99 s on, then what is nothing of the grammar, and "call Bob" from 4.59 s on.
const spoken = `${silence(990)} Y EH S ${silence(1530)} M IY N AE S AA ${silence(1530)} K AO L B AA B ${silence(1530)}`;
const recording = wav('spoken.wav', spoken);
const flags = ['--grammar', grammar, '--slot', `contact=${names}`, '--model', model];

const lines = (stdout: string) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('wakeproof understand', () => {
  test('--json: one object an utterance', () => {
    const { code, stdout } = runCli(['understand', recording, ...flags, '--json']);
    expect(code).toBe(0);
    const [yes, none, call, ...others] = lines(stdout);
    expect(others).toEqual([]);
    expect(Object.keys(call)).toEqual([
      'type',
      'intent',
      'slots',
      'llr',
      'probability',
      'inDomain',
      'startMs',
      'endMs',
    ]);
    expect(call).toMatchObject({ type: 'intent', intent: 'phone', probability: null, inDomain: null });
    expect(call.slots.contact.value).toBe('Bob');
    expect(Object.keys(call.slots.contact)).toEqual(['value', 'llr', 'startMs', 'endMs']);
    expect(yes).toMatchObject({ intent: 'agree', slots: {} });
    expect(Math.abs(yes.startMs - 990)).toBeLessThanOrEqual(40);
    expect(none).toMatchObject({ intent: null, slots: {} });
  });

  test('for people: a line an utterance, and that nothing is calibrated', () => {
    const { code, stdout } = runCli(['understand', recording, ...flags]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/0:04\.\d\d – 0:05\.\d\d {3}phone {2}contact: Bob {2}evidence \d+\.\d nats/);
    expect(stdout).toContain('nothing of the grammar');
    expect(stdout).toContain('3 utterances in spoken.wav.');
    expect(stdout).toContain('no calibration');
  });

  test.each([
    ['no grammar', [], 2, '--grammar'],
    ['a grammar that is not there', ['--grammar', 'none.yaml'], 2, 'readable file'],
    ['a slot that the grammar lacks', [...flags, '--slot', `room=${names}`], 3, 'room'],
    ['no values of an open slot', ['--grammar', grammar, '--model', model], 3, 'contact'],
    [
      'an empty list of values',
      [...flags, '--slot', `contact=${saved('empty.txt', '\n\n')}`],
      2,
      'one a line',
    ],
    ['a slot without a file', [...flags, '--slot', 'contact'], 2, 'contact=names.txt'],
    [
      'a wake model',
      ['--grammar', grammar, '--slot', `contact=${names}`, '--model', 'models/wake'],
      3,
      'acoustic',
    ],
  ])('refuses %s', (_, given, code, text) => {
    const run = runCli(['understand', recording, ...given, '--json']);
    expect(run.stderr).toContain(text);
    expect(run.code).toBe(code);
    expect(run.stdout).toBe('');
  });
});

describe('wakeproof eval-intent', () => {
  const seconds = (text: string) => (text.split(' ').length * 90) / 1000;
  const command = (said: string, text: unknown, start: number) => ({
    audio_filepath: 'corpus.wav',
    offset: start,
    duration: seconds(said),
    label: 'command',
    text,
  });
  const call = `${silence(450)} K AO L B AA B ${silence(450)}`;
  const noise = `${silence(450)} M IY N AE S AA ${silence(450)}`;
  wav('corpus.wav', `${call} ${noise} ${call}`);
  const asked = (name: string) => ({ intent: 'phone', slots: { contact: name } });
  const manifest = saved(
    'corpus.jsonl',
    [
      command(call, asked(' bob '), 0),
      command(noise, asked('Anna'), seconds(call)),
      command(call, asked('Anna'), seconds(call) + seconds(noise)),
    ]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  );

  test('counts, with an interval', () => {
    const { code, stdout } = runCli(['eval-intent', ...flags, '--manifest', manifest, '--json']);
    expect(code).toBe(0);
    const told = lines(stdout);
    expect(told.slice(0, 3).map((trial) => [trial.isIntentRight, trial.isAllRight])).toEqual([
      [true, true],
      [false, false],
      [true, false],
    ]);
    expect(told[3]).toMatchObject({
      schema: 'wakeproof-intent-eval/1',
      utterances: 3,
      intentRight: 2,
      allRight: 1,
      rejected: 1,
    });
    // Wilson's interval of 1 in 3.
    expect(told[3].interval[0]).toBeCloseTo(0.0615, 4);
    expect(told[3].interval[1]).toBeCloseTo(0.7923, 4);
    expect(told[3].cpuMsPerAudioSec).toBeGreaterThan(0);
  });

  test('adds noise, the same for the same seed', () => {
    const tones = saved(
      'noise.jsonl',
      JSON.stringify({ audio_filepath: 'corpus.wav', offset: 0, duration: seconds(call) }),
    );
    const noisy = (...more: string[]) => {
      const { stdout } = runCli(['eval-intent', ...flags, '--manifest', manifest, '--json', ...more]);
      return lines(stdout)
        .slice(0, 3)
        .map((trial) => trial.llr);
    };
    const first = noisy('--noise', tones, '--snr', '9');
    expect(first).toEqual(noisy('--noise', tones, '--snr', '9'));
    expect(first).not.toEqual(noisy());
  });

  test('counts what it takes for a command in talk, by the hour and by intent', () => {
    const { code, stdout } = runCli(['eval-intent', ...flags, '--negatives', manifest, '--json']);
    expect(code).toBe(0);
    const [counted, ...more] = lines(stdout);
    expect(more).toEqual([]);
    // The recording holds two calls; taken for talk, both are false. It is heard once, whatever the lines of its manifest.
    const hours = (2 * seconds(call) + seconds(noise)) / 3600;
    expect(counted).toMatchObject({ schema: 'wakeproof-false-intents/1', accepted: 2 });
    expect(counted.hours).toBeCloseTo(hours, 4);
    expect(counted.byIntent.phone.perHour).toBeCloseTo(2 / hours, 0);
    // Garwood's interval of 2.
    expect(counted.interval[0] * hours).toBeCloseTo(0.2422, 2);
    expect(counted.interval[1] * hours).toBeCloseTo(7.2247, 2);
  });

  test('refuses to measure nothing', () => {
    expect(runCli(['eval-intent', ...flags]).code).toBe(2);
  });

  test('refuses noise without a ratio, and a corpus without intents', () => {
    const without = runCli(['eval-intent', ...flags, '--manifest', manifest, '--snr', '9']);
    expect(without.code).toBe(2);
    const wordsOnly = saved(
      'words.jsonl',
      JSON.stringify({ audio_filepath: 'corpus.wav', offset: 0, duration: 1, text: 'call bob' }),
    );
    const run = runCli(['eval-intent', ...flags, '--manifest', wordsOnly]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('line 1');
  });
});
