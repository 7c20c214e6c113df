import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PcmBlock } from '../../src/audio/index.js';
import {
  type EngineEvent,
  WakeEngine,
  type WakeEngineOptions,
  type WakeEvent,
  wakeDetector,
} from '../../src/detector/index.js';
import { AudioFormatError, ConfigError, StateError } from '../../src/errors.js';
import { toneCalibration } from '../support/tone-calibration.js';
import { tones } from '../support/tones.js';

const fixture = new URL('../fixtures/tone-model/', import.meta.url).pathname;
const open = (options: Partial<WakeEngineOptions> = {}) =>
  WakeEngine.create({ model: fixture, sampleRateHz: 16000, ...options });

/** Everything that happens when a whole recording is pushed and flushed. */
async function hear(engine: WakeEngine, audio: PcmBlock, split: number[] = []): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  let from = 0;
  for (const length of split) {
    events.push(...(await engine.push(audio.subarray(from, from + length))));
    from += length;
  }
  events.push(
    ...(await engine.push(audio.subarray(Math.min(from, audio.length)))),
    ...(await engine.flush()),
  );
  return events;
}

const wakes = (events: readonly EngineEvent[]) =>
  events.filter((event): event is WakeEvent => event.type === 'wake');
const brief = (events: readonly EngineEvent[]) =>
  wakes(events).map(({ word, endMs }) => `${word}@${(endMs / 1000).toFixed(1)}`);

let engine: WakeEngine;
beforeAll(async () => {
  engine = await open();
});
beforeEach(() => engine.reset());
afterAll(() => engine.dispose());

// Timelines: one character is 100 ms; '.' is silence, L a tone of word `low`, H one of word `high`.
describe('wakes on a timeline', () => {
  test.each([
    //   0    .5   1.0  1.5  2.0  2.5  3.0  3.5
    ['...........', []],
    ['.....LL....', ['low@0.6']],
    ['.....LL.............HH......', ['low@0.6', 'high@2.1']],
    ['.....LL........LL...........', ['low@0.6']], // within the refractory time
    ['.....LL........HH...........', ['low@0.6', 'high@1.6']], // which is each word’s own
    ['.....LL....................LL......', ['low@0.6', 'low@2.8']],
    ['.....LLLLLLLLLLLLLLLLLLLLLLLLLLLLLL.........LL....', ['low@0.6', 'low@4.5']], // 3 s of it wake once
    ['...........LL', ['low@1.2']], // ends with the recording
  ])('%s', async (timeline, expected) => {
    const found = brief(await hear(engine, tones(timeline)));
    expect(found.map((item) => item.split('@')[0])).toEqual(expected.map((item) => item.split('@')[0]));
    found.forEach((item, i) => {
      const [seconds, truth] = [item, expected[i] as string].map((text) => Number(text.split('@')[1])) as [
        number,
        number,
      ];
      expect(Math.abs(seconds - truth)).toBeLessThan(0.15); // a character and a half
    });
  });

  test('part of the word, a tone below the threshold, does not wake', async () => {
    expect(brief(await hear(engine, tones('.....LL.....', { amplitude: 1e-4 })))).toEqual([]);
  });

  test('the event tells start, end and detection on the input clock, and carries its pre-roll', async () => {
    const audio = tones('..............LLL.......');
    const [event] = wakes(await hear(engine, audio)) as [WakeEvent];
    expect(event.endMs).toBeGreaterThan(1400); // this model peaks anywhere in its tone
    expect(event.endMs).toBeLessThanOrEqual(1700);
    expect(event.startMs).toBeLessThan(event.endMs);
    expect([event.startSample, event.endSample]).toEqual([event.startMs * 16, event.endMs * 16]);
    expect(event.detectedAtMs).toBeGreaterThan(event.endMs);
    expect(event.detectedAtMs - event.endMs).toBeLessThanOrEqual(120 + 90); // peak wait and one call of the model
    expect(event.score).toBeGreaterThan(event.threshold);
    const detectedAt = event.detectedAtMs * 16;
    expect(event.preRoll).toEqual(audio.slice(detectedAt - 1.5 * 16000, detectedAt));
  });

  test('without calibration a score is no probability', async () => {
    const [event] = wakes(await hear(engine, tones('.....LL....')));
    expect(event).toMatchObject({
      llr: null,
      probability: null,
      interval: null,
      inDomain: null,
      calibrationId: null,
    });
    expect(engine.calibration).toBeNull();
  });

  test.each([8000, 22050, 44100, 48000])('at %d Hz the clock is the input’s', async (sampleRateHz) => {
    const other = await open({ sampleRateHz });
    const [event] = wakes(await hear(other, tones('..........LL......', { sampleRateHz }))) as [WakeEvent];
    expect(event.word).toBe('low');
    expect(Math.abs(event.endMs - 1100)).toBeLessThan(100);
    expect(Math.abs((event.endSample * 1000) / sampleRateHz - event.endMs)).toBeLessThan(1e-6);
    await other.dispose();
  });
});

describe('input', () => {
  const timeline = '.....LL..........HHH..';

  test('Float32Array, Int16Array and bytes say the same', async () => {
    const int16 = Int16Array.from(tones(timeline), (v) => Math.round(v * 32768));
    const float = Float32Array.from(int16, (v) => v / 32768);
    const bytes = Buffer.from(int16.buffer);
    const inFloat = await hear(engine, float);
    engine.reset();
    const inInt16 = await hear(engine, int16);
    engine.reset();
    const inBytes = await hear(engine, bytes, [1, 333, 7777]); // breaks within samples
    expect(wakes(inFloat)).toHaveLength(2);
    expect(inInt16).toEqual(inFloat);
    expect(wakes(inBytes)).toEqual(wakes(inFloat));
  });

  test('NaN is refused before anything of its block is heard', async () => {
    const audio = tones(timeline);
    const whole = await hear(engine, audio);
    engine.reset();
    const poisoned = audio.slice(8000, 16000);
    poisoned[7999] = Number.NaN;
    const events = [...(await engine.push(audio.subarray(0, 8000)))];
    await expect(engine.push(poisoned)).rejects.toThrow(AudioFormatError);
    events.push(...(await hear(engine, audio.subarray(8000))));
    expect(wakes(events)).toEqual(wakes(whole));
  });

  test('what is no PCM is refused by name', async () => {
    await expect(engine.push([0, 1] as unknown as Float32Array)).rejects.toThrow(
      'block: expected Float32Array, Int16Array, Buffer or Uint8Array; got Array. Nothing was changed.',
    );
  });

  test.each([0, 1, 160])('%d samples are heard without a wake', async (length) => {
    expect(wakes(await hear(engine, new Float32Array(length)))).toEqual([]);
  });
});

describe('any split of the stream', () => {
  test('gives the same wake events and the same speech events', async () => {
    // Voice-like enough for the detector of speech: a buzz of 120 Hz, of which one piece holds the tones too.
    const speech = tones('...BBBBB.......LL....BBBBBB......HH.......');
    const whole = await hear(engine, speech);
    expect(wakes(whole).length).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 12 }), async (split) => {
        engine.reset();
        const events = await hear(engine, speech, split);
        expect(wakes(events)).toEqual(wakes(whole));
        expect(events.filter((event) => event.type !== 'wake')).toEqual(
          whole.filter((event) => event.type !== 'wake'),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('sample by sample too', async () => {
    const audio = tones('...LL....');
    const whole = await hear(engine, audio);
    engine.reset();
    expect(wakes(await hear(engine, audio, Array(audio.length).fill(1)))).toEqual(wakes(whole));
  });

  test('calls that overlap are worked off in order', async () => {
    const audio = tones('.....LL.............HH......');
    const whole = await hear(engine, audio);
    engine.reset();
    const calls = [];
    for (let from = 0; from < audio.length; from += 1000)
      calls.push(engine.push(audio.subarray(from, from + 1000)));
    calls.push(engine.flush());
    expect(wakes((await Promise.all(calls)).flat())).toEqual(wakes(whole));
  });

  test('reset makes the replay equal to the first run, from whatever state', async () => {
    const audio = tones('.....LL.............HH......');
    const first = await hear(engine, audio);
    engine.reset();
    await engine.push(tones('HHHLL'));
    engine.reset();
    expect(await hear(engine, audio)).toEqual(first);
  });
});

describe('ways out', () => {
  const audio = tones('.....LL.............HH......');

  test('listeners hear what push gives', async () => {
    const heard: string[] = [];
    const listener = ({ word }: WakeEvent) => heard.push(word);
    engine.on('wake', listener);
    const given = wakes(await hear(engine, audio)).map(({ word }) => word);
    engine.off('wake', listener);
    expect(heard).toEqual(given);
    expect(heard).toEqual(['low', 'high']);
  });

  test('for await gives all events and ends with the stream', async () => {
    const reader = (async () => {
      const words: string[] = [];
      for await (const event of engine) if (event.type === 'wake') words.push(event.word);
      return words;
    })();
    await hear(engine, audio);
    expect(await reader).toEqual(['low', 'high']);
  });

  test('a Node stream takes bytes and gives events, and ends them', async () => {
    const bytes = Buffer.from(Int16Array.from(audio, (v) => v * 32767).buffer);
    const blocks = Array.from({ length: Math.ceil(bytes.length / 999) }, (_, i) =>
      bytes.subarray(i * 999, (i + 1) * 999),
    );
    const words: string[] = [];
    await pipeline(
      Readable.from(blocks),
      engine.toTransform(),
      async (events: AsyncIterable<EngineEvent>) => {
        for await (const event of events) if (event.type === 'wake') words.push(event.word);
      },
    );
    expect(words).toEqual(['low', 'high']);
    await expect(engine.push(audio)).rejects.toThrow(StateError);
  });

  test('a Node stream passes an error on', async () => {
    const stream = engine.toTransform();
    stream.write(Float32Array.of(Number.NaN));
    const [error] = await once(stream, 'error');
    expect(error).toBeInstanceOf(AudioFormatError);
  });

  test('a web stream takes blocks and gives events', async () => {
    const words: string[] = [];
    const blocks = new ReadableStream<PcmBlock>({
      start(controller) {
        for (let from = 0; from < audio.length; from += 4000)
          controller.enqueue(audio.subarray(from, from + 4000));
        controller.close();
      },
    });
    for await (const event of blocks.pipeThrough(engine.toWebTransform()))
      if (event.type === 'wake') words.push(event.word);
    expect(words).toEqual(['low', 'high']);
  });

  test('trace gives each output’s scores: the model’s own, from the first to the last', async () => {
    const traced = await open({ trace: true, words: ['low', 'count'] });
    const scores = (await hear(traced, tones('.....LL....'))).filter((event) => event.type === 'score');
    expect(scores.map(({ output }) => output)).toEqual(scores.map((_, i) => i));
    expect(scores.map((event) => event.scores[1])).toEqual(scores.map((_, i) => i)); // `count` counts outputs
    expect(scores[0]?.ms).toBe(45); // three frames of 25 ms, 10 ms apart
    const loud = scores.filter((event) => (event.scores[0] as number) >= 0).map(({ ms }) => ms);
    expect(Math.abs((loud[0] as number) - 515)).toBeLessThanOrEqual(30);
    await traced.dispose();
  });

  test('as a Detector it reports the same words', async () => {
    const detector = wakeDetector(await open());
    expect(detector).toMatchObject({
      name: 'tone-model 1.0.0',
      words: ['low', 'high', 'count'],
      sampleRateHz: 16000,
    });
    const detections = [...(await detector.process(audio)), ...(await detector.flush())];
    expect(detections.map(({ word }) => word)).toEqual(['low', 'high']);
    for (const { atSample, endSample } of detections) expect(atSample).toBeGreaterThan(endSample);
    await detector.reset();
    expect([...(await detector.process(audio)), ...(await detector.flush())]).toEqual(detections);
    await detector.dispose();
  });
});

describe('options', () => {
  test('words, thresholds and operating point choose what wakes', async () => {
    const audio = tones('.....LL.............HH......');
    const found = async (options: Partial<WakeEngineOptions>) => {
      const chosen = await open(options);
      const result = wakes(await hear(chosen, audio)).map(({ word }) => word);
      await chosen.dispose();
      return result;
    };
    expect(await found({ words: ['high'] })).toEqual(['high']);
    expect(await found({ thresholds: { low: 1000 } })).toEqual(['high']);
    expect(await found({ operatingPoint: 'strict' })).toEqual([]);
    expect(await found({ operatingPoint: 'strict', thresholds: { low: 0 } })).toEqual(['low']);
  });

  test.each<[string, Partial<WakeEngineOptions>, string]>([
    ['a rate that is not converted', { sampleRateHz: 11025 }, 'inputRateHz: expected one of 8000'],
    [
      'an unknown word',
      { words: ['alexa'] },
      'words: expected words of this model: low, high, count; got alexa',
    ],
    ['no words', { words: [] }, 'words: expected at least one word'],
    [
      'a threshold for an unknown word',
      { thresholds: { alexa: 1 } },
      'thresholds: expected words of this model',
    ],
    [
      'a threshold that is no number',
      { thresholds: { low: Number.NaN } },
      'thresholds.low: expected a finite score',
    ],
    [
      'an unknown operating point',
      { operatingPoint: 'loud' },
      'expected one of default, strict for low; got loud',
    ],
    ['a prior of 0', { prior: 0 }, 'prior: expected'],
    ['a pre-roll beyond the ring', { preRollMs: 3000 }, 'preRollMs: expected 0 … 2500 ms; got 3000'],
  ])('refuses %s', async (_, options, message) => {
    await expect(open(options)).rejects.toThrow(ConfigError);
    await expect(open(options)).rejects.toThrow(message);
  });

  test('refuses a manifest of another recipe', async () => {
    const manifest = JSON.parse(readFileSync(`${fixture}/manifest.json`, 'utf8'));
    manifest.frontend.recipe = 'htk';
    await expect(open({ model: { manifest, bytes: new Uint8Array(1) } })).rejects.toThrow('frontend.recipe');
  });

  test('pre-roll has the length asked for', async () => {
    const short = await open({ preRollMs: 100 });
    const [event] = wakes(await hear(short, tones('.....LL.....'))) as [WakeEvent];
    expect(event.preRoll).toHaveLength(1600);
    await short.dispose();
  });
});

describe('calibration', () => {
  const audio = tones('.....LL..............HH.....');
  const heard = async (options: Partial<WakeEngineOptions>) => {
    const calibrated = await open(options);
    const events = wakes(await hear(calibrated, audio));
    await calibrated.dispose();
    return events;
  };

  test('gives the evidence, its interval, and the probability under the declared prior', async () => {
    const calibration = toneCalibration();
    const [event] = await heard({ calibration, words: ['low'], prior: 0.1 });
    // The map of the fixture is llr = 0.5 · score − 1, with an interval of ± 2 · 0.1 nats.
    const llr = 0.5 * (event?.score as number) - 1;
    expect(event?.llr).toBeCloseTo(llr, 6);
    expect(event?.interval?.[0]).toBeCloseTo(llr - 0.2, 6);
    expect(event?.interval?.[1]).toBeCloseTo(llr + 0.2, 6);
    expect(event?.probability).toBeCloseTo(1 / (1 + 9 * Math.exp(-llr)), 6); // prior odds 1 : 9
    expect(event).toMatchObject({ inDomain: true, calibrationId: calibration.id });
  });

  test('says when the recording is unlike those it has seen: no evidence, the prior stands', async () => {
    const [event] = await heard({ calibration: toneCalibration({ loudestDbfs: -60 }), prior: 0.1 });
    expect(event).toMatchObject({ inDomain: false, llr: 0, probability: 0.1 });
  });

  test('a word it does not know stays a score', async () => {
    const events = await heard({ calibration: toneCalibration() });
    expect(events.map(({ word, llr }) => [word, llr === null])).toEqual([
      ['low', false],
      ['high', true],
    ]);
  });

  test('is refused where it was fitted on another model', async () => {
    await expect(open({ calibration: toneCalibration({ sha256: 'f'.repeat(64) }) })).rejects.toThrow(
      /tone-model\/manifest.json: expected a calibration of model [0-9a-f]{16}…; got calibration [0-9a-f]{16} of model f{16}…/,
    );
  });

  test('of the manifest is used, and null turns it off', async () => {
    const manifest = JSON.parse(readFileSync(`${fixture}/manifest.json`, 'utf8'));
    const bytes = readFileSync(`${fixture}/model.onnx`);
    const model = { manifest: { ...manifest, calibration: toneCalibration().json }, bytes };
    expect((await heard({ model }))[0]?.llr).toBeTypeOf('number');
    expect((await heard({ model, calibration: null }))[0]?.llr).toBeNull();
  });
});

describe('states', () => {
  test('after flush only reset helps', async () => {
    await engine.flush();
    await expect(engine.push(new Float32Array(1))).rejects.toThrow(
      'push: expected an engine that is ready; got ended. Nothing was changed. Call reset() to begin a new stream.',
    );
    engine.reset();
    await expect(engine.push(new Float32Array(1))).resolves.toEqual([]);
  });

  test('after dispose nothing helps, and waiting readers end', async () => {
    const gone = await open();
    const reader = gone[Symbol.asyncIterator]().next();
    await gone.dispose();
    await gone.dispose();
    gone.reset();
    await expect(gone.push(new Float32Array(1))).rejects.toThrow(StateError);
    await expect(gone.flush()).rejects.toThrow('got disposed');
    expect((await reader).done).toBe(true);
  });
});
