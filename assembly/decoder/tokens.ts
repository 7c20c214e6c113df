import { SEGMENT_ROWS } from './abi';
import {
  arcBegin,
  arcEnd,
  arcLabels,
  arcScore,
  arcTargets,
  labelScores,
  nStates,
  phoneOffsets,
} from './graph';
import { leadAt, nRows, rowAt } from './rows';
import { arrayBytes, take } from './storage';

/** shape [nStates]: best score of paths that end in the state's phone, and in a blank after it; −∞ for none. */
export let phones: usize = 0;
export let blanks: usize = 0;
/** shape [nStates]: best way into the state at this row, and its arc as `back` codes it. */
let entries: usize = 0;
let entryArcs: usize = 0;
/** shape [nStates]: the step at which `entries` was last begun. */
let stamps: usize = 0;
/** shape [nStates]: states with a token, and those of the next row. */
export let active: usize = 0;
let next: usize = 0;
/** shape [rowCapacity / SEGMENT_ROWS + 1][2][nStates]: `phones` and `blanks` before rows 0, 32, 64 … */
let snapshots: usize = 0;
/** shape [rowCapacity + 1]: best score of leaving the graph after t rows. */
let exits: usize = 0;

export let nActive: i32 = 0;
let step: i32 = 0;
let beam: f32 = Infinity;

/** Bytes that tokens take. */
export function tokenBytes(states: i64, capacity: i64): i64 {
  return (
    7 * arrayBytes(states) + arrayBytes((capacity / SEGMENT_ROWS + 1) * 2 * states) + arrayBytes(capacity + 1)
  );
}

/** Hands out the arrays. */
export function tokensTake(states: i32, capacity: i32): void {
  phones = take(states);
  blanks = take(states);
  entries = take(states);
  entryArcs = take(states);
  stamps = take(states);
  active = take(states);
  next = take(states);
  snapshots = take(<i64>(capacity / SEGMENT_ROWS + 1) * 2 * states);
  exits = take(capacity + 1);
}

/** @param width tokens further than this below the best of their row are dropped. */
export function tokensConfigure(width: f32): void {
  beam = width;
}

/** Score of leaving the graph after t rows. */
export function exitAt(t: i32): f32 {
  return f32.load(exits + ((<usize>t) << 2));
}

/** Removes all tokens: the start of a pass. */
export function tokensReset(): void {
  const bytes = (<usize>nStates) << 2;
  for (let i: usize = 0; i < bytes; i += 4) {
    f32.store(phones + i, -Infinity);
    f32.store(blanks + i, -Infinity);
  }
  memory.fill(stamps, 0, bytes);
  step = 0;
  nActive = 0;
}

/** Keeps all tokens as they are before row t, a multiple of SEGMENT_ROWS. */
export function tokensKeep(t: i32): void {
  const bytes = (<usize>nStates) << 2;
  const to = snapshots + <usize>(t / SEGMENT_ROWS) * 2 * bytes;
  memory.copy(to, phones, bytes);
  memory.copy(to + bytes, blanks, bytes);
}

/** Back to the tokens before row t, a multiple of SEGMENT_ROWS. */
export function tokensRestore(t: i32): void {
  const bytes = (<usize>nStates) << 2;
  const from = snapshots + <usize>(t / SEGMENT_ROWS) * 2 * bytes;
  memory.copy(phones, from, bytes);
  memory.copy(blanks, from + bytes, bytes);
  nActive = 0;
  for (let state = 0; state < nStates; state++) {
    const at = (<usize>state) << 2;
    if (max(f32.load(phones + at), f32.load(blanks + at)) > -Infinity) activate(active, nActive++, state);
  }
}

/**
 * Moves all tokens on by row t, Viterbi over CTC's topology:
 *
 *     phone'[s] = y[phone of s] + max(phone[s], max over arcs r → s of (blank[r], phone[r] unless r has the same phone) + arc)
 *     blank'[s] = y[0] + max(phone[s], blank[s])
 *
 * @param backs out, shape [nStates], or 0 for none: where each token came from. Bit 0: the blank's came from the phone.
 *   Above it: 0 where the phone's stayed, else 1 + 2 · arc + (1 when it left a blank).
 *
 * Allocates nothing; O(arcs of the states with tokens). Cannot fail.
 * Accuracy: test/property/decoding.test.ts, against every path of small graphs in float64.
 */
export function tokensAdvance(t: i32, backs: usize): void {
  step++;
  let nNext = 0;
  let exit: f32 = -Infinity;
  // The initial node is row nStates of the graph, and counts as a blank.
  for (let k = -1; k < nActive; k++) {
    const isStart = k < 0;
    const state = isStart ? nStates : load<i32>(active + ((<usize>k) << 2));
    const at = (<usize>state) << 2;
    const blank = isStart ? leadAt(t) : f32.load(blanks + at);
    const phone = isStart ? <f32>-Infinity : f32.load(phones + at);
    const symbol = isStart ? 0 : load<i32>(phoneOffsets + at);
    if (!isStart && touch(state)) activate(next, nNext++, state);
    const either = max(phone, blank);
    const eitherBack = blank >= phone ? 1 : 0;
    const last = arcEnd(state);
    for (let arc = arcBegin(state); arc < last; arc++) {
      const target = load<i32>(arcTargets + ((<usize>arc) << 2));
      const gain = f32.load(labelScores + ((<usize>load<i32>(arcLabels + ((<usize>arc) << 2))) << 2));
      if (target == nStates) {
        if (!isStart) exit = max(exit, either + gain);
        continue;
      }
      const targetAt = (<usize>target) << 2;
      const isRepeat = load<i32>(phoneOffsets + targetAt) == symbol;
      const score = (isRepeat ? blank : either) + gain;
      if (score == -Infinity) continue;
      if (touch(target)) activate(next, nNext++, target);
      if (score > f32.load(entries + targetAt)) {
        f32.store(entries + targetAt, score);
        store<i32>(entryArcs + targetAt, 1 + 2 * arc + (isRepeat ? 1 : eitherBack));
      }
    }
  }
  f32.store(exits + ((<usize>t) << 2), exit);
  emit(nNext, rowAt(t), backs);
}

/** Adds the row's scores to what was gathered in `next`, and drops what falls out of the beam. */
function emit(nNext: i32, y: usize, backs: usize): void {
  const blankScore = f32.load(y);
  let best: f32 = -Infinity;
  for (let k = 0; k < nNext; k++) {
    const state = load<i32>(next + ((<usize>k) << 2));
    const at = (<usize>state) << 2;
    const phone = f32.load(phones + at);
    const blank = f32.load(blanks + at);
    const entry = f32.load(entries + at);
    const newPhone = max(phone, entry) + f32.load(y + <usize>load<i32>(phoneOffsets + at));
    const newBlank = max(phone, blank) + blankScore;
    f32.store(phones + at, newPhone);
    f32.store(blanks + at, newBlank);
    best = max(best, max(newPhone, newBlank));
    if (backs != 0) {
      const phoneBack = entry > phone ? load<i32>(entryArcs + at) : 0;
      store<i32>(backs + at, (phoneBack << 1) | (phone > blank ? 1 : 0));
    }
  }
  const least = best - beam;
  nActive = 0;
  for (let k = 0; k < nNext; k++) {
    const state = load<i32>(next + ((<usize>k) << 2));
    const at = (<usize>state) << 2;
    const score = max(f32.load(phones + at), f32.load(blanks + at));
    if (score >= least && score > -Infinity) activate(active, nActive++, state);
    else {
      f32.store(phones + at, -Infinity);
      f32.store(blanks + at, -Infinity);
    }
  }
}

/** Notes the exits after the last row: the end of a pass. */
export function tokensFinish(): void {
  let exit: f32 = -Infinity;
  for (let k = 0; k < nActive; k++) exit = max(exit, exitOf(load<i32>(active + ((<usize>k) << 2))));
  f32.store(exits + ((<usize>nRows) << 2), exit);
}

/** Best score of leaving the graph from a state; −∞ where no arc of it is final. */
export function exitOf(state: i32): f32 {
  const at = (<usize>state) << 2;
  const either = max(f32.load(phones + at), f32.load(blanks + at));
  let exit: f32 = -Infinity;
  const last = arcEnd(state);
  for (let arc = arcBegin(state); arc < last; arc++) {
    if (load<i32>(arcTargets + ((<usize>arc) << 2)) == nStates) exit = max(exit, either + arcScore(arc));
  }
  return exit;
}

/** Begins the entry of a state at this step; false where it was begun. */
function touch(state: i32): bool {
  const at = (<usize>state) << 2;
  if (load<i32>(stamps + at) == step) return false;
  store<i32>(stamps + at, step);
  f32.store(entries + at, -Infinity);
  return true;
}

function activate(list: usize, place: i32, state: i32): void {
  store<i32>(list + ((<usize>place) << 2), state);
}
