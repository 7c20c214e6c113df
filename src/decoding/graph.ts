import { ConfigError } from '../errors.js';

/** What a path means where it passes an arc. A slot's value is told where the slot ends. */
export type GraphLabel =
  | { readonly kind: 'intent'; readonly intent: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'slotStart'; readonly slot: string }
  | { readonly kind: 'slotEnd'; readonly slot: string; readonly value: string }
  /** In place of any of its values the slot is filled with what is weighed against them, and is never an answer. */
  | { readonly kind: 'anyName'; readonly slot: string };

/** A network of phones: each path from the initial node to the final node is something that can be said. */
export interface PhoneGraph {
  readonly nStates: number;
  /** shape [nStates]: phone that a state stands for, 1 … 39. */
  readonly phone: Uint8Array;
  /** shape [nStates + 2]: arcs of state s are arcStart[s] … arcStart[s + 1] − 1; row nStates is the initial node's. */
  readonly arcStart: Uint32Array;
  /** shape [nArcs]: target state, or nStates for the final node. */
  readonly arcTo: Uint32Array;
  /** shape [nArcs]: index into `labelSequences`, or −1. */
  readonly arcWord: Int32Array;
  /** All labels. A word is told on the arc to its first phone. */
  readonly labels: readonly GraphLabel[];
  /** What arcs mean: indices into `labels`, in the order of speech. */
  readonly labelSequences: readonly (readonly number[])[];
}

/** What an arc means. */
export function labelsOf({ arcWord, labels, labelSequences }: PhoneGraph, arc: number): GraphLabel[] {
  return (labelSequences[arcWord[arc] as number] ?? []).map((index) => labels[index] as GraphLabel);
}

/**
 * Checks that a graph holds together, so that the decoder can trust every index in it.
 *
 * @throws ConfigError that names the first field that is wrong
 */
export function checkGraph(graph: PhoneGraph): void {
  const { nStates, phone, arcStart, arcTo, arcWord, labels, labelSequences } = graph;
  const nArcs = arcTo.length;
  expectField('nStates', Number.isInteger(nStates) && nStates > 0, 'at least one state', nStates);
  expectField('phone', phone.length === nStates, `${nStates} phones`, phone.length);
  const wrongPhone = phone.find((symbol) => symbol < 1 || symbol > 39);
  expectField('phone', wrongPhone === undefined, 'phones 1 … 39', wrongPhone);
  expectField('arcStart', arcStart.length === nStates + 2, `${nStates + 2} offsets`, arcStart.length);
  expectField('arcStart', arcStart[0] === 0 && arcStart[nStates + 1] === nArcs, `0 … ${nArcs}`, 'others');
  const isSorted = arcStart.every((offset, row) => row === 0 || offset >= (arcStart[row - 1] as number));
  expectField('arcStart', isSorted, 'offsets that do not fall', 'some that do');
  const wrongTarget = arcTo.find((state) => state > nStates);
  expectField('arcTo', wrongTarget === undefined, `states 0 … ${nStates}`, wrongTarget);
  expectField('arcWord', arcWord.length === nArcs, `${nArcs} labels`, arcWord.length);
  const wrongLabel = arcWord.find((label) => label < -1 || label >= labelSequences.length);
  expectField(
    'arcWord',
    wrongLabel === undefined,
    `label sequences −1 … ${labelSequences.length - 1}`,
    wrongLabel,
  );
  const wrongIndex = labelSequences.flat().find((index) => labels[index] === undefined);
  expectField('labelSequences', wrongIndex === undefined, `labels 0 … ${labels.length - 1}`, wrongIndex);
}

function expectField(field: string, holds: boolean, expected: string, actual: string | number | undefined) {
  if (!holds) throw new ConfigError(`graph.${field}`, { expected, actual: actual ?? 'none' });
}
