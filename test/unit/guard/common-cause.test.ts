import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/errors.js';
import { combineEvidence, jointFalsePass, neededLlr } from '../../../src/guard/index.js';

/** Within what calibrations can carry, and a way beyond. */
const llr = fc.double({ min: -12, max: 12, noNaN: true });
const llrs = fc.array(llr, { maxLength: 8 });
const beta = fc.oneof(fc.constantFrom(0, 0.01, 0.05, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));

describe('jointFalsePass', () => {
  it('mixes the strictest stage with the product', () => {
    // 0.05 · 0.02 + 0.95 · (0.02 · 0.1 · 0.05) = 0.001 + 0.000095
    expect(jointFalsePass([0.02, 0.1, 0.05], 0.05)).toBeCloseTo(0.001095, 12);
    expect(jointFalsePass([0.02, 0.1, 0.05], 0)).toBeCloseTo(0.0001, 12);
    expect(jointFalsePass([0.02, 0.1, 0.05], 1)).toBe(0.02);
    expect(jointFalsePass([], 0.3)).toBe(1);
  });

  it.each([[[1.1]], [[-0.1]], [[Number.NaN]]])('refuses %j, which is no probability', (probabilities) => {
    expect(() => jointFalsePass(probabilities, 0.05)).toThrow(ConfigError);
  });

  it('refuses a β that is no share', () => {
    expect(() => jointFalsePass([0.5], 1.5)).toThrow(ConfigError);
  });
});

describe('combineEvidence', () => {
  it('is jointFalsePass of e^−λ where nothing speaks against', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 12, noNaN: true })), beta, (favourable, share) => {
        const p = jointFalsePass(
          favourable.map((x) => Math.exp(-x)),
          share,
        );
        // e^−Σ underflows for long arrays, where p is then that of the common cause alone.
        fc.pre(p > 1e-300);
        expect(combineEvidence(favourable, share)).toBeCloseTo(-Math.log(p), 9);
      }),
    );
  });

  it('never falls when a piece rises', () => {
    fc.assert(
      fc.property(
        llrs,
        llr,
        fc.double({ min: 0, max: 12, noNaN: true }),
        beta,
        (others, piece, rise, share) => {
          const before = combineEvidence([...others, piece], share);
          // 1e-12: rounding of sums of up to 100 nats.
          expect(combineEvidence([...others, piece + rise], share)).toBeGreaterThanOrEqual(before - 1e-12);
        },
      ),
    );
  });

  it('lies between the strongest piece and the plain sum, and at most ln(1/β) above the strongest', () => {
    fc.assert(
      fc.property(llrs, beta, (pieces, share) => {
        const against = pieces.filter((x) => x < 0).reduce((sum, x) => sum + x, 0);
        const strongest = Math.max(0, ...pieces);
        const together = combineEvidence(pieces, share);
        const sum = pieces.reduce((all, x) => all + x, 0);
        expect(together).toBeGreaterThanOrEqual(against + strongest - 1e-9);
        expect(together).toBeLessThanOrEqual(sum + 1e-9);
        expect(together).toBeLessThanOrEqual(against + strongest + Math.log(1 / share) + 1e-9);
      }),
    );
  });

  it('keeps the LLR of one piece alone', () => {
    fc.assert(
      fc.property(llr, beta, (piece, share) => {
        expect(combineEvidence([piece], share)).toBeCloseTo(piece, 9);
      }),
    );
  });
});

describe('neededLlr', () => {
  it('is the piece with which combineEvidence reaches the target', () => {
    fc.assert(
      fc.property(llrs, fc.double({ min: -30, max: 30, noNaN: true }), beta, (others, target, share) => {
        const needed = neededLlr(others, target, share);
        expect(combineEvidence([...others, needed], share)).toBeCloseTo(target, 6);
      }),
    );
  });
});
