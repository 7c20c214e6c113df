import { arrayBytes, take } from './storage';

/** Counts of the graph. Row `nStates` of `arcStart` is the initial node; an arc to `nStates` goes to the final node. */
export let nStates: i32 = 0;
export let nArcs: i32 = 0;
export let nLabels: i32 = 0;

/** shape [nStates], byte offset into a row of the phone that the state emits: 4 × symbol. */
export let phoneOffsets: usize = 0;
/** shape [nStates + 2]. */
export let arcStarts: usize = 0;
/** shape [nArcs]: target and source state, and 1 + the label sequence, 0 for none. */
export let arcTargets: usize = 0;
export let arcSources: usize = 0;
export let arcLabels: usize = 0;
/** shape [nLabels + 1]: what a path gains by an arc with these labels; −∞ forbids it; [0] is for arcs without. */
export let labelScores: usize = 0;

/** Bytes that a graph of this size takes. */
export function graphBytes(states: i64, arcs: i64, labels: i64): i64 {
  return arrayBytes(states) + arrayBytes(states + 2) + 3 * arrayBytes(arcs) + arrayBytes(labels + 1);
}

/** Hands out the arrays, which the host fills before `graphIndex`. */
export function graphTake(states: i32, arcs: i32, labels: i32): void {
  nStates = states;
  nArcs = arcs;
  nLabels = labels;
  phoneOffsets = take(states);
  arcStarts = take(states + 2);
  arcTargets = take(arcs);
  arcSources = take(arcs);
  arcLabels = take(arcs);
  labelScores = take(labels + 1);
}

/** Fills `arcSources` from `arcStarts`. */
export function graphIndex(): void {
  for (let state = 0; state <= nStates; state++) {
    const last = arcEnd(state);
    for (let arc = arcBegin(state); arc < last; arc++) store<i32>(arcSources + ((<usize>arc) << 2), state);
  }
}

/** First arc that leaves a state. */
export function arcBegin(state: i32): i32 {
  return load<i32>(arcStarts + ((<usize>state) << 2));
}

/** One past the last arc that leaves a state. */
export function arcEnd(state: i32): i32 {
  return load<i32>(arcStarts + ((<usize>state) << 2), 4);
}

/** What a path gains by an arc. */
export function arcScore(arc: i32): f32 {
  return f32.load(labelScores + ((<usize>load<i32>(arcLabels + ((<usize>arc) << 2))) << 2));
}
