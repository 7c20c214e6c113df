import type { GraphLabel, PhoneGraph } from '../../src/decoding/index.js';

/** ARPAbet in the order of the symbols, from 1. */
export const arpabet =
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(
    ' ',
  );

/** An arc by its ends, −1 for the initial node, and what it means. */
export interface ArcSketch {
  readonly from: number;
  readonly to: number;
  readonly labels?: readonly GraphLabel[];
}

/** A graph from its phones and arcs; `to` may be the number of states, for the final node. */
export function graphOf(phones: readonly number[], arcs: readonly ArcSketch[]): PhoneGraph {
  const nStates = phones.length;
  const rowOf = ({ from }: ArcSketch) => (from < 0 ? nStates : from);
  const sorted = [...arcs].sort((a, b) => rowOf(a) - rowOf(b));
  const sequences = sorted.flatMap(({ labels }) => (labels ? [labels] : []));
  let nSequences = 0;
  let nLabels = 0;
  return {
    nStates,
    phone: Uint8Array.from(phones),
    arcStart: Uint32Array.from(
      { length: nStates + 2 },
      (_, row) => sorted.filter((arc) => rowOf(arc) < row).length,
    ),
    arcTo: Uint32Array.from(sorted, ({ to }) => to),
    arcWord: Int32Array.from(sorted, ({ labels }) => (labels ? nSequences++ : -1)),
    labels: sequences.flat(),
    labelSequences: sequences.map((labels) => labels.map(() => nLabels++)),
  };
}

/** A graph of sentences side by side: each a list of steps, a word's phones in ARPAbet with the labels before them. */
export function sentenceGraph(
  sentences: readonly {
    readonly steps: readonly { readonly phones: string; readonly labels?: readonly GraphLabel[] }[];
    readonly endLabels?: readonly GraphLabel[];
  }[],
): PhoneGraph {
  const phones: number[] = [];
  const arcs: ArcSketch[] = [];
  const ends: ArcSketch[] = [];
  for (const { steps, endLabels } of sentences) {
    let from = -1;
    for (const { phones: said, labels } of steps) {
      said.split(' ').forEach((name, index) => {
        arcs.push({ from, to: phones.length, ...(index === 0 && labels ? { labels } : {}) });
        from = phones.length;
        phones.push(arpabet.indexOf(name) + 1);
      });
    }
    ends.push({ from, to: -1, ...(endLabels ? { labels: endLabels } : {}) });
  }
  return graphOf(phones, [...arcs, ...ends.map((end) => ({ ...end, to: phones.length }))]);
}

/** Rows of logits that say phones plainly, `-` for a blank: one row for each name. */
export function logitsOf(said: string, certainty = 10): Float32Array {
  const names = said.split(' ');
  const logits = new Float32Array(40 * names.length);
  names.forEach((name, row) => {
    logits[40 * row + (name === '-' ? 0 : arpabet.indexOf(name) + 1)] = certainty;
  });
  return logits;
}
