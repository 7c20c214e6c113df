import { type Phone, type Pronunciation, phones } from './phones.js';

/** Cost of a phone that is missing or added, in phones. */
export const gapCost = 0.8;
/** Cost of hearing a vowel for a consonant, or the reverse: more than any other exchange, less than two gaps. */
const crossClassCost = 1.2;

type Manner = 'stop' | 'affricate' | 'fricative' | 'nasal' | 'approximant';
interface Consonant {
  readonly manner: Manner;
  /** 0 at the lips … 1 at the glottis. */
  readonly place: number;
  readonly voiced: boolean;
}
interface Vowel {
  /** 0 close … 1 open; of a diphthong, the middle of its glide. */
  readonly height: number;
  /** 0 front … 1 back. */
  readonly backness: number;
  /** 0 spread … 1 rounded. */
  readonly rounding: number;
}

const consonant = (manner: Manner, place: number, voiced: boolean): Consonant => ({ manner, place, voiced });
const vowel = (height: number, backness: number, rounding: number): Vowel => ({ height, backness, rounding });

/** Articulation by the chart of the International Phonetic Association, as numbers of our own. */
const articulation: Readonly<Record<Phone, Consonant | Vowel>> = {
  B: consonant('stop', 0, true),
  P: consonant('stop', 0, false),
  D: consonant('stop', 0.5, true),
  T: consonant('stop', 0.5, false),
  G: consonant('stop', 0.9, true),
  K: consonant('stop', 0.9, false),
  CH: consonant('affricate', 0.6, false),
  JH: consonant('affricate', 0.6, true),
  F: consonant('fricative', 0.1, false),
  V: consonant('fricative', 0.1, true),
  TH: consonant('fricative', 0.3, false),
  DH: consonant('fricative', 0.3, true),
  S: consonant('fricative', 0.5, false),
  Z: consonant('fricative', 0.5, true),
  SH: consonant('fricative', 0.6, false),
  ZH: consonant('fricative', 0.6, true),
  HH: consonant('fricative', 1, false),
  M: consonant('nasal', 0, true),
  N: consonant('nasal', 0.5, true),
  NG: consonant('nasal', 0.9, true),
  L: consonant('approximant', 0.5, true),
  R: consonant('approximant', 0.6, true),
  W: consonant('approximant', 0.1, true),
  Y: consonant('approximant', 0.7, true),
  IY: vowel(0, 0, 0),
  IH: vowel(0.2, 0.1, 0),
  EY: vowel(0.4, 0, 0),
  EH: vowel(0.6, 0.1, 0),
  AE: vowel(0.85, 0.1, 0),
  AA: vowel(1, 0.8, 0),
  AO: vowel(0.7, 1, 1),
  OW: vowel(0.45, 1, 1),
  UH: vowel(0.25, 0.8, 1),
  UW: vowel(0, 1, 1),
  AH: vowel(0.55, 0.5, 0),
  ER: vowel(0.5, 0.5, 0.3),
  AY: vowel(0.8, 0.3, 0),
  AW: vowel(0.8, 0.6, 0.4),
  OY: vowel(0.6, 0.7, 1),
};

/** How far two manners of articulation are apart, 0..1; pairs not listed are 0.9. */
const mannerGaps: Readonly<Record<string, number>> = {
  'affricate stop': 0.4,
  'affricate fricative': 0.4,
  'fricative stop': 0.6,
  'approximant nasal': 0.6,
  'nasal stop': 0.6,
};

/** Substitution costs, row-major [nPhones × nPhones], symmetric, 0 on the diagonal. */
const costs = Float64Array.from({ length: phones.length ** 2 }, (_, cell) => {
  const [a, b] = [phones[Math.floor(cell / phones.length)], phones[cell % phones.length]];
  return a === undefined || b === undefined || a === b
    ? 0
    : articulatoryCost(articulation[a], articulation[b]);
});

/** Cost of hearing one phone for another, in phones: 0 for itself, up to 1 within vowels or consonants, 1.2 across. */
export function substitutionCost(a: number, b: number): number {
  return costs[a * phones.length + b] ?? crossClassCost;
}

/** The stretch of a pronunciation that comes nearest to another. */
export interface NearestStretch {
  /** Weighted edit distance, in phones. */
  readonly distance: number;
  /** First phone of the stretch. */
  readonly start: number;
  /** Behind its last phone. */
  readonly end: number;
}

/**
 * Weighted edit distance between two pronunciations, in phones: a phone missing or added costs 0.8, a substitution
 * the share of articulatory features that differ (manner, place, voicing; height, backness, rounding). A metric up to
 * the triangle inequality, which substitutions across classes may break.
 *
 * After Schönherr et al. 2020 (arXiv 2008.00508), who weighted phones to find what wakes assistants by accident.
 */
export function phoneDistance(a: Pronunciation, b: Pronunciation): number {
  return lastRow(a, b, gapCost)[b.length] ?? 0;
}

/** Distance of the stretch inside `heard` that is nearest to `target`. */
export function distanceWithin(target: Pronunciation, heard: Pronunciation): number {
  return lastRow(target, heard, 0).reduce((least, cost) => Math.min(least, cost));
}

/** The stretch inside `heard` that is nearest to `target`. */
export function nearestStretch(target: Pronunciation, heard: Pronunciation): NearestStretch {
  const ends = lastRow(target, heard, 0);
  const end = indexOfMinimum(ends);
  // From the end backwards, the free start is a free end.
  const starts = lastRow([...target].reverse(), heard.slice(0, end).reverse(), 0);
  return { distance: ends[end] ?? 0, start: end - indexOfMinimum(starts), end };
}

/**
 * Costs of aligning all of `a` with the first 0, 1, … phones of `b`.
 *
 * @param leadCost cost of each phone of `b` before the alignment: 0 lets it start anywhere
 */
function lastRow(a: Pronunciation, b: Pronunciation, leadCost: number): Float64Array {
  let above = new Float64Array(b.length + 1);
  let row = new Float64Array(b.length + 1);
  for (let j = 0; j <= b.length; j++) row[j] = leadCost * j;
  for (const phone of a) {
    [above, row] = [row, above];
    let left = (above[0] ?? 0) + gapCost;
    row[0] = left;
    for (let j = 0; j < b.length; j++) {
      const substituted = (above[j] ?? 0) + substitutionCost(phone, b[j] ?? 0);
      left = Math.min(substituted, (above[j + 1] ?? 0) + gapCost, left + gapCost);
      row[j + 1] = left;
    }
  }
  return row;
}

function indexOfMinimum(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) < (values[best] ?? 0)) best = i;
  return best;
}

function articulatoryCost(a: Consonant | Vowel, b: Consonant | Vowel): number {
  if ('manner' in a && 'manner' in b) {
    const manner = a.manner === b.manner ? 0 : (mannerGaps[[a.manner, b.manner].sort().join(' ')] ?? 0.9);
    const voicing = a.voiced === b.voiced ? 0 : 0.2;
    return Math.min(1, 0.15 + 0.6 * manner + 0.5 * Math.abs(a.place - b.place) + voicing);
  }
  if ('height' in a && 'height' in b) {
    const height = 0.6 * Math.abs(a.height - b.height);
    const backness = 0.4 * Math.abs(a.backness - b.backness);
    return Math.min(1, 0.1 + height + backness + 0.2 * Math.abs(a.rounding - b.rounding));
  }
  return crossClassCost;
}
