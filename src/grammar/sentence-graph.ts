/** What is said on an arc of a {@link SentenceGraph}. */
export type SentenceSymbol =
  | { readonly kind: 'intent'; readonly intent: string }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'slot'; readonly type: string; readonly name: string };

/** An arc to another node. */
export interface SentenceArc {
  readonly symbol: SentenceSymbol;
  readonly to: number;
}

/**
 * All sentences of a grammar as a graph of words and slots: deterministic, minimal and without cycles. Node 0 is the
 * start.
 */
export interface SentenceGraph {
  /** Arcs of each node. */
  readonly arcs: readonly (readonly SentenceArc[])[];
  /** Whether a sentence may end at each node. */
  readonly isFinal: readonly boolean[];
}

/** Collects sentences as a graph with empty moves, to be made small at the end. */
export class SentenceGraphBuilder {
  /** Arcs by node; the symbol null is an empty move. */
  readonly #arcs: { symbol: number | null; to: number }[][] = [[]];
  readonly #symbols: SentenceSymbol[] = [];
  readonly #symbolIds = new Map<string, number>();
  /** Where each sentence starts. */
  readonly start = 0;
  /** Where each sentence ends. */
  readonly end = this.addNode();

  /** Adds a node without arcs. */
  addNode(): number {
    return this.#arcs.push([]) - 1;
  }

  /** Adds an arc; by default to a new node. Returns the node that it leads to. */
  add(from: number, symbol: SentenceSymbol | null, to: number = this.addNode()): number {
    this.#arcs[from]?.push({ symbol: symbol && this.#idOf(symbol), to });
    return to;
  }

  /** The smallest graph of the same sentences. */
  build(): SentenceGraph {
    return this.#minimise(this.#determinise());
  }

  /** Subset construction: each node stands for all nodes that the same words lead to. */
  #determinise(): { readonly arcs: Map<number, number>[]; readonly isFinal: boolean[] } {
    const arcs: Map<number, number>[] = [];
    const isFinal: boolean[] = [];
    const nodeOf = new Map<string, number>();
    const sets: number[][] = [];
    const nodeOfSet = (set: readonly number[]): number => {
      const closed = this.#closure(set);
      const key = closed.join(' ');
      const known = nodeOf.get(key);
      if (known !== undefined) return known;
      nodeOf.set(key, sets.length);
      sets.push(closed);
      return sets.length - 1;
    };
    nodeOfSet([this.start]);
    for (let node = 0; node < sets.length; node++) {
      const targets = new Map<number, number[]>();
      for (const { symbol, to } of (sets[node] ?? []).flatMap((member) => this.#arcs[member] ?? [])) {
        if (symbol === null) continue;
        const others = targets.get(symbol);
        if (others) others.push(to);
        else targets.set(symbol, [to]);
      }
      arcs.push(new Map([...targets].map(([symbol, set]) => [symbol, nodeOfSet(set)])));
      isFinal.push((sets[node] ?? []).includes(this.end));
    }
    return { arcs, isFinal };
  }

  /** A set of nodes with all that empty moves lead to, sorted. */
  #closure(set: readonly number[]): number[] {
    const closed = new Set(set);
    for (const node of closed) {
      for (const { symbol, to } of this.#arcs[node] ?? []) if (symbol === null) closed.add(to);
    }
    return [...closed].sort((a, b) => a - b);
  }

  /** Merges nodes from which the same sentences go on: without cycles, from the ends to the start. */
  #minimise({ arcs, isFinal }: { arcs: Map<number, number>[]; isFinal: boolean[] }): SentenceGraph {
    const merged: SentenceArc[][] = [[]];
    const mergedIsFinal: boolean[] = [isFinal[0] ?? false];
    const nodeOf = new Map<string, number>();
    const settled = new Map<number, number>();
    const settle = (node: number): number => {
      const known = settled.get(node);
      if (known !== undefined) return known;
      const outgoing = [...(arcs[node] ?? [])]
        .map(([symbol, to]) => ({ symbol, to: settle(to) }))
        .sort((a, b) => a.symbol - b.symbol);
      const key = `${isFinal[node]} ${outgoing.map(({ symbol, to }) => `${symbol}>${to}`).join(' ')}`;
      const same = nodeOf.get(key);
      // The start has a number of its own, and nothing leads to it.
      const id = same ?? (node === 0 ? 0 : merged.push([]) - 1);
      nodeOf.set(key, id);
      settled.set(node, id);
      merged[id] = outgoing.flatMap(({ symbol, to }) => {
        const said = this.#symbols[symbol];
        return said ? [{ symbol: said, to }] : [];
      });
      mergedIsFinal[id] = isFinal[node] ?? false;
      return id;
    };
    settle(0);
    return { arcs: merged, isFinal: mergedIsFinal };
  }

  #idOf(symbol: SentenceSymbol): number {
    const key = JSON.stringify(Object.values(symbol));
    const known = this.#symbolIds.get(key);
    if (known !== undefined) return known;
    this.#symbolIds.set(key, this.#symbols.length);
    return this.#symbols.push(symbol) - 1;
  }
}
