import { access, chmod, constants, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { corpusCommand } from '../../../src/cli/corpus.js';
import { ConfigError, CorpusError } from '../../../src/errors.js';
import { readManifest } from '../../../src/evaluation/manifest.js';
import { runCommand } from '../../support/run-command.js';

/**
 * A program that stands for flite: lists two voices, logs each call, and writes 10 ms of a ramp at 16 kHz for each
 * letter. It fails on a text of which `failOn` is part.
 */
const fakeFlite = (log: string, failOn = 'never said', nSamples = 160) => `#!${process.execPath}
const { appendFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
const args = process.argv.slice(2);
const after = (flag) => args[args.indexOf(flag) + 1];
if (args[0] === '-lv') {
  console.log('Voices available: fay awb_time guy');
} else {
  appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');
  if (after('-t').includes(${JSON.stringify(failOn)})) {
    console.error('no tongue');
    process.exit(7);
  }
  const n = ${nSamples} * after('-t').length;
  const wav = Buffer.alloc(44 + 2 * n);
  wav.write('RIFF', 0); wav.writeUInt32LE(36 + 2 * n, 4); wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16); wav.writeUInt16LE(1, 20); wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(16000, 24); wav.writeUInt32LE(32000, 28); wav.writeUInt16LE(2, 32); wav.writeUInt16LE(16, 34);
  wav.write('data', 36); wav.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++) wav.writeInt16LE(i % 1000, 44 + 2 * i);
  writeFileSync(after('-o'), wav);
}
`;

let folder = '';
const inFolder = (name: string) => join(folder, name);

async function installFlite(...options: [failOn?: string, nSamples?: number]): Promise<void> {
  const program = inFolder('flite');
  await writeFile(program, fakeFlite(inFolder('calls'), ...options));
  await chmod(program, 0o755);
}

const build = (...flags: string[]) =>
  runCommand(corpusCommand(), [
    'alexa',
    '--out',
    inFolder('out'),
    '--n',
    '12',
    '--confusables',
    '6',
    '--jobs',
    '1',
    ...flags,
  ]);
const lines = async () =>
  (await readFile(inFolder('out/near-words.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const calls = async (): Promise<string[][]> =>
  (await readFile(inFolder('calls'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

// Each build looks through the whole dictionary: a second, more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-corpus-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('wakeproof corpus', () => {
  it('speaks each confusable equally often and writes a corpus that eval reads', async () => {
    await installFlite();
    const printed = JSON.parse(await build('--json', '--split', 'test'));
    expect(printed).toMatchObject({ nClips: 12, nKept: 0, nConfusables: 6 });
    expect(printed.voices.sort()).toEqual(['flite fay', 'flite guy']);
    const manifest = await readManifest(inFolder('out/near-words.jsonl'));
    expect(manifest.about).toEqual({
      kind: 'near words',
      licence: 'flite: BSD-like (Carnegie Mellon University)',
      split: 'test',
    });
    const labels = manifest.segments.map(({ label }) => label);
    expect([...new Set(labels)].map((label) => labels.filter((other) => other === label).length)).toEqual(
      Array(6).fill(2),
    );
    for (const line of await lines()) {
      expect(line.text).toContain(line.label);
      expect(line.text).not.toMatch(/\balexa\b/);
      // 10 ms a letter.
      expect(line.duration).toBeCloseTo(line.text.length / 100, 3);
      expect(line.distance).toBeGreaterThan(0.4);
    }
  });

  it('hands a text over as one argument, not through a shell', async () => {
    await installFlite();
    await build();
    const spoken = await lines();
    for (const [i, args] of (await calls()).entries()) {
      expect(args).toHaveLength(8);
      expect(args[args.indexOf('-t') + 1]).toBe(spoken[i].text);
      expect(['fay', 'guy']).toContain(args[args.indexOf('-voice') + 1]);
    }
  });

  it('is the same for the same seed and another for another', async () => {
    await installFlite();
    await build('--seed', '5');
    const first = await lines();
    await rm(inFolder('out'), { recursive: true });
    await build('--seed', '5');
    expect(await lines()).toEqual(first);
    await build('--seed', '6');
    expect(await lines()).not.toEqual(first);
  });

  it('goes on where it was interrupted', async () => {
    await installFlite('collect');
    await expect(build()).rejects.toThrow(CorpusError);
    const before = (await readdir(inFolder('out/clips'))).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(12);
    await expect(readFile(inFolder('out/near-words.jsonl'))).rejects.toThrow('ENOENT');
    await rm(inFolder('calls'));
    await installFlite();
    expect(JSON.parse(await build('--json')).nKept).toBe(before);
    expect(await calls()).toHaveLength(12 - before);
    expect(await lines()).toHaveLength(12);
    expect((await readdir(inFolder('out/clips'))).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('leaves other entries of corpus.json alone', async () => {
    await installFlite();
    await build();
    const facts = JSON.parse(await readFile(inFolder('out/corpus.json'), 'utf8'));
    await writeFile(inFolder('out/corpus.json'), JSON.stringify({ ...facts, 'talk.jsonl': { kind: 'TV' } }));
    await build();
    expect(Object.keys(JSON.parse(await readFile(inFolder('out/corpus.json'), 'utf8')))).toEqual([
      'near-words.jsonl',
      'talk.jsonl',
    ]);
  });

  it('says what failed where a synthesiser does', async () => {
    await installFlite('e');
    await expect(build()).rejects.toThrow(/flite, speech.*status 7: no tongue/);
  });

  it('refuses speech of no samples', async () => {
    await installFlite(undefined, 0);
    await expect(build()).rejects.toThrow(CorpusError);
    expect(await readdir(inFolder('out/clips'))).toEqual([]);
  });

  it('says what to install where there is no synthesiser', async () => {
    await expect(build()).rejects.toThrow(ConfigError);
    await expect(build()).rejects.toThrow(/espeak-ng, flite.*on PATH; got none.*apt-get install/);
    await expect(build('--synthesisers', 'flite')).rejects.toThrow(/flite on PATH/);
    await expect(build('--synthesisers', 'hal')).rejects.toThrow(/got hal/);
    await expect(readdir(inFolder('out'))).rejects.toThrow('ENOENT');
  });

  it('refuses no clips', async () => {
    await installFlite();
    await expect(build('--n', '0')).rejects.toThrow(/nClips: expected at least 1/);
  });
});

const systemPath = process.env.PATH ?? '';
const hasEspeak = (
  await Promise.all(
    systemPath.split(delimiter).map((path) =>
      access(join(path, 'espeak-ng'), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
).includes(true);

describe.skipIf(!hasEspeak)('with espeak-ng (skipped where it is not installed)', () => {
  it('builds a corpus of audible speech', async () => {
    vi.stubEnv('PATH', systemPath);
    await build('--synthesisers', 'espeak-ng', '--n', '4', '--confusables', '4');
    for (const { duration, text } of await lines()) expect(duration).toBeGreaterThan(0.03 * text.length);
  });
});
