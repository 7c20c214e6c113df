import { N_SYMBOLS } from './abi';

/** Bytes of a row of symbols. */
const ROW: usize = (<usize>N_SYMBOLS) << 2;

/**
 * Scores of going from one phone to the next, shape [N_SYMBOLS + 1][N_SYMBOLS]: row 0 at the start, row q after phone q
 * with −∞ at q itself, and a last row for a phone after itself, which takes a blank between. Column 0 is −∞.
 */
const transitions: usize = memory.data((N_SYMBOLS + 1) * N_SYMBOLS * 4, 16);
/** Best score of paths that end in phone p at this row, and of those that end in a blank after it. */
const phones: usize = memory.data(N_SYMBOLS * 4, 16);
const blanks: usize = memory.data(N_SYMBOLS * 4, 16);
/** Best way into each phone. */
const entries: usize = memory.data(N_SYMBOLS * 4, 16);
/** Score of blanks alone since the start. */
let silence: f32 = 0;

/** Byte offset of the table of transitions. */
export function transitionsPtr(): usize {
  return transitions;
}

/** Score of blanks alone since the start. */
export function silenceScore(): f32 {
  return silence;
}

/** Back to the start: nothing said yet. */
export function fillerReset(): void {
  for (let p: usize = 0; p < ROW; p += 4) {
    f32.store(phones + p, -Infinity);
    f32.store(blanks + p, -Infinity);
  }
  silence = 0;
}

/**
 * Moves the free phone loop on by one row: CTC over any sequence of phones.
 *
 *     phone'[p] = y[p] + max(phone[p], max_q≠p max(phone[q], blank[q]) + T[q,p], blank[p] + T[p,p], silence + T[start,p])
 *     blank'[p] = y[0] + max(phone[p], blank[p])
 *
 * @param y in, shape [N_SYMBOLS], scores of the row.
 * @returns the best score of all paths.
 *
 * Allocates nothing; N_SYMBOLS² / 4 vector operations. Accuracy: test/property/decoding.test.ts.
 */
export function fillerStep(y: usize): f32 {
  const repeats = transitions + <usize>N_SYMBOLS * ROW;
  const silenceLanes = f32x4.splat(silence);
  for (let p: usize = 0; p < ROW; p += 16) {
    const start = f32x4.add(silenceLanes, v128.load(transitions + p));
    v128.store(entries + p, f32x4.max(start, f32x4.add(v128.load(blanks + p), v128.load(repeats + p))));
  }
  for (let q: usize = 4; q < ROW; q += 4) {
    const from = max(f32.load(phones + q), f32.load(blanks + q));
    if (from == -Infinity) continue;
    const fromLanes = f32x4.splat(from);
    const row = transitions + (q >> 2) * ROW;
    for (let p: usize = 0; p < ROW; p += 16) {
      v128.store(entries + p, f32x4.max(v128.load(entries + p), f32x4.add(fromLanes, v128.load(row + p))));
    }
  }
  const blank = f32.load(y);
  silence += blank;
  let best = silence;
  for (let p: usize = 4; p < ROW; p += 4) {
    const phone = f32.load(phones + p);
    const newPhone = max(phone, f32.load(entries + p)) + f32.load(y + p);
    const newBlank = max(phone, f32.load(blanks + p)) + blank;
    f32.store(phones + p, newPhone);
    f32.store(blanks + p, newBlank);
    best = max(best, max(newPhone, newBlank));
  }
  return best;
}

/** Takes `score` off all paths. */
export function fillerShift(score: f32): void {
  for (let p: usize = 4; p < ROW; p += 4) {
    f32.store(phones + p, f32.load(phones + p) - score);
    f32.store(blanks + p, f32.load(blanks + p) - score);
  }
  silence -= score;
}

/**
 * Best score of the free phone loop from each row to the end, by the same recursion backwards.
 *
 * @param rows   in, shape [nRows][N_SYMBOLS].
 * @param scores out, shape [nRows + 1]: the score from row t on; 0 at the end.
 *
 * Overwrites the state of `fillerStep`.
 */
export function fillerBackward(rows: usize, nRows: i32, scores: usize): void {
  // Here phones[p] is the best rest of a path that is in p at this row, blanks[p] of one in a blank after p,
  // and entries[p] of one that has left p before this row.
  const repeats = transitions + <usize>N_SYMBOLS * ROW;
  for (let p: usize = 0; p < ROW; p += 4) {
    f32.store(phones + p, 0);
    f32.store(blanks + p, 0);
  }
  f32.store(scores + ((<usize>nRows) << 2), 0);
  for (let t = nRows - 1; t >= 0; t--) {
    const y = rows + <usize>t * ROW;
    const blank = f32.load(y);
    const isLast = t == nRows - 1;
    for (let q: usize = 0; q < ROW; q += 4) {
      // At the end nothing follows, so no phone is entered.
      f32.store(entries + q, isLast ? -Infinity : bestOnward(transitions + (q >> 2) * ROW));
    }
    for (let p: usize = 4; p < ROW; p += 4) {
      const phone = f32.load(phones + p);
      const again = isLast ? <f32>-Infinity : phone + f32.load(repeats + p);
      const onward = f32.load(entries + p);
      const afterBlank = max(f32.load(blanks + p), max(onward, again));
      f32.store(phones + p, f32.load(y + p) + max(max(phone, f32.load(blanks + p)), onward));
      f32.store(blanks + p, blank + afterBlank);
    }
    f32.store(blanks, blank + max(f32.load(blanks), f32.load(entries)));
    f32.store(scores + ((<usize>t) << 2), max(f32.load(blanks), bestOnward(transitions)));
  }
}

/** max_p T[p] + phones[p] of a row of transitions. */
function bestOnward(row: usize): f32 {
  let best = f32x4.splat(-Infinity);
  for (let p: usize = 0; p < ROW; p += 16) {
    best = f32x4.max(best, f32x4.add(v128.load(row + p), v128.load(phones + p)));
  }
  const pairs = f32x4.max(best, v128.shuffle<f32>(best, best, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
