import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frontend, type FrontendRecipe, kaldiRecipe, librosaRecipe } from '../../src/dsp/index.js';
import { AudioFormatError, ConfigError } from '../../src/errors.js';
import { readFloat32 } from '../support/float32-file.js';
import { Stages } from '../support/stages.js';

const speech = readFloat32('fixtures/speech-flite.f32').subarray(3000, 15000);

const recipes = fc.record({
  base: fc.constantFrom(kaldiRecipe, librosaRecipe),
  frameLengthMs: fc.constantFrom<25 | 32>(25, 32),
  nMels: fc.integer({ min: 20, max: 80 }),
  mfccShare: fc.double({ min: 0, max: 1, noNaN: true }),
});

function recipeOf({
  base,
  frameLengthMs,
  nMels,
  mfccShare,
}: typeof recipes extends fc.Arbitrary<infer T> ? T : never): FrontendRecipe {
  return { ...base, frameLengthMs, nMels, highHz: 8000, nMfcc: Math.floor(mfccShare * nMels) };
}

/** Block lengths from none to beyond the module's capacity, cycled through until the signal is used up. */
const splits = fc.array(
  fc.oneof(
    fc.constantFrom(0, 1, 160, 400),
    fc.integer({ min: 1, max: 700 }),
    fc.integer({ min: 1, max: 6000 }),
  ),
  { minLength: 1, maxLength: 12 },
);

describe('streaming', () => {
  test('equals offline bit for bit under any split, in any recipe, from any rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        recipes,
        splits,
        fc.constantFrom(16000, 8000, 44100),
        async (choice, split, inputRateHz) => {
          const recipe = recipeOf(choice);
          const whole = await Frontend.create({ recipe, inputRateHz });
          const parts = await Frontend.create({ recipe, inputRateHz });
          const offline = whole.push(speech);
          const offlineSpeech = Array.from(whole.speechProbabilities);
          const streamed: number[] = [];
          const streamedSpeech: number[] = [];
          for (const block of cut(speech, split)) {
            streamed.push(...parts.push(block));
            streamedSpeech.push(...parts.speechProbabilities);
          }
          expect(streamed).toEqual(Array.from(offline));
          expect(streamedSpeech).toEqual(offlineSpeech);
          expect(parts.samplesIn).toBe(speech.length);
          expect(parts.samples16k).toBe(whole.samples16k);
          expect(parts.history(0, parts.samples16k)).toEqual(whole.history(0, whole.samples16k));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('after reset() is the first run again, wherever it was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, fc.integer({ min: 0, max: speech.length }), async (choice, cutOff) => {
        const frontend = await Frontend.create({ recipe: recipeOf(choice), inputRateHz: 16000 });
        const first = frontend.push(speech);
        frontend.reset();
        frontend.push(speech.subarray(0, cutOff));
        frontend.reset();
        expect(frontend.samplesIn).toBe(0);
        expect(frontend.samples16k).toBe(0);
        expect(frontend.push(speech)).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses a block with samples that are not finite as a whole, and goes on as if it had never come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e9),
        fc.integer({ min: 1, max: 6000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 1, max: 700 }),
        async (bad, length, place, next) => {
          const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
          const untouched = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
          const head = speech.subarray(0, 777);
          const block = speech.slice(0, length);
          block.fill(bad, Math.floor(place * length));
          frontend.push(head);
          untouched.push(head);
          expect(() => frontend.push(block)).toThrow(AudioFormatError);
          expect(frontend.samplesIn).toBe(head.length);
          for (const part of cut(speech, [next])) expect(frontend.push(part)).toEqual(untouched.push(part));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('yields frame f once sample 160·f + 400 has come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5000 }), async (length) => {
        const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
        const frames = frontend.push(speech.subarray(0, length)).length / frontend.nFeatures;
        expect(frames).toBe(length < 400 ? 0 : Math.floor((length - 400) / 160) + 1);
      }),
    );
  });

  test('makes of a frame what a stream that begins with it makes, also where the ring begins anew', async () => {
    const recipe = { ...kaldiRecipe, windowFunction: 'hamming' as const };
    const ringSamples = 65536;
    const long = Float32Array.from(
      { length: ringSamples + 2000 },
      (_, i) => speech[i % speech.length] as number,
    );
    for (const frameLengthMs of [25, 32] as const) {
      const frontend = await Frontend.create({ recipe: { ...recipe, frameLengthMs }, inputRateHz: 16000 });
      const from = Math.floor(ringSamples / 160) - 6;
      const all = frontend.push(long);
      for (let hop = from; hop < from + 8; hop++) {
        frontend.reset();
        const alone = frontend.push(long.subarray(hop * 160, hop * 160 + frameLengthMs * 16));
        expect(alone).toEqual(all.subarray(hop * 13, hop * 13 + 13));
      }
    }
  });

  test('pushInto() wants room for the frames of the block and consumes nothing without it', async () => {
    const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
    const block = speech.subarray(0, 5000);
    const needed = 29 * frontend.nFeatures;
    expect(() => frontend.pushInto(block, new Float32Array(needed - 1))).toThrow(ConfigError);
    expect(frontend.samplesIn).toBe(0);
    const out = new Float32Array(needed + 5).fill(Number.NaN);
    expect(frontend.pushInto(block, out)).toBe(29);
    expect(out.subarray(0, needed)).toEqual(
      (await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 })).push(block),
    );
    expect(out.subarray(needed).every(Number.isNaN)).toBe(true);
  });
});

describe('the debug build', () => {
  test('agrees with the release build bit for bit', () => {
    for (const recipe of [kaldiRecipe, { ...librosaRecipe, nMfcc: 0, nMels: 63 }]) {
      const [release, debug] = [new Stages(recipe), new Stages(recipe, 'stages.debug.wasm')].map((stages) => {
        const { exports } = stages;
        new Float32Array(exports.memory.buffer, exports.inputPtr(), 2000).set(speech.subarray(0, 2000));
        const nFrames = exports.push(2000);
        return new Float32Array(exports.memory.buffer, exports.featuresPtr(), nFrames * 13).slice();
      });
      expect(debug).toEqual(release);
      expect(debug?.length).toBe(11 * 13);
    }
  });
});

/** The signal in blocks of the given lengths, in turn; an all-zero split would never end, so it takes the rest. */
function* cut(signal: Float32Array, lengths: readonly number[]): Generator<Float32Array> {
  const usable = lengths.some((length) => length > 0) ? lengths : [signal.length];
  for (let start = 0, i = 0; start < signal.length; i++) {
    const length = usable[i % usable.length] as number;
    yield signal.subarray(start, start + length);
    start += length;
  }
}
