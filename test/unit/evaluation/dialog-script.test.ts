import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import { readDialog } from '../../../src/evaluation/dialog-script.js';
import { portlandReplay, replay } from '../../../src/evaluation/replay.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-dialog-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return pathToFileURL(path);
};

const dialog = {
  word: 'alexa',
  grammar: 'grammar.yaml',
  contacts: ['Bob'],
  acts: { send: { stake: 'send', slots: ['contact'] } },
  roles: { yes: { kind: 'yes' } },
  promptMs: { slot: 900, confirmation: 1200 },
};

describe('readDialog', () => {
  it('reads a dialog and the grammar beside it, and leaves alone what else a script holds', async () => {
    await file('grammar.yaml', 'context: {}');
    const { script, grammar } = await readDialog(
      await file('dialog.json', JSON.stringify({ ...dialog, lines: [] })),
    );
    expect(script).toEqual(dialog);
    expect(grammar).toBe('context: {}');
  });

  it.each([
    ['no JSON', '{ "word":', /JSON with word.*got SyntaxError/s],
    ['no contacts', JSON.stringify({ ...dialog, contacts: [] }), /contacts/],
    ['a role that is none', JSON.stringify({ ...dialog, roles: { yes: { kind: 'maybe' } } }), /roles/],
    ['a grammar that is not there', JSON.stringify({ ...dialog, grammar: 'none.yaml' }), /none\.yaml/],
  ])('refuses %s', async (name, text, message) => {
    const url = await file(`${name}.json`, text);
    await expect(readDialog(url)).rejects.toThrow(ConfigError);
    await expect(readDialog(url)).rejects.toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    const url = pathToFileURL(join(folder, 'nowhere.json'));
    await expect(readDialog(url)).rejects.toThrow(ConfigError);
    await expect(readDialog(url)).rejects.toThrow(/nowhere\.json/);
  });
});

describe('replay', () => {
  it('refuses a script that is a dialog alone', async () => {
    await file('grammar.yaml', 'context: {}');
    const url = await file('script.json', JSON.stringify(dialog));
    await expect(replay(url)).rejects.toThrow(/wakeproof-replay-script\/1/);
  });

  it('has a bundled script that is a dialog', async () => {
    expect((await readDialog(portlandReplay)).script.word).toBe('alexa');
  });
});
