/** What a transition of a {@link PhoneGraph} says beside its phone. */
export type GraphLabel =
  /** The intent of the whole sentence; the first label of each complete path, and nowhere else. */
  | { readonly kind: 'intent'; readonly intent: string }
  /** A word starts with the next phone. */
  | { readonly kind: 'word'; readonly word: string }
  /** The words that follow fill this slot. */
  | { readonly kind: 'slotStart'; readonly slot: string }
  /** The slot is filled; `value` as the grammar or the app writes it. */
  | { readonly kind: 'slotEnd'; readonly slot: string; readonly value: string }
  /** In place of any of its values the slot is filled with a name of people at large: a rival, and no answer. */
  | { readonly kind: 'anyName'; readonly slot: string };

/**
 * A grammar as a graph of phones: each state emits one phone, and each path from the initial to the final node is a
 * sentence. There are no empty moves. Silence between words is the CTC blank's business.
 *
 * Plain data: a decoder takes it as it is.
 */
export interface PhoneGraph {
  /** Emitting states, each of one phone. */
  readonly nStates: number;
  /** [nStates] The phone that a state emits: 1…39, the index into `phones` + 1; 0 would be the CTC blank. */
  readonly phone: Uint8Array;
  /**
   * [nStates + 2] Where the arcs of each state start in `arcTo` and `arcWord`: those of state s are
   * `arcStart[s] … arcStart[s + 1] − 1`. Row nStates holds the arcs out of the initial node.
   */
  readonly arcStart: Uint32Array;
  /** [nArcs] The state that an arc leads to; nStates is the final node. */
  readonly arcTo: Uint32Array;
  /** [nArcs] Index into `labelSequences` of what is said as the arc is taken, before the target's phone; −1 for nothing. */
  readonly arcWord: Int32Array;
  /** All labels, each once. */
  readonly labels: readonly GraphLabel[];
  /** What `arcWord` points to: indices into `labels`, in the order of speech. */
  readonly labelSequences: readonly (readonly number[])[];
  /** How many intents the graph tells apart. */
  readonly nIntents: number;
}
