import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EngineEvent, type ScoreEvent, WakeEngine, type WakeEvent } from '../../src/detector/index.js';
import { ModelError } from '../../src/errors.js';
import { loadModel, modelIdentity, SecondLookSession } from '../../src/model/index.js';
import { toneCalibration } from '../support/tone-calibration.js';
import { tones } from '../support/tones.js';

const folder = new URL('../fixtures/tone-model/', import.meta.url);
const path = new URL('with-second-look.json', folder).pathname;
const bytes = new Uint8Array(readFileSync(new URL('model.onnx', folder)));
const secondLookBytes = new Uint8Array(readFileSync(new URL('second.onnx', folder)));
const manifest = (change: (m: Record<string, never>) => unknown = () => {}) => {
  const json = JSON.parse(readFileSync(path, 'utf8'));
  change(json);
  return json;
};

const wakes = (events: readonly EngineEvent[]) =>
  events.filter((event): event is WakeEvent => event.type === 'wake');
const scores = (events: readonly EngineEvent[]) =>
  events.filter((event): event is ScoreEvent => event.type === 'score').map((event) => event.scores[0]);

let engine: WakeEngine;
beforeAll(async () => {
  engine = await WakeEngine.create({ model: path, sampleRateHz: 16000, trace: true });
});
beforeEach(() => engine.reset());
afterAll(() => engine.dispose());

async function hear(audio: Float32Array, split: readonly number[] = []): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  let from = 0;
  for (const length of split) {
    events.push(...(await engine.push(audio.subarray(from, from + length))));
    from += length;
  }
  events.push(...(await engine.push(audio.subarray(Math.min(from, audio.length)))));
  return [...events, ...(await engine.flush())];
}

// Timelines: one character is 100 ms; '.' is silence, L a tone of word `low`, H one of word `high`. The first net hears
// each L as `low`; the second look is against a `low` with an H in the 0.6 s up to it.
describe('a candidate is heard again', () => {
  test.each([
    ['........LL......', ['low']],
    ['........H.LL....', ['high']],
    ['...H...........LL......', ['high', 'low']], // the H has left what the second look hears
    ['........H.LL........LL......', ['high', 'low']], // what was turned down begins no refractory time
    ['.LL......', ['low']], // the stream began within its frames
  ])('%s', async (timeline, expected) => {
    expect(wakes(await hear(tones(timeline))).map(({ word }) => word)).toEqual(expected);
  });

  test('a higher peak may follow one that was turned down, though the score stayed above the candidate score', async () => {
    // Soft, then loud: both are candidates. The threshold lies between their scores.
    const soft = tones('........LLLL', { amplitude: 0.02 });
    const loud = tones('LL......', { amplitude: 0.25 });
    const audio = new Float32Array(soft.length + loud.length);
    audio.set(soft);
    audio.set(loud, soft.length);
    const alone = Math.max(
      ...(scores(await hear(tones('........LLLL....', { amplitude: 0.02 }))) as number[]),
    );
    const strict = await WakeEngine.create({
      model: path,
      sampleRateHz: 16000,
      words: ['low'],
      thresholds: { low: alone + 1 },
    });
    const events = [...(await strict.push(audio)), ...(await strict.flush())];
    expect(wakes(events)).toHaveLength(1);
    await strict.dispose();
  });

  test('the score is the mean of both nets’, and the trace carries it at one output alone', async () => {
    const events = await hear(tones('........LL......'));
    const [event] = wakes(events) as [WakeEvent];
    const traced = scores(events) as number[];
    expect(traced.filter((score) => score > -4)).toEqual([Math.fround(event.score)]);
    const single = await WakeEngine.create({
      model: folder.pathname,
      sampleRateHz: 16000,
      words: ['low'],
    });
    const [first] = wakes([...(await single.push(tones('........LL......'))), ...(await single.flush())]) as [
      WakeEvent,
    ];
    // Half of (energy) and half of (energy − 4), as no high tone is near; 4e-6 is float32's grain there.
    expect(Math.abs(event.score - (first.score - 2))).toBeLessThan(4e-6);
    await single.dispose();
  });

  test('says the same however blocks are cut, and again after reset', async () => {
    const audio = tones('...H...LL...........LL.....H.LL....');
    const whole = await hear(audio);
    expect(wakes(whole).map(({ word }) => word)).toEqual(['high', 'low', 'high']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 8 }), async (split) => {
        engine.reset();
        expect(wakes(await hear(audio, split))).toEqual(wakes(whole));
      }),
      { numRuns: 8 },
    );
  });
});

describe('a model with a second look', () => {
  test.each([
    ['no candidate score', (m) => delete m.words[0].candidateScore, 'a second look needs a candidateScore'],
    ['frames that are no whole outputs', (m) => (m.secondLook.frames = 61), 'must be a multiple of stride'],
    ['a share above 1', (m) => (m.secondLook.share = 1.5), 'secondLook.share'],
    ['frames that its net does not take', (m) => (m.secondLook.frames = 63), 'takes features [1, 63, 20]'],
    ['another file', (m) => (m.secondLook.sha256 = '0'.repeat(64)), 'second.onnx with SHA-256 0000'],
    // biome-ignore lint/suspicious/noExplicitAny: manifests are broken on purpose
  ] as [string, (m: any) => unknown, string][])('is refused with %s', async (_, change, message) => {
    const opened = loadModel({ manifest: manifest(change), bytes, secondLookBytes }).then((model) =>
      SecondLookSession.create(model),
    );
    await expect(opened).rejects.toThrow(ModelError);
    await expect(opened).rejects.toThrow(message);
  });

  test('is refused without the bytes of its second look', async () => {
    await expect(loadModel({ manifest: manifest(), bytes })).rejects.toThrow('the first model alone');
  });

  test('is another model to a calibration than the first net alone', async () => {
    const { manifest: known } = await loadModel(path);
    expect(modelIdentity(known)).toMatch(/^[0-9a-f]{64}$/);
    expect(modelIdentity(known)).not.toBe(known.sha256);
    const model = { manifest: manifest(), bytes, secondLookBytes };
    const calibration = toneCalibration();
    await expect(WakeEngine.create({ model, sampleRateHz: 16000, calibration })).rejects.toThrow(
      'expected a calibration of model',
    );
  });
});
