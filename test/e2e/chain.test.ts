import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledChain, parseChain } from '../../src/evaluation/index.js';
import { modelIdentity } from '../../src/model/index.js';
import { runCli } from '../support/run-cli.js';

const at = (path: string) => new URL(path, import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-chain-'));
});
afterAll(() => rm(folder, { recursive: true }));

const manifest = async (name: string, lines: readonly object[]) => {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
};

describe('wakeproof chain', () => {
  it('prints the figures of the bundled models, without data', async () => {
    const { stdout, code } = runCli(['chain', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.schema).toBe('wakeproof-chain/1');
    for (const rate of [report.naive, report.guard]) {
      expect(rate.upper.independent).toBeLessThanOrEqual(rate.upper.beta);
      expect(rate.upper.beta).toBeLessThanOrEqual(rate.upper.frechet);
      expect(rate.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
        'request',
        'slots',
        'confirmation',
      ]);
    }
    expect(report.ratio.beta).toBeCloseTo(report.guard.upper.beta / report.naive.upper.beta, 12);
  });

  it('ships counts of the models that it ships', async () => {
    const { models } = parseChain(await readFile(bundledChain, 'utf8'));
    for (const name of ['wake', 'acoustic'] as const) {
      const manifest = JSON.parse(await readFile(at(`../../models/${name}/manifest.json`), 'utf8'));
      expect(models[name]).toBe(name === 'wake' ? modelIdentity(manifest) : manifest.sha256);
    }
  });

  it('counts anew on a recording, and gives the same from the counts it wrote', async () => {
    const negatives = await manifest('talk.jsonl', [
      { audio_filepath: at('../fixtures/kitchen.wav'), offset: 0, duration: 1, label: 'speech' },
    ]);
    const out = join(folder, 'counts.json');
    const anew = runCli(['chain', '--negatives', negatives, '--corpus', 'kitchen', '--out', out]);
    expect(anew.code).toBe(0);
    expect(anew.stdout).toMatch(/naive dialog: at most [\d.e+]+ unintended sends per device-year, 95 %/);
    const { naive, guard } = parseChain(await readFile(out, 'utf8'));
    expect(naive.stages[0]?.trials).toBeGreaterThanOrEqual(1);
    expect(guard.stages[0]?.trials).toBe(naive.stages[0]?.trials);
    // The recording holds one "alexa".
    expect(naive.falseWakes).toBe(1);
    expect(runCli(['chain', '--counts', out]).stdout).toBe(anew.stdout);
  });

  it.each([
    ['counts of another form', '{"schema":"other"}', /wakeproof-chain-counts\/1/],
    ['no JSON', 'counts', /wakeproof-chain-counts\/1/],
  ])('refuses %s', async (name, text, expected) => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, text);
    const { code, stderr } = runCli(['chain', '--counts', path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(expected);
  });

  it('adds up the counts of parts, and refuses those of different models', async () => {
    const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')];
    const counts = parseChain(await readFile(bundledChain, 'utf8'));
    await writeFile(a, JSON.stringify(counts));
    const { naive, guard } = JSON.parse(runCli(['chain', '--counts', a, a, '--json']).stdout);
    expect(naive.counts.hours).toBeCloseTo(2 * counts.naive.hours, 9);
    expect(guard.stages[2].trials).toBe(2 * (counts.guard.stages[2]?.trials ?? 0));
    await writeFile(b, JSON.stringify({ ...counts, models: { ...counts.models, wake: 'other' } }));
    expect(runCli(['chain', '--counts', a, b])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/counts of the same models/),
    });
  });

  it('simulates talk of households, the same for the same seed, in parts that add up', async () => {
    const speech = await manifest(
      'speech.jsonl',
      ['a', 'b', 'c'].map((speaker) => ({
        audio_filepath: at('../../replays/portland/portland.flac'),
        offset: 0,
        duration: 25,
        label: 'speech',
        speaker,
      })),
    );
    const simulated = ['chain', '--simulate', '0.34', '--speech', speech, '--corpus', 'simulated', '--out'];
    const outs = ['whole', 'one', 'two'].map((name) => join(folder, `${name}.json`)) as [
      string,
      string,
      string,
    ];
    runCli([...simulated, outs[0]]);
    runCli([...simulated, outs[1], '--part', '1/2']);
    runCli([...simulated, outs[2], '--part', '2/2']);
    const whole = runCli(['chain', '--counts', outs[0]]).stdout;
    expect(whole).toMatch(/over 0\.3 h of corpus simulated/);
    expect(runCli(['chain', '--counts', outs[1], outs[2]]).stdout).toBe(whole);
    const { naive } = parseChain(await readFile(outs[0], 'utf8'));
    expect(naive.stages[0]?.trials).toBeGreaterThan(20);
  }, 300_000);

  it('refuses both counts and talk', () => {
    expect(runCli(['chain', '--counts', 'a.json', '--negatives', 'b.jsonl']).code).toBe(2);
  });
});

describe('wakeproof eval-dialogs', () => {
  const recording = at('../../replays/portland/portland.flac');
  const line = (label: string, startMs: number, endMs: number, slots?: Record<string, string>) => ({
    audio_filepath: recording,
    offset: startMs / 1000,
    duration: (endMs - startMs) / 1000,
    label,
    session: 'portland',
    ...(slots ? { text: { intent: 'sendIt', slots } } : {}),
  });
  const said = [
    line('wake', 27_450, 28_200),
    line('request', 28_650, 30_650, { contact: 'Anna Karlsson' }),
    line('answer', 9500, 10_650),
    line('confirmation', 34_350, 36_300, { contact: 'Anna Karlsson' }),
  ];

  it('hears a dialog with a reply to each prompt', async () => {
    const path = await manifest('dialogs.jsonl', said);
    const { stdout, code } = runCli(['eval-dialogs', '--manifest', path, '--json']);
    expect(code).toBe(0);
    const [trial, result] = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(trial).toMatchObject({ type: 'trial', session: 'portland', naive: { woken: true, calls: 1 } });
    expect(result).toMatchObject({ schema: 'wakeproof-dialog-eval/1', dialogs: 1 });
    expect(result.naive).toMatchObject({
      woken: 1,
      sent: 1,
      sentAtOnce: 1,
      sentInTime: 1,
      sentAmiss: 0,
      turns: { 1: 1 },
      failedBy: {},
    });
    expect(result.guard.sent + Object.keys(result.guard.failedBy).length).toBe(1);
  });

  it('has who wakes nothing call once more', async () => {
    const unheard = [line('wake', 9500, 10_650), ...said.slice(1)];
    const { stdout } = runCli([
      'eval-dialogs',
      '--manifest',
      await manifest('unheard.jsonl', unheard),
      '--json',
    ]);
    const [trial, result] = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    for (const outcome of [trial.naive, trial.guard]) {
      expect(outcome).toMatchObject({ woken: false, sent: false, calls: 2, extraTurns: 1 });
    }
    expect(result.guard).toMatchObject({ sent: 0, sentAtOnce: 0, failedBy: { 'not woken': 1 } });
  });

  it('counts what was done for somebody else as amiss', async () => {
    const other = [...said.slice(0, 3), line('confirmation', 34_350, 36_300, { contact: 'Bob Fletcher' })];
    const { stdout } = runCli(['eval-dialogs', '--manifest', await manifest('amiss.jsonl', other), '--json']);
    const result = JSON.parse(stdout.trim().split('\n').at(-1) as string);
    expect(result.naive).toMatchObject({ sent: 0, sentAmiss: 1, failedBy: { 'sent amiss': 1 } });
  });

  it('refuses a session that lacks an utterance, and names its line', async () => {
    const path = await manifest('short.jsonl', said.slice(0, 3));
    const { code, stderr } = runCli(['eval-dialogs', '--manifest', path]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/line 1.*"portland" without confirmation/s);
  });
});
