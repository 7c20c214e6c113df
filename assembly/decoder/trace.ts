import { SEGMENT_ROWS } from './abi';
import { arcBegin, arcEnd, arcScore, arcSources, arcTargets, nStates } from './graph';
import { arrayBytes, take } from './storage';
import { active, blanks, exitAt, exitOf, nActive, phones, tokensAdvance, tokensRestore } from './tokens';

/** shape [SEGMENT_ROWS][nStates], as `tokensAdvance` writes them. */
let backs: usize = 0;
/** shape [rowCapacity]: 2 · state + (1 in a blank) at each row of the command; −1 before and after it. */
let places: usize = 0;
/** shape [rowCapacity]: arc by which the state of a row was entered there; −1 where it stayed. */
let entered: usize = 0;
/** Arc to the final node. */
let exitArc: i32 = -1;

/** Bytes that a trace takes. */
export function traceBytes(states: i64, capacity: i64): i64 {
  return arrayBytes(SEGMENT_ROWS * states) + 2 * arrayBytes(capacity);
}

/** Hands out the arrays. */
export function traceTake(states: i32, capacity: i32): void {
  backs = take(<i64>SEGMENT_ROWS * states);
  places = take(capacity);
  entered = take(capacity);
}

/** shape [nRows] each, of the last trace: index.ts. */
export function tracePlacesPtr(): usize {
  return places;
}

export function traceEnteredPtr(): usize {
  return entered;
}

/** Arc by which the traced path left the graph. */
export function traceExitArc(): i32 {
  return exitArc;
}

/**
 * Walks the best path that leaves the graph after `exitRows` rows back to its start, segment by segment: restores
 * the snapshot, moves on through the segment again, this time noting where tokens come from.
 *
 * @returns the row at which the path enters the graph.
 */
export function traceFrom(exitRows: i32, nRows: i32): i32 {
  memory.fill(places, 0xff, (<usize>nRows) << 2);
  memory.fill(entered, 0xff, (<usize>nRows) << 2);
  let state = -1;
  let isBlank = 0;
  let t = exitRows - 1;
  while (t >= 0) {
    const first = t - (t % SEGMENT_ROWS);
    tokensRestore(first);
    for (let row = first; row <= t; row++) tokensAdvance(row, backsOf(row - first));
    if (state < 0) {
      state = exitState(exitRows);
      isBlank = standsInBlank(state);
      exitArc = bestExitArc(state);
    }
    for (; t >= first; t--) {
      store<i32>(places + ((<usize>t) << 2), 2 * state + isBlank);
      const back = load<i32>(backsOf(t - first) + ((<usize>state) << 2));
      if (isBlank != 0) {
        isBlank = 1 - (back & 1);
        continue;
      }
      const code = back >> 1;
      if (code == 0) continue;
      const arc = (code - 1) >> 1;
      store<i32>(entered + ((<usize>t) << 2), arc);
      state = load<i32>(arcSources + ((<usize>arc) << 2));
      isBlank = (code - 1) & 1;
      if (state == nStates) return t;
    }
  }
  return 0;
}

function backsOf(rowInSegment: i32): usize {
  return backs + ((<usize>rowInSegment * <usize>nStates) << 2);
}

/** The state whose token left after `exitRows` rows; the tokens stand there now. */
function exitState(exitRows: i32): i32 {
  const score = exitAt(exitRows);
  for (let k = 0; k < nActive; k++) {
    const state = load<i32>(active + ((<usize>k) << 2));
    if (exitOf(state) == score) return state;
  }
  return -1;
}

function standsInBlank(state: i32): i32 {
  const at = (<usize>state) << 2;
  return f32.load(blanks + at) > f32.load(phones + at) ? 1 : 0;
}

function bestExitArc(state: i32): i32 {
  const last = arcEnd(state);
  let best = -1;
  for (let arc = arcBegin(state); arc < last; arc++) {
    if (load<i32>(arcTargets + ((<usize>arc) << 2)) != nStates) continue;
    if (best < 0 || arcScore(arc) > arcScore(best)) best = arc;
  }
  return best;
}
