import { type GraphLabel, labelsOf, type PhoneGraph } from './graph.js';

/** A word of a path; rows count from the utterance's first. */
export interface DecodedWord {
  readonly word: string;
  /** Row of its first phone. */
  readonly fromRow: number;
  /** One past the row of its last phone. */
  readonly toRow: number;
}

/** A slot's value on a path. */
export interface DecodedSlot {
  readonly value: string;
  readonly fromRow: number;
  readonly toRow: number;
}

/** One way through the graph, laid out over the rows. */
export interface DecodedPath {
  readonly intent: string | null;
  /** By slot. */
  readonly slots: Readonly<Record<string, DecodedSlot>>;
  readonly words: readonly DecodedWord[];
  readonly fromRow: number;
  readonly toRow: number;
  /** shape [nRows]: symbol that the path puts out at each row of its own; −1 before and after it. */
  readonly symbols: Int8Array;
}

/** What the module tells of a path. */
interface Trace {
  /** shape [nRows]: 2 · state + (1 in a blank), −1 outside. */
  readonly places: Int32Array;
  /** shape [nRows]: arc entered at the row, or −1. */
  readonly entered: Int32Array;
  readonly exitArc: number;
  readonly exitRow: number;
}

/** Reads labels and times off a traced path. */
export function readPath(graph: PhoneGraph, { places, entered, exitArc, exitRow }: Trace): DecodedPath {
  const symbols = new Int8Array(places.length).fill(-1);
  const labels: { readonly label: GraphLabel; readonly row: number }[] = [];
  const tell = (arc: number, row: number) => {
    for (const label of labelsOf(graph, arc)) labels.push({ label, row });
  };
  places.forEach((place, row) => {
    if (place < 0) return;
    symbols[row] = place & 1 ? 0 : (graph.phone[place >> 1] as number);
    const arc = entered[row] as number;
    if (arc >= 0) tell(arc, row);
  });
  tell(exitArc, exitRow);

  /** One past the last phone before a row: where what ends there was last heard. */
  const lastPhoneBefore = (row: number) => {
    let end = row;
    while (end > 0 && (symbols[end - 1] as number) <= 0) end--;
    return end;
  };
  const words: DecodedWord[] = [];
  const slots: Record<string, DecodedSlot> = {};
  const slotStarts = new Map<string, number>();
  let intent: string | null = null;
  labels.forEach(({ label, row }, index) => {
    if (label.kind === 'intent') intent = label.intent;
    else if (label.kind === 'slotStart') slotStarts.set(label.slot, row);
    else if (label.kind === 'slotEnd') {
      const fromRow = slotStarts.get(label.slot) ?? row;
      slots[label.slot] = { value: label.value, fromRow, toRow: lastPhoneBefore(row) };
    } else if (label.kind === 'word') {
      const next = labels.slice(index + 1).find((later) => later.label.kind === 'word');
      words.push({ word: label.word, fromRow: row, toRow: lastPhoneBefore(next?.row ?? exitRow) });
    }
  });
  const fromRow = symbols.findIndex((symbol) => symbol >= 0);
  return { intent, slots, words, fromRow, toRow: lastPhoneBefore(exitRow), symbols };
}
