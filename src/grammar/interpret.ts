import type { GraphLabel } from './phone-graph.js';

/** What a sentence of a grammar asks for. */
export interface Interpretation {
  readonly intent: string;
  /** By slot, as the grammar or the app writes the value. */
  readonly slots: Readonly<Record<string, string>>;
}

/** Reads intent and slots off the labels of a complete path; null for labels that hold no intent. */
export function interpret(labels: Iterable<GraphLabel>): Interpretation | null {
  let intent: string | null = null;
  const slots: [string, string][] = [];
  for (const label of labels) {
    if (label.kind === 'intent') intent = label.intent;
    if (label.kind === 'slotEnd') slots.push([label.slot, label.value]);
  }
  return intent === null ? null : { intent, slots: Object.fromEntries(slots) };
}
