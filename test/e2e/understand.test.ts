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

describe('wakeproof understand, given a bad grammar or odd names', () => {
  const yaml = (body: string) =>
    saved(
      `bad-${body.length}.yaml`,
      `context:\n  expressions:\n    phone:\n${body}\n  slots:\n    contact: []\n`,
    );
  test.each([
    ['an unknown slot', '      - "call $name:name"', 'line 4, column 15', 'a slot of the grammar (contact)'],
    ['an unclosed bracket', '      - "[call, ring $contact"', 'line 4, column 10', 'to be closed by "]"'],
    ['no expressions', '      []', 'line 3, column 5', 'at least one expression of "phone"'],
    [
      'macros in a circle',
      '      - call @a\n  macros:\n    a: ["the @b"]\n    b: ["a @a"]',
      'line 7, column 12',
      '"@a" within itself',
    ],
    ['a word of no letters', '      - call --', 'line 4, column 14', 'at least one letter'],
    ['another script', '      - вызови $contact', 'line 4, column 9', 'Latin letters'],
  ])('refuses %s: says where, exit code 3', (_, body, place, text) => {
    const run = runCli(['understand', recording, ...flags, '--grammar', yaml(body), '--json']);
    expect(run.stderr).toContain(`Grammar, ${place}`);
    expect(run.stderr).toContain(text);
    expect(run.stderr).not.toContain('    at ');
    expect([run.code, run.stdout]).toEqual([3, '']);
  });

  test.each([
    ['in another script', 'Bob\nАнна\n', '"Анна"', 'pronunciations'],
    ['of no letters', 'Bob\n???\n', '"???"', 'at least one letter'],
  ])('refuses a name %s: says which, and what to do, exit code 3', (_, content, name, text) => {
    const list = saved('odd.txt', content);
    const run = runCli(['understand', recording, ...flags, '--slot', `contact=${list}`, '--json']);
    expect(run.stderr).toContain(name);
    expect(run.stderr).toContain(text);
    expect(run.stderr).toContain('"contact"');
    expect([run.code, run.stdout]).toEqual([3, '']);
  });

  test('hears a name in another script as it is told to be said', () => {
    const list = saved('anna.txt', 'Anna\nАнна\n');
    const named = [...flags, '--slot', `contact=${list}`, '--json'];
    const { code, stdout } = runCli(['understand', recording, ...named, '--pronunciation', 'Анна=B AA B']);
    expect(code).toBe(0);
    expect(lines(stdout).at(-1)).toMatchObject({ intent: 'phone', slots: { contact: { value: 'Анна' } } });
    const wrong = runCli(['understand', recording, ...named, '--pronunciation', 'Анна=B OO B']);
    expect(wrong.stderr).toContain('"OO" in "B OO B"');
    expect(wrong.code).toBe(3);
    expect(runCli(['understand', recording, ...named, '--pronunciation', 'Анна']).code).toBe(2);
  });

  test('takes names with accents and 10,000 contacts, and hears the one that was said', () => {
    const accented = ['Łukasz', 'Zoë', 'José', 'Bob'];
    const made = Array.from(
      { length: 10_000 },
      (_, n) => `${['Ni', 'Lo', 'Ke', 'Mu'][n % 4]}${letters(n)}son`,
    );
    const list = saved('many.txt', `\ufeff${[...accented, ...made].join('\r\n')}\r\n`);
    expect(new Set(made).size).toBe(10_000);
    const { code, stdout } = runCli([
      'understand',
      recording,
      ...flags,
      '--slot',
      `contact=${list}`,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(lines(stdout).at(-1)).toMatchObject({ intent: 'phone', slots: { contact: { value: 'Bob' } } });
  }, 60_000);

  /** A number by letters that can be said. */
  function letters(n: number): string {
    return [...String(n).padStart(4, '0')]
      .map(
        (digit, i) =>
          (i % 2 ? 'aeiouyaeio' : 'bdfgklmnrt')[Number(digit)] + (i % 2 && digit > '5' ? 'l' : ''),
      )
      .join('');
  }
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
      // Bob is clearly heard both times; once Anna was asked for.
      slots: { for: { right: 1, wrong: 1 }, against: { right: 0, wrong: 0 } },
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

  test('hears what is said at another level, and not in noise besides', () => {
    const faint = ['eval-intent', ...flags, '--manifest', manifest, '--json', '--level', '-45'];
    const { code, stdout } = runCli(faint);
    expect(code).toBe(0);
    expect(lines(stdout)[3]).toMatchObject({ utterances: 3, intentRight: 2, allRight: 1, rejected: 1 });
    const both = runCli([...faint, '--noise', manifest, '--snr', '9']);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('expected a level or noise; got both');
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

  test('refuses a level or noise for talk, which is heard as it is', () => {
    for (const condition of [
      ['--level', '-45'],
      ['--noise', manifest, '--snr', '9'],
    ]) {
      const run = runCli(['eval-intent', ...flags, '--negatives', manifest, ...condition]);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain('only --negatives, which are heard as they are');
    }
  });

  test('refuses noise without a ratio, and a corpus without intents', () => {
    const without = runCli(['eval-intent', ...flags, '--manifest', manifest, '--snr', '9']);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain(
      'expected noise manifests and SNRs, or neither; got 0 manifests and 1 SNRs',
    );
    const wordsOnly = saved(
      'words.jsonl',
      JSON.stringify({ audio_filepath: 'corpus.wav', offset: 0, duration: 1, text: 'call bob' }),
    );
    const run = runCli(['eval-intent', ...flags, '--manifest', wordsOnly]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('line 1');
  });
});
