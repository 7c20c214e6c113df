import { BLOCK_CAPACITY, N_SYMBOLS, SEGMENT_ROWS, Status } from './abi';
import { fillerBackward, fillerReset, fillerStep } from './filler';
import {
  arcLabels,
  arcStarts,
  arcTargets,
  graphBytes,
  graphIndex,
  graphTake,
  labelScores,
  phoneOffsets,
} from './graph';
import { nRows, rowAt, rowBytes, rowCapacity, rowPush, rowsConfigure, rowsReset, rowsTake } from './rows';
import { arrayBytes, storageBegin, storageReserve, take } from './storage';
import {
  exitAt,
  nActive,
  tokenBytes,
  tokensAdvance,
  tokensConfigure,
  tokensFinish,
  tokensKeep,
  tokensReset,
  tokensRestore,
  tokensTake,
} from './tokens';
import { traceBytes, traceFrom, traceTake } from './trace';

export { ABI_VERSION, BLOCK_CAPACITY, N_SYMBOLS, Status } from './abi';
export { transitionsPtr } from './filler';
export { traceEnteredPtr, traceExitArc, tracePlacesPtr } from './trace';

const input: usize = memory.data(BLOCK_CAPACITY * N_SYMBOLS * 4, 16);
/** shape [rowCapacity + 1]: score of the filler behind the command, from row t to the end. */
let tails: usize = 0;
let tailPenalty: f32 = 0;
let exitRows: i32 = -1;

/** What the host may do: 0 nothing but `configure`, 1 fill the graph and `begin`, 2 `push`, 3 ask. */
let stage: i32 = 0;

/** Byte offset of the input block, shape [BLOCK_CAPACITY][N_SYMBOLS]. */
export function inputPtr(): usize {
  return input;
}

/** Byte offsets of the graph's arrays, graph.ts; 0 before `configure`. */
export function phoneOffsetsPtr(): usize {
  return phoneOffsets;
}

export function arcStartsPtr(): usize {
  return arcStarts;
}

export function arcTargetsPtr(): usize {
  return arcTargets;
}

export function arcLabelsPtr(): usize {
  return arcLabels;
}

export function labelScoresPtr(): usize {
  return labelScores;
}

/** States that hold a token. */
export function activeStates(): i32 {
  return nActive;
}

/**
 * Makes room for a graph and an utterance, once in an instance's life. Memory does not grow after it.
 *
 * @param states, arcs, labels of the graph
 * @param capacity most rows of an utterance
 */
export function configure(states: i32, arcs: i32, labels: i32, capacity: i32): Status {
  if (stage != 0) return Status.BadState;
  if (states < 1 || arcs < 1 || labels < 0 || capacity < 1) return Status.BadConfig;
  storageBegin();
  const needed =
    graphBytes(states, arcs, labels) +
    rowBytes(capacity) +
    tokenBytes(states, capacity) +
    traceBytes(states, capacity) +
    arrayBytes(capacity + 1);
  if (!storageReserve(needed)) return Status.OutOfMemory;
  graphTake(states, arcs, labels);
  rowsTake(capacity);
  tokensTake(states, capacity);
  traceTake(states, capacity);
  tails = take(capacity + 1);
  stage = 1;
  return Status.Ok;
}

/**
 * Sets how paths are weighed, and begins an utterance. The host has filled graph, label scores and transitions.
 *
 * @param scale        factor of the logits, > 0
 * @param floor        least score of a symbol at a row against the best one, ≤ 0
 * @param blankPenalty taken off each blank
 * @param leadPenalty  what anything said before the command costs; ∞ for silence alone
 * @param tail         the same behind it
 * @param beam         tokens further below the best one are dropped; ∞ for none
 */
export function begin(
  scale: f32,
  floor: f32,
  blankPenalty: f32,
  leadPenalty: f32,
  tail: f32,
  beam: f32,
): Status {
  if (stage == 0) return Status.BadState;
  if (!(scale > 0) || !(floor <= 0) || !(abs(blankPenalty) < Infinity)) return Status.BadConfig;
  if (!(leadPenalty >= 0) || !(tail >= 0) || !(beam > 0)) return Status.BadConfig;
  graphIndex();
  rowsConfigure(scale, floor, blankPenalty, leadPenalty);
  tokensConfigure(beam);
  tailPenalty = tail;
  return reset();
}

/** Back to the start of an utterance under the same graph and weights. */
export function reset(): Status {
  if (stage == 0) return Status.BadState;
  fillerReset();
  rowsReset();
  tokensReset();
  exitRows = -1;
  stage = 2;
  return Status.Ok;
}

/**
 * Takes `n` rows of logits from the input block.
 *
 * @returns rows so far; or a Status below 0, and nothing was consumed.
 */
export function push(n: i32): i32 {
  if (stage != 2) return Status.BadState;
  if (n < 0 || n > BLOCK_CAPACITY) return Status.BadLength;
  if (nRows + n > rowCapacity) return Status.Full;
  const nLogits = <usize>(n * N_SYMBOLS);
  for (let i: usize = 0; i < nLogits; i++) {
    if (!(abs(f32.load(input + (i << 2))) < Infinity)) return Status.BadLogit;
  }
  for (let i = 0; i < n; i++) {
    rowPush(input + ((<usize>i * N_SYMBOLS) << 2));
    moveTo(nRows - 1);
  }
  return nRows;
}

/** Score of the best path that leaves the graph with the last row, against the filler over all rows; −∞ where none does. */
export function exitScore(): f32 {
  if (stage != 2) return NaN;
  tokensFinish();
  return exitAt(nRows);
}

/**
 * Finds where the path that `exitScore` told of after `rows` rows began, and goes on from the last row as if not asked.
 *
 * @returns the row at which it entered the graph; or BadState where no path left it there.
 */
export function entryRow(rows: i32): i32 {
  if (stage != 2 || rows < 1 || rows > nRows || exitAt(rows) == -Infinity) return Status.BadState;
  const row = traceFrom(rows, nRows);
  const kept = nRows - 1 - ((nRows - 1) % SEGMENT_ROWS);
  tokensRestore(kept);
  for (let t = kept; t < nRows; t++) tokensAdvance(t, 0);
  return row;
}

/**
 * Ends the utterance.
 *
 * @returns the best path's score against the filler, in nats of the scaled logits; −∞ where no path fits.
 */
export function finish(): f32 {
  if (stage != 2) return NaN;
  stage = 3;
  fillerBackward(rowAt(0), nRows, tails);
  tokensFinish();
  return bestExit();
}

/**
 * Decodes the same rows again under the label scores as they stand now.
 *
 * @returns as `finish`.
 */
export function rescore(): f32 {
  if (stage != 3) return NaN;
  tokensReset();
  for (let t = 0; t < nRows; t++) moveTo(t);
  tokensFinish();
  return bestExit();
}

/**
 * Lays the path of the last `finish` or `rescore` out row by row.
 *
 * @returns the row at which it enters the graph; or BadState where there is none.
 */
export function trace(): i32 {
  if (stage != 3 || exitRows < 0) return Status.BadState;
  return traceFrom(exitRows, nRows);
}

/** Rows up to where the path leaves the graph; −1 where no path fits. */
export function pathEnd(): i32 {
  return exitRows;
}

/** Byte offset of row t as it is scored, shape [nRows − t][N_SYMBOLS]: against the filler over all rows. */
export function rowPtr(t: i32): usize {
  return rowAt(t);
}

/** Best score of the filler over rows from … to − 1 alone, begun anew there; on the scale of the rows. */
export function fillerSpan(from: i32, to: i32): f32 {
  if (stage != 3 || from < 0 || to > nRows) return NaN;
  fillerReset();
  let score: f32 = 0;
  for (let t = from; t < to; t++) score = fillerStep(rowAt(t));
  return score;
}

function moveTo(t: i32): void {
  if (t % SEGMENT_ROWS == 0) tokensKeep(t);
  tokensAdvance(t, 0);
}

/** Sets `exitRows` to the best place to leave the graph. */
function bestExit(): f32 {
  let best: f32 = -Infinity;
  exitRows = -1;
  for (let t = 1; t <= nRows; t++) {
    const tail = t == nRows ? <f32>0 : f32.load(tails + ((<usize>t) << 2)) - tailPenalty;
    const score = exitAt(t) + tail;
    if (score > best) {
      best = score;
      exitRows = t;
    }
  }
  return best;
}
