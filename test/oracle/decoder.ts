import type { PhoneGraph } from '../../src/decoding/index.js';
import type { DecoderWeights } from '../../src/decoding/options.js';

/** Symbols of a row. */
const nSymbols = 40;

/** What the oracle needs to know of the weights. */
type OracleWeights = Omit<DecoderWeights, 'beam' | 'maxRows'>;

/**
 * Best score of any path against the filler: every path through the graph is written out as a string of phones, and
 * each string is aligned, by CTC's trellis, with each stretch of rows; the filler before, behind, and alone is a
 * recursion over (row, last phone). float64, for graphs of a few states and a few rows.
 *
 * @param isAllowed whether an arc may be taken
 * @returns −Infinity where no path fits
 */
export function oracleLlr(
  graph: PhoneGraph,
  logits: readonly (readonly number[])[],
  weights: OracleWeights,
  isAllowed: (arc: number) => boolean = () => true,
): number {
  const rows = logits.map((row) => scoresOf(row, weights));
  const n = rows.length;
  const strings = pathsOf(graph, n, isAllowed, weights);
  let best = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < n; from++) {
    const silence = sum(rows.slice(0, from).map((row) => row[0] as number));
    const lead = Math.max(silence, fillerBest(rows.slice(0, from), weights) - weights.leadPenalty);
    for (let to = from + 1; to <= n; to++) {
      const tail = to === n ? 0 : fillerBest(rows.slice(to), weights) - weights.tailPenalty;
      for (const { phones, gain } of strings) {
        const score = lead + gain + alignmentScore(phones, rows.slice(from, to)) + tail;
        best = Math.max(best, score);
      }
    }
  }
  return best - fillerBest(rows, weights);
}

/** y[s] = max(scale · (logit − max), floor), less the penalty for a blank. */
function scoresOf(
  logits: readonly number[],
  { acousticScale, floor, blankPenalty }: OracleWeights,
): number[] {
  const top = Math.max(...logits);
  return logits.map(
    (logit, s) => Math.max(acousticScale * (logit - top), floor) - (s === 0 ? blankPenalty : 0),
  );
}

/** Best score of any sequence of phones, none included, over all rows. */
export function fillerBest(rows: readonly (readonly number[])[], { phonePenalty }: OracleWeights): number {
  const none = Number.NEGATIVE_INFINITY;
  let silence = 0;
  let phones: number[] = Array(nSymbols).fill(none);
  let blanks: number[] = Array(nSymbols).fill(none);
  for (const y of rows) {
    const from = phones.map((score, q) => Math.max(score, blanks[q] as number));
    const nextPhones = phones.map((stay, p) => {
      if (p === 0) return none;
      const others = Math.max(...from.filter((_, q) => q !== p && q !== 0));
      const entry = Math.max(silence, others, blanks[p] as number) - phonePenalty;
      return Math.max(stay, entry) + (y[p] as number);
    });
    blanks = from.map((score) => score + (y[0] as number));
    phones = nextPhones;
    silence += y[0] as number;
  }
  return Math.max(silence, ...phones, ...blanks);
}

/** Best CTC alignment of a string of phones with all rows; the first row holds its first phone. */
function alignmentScore(phones: readonly number[], rows: readonly (readonly number[])[]): number {
  // Symbols with blanks between and one at the end: p0 ∅ p1 ∅ … pn ∅.
  const symbols = phones.flatMap((phone) => [phone, 0]);
  let scores = symbols.map((_, i) => (i === 0 ? 0 : Number.NEGATIVE_INFINITY));
  rows.forEach((y, t) => {
    scores = symbols.map((symbol, i) => {
      const mayStay = t > 0 || i === 0;
      let best = mayStay ? (scores[i] as number) : Number.NEGATIVE_INFINITY;
      if (t > 0 && i > 0) best = Math.max(best, scores[i - 1] as number);
      if (t > 0 && i > 1 && symbol !== 0 && symbol !== symbols[i - 2]) {
        best = Math.max(best, scores[i - 2] as number);
      }
      return best + (y[symbol] as number);
    });
  });
  return Math.max(...scores.slice(-2));
}

/** All phone strings of at most `maxPhones` phones from the initial to the final node. */
function pathsOf(
  graph: PhoneGraph,
  maxPhones: number,
  isAllowed: (arc: number) => boolean,
  { wordScore, slotScore, phoneScore }: OracleWeights,
): { phones: number[]; gain: number }[] {
  const found: { phones: number[]; gain: number }[] = [];
  const gainOf = (arc: number) => {
    const labels = graph.labelSequences[graph.arcWord[arc] as number] ?? [];
    const phone = (graph.arcTo[arc] as number) < graph.nStates ? phoneScore : 0;
    const nOf = (kind: string) => labels.filter((index) => graph.labels[index]?.kind === kind).length;
    return phone + wordScore * nOf('word') + slotScore * nOf('slotStart');
  };
  const walk = (node: number, phones: number[], gain: number) => {
    for (let arc = graph.arcStart[node] as number; arc < (graph.arcStart[node + 1] as number); arc++) {
      if (!isAllowed(arc)) continue;
      const to = graph.arcTo[arc] as number;
      if (to < graph.nStates && phones.length < maxPhones) {
        walk(to, [...phones, graph.phone[to] as number], gain + gainOf(arc));
      } else if (to === graph.nStates && phones.length > 0) found.push({ phones, gain: gain + gainOf(arc) });
    }
  };
  walk(graph.nStates, [], 0);
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
