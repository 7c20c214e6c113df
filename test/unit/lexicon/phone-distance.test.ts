import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gapCost,
  nearestStretch,
  type Pronunciation,
  parseArpabet,
  phoneDistance,
  phones,
  substitutionCost,
} from '../../../src/lexicon/index.js';

const say = (text: string) => parseArpabet(text) as Pronunciation;
const phone = fc.nat(phones.length - 1);
const word = fc.array(phone, { maxLength: 8 });

/** The cheapest of all alignments, by trying each one: slow, for short words. */
function slowDistance(a: Pronunciation, b: Pronunciation): number {
  const [first, ...restA] = a;
  const [second, ...restB] = b;
  if (first === undefined) return gapCost * b.length;
  if (second === undefined) return gapCost * a.length;
  return Math.min(
    substitutionCost(first, second) + slowDistance(restA, restB),
    gapCost + slowDistance(restA, b),
    gapCost + slowDistance(a, restB),
  );
}

describe('substitutionCost', () => {
  const cost = (a: string, b: string) => substitutionCost(say(a)[0] ?? -1, say(b)[0] ?? -1);

  it('is zero for the same phone, symmetric, and dearest between a vowel and a consonant', () => {
    for (const a of phones) {
      for (const b of phones) {
        expect(cost(a, b)).toBe(cost(b, a));
        if (a === b) expect(cost(a, b)).toBe(0);
        else expect(cost(a, b)).toBeGreaterThanOrEqual(0.1);
      }
    }
    expect(cost('AA', 'B')).toBe(1.2);
  });

  it.each([
    ['P', 'B', 'M'],
    ['S', 'Z', 'K'],
    ['IH', 'IY', 'AA'],
    ['AH', 'ER', 'OY'],
    ['M', 'N', 'T'],
  ])('holds %s nearer to %s than to %s', (a, near, far) => {
    expect(cost(a, near)).toBeLessThan(cost(a, far));
  });
});

describe('phoneDistance', () => {
  it('is the cost of the cheapest alignment', () => {
    const short = fc.array(phone, { maxLength: 5 });
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(phoneDistance(a, b)).toBeCloseTo(slowDistance(a, b), 10);
      }),
    );
  });

  it('counts phones that are missing', () => {
    expect(phoneDistance(say('AH L EH K S AH'), say('L EH K S AH'))).toBeCloseTo(gapCost, 12);
    expect(phoneDistance([], say('AH L'))).toBeCloseTo(2 * gapCost, 12);
  });

  it('orders what sounds like a wake word as ears do', () => {
    const alexa = say('AH L EH K S AH');
    const distance = (text: string) => phoneDistance(alexa, say(text));
    const order = [
      'AH L EH K S AH S',
      'EH L EH K S AH',
      'AH L EH K S IH',
      'AH L EH K T AH',
      'B AH N AE N AH',
    ];
    expect(distance('EH L EH K S AH')).toBeLessThan(distance('AH L EH K T AH'));
    expect(order.map(distance).every((each) => each <= distance('B AH N AE N AH'))).toBe(true);
  });
});

describe('nearestStretch', () => {
  it('finds a word within a sentence', () => {
    // …IH N  AH L EH K S AH  N D R IY AH
    expect(nearestStretch(say('AH L EH K S AH'), say('IH N AH L EH K S AH N D R IY AH'))).toEqual({
      distance: 0,
      start: 2,
      end: 8,
    });
  });

  it('is the nearest of all stretches', () => {
    fc.assert(
      fc.property(fc.array(phone, { minLength: 1, maxLength: 5 }), word, (target, heard) => {
        const { distance, start, end } = nearestStretch(target, heard);
        expect(phoneDistance(target, heard.slice(start, end))).toBeCloseTo(distance, 10);
        for (let from = 0; from <= heard.length; from++) {
          for (let to = from; to <= heard.length; to++) {
            expect(phoneDistance(target, heard.slice(from, to))).toBeGreaterThan(distance - 1e-9);
          }
        }
      }),
    );
  });
});
