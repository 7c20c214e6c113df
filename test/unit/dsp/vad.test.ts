import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Frontend,
  type FrontendRecipe,
  kaldiRecipe,
  librosaRecipe,
  type VadEvent,
} from '../../../src/dsp/index.js';
import { vadNetwork } from '../../../src/dsp/vad-network.js';
import { speechProbability, vadInputs } from '../../oracle/vad.js';
import { blockLengths, cut } from '../../support/chunks.js';

const speechBytes = readFileSync(new URL('../../fixtures/speech-flite.f32', import.meta.url));
/** 2.5 s of one voice, speaking from the first tenth of a second to the end. */
const speech = new Float32Array(
  speechBytes.buffer.slice(speechBytes.byteOffset),
  0,
  speechBytes.byteLength / 4,
);

function gaussian(length: number, rms: number, seed = 1): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length },
    () => rms * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

function join(...parts: Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

const seconds = (duration: number) => Math.round(16000 * duration);
const silence = (duration: number) => new Float32Array(seconds(duration));
const plus = (a: Float32Array, b: Float32Array) => a.map((value, n) => value + (b[n] as number));
const times = (a: Float32Array, gain: number) => a.map((value) => value * gain);

/** Quiet room, speech from 1.0 s to 3.5 s, quiet room again to 5 s. */
const roomWithSpeech = plus(join(silence(1), speech, silence(1.5)), gaussian(seconds(5), 1e-4));

const to16Bits = (sample: number) => Math.round(sample * 32768) / 32768;
/** 1 s in which one sample in 300 is a least bit, which a hop may or may not hold. Ten times as large. */
const fewLeastBits = silence(1).map((_, n) => (n % 300 === 0 ? 10 / 32768 : 0));

interface Heard {
  events: VadEvent[];
  probabilities: number[];
}

async function hear(
  x: Float32Array,
  recipe: FrontendRecipe = kaldiRecipe,
  inputRateHz = 16000,
): Promise<Heard> {
  const frontend = await Frontend.create({ recipe, inputRateHz });
  return listen(frontend, cut(x, [1600]));
}

function listen(frontend: Frontend, blocks: Iterable<Float32Array>): Heard {
  const heard: Heard = { events: [], probabilities: [] };
  for (const block of blocks) {
    frontend.push(block);
    heard.events.push(...frontend.vadEvents);
    heard.probabilities.push(...frontend.speechProbabilities);
  }
  return heard;
}

const types = (events: readonly VadEvent[]) => events.map((event) => event.type);
const startMs = ({ events }: Heard) => events[0]?.ms ?? Number.NaN;

describe('speech probability', () => {
  it.each([
    ['kaldi', kaldiRecipe],
    ['librosa, 32 ms', { ...librosaRecipe, frameLengthMs: 32 } as const],
  ])('equals the float64 oracle: %s', async (_, recipe) => {
    const x = join(
      gaussian(seconds(0.3), 1e-3),
      silence(0.2),
      plus(speech, gaussian(speech.length, 1e-3)).subarray(0, seconds(0.9)),
    );
    const table = vadNetwork();
    const expected = vadInputs(x, recipe).map((inputs) => speechProbability(inputs, table));
    const { probabilities } = await hear(x, recipe);
    expect(probabilities).toHaveLength(expected.length);
    const worst = Math.max(...probabilities.map((p, hop) => Math.abs(p - (expected[hop] as number))));
    // Measured 5e-7: float32 spectra and logarithms.
    expect(worst).toBeLessThan(1e-6);
  });

  it('is low in a room and high in speech', async () => {
    const { probabilities } = await hear(roomWithSpeech);
    const share = (from: number, to: number) =>
      probabilities.slice(from, to).filter((p) => p >= 0.5).length / (to - from);
    expect(share(0, 95)).toBeLessThan(0.05);
    expect(share(105, 345)).toBeGreaterThan(0.85);
    expect(share(390, 490)).toBeLessThan(0.05);
  });
});

describe('speech events', () => {
  it('frame the speech', async () => {
    const { events } = await hear(roomWithSpeech);
    expect(types(events)).toEqual(['speechStart', 'speechEnd']);
    expect(events[0]?.ms).toBeGreaterThan(900);
    expect(events[0]?.ms).toBeLessThan(1150);
    expect(events[1]?.ms).toBeGreaterThan(3300);
    expect(events[1]?.ms).toBeLessThan(3750);
  });

  it.each([
    ['in a quiet room', roomWithSpeech],
    ['of 16 bits in digital silence', times(join(silence(1), speech, silence(1.5)), 0.05).map(to16Bits)],
    [
      'of 16 bits between single least bits',
      times(join(fewLeastBits, speech, fewLeastBits), 0.1).map(to16Bits),
    ],
  ])('are the same at any gain within ±20 dB, every hop and every event: speech %s', async (_, x) => {
    const { probabilities, events } = await hear(x);
    for (const gain of [0.1, 0.3, 3, 10]) {
      const scaled = await hear(times(x, gain));
      expect(scaled.events).toEqual(events);
      const decided = (all: number[], threshold: number) => all.map((p) => p >= threshold);
      for (const threshold of [0.4, 0.5, 0.6]) {
        expect(decided(scaled.probabilities, threshold)).toEqual(decided(probabilities, threshold));
      }
      const moved = Math.max(
        ...probabilities.map((p, hop) => Math.abs(p - (scaled.probabilities[hop] as number))),
      );
      // Measured 6e-6, from the rounding of scaled samples in the quietest bands.
      expect(moved).toBeLessThan(1.5e-5);
    }
  });

  it('come in input time, whatever the rate', async () => {
    // Straight lines between samples: what they add lies above 8 kHz, which the front end takes off.
    const x48k = Float32Array.from({ length: 3 * (roomWithSpeech.length - 1) }, (_, n) => {
      const before = roomWithSpeech[Math.floor(n / 3)] as number;
      const after = roomWithSpeech[Math.floor(n / 3) + 1] as number;
      return before + ((after - before) * (n % 3)) / 3;
    });
    const at16k = await hear(roomWithSpeech);
    const at48k = await hear(x48k, kaldiRecipe, 48000);
    expect(types(at48k.events)).toEqual(types(at16k.events));
    at48k.events.forEach(({ sample, ms }, i) => {
      expect(Math.abs(ms - (at16k.events[i] as VadEvent).ms)).toBeLessThanOrEqual(20);
      expect(sample).toBe(Math.round(ms * 48));
    });
  });

  it('find speech that begins with the stream, and after digital silence', async () => {
    const first = await hear(speech);
    expect(types(first.events)[0]).toBe('speechStart');
    expect(startMs(first)).toBeLessThan(400);
    const afterSilence = await hear(join(silence(1.5), speech, silence(1)));
    expect(types(afterSilence.events)).toEqual(['speechStart', 'speechEnd']);
    expect(startMs(afterSilence)).toBeGreaterThan(1400);
    expect(startMs(afterSilence)).toBeLessThan(1900);
  });

  it('find speech 10 dB above steady noise', async () => {
    const speechRms = Math.sqrt(speech.reduce((sum, s) => sum + s * s, 0) / speech.length);
    const x = join(silence(3), speech, silence(1.5));
    const { events } = await hear(plus(x, gaussian(x.length, speechRms / Math.sqrt(10))));
    const inSpeech = events.filter(({ type, ms }) => type === 'speechStart' && ms > 2800 && ms < 5500);
    expect(inSpeech.length).toBeGreaterThan(0);
    expect(types(events).at(-1)).toBe('speechEnd');
  });

  it.each([
    ['digital silence', silence(3)],
    ['one click in silence', silence(3).fill(0.8, 20_000, 20_001)],
    ['DC', silence(3).fill(0.5)],
    ['full scale', silence(3).fill(1)],
    ['full-scale square wave', silence(3).map((_, n) => (Math.floor(n / 40) % 2 === 0 ? 1 : -1))],
    ['white noise', gaussian(seconds(5), 0.05)],
    ['loud white noise', gaussian(seconds(5), 0.3)],
    ['noise after silence', join(silence(1), gaussian(seconds(3), 0.05))],
    ['noise, silence, noise', join(gaussian(seconds(2), 0.05), silence(1), gaussian(seconds(2), 0.05))],
    ['steady tone', silence(3).map((_, n) => 0.3 * Math.sin((2 * Math.PI * 440 * n) / 16000))],
  ])('are none in %s', async (_, x) => {
    for (const recipe of [kaldiRecipe, librosaRecipe]) {
      const { events, probabilities } = await hear(x, recipe);
      expect(events).toEqual([]);
      expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
    }
  });

  it('end within 3 s when noise rises by 30 dB and stays', async () => {
    const { events, probabilities } = await hear(
      join(gaussian(seconds(2), 1e-3), gaussian(seconds(6), 0.03, 2)),
    );
    expect(events.every(({ ms }) => ms < 5000)).toBe(true);
    expect(events.length % 2).toBe(0);
    expect(probabilities.slice(500).filter((p) => p >= 0.5)).toHaveLength(0);
  });

  it('are bit-exact under any split, and again after reset', async () => {
    const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
    const whole = listen(frontend, [roomWithSpeech]);
    fc.assert(
      fc.property(blockLengths, (lengths) => {
        frontend.reset();
        expect(frontend.vadEvents).toEqual([]);
        expect(listen(frontend, cut(roomWithSpeech, lengths))).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});
