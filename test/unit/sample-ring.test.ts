import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleRing } from '../../src/audio/index.js';

const counted = (from: number, to: number) =>
  Float32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

describe('SampleRing', () => {
  it('holds the newest samples under their numbers, however they were cut', () => {
    const cuts = fc.array(fc.nat(25), { maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), cuts, fc.nat(60), fc.nat(60), (capacity, sizes, a, b) => {
        const ring = new SampleRing(capacity);
        let heard = 0;
        for (const size of sizes) {
          ring.push(counted(heard, heard + size));
          heard += size;
        }
        expect([ring.nSamples, ring.oldest]).toEqual([heard, Math.max(0, heard - capacity)]);
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(ring.copy(from, to)).toEqual(counted(Math.max(from, ring.oldest), Math.min(to, heard)));
      }),
    );
  });

  // slots  0 1 2 3      after 0 … 5:  4 5 2 3
  it('gives an array of its own, over the end of its memory', () => {
    const ring = new SampleRing(4);
    ring.push(counted(0, 6));
    const copy = ring.copy(2, 6);
    ring.push(counted(6, 10));
    expect([...copy]).toEqual([2, 3, 4, 5]);
    expect([...ring.copy(0, 100)]).toEqual([6, 7, 8, 9]);
    expect([...ring.copy(100, 200)]).toEqual([]);
  });

  it('is wiped by reset', () => {
    const ring = new SampleRing(4);
    ring.push(counted(1, 5));
    ring.reset();
    expect([ring.nSamples, ring.oldest, ring.copy(0, 4).length]).toEqual([0, 0, 0]);
    ring.push(counted(7, 8));
    expect([...ring.copy(0, 4)]).toEqual([7]);
  });
});
