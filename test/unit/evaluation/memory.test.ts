import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Detector, ScoreEvent } from '../../../src/detector/index.js';
import { loadCorpora } from '../../../src/evaluation/corpora.js';
import type { ScoreTap } from '../../../src/evaluation/detector-module.js';
import { Mixer } from '../../../src/evaluation/mixer.js';
import { openRecording } from '../../../src/evaluation/recording.js';
import { planUnits, runUnit } from '../../../src/evaluation/units.js';
import { wavFile } from '../../support/wav-file.js';

// A quarter of an hour of silence: a hole on the disk, 58 MB as float32.
const LENGTH_SEC = 900;
const RATE = 16000;
const AUDIO_BYTES = LENGTH_SEC * RATE * 4;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-memory-'));
  const file = await open(join(folder, 'long.wav'), 'w');
  const header = Buffer.from(wavFile({ sampleRateHz: RATE, bits: 16, channels: [[]] }));
  const dataBytes = LENGTH_SEC * RATE * 2;
  header.writeUInt32LE(36 + dataBytes, 4);
  header.writeUInt32LE(dataBytes, 40);
  await file.write(header);
  await file.truncate(header.length + dataBytes);
  const line = { audio_filepath: 'long.wav', duration: LENGTH_SEC };
  const manifest = await open(join(folder, 'long.jsonl'), 'w');
  await manifest.write(JSON.stringify(line));
  await Promise.all([file.close(), manifest.close()]);
});
afterAll(() => rm(folder, { recursive: true }));

/** Hears a score every 80 ms and notes the memory that is held, without garbage, along the way. */
async function heldAlong(withScores: boolean): Promise<number[]> {
  const held: number[] = [];
  let nBlocks = 0;
  const detector: Detector = {
    name: 'none',
    words: ['alexa'],
    sampleRateHz: RATE,
    process: async () => {
      if (nBlocks++ % 1125 === 0) {
        // The memory of arrays is given back after the collection that finds them unused.
        for (let i = 0; i < 3; i++) {
          collectGarbage();
          await setImmediate();
        }
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        held.push(heapUsed + arrayBuffers);
      }
      return [];
    },
    flush: async () => [],
    reset: () => {},
    dispose: () => {},
  };
  const scores: ScoreTap = {
    words: [{ word: 'alexa' }] as unknown as ScoreTap['words'],
    drain: (): ScoreEvent[] => {
      const sample = nBlocks * 1280;
      // It rises and falls, so that each stretch has its peak.
      const values = Float32Array.of(nBlocks % 7);
      return [{ type: 'score', output: nBlocks, sample, ms: sample / 16, scores: values }];
    },
    llr: () => 0,
  };
  const paths = { positives: [], negatives: [join(folder, 'long.jsonl')], noise: [] };
  const corpora = await loadCorpora(['alexa'], paths);
  const mixer = await Mixer.create(corpora, { snrDb: [], seed: 0 }, openRecording);
  const context = { detector, scores: withScores ? scores : null, corpora, mixer, openRecording };
  const [unit] = planUnits(corpora, 1);
  const { runs } = await runUnit(context, unit as NonNullable<typeof unit>);
  expect(runs[0]?.audioSec).toBe(LENGTH_SEC);
  expect(runs[0]?.peaks.length).toBe(withScores ? LENGTH_SEC / 2 - 1 : 0);
  return held;
}

it.each([
  // 1 % of what holding the recording would take is room for code, caches and the test's own notes.
  [false, 0.01 * AUDIO_BYTES],
  // A peak score for each 2 s is kept, which is a figure and not audio: 450 of them, at most 500 bytes each.
  [true, 0.01 * AUDIO_BYTES + 450 * 500],
])(
  'memory does not grow with the length of a recording; scores followed: %s',
  async (withScores, allowed) => {
    const held = await heldAlong(withScores);
    expect(held).toHaveLength(10);
    // What a block or two leave behind until they are collected is no growth: the least of the end is compared.
    const atTheEnd = Math.min(...held.slice(-3));
    const atTheBeginning = Math.min(...held.slice(0, 3));
    expect(atTheEnd - atTheBeginning).toBeLessThan(allowed);
  },
);
