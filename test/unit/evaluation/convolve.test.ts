import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolve } from '../../../src/evaluation/convolve.js';

/** Straight from the definition, O(A·B). */
function oracle(a: Float32Array, b: Float32Array): Float64Array {
  const out = new Float64Array(a.length + b.length - 1);
  a.forEach((x, i) => {
    b.forEach((y, k) => {
      out[i + k] = (out[i + k] as number) + x * y;
    });
  });
  return out;
}

const signal = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map((values) => Float32Array.from(values));

describe('convolve', () => {
  it('is the sum of its definition, for any two lengths', () => {
    fc.assert(
      fc.property(signal, signal, (a, b) => {
        const out = convolve(a, b);
        const expected = oracle(a, b);
        expect(out).toHaveLength(expected.length);
        // Sums of up to 200 products within ±1, in float64.
        out.forEach((value, n) => {
          expect(Math.abs(value - (expected[n] as number))).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it('shifts by a delayed impulse', () => {
    const out = convolve(Float32Array.of(1, 2, 3), Float32Array.of(0, 0, 0.5));
    expect([...out]).toEqual([0, 0, 0.5, 1, 1.5].map((value) => expect.closeTo(value, 12)));
  });
});
