import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinBlocks } from '../../../src/audio/index.js';
import { seededRandom } from '../../../src/calibration/index.js';
import { ConfigError } from '../../../src/errors.js';
import { calibrateDirectedness } from '../../../src/evaluation/calibrate-directedness.js';
import { openRecording } from '../../../src/evaluation/recording.js';
import { openTape } from '../../../src/evaluation/tape.js';
import { findTalk, simulateDialogs } from '../../../src/evaluation/turn-trials.js';

const kitchen = new URL('../../fixtures/kitchen.wav', import.meta.url).pathname;

describe('turns of dialogs and of talk', () => {
  let folder: string;
  let speakers: string;
  let talk: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wakeproof-turns-'));
    const line = (offset: number, duration: number) =>
      `${JSON.stringify({ audio_filepath: kitchen, offset, duration, speaker: 'one', label: 'speech' })}\n`;
    speakers = join(folder, 'speakers.jsonl');
    await writeFile(speakers, line(0.5, 2) + line(3, 2) + line(6, 2));
    talk = join(folder, 'talk.jsonl');
    await writeFile(talk, line(0, 19));
  });
  const heard = () => joinBlocks(openRecording(kitchen));
  afterAll(() => rm(folder, { recursive: true }));

  it('lays three utterances of a speaker as a dialog: the reply follows its prompt', async () => {
    const [trial, ...others] = await simulateDialogs([speakers], await heard(), null, seededRandom(1));
    expect(others).toEqual([]);
    expect(trial?.isDirected).toBe(true);
    expect(trial?.request.latencyMs).toBeNull();
    expect(trial?.reply.latencyMs).toBeGreaterThan(100);
    expect(trial?.reply.latencyMs).toBeLessThan(4000);
    // All three are laid at one level, but for 3 dB of chance.
    expect(Math.abs(trial?.reply.levelDifferenceDb as number)).toBeLessThan(15);
  });

  it('finds places in talk, the same with the same seed', async () => {
    const trials = await findTalk([await heard()], null, seededRandom(2));
    expect(trials.length).toBe(1);
    expect(trials[0]?.isDirected).toBe(false);
    // Talk has no regard for prompts: it may run through one, a second at most counts.
    expect(trials[0]?.reply.latencyMs).toBeGreaterThanOrEqual(-1000);
    expect(trials[0]?.reply.latencyMs).toBeLessThan(5000);
    expect(await findTalk([await heard()], null, seededRandom(2))).toEqual(trials);
  });

  it('lays noise behind half of them', async () => {
    const tape = await openTape([talk]);
    const pieces = Array(12).fill(await heard());
    const [quiet, noisy] = [
      await findTalk(pieces, null, seededRandom(3)),
      await findTalk(pieces, tape, seededRandom(3)),
    ];
    await tape?.dispose();
    expect(noisy).toHaveLength(quiet.length);
    expect(noisy).not.toEqual(quiet);
  });

  it('does not fit on a handful', async () => {
    const corpora = { speakers: [speakers], talk: [talk], noise: [] };
    const fit = calibrateDirectedness({ fit: corpora, check: corpora, seed: 0 });
    await expect(fit).rejects.toThrow(ConfigError);
    await expect(fit).rejects.toThrow(/at least 100 dialogs/);
  });
});
