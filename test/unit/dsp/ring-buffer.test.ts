import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Frontend, kaldiRecipe } from '../../../src/dsp/index.js';

/** Samples that `history` must be able to give back: the ring of assembly/ring-buffer.ts. */
const capacity = 65536;

let frontend: Frontend;
beforeAll(async () => {
  frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
});

/** Sample i of any stream of these tests: no two within a ring's length are alike, so a slip by one shows. */
const sampleAt = (index: number) => Math.fround(((index * 40503) % 131072) / 131072 - 0.5);
const stretch = (from: number, length: number) => Float32Array.from({ length }, (_, i) => sampleAt(from + i));

/** What an array that forgets nothing but what the ring may forget would answer. */
function model(written: number, from: number, to: number): Float32Array {
  const start = Math.min(written, Math.max(from, 0, written - capacity));
  return stretch(start, Math.max(0, Math.min(to, written) - start));
}

describe('history', () => {
  it('answers as an array would, at any block length and place', () => {
    const blockLength = fc.oneof(fc.nat(300), fc.integer({ min: 2000, max: 20_000 }));
    const place = fc.double({ min: -0.2, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(blockLength, place, place), { minLength: 1, maxLength: 12 }), (steps) => {
        frontend.reset();
        let written = 0;
        for (const [length, a, b] of steps) {
          frontend.push(stretch(written, length));
          written += length;
          expect(frontend.samples16k).toBe(written);
          const [from, to] = [Math.round(a * written), Math.round(b * written)];
          expect(frontend.history(from, to)).toEqual(model(written, from, to));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('holds more than 3 s, and exactly its capacity', () => {
    frontend.reset();
    const written = 3 * capacity + 12_345;
    frontend.push(stretch(0, written));
    expect(frontend.history(0, written)).toEqual(stretch(written - capacity, capacity));
    expect(capacity).toBeGreaterThan(3 * 16000);
  });

  it('is a copy, which later samples leave alone', () => {
    frontend.reset();
    frontend.push(stretch(0, 1000));
    const kept = frontend.history(200, 700);
    frontend.push(new Float32Array(2 * capacity).fill(0.9));
    expect(kept).toEqual(stretch(200, 500));
  });

  it('forgets at reset', () => {
    frontend.push(stretch(0, 5000));
    frontend.reset();
    expect(frontend.samples16k).toBe(0);
    expect(frontend.history(0, 5000)).toHaveLength(0);
  });

  it('keeps nothing of a block that is refused', () => {
    frontend.reset();
    frontend.push(stretch(0, 100));
    const canary = new Float32Array(5000).fill(0.1);
    canary[4999] = Number.NaN;
    expect(() => frontend.push(canary)).toThrow('finite');
    expect(frontend.samples16k).toBe(100);
    expect(frontend.history(0, 200)).toEqual(stretch(0, 100));
  });
});
