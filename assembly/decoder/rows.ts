import { N_SYMBOLS } from './abi';
import { fillerShift, fillerStep, silenceScore } from './filler';
import { arrayBytes, take } from './storage';

const ROW: usize = (<usize>N_SYMBOLS) << 2;

/** Rows of the utterance so far, and most that there is room for. */
export let nRows: i32 = 0;
export let rowCapacity: i32 = 0;
/** shape [rowCapacity][N_SYMBOLS]: scores against the filler, so that the sum over all rows of its best path is 0. */
let rows: usize = 0;
/** shape [rowCapacity + 1]: score of the best way to stand before the command after t rows. */
let leads: usize = 0;

let scale: f32 = 1;
let floor: f32 = -Infinity;
let blankPenalty: f32 = 0;
let leadPenalty: f32 = 0;

/** Bytes that rows take. */
export function rowBytes(capacity: i64): i64 {
  return arrayBytes(capacity * N_SYMBOLS) + arrayBytes(capacity + 1);
}

/** Hands out the arrays. */
export function rowsTake(capacity: i32): void {
  rowCapacity = capacity;
  rows = take(<i64>capacity * N_SYMBOLS);
  leads = take(capacity + 1);
}

/** How logits become scores: assembly/decoder/index.ts. */
export function rowsConfigure(acoustic: f32, least: f32, blank: f32, lead: f32): void {
  scale = acoustic;
  floor = least;
  blankPenalty = blank;
  leadPenalty = lead;
}

/** Back to an utterance of no rows. */
export function rowsReset(): void {
  nRows = 0;
  f32.store(leads, 0);
}

/** Scores of row t, shape [N_SYMBOLS]. */
export function rowAt(t: i32): usize {
  return rows + <usize>t * ROW;
}

/** Score of the best way to stand before the command after t rows. */
export function leadAt(t: i32): f32 {
  return f32.load(leads + ((<usize>t) << 2));
}

/**
 * Appends a row of logits, and moves the filler on by it.
 *
 *     y[s] = max(scale · (logit[s] − max logit), floor) − (s = 0 ? blankPenalty : 0)
 *     row[s] = y[s] − what the filler's best score has grown by
 *
 * No normalisation is needed: all paths pass through all rows, so what is common to a row's symbols falls out.
 */
export function rowPush(logits: usize): void {
  const row = rowAt(nRows);
  let top: f32 = -Infinity;
  for (let s: usize = 0; s < ROW; s += 4) top = max(top, f32.load(logits + s));
  for (let s: usize = 0; s < ROW; s += 4) {
    f32.store(row + s, max(scale * (f32.load(logits + s) - top), floor));
  }
  f32.store(row, f32.load(row) - blankPenalty);
  const grown = fillerStep(row);
  fillerShift(grown);
  for (let s: usize = 0; s < ROW; s += 4) f32.store(row + s, f32.load(row + s) - grown);
  nRows++;
  f32.store(leads + ((<usize>nRows) << 2), max(silenceScore(), -leadPenalty));
}
