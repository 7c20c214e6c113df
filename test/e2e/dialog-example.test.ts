import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const at = (path: string) => new URL(path, import.meta.url).pathname;
const assistant = at('../../examples/dialog/assistant.mjs');
const portland = at('../../replays/portland/portland.flac');

let folder: string;
let contacts: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-assistant-'));
  contacts = join(folder, 'contacts.txt');
  await writeFile(contacts, 'Anna Karlsson\nMarcus Hale\nBob Fletcher\nDoctor Lee\n');
});
afterAll(() => rm(folder, { recursive: true }));

const run = (args: readonly string[], path = process.env.PATH) =>
  spawnSync(process.execPath, [assistant, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });

describe('examples/dialog', () => {
  it('hears the talk of Portland: nothing comes of it, and the true request is asked about', () => {
    const { stdout, stderr, status } = run([portland, '--contacts', contacts, '--audit']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const seconds = [...stdout.matchAll(/^([\d.]+) s .*(?:device:|send)/gm)].map(([, at]) => Number(at));
    // Nobody means the device before 26 s, though something wakes it.
    expect(Math.min(...seconds)).toBeGreaterThan(26);
    expect(stdout).toMatch(/heard "alexa"\n.*device: Shall I send it to Anna Karlsson\?/);
    expect(stdout).toMatch(/pre-roll of the wake word'.*'zeroed'/);
  });

  it('explains its decisions when asked', () => {
    expect(run([portland, '--contacts', contacts, '--verbose']).stdout).toMatch(/odds {7}before 1 : 359/);
  });

  it.each([
    ['no contacts', () => [portland], /usage/],
    ['a recording and the microphone', () => [portland, '--microphone', '--contacts', contacts], /usage/],
    ['an option that it does not have', () => ['--loud'], /--loud/],
    ['no such recording', () => ['none.wav', '--contacts', contacts], /none\.wav/],
    ['no such contacts', () => [portland, '--contacts', 'none.txt'], /none\.txt/],
  ])('refuses %s', (_, args, expected) => {
    const { status, stderr } = run(args());
    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(expected);
  });

  it('says so where there is no arecord', () => {
    const { status, stderr } = run(['--microphone', '--contacts', contacts], folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/cannot start arecord: install alsa-utils/);
  });

  it('says so where arecord fails, with what it said', async () => {
    await writeFile(join(folder, 'arecord'), '#!/bin/sh\necho "no soundcards found" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const { status, stderr } = run(['--microphone', '--contacts', contacts], `${folder}:/bin:/usr/bin`);
    expect(status).toBe(2);
    expect(stderr).toMatch(/arecord ended with code 1: no soundcards found/);
  });
});
