import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareCommand } from '../../../src/cli/compare.js';
import { ConfigError } from '../../../src/errors.js';
import { runCommand } from '../../support/run-command.js';
import { tones } from '../../support/tones.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';

// The child process of test/support/tone-engine.mjs reports "loud"; the tone model hears the same tone as "low".
const program = new URL('../../support/tone-engine.mjs', import.meta.url).pathname;
const loud = `${process.execPath} ${program}`;

let folder: CorpusFolder;
let corpora: string[];
beforeEach(async () => {
  folder = await CorpusFolder.create();
  const samples = tones('..........LLLLL...............LLLLL.........', { amplitude: 0.7 });
  const values = Array.from(samples, (x) => Math.round(x * 32767));
  await writeFile(
    join(folder.path, 'tones.wav'),
    wavFile({ sampleRateHz: 16000, bits: 16, channels: [values] }),
  );
  const line = { audio_filepath: 'tones.wav', duration: 1 };
  corpora = [
    '--positives',
    await folder.addManifest('p.jsonl', [{ ...line, offset: 0.9, label: 'loud' }]),
    '--negatives',
    await folder.addManifest('n.jsonl', [line]),
  ];
});
afterEach(() => folder.remove());

const run = (...flags: string[]) => runCommand(compareCommand(), ['--jobs', '1', ...corpora, ...flags]);

describe('wakeproof compare', () => {
  it('measures child processes and modules on the same audio', async () => {
    const silent = join(folder.path, 'silent.mjs');
    await writeFile(
      silent,
      `const none = async () => [];
       export const createEngine = async () => ({
         detector: { name: 'silent', words: ['loud'], sampleRateHz: 16000, process: none, flush: none, reset() {}, dispose() {} },
         modelSha256: null,
         operatingPoint: { name: 'default', thresholds: {} },
       });`,
    );
    const summary = JSON.parse(await run('--engine', loud, silent, '--json'));
    expect(summary).toMatchObject({
      schema: 'wakeproof-compare/1',
      engines: [
        { engine: 'tone engine', positives: [{ misses: 0 }], total: { falseWakes: { loud: 2 } } },
        { engine: 'silent', positives: [{ misses: 1 }], total: { falseWakes: { loud: 0 } } },
      ],
      pairs: [
        {
          first: 'tone engine',
          other: 'silent',
          misses: [{ word: 'loud', clips: 1, onlyFirst: 0, onlyOther: 1, difference: 1 }],
          falseWakes: [{ onlyFirst: 2, onlyOther: 0 }],
        },
      ],
    });
    const text = await run('--engine', loud, silent);
    expect(text).toContain('loud clean │ 0 of 1');
    expect(text).toContain('silent against tone engine, on the same audio:');
    expect(text).toContain('1 missed by it alone, 0 by the first alone; miss rate +100.0 %');
    const markdown = await run('--engine', loud, silent, '--markdown');
    expect(markdown).toContain(
      '| loud missed, clean | 0/1 = 0.0 % [0.0 %, 79.3 %] | 1/1 = 100.0 % [20.7 %, 100.0 %] |',
    );
    expect(markdown).toContain('| silent | loud, clean | 1 of 1 | 0 of 1 | +100.0 % [+100.0 %, +100.0 %] |');
  });

  it('keeps what it has heard, and hears nothing twice', async () => {
    const kept = join(folder.path, 'kept');
    const first = await run('--engine', loud, loud, '--partials', kept, '--json');
    const partials = await readdir(kept);
    // Twice the same engine on the same audio is one partial.
    expect(partials).toHaveLength(1);
    const path = join(kept, partials[0] as string);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(await run('--engine', loud, loud, '--partials', kept, '--json')).toBe(first);
    // Interrupted before its last recording, it goes on with that one alone.
    await writeFile(path, `${lines.slice(0, 2).join('\n')}\n`);
    const again = JSON.parse(await run('--engine', loud, loud, '--partials', kept, '--json'));
    expect(again.pairs).toEqual(JSON.parse(first).pairs);
    expect((await readFile(path, 'utf8')).split('\n')[1]).toBe(lines[1]);
    // Under another condition it is another evaluation.
    await run('--engine', loud, loud, '--partials', kept, '--level', '-40');
    expect(await readdir(kept)).toHaveLength(2);
  });

  it('refuses one engine, and none', async () => {
    await expect(run('--engine', loud)).rejects.toThrow(ConfigError);
    await expect(run('--engine', loud, ' ')).rejects.toThrow(/engine: expected an engine/);
  });
});
