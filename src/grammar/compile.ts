import { type NameTrees, type Pronunciation, type WordTree, wordTree } from '../lexicon/index.js';
import type { GraphLabel, PhoneGraph } from './phone-graph.js';
import type { SentenceGraph } from './sentence-graph.js';

/** A value that a slot may take. */
export interface SlotValue {
  /** As the grammar or the app writes it. */
  readonly value: string;
  /** As it is said; at least one word. */
  readonly words: readonly string[];
}

/** All values of a slot by their words: node 0 is the start. */
type ValueTrie = readonly {
  readonly children: ReadonlyMap<string, number>;
  /** Values that end here. */
  readonly values: readonly string[];
}[];

/**
 * Where sentences go on: a node of the sentence graph, or one within a slot's values, behind which sentences go on at
 * the node `next`.
 */
type Place =
  | { readonly kind: 'node'; readonly node: number }
  | {
      readonly kind: 'value';
      readonly slot: string;
      readonly type: string;
      /** Node of the trie of the slot's values. */
      readonly at: number;
      readonly next: number;
    }
  /** Behind a first name of people at large, and before the node where sentences go on. */
  | { readonly kind: 'firstName'; readonly names: NameTrees; readonly next: number };

/** A way on from a place: what is said, and the state that it leads to. */
interface Way {
  readonly labels: readonly number[];
  /** −1 is the final node. */
  readonly to: number;
}

const finalNode = -1;

/**
 * Writes out the words of a graph of sentences as phones.
 *
 * A word is written out once for each place that it leads to, and a slot once for each node behind it, whatever the
 * number of ways that lead there: that keeps permuted sentences small.
 *
 * @param pronounce ways to say a word
 * @param valuesOf values by slot type, each list with at least one
 * @param namesOf names of people at large, to be weighed against the values of a slot type; null for none
 */
export function compileSentences(
  sentences: SentenceGraph,
  pronounce: (word: string) => readonly Pronunciation[],
  valuesOf: (type: string) => readonly SlotValue[],
  namesOf: (type: string) => NameTrees | null = () => null,
): PhoneGraph {
  return new PhoneWriter(sentences, pronounce, valuesOf, namesOf).write();
}

class PhoneWriter {
  readonly #phone: number[] = [];
  /** States that follow each state within its word. */
  readonly #inner: number[][] = [];
  /** Where sentences go on behind each state; null inside a word. */
  readonly #behind: (string | null)[] = [];
  readonly #labels: GraphLabel[] = [];
  readonly #labelIds = new Map<string, number>();
  readonly #places = new Map<string, Place>();
  readonly #ways = new Map<string, readonly Way[]>();
  /** First states of each word before each place. */
  readonly #words = new Map<string, readonly number[]>();
  readonly #tries = new Map<string, ValueTrie>();

  constructor(
    private readonly sentences: SentenceGraph,
    private readonly pronounce: (word: string) => readonly Pronunciation[],
    private readonly valuesOf: (type: string) => readonly SlotValue[],
    private readonly namesOf: (type: string) => NameTrees | null,
  ) {}

  write(): PhoneGraph {
    const start = this.#nodeKey(0);
    this.#waysFrom(start);
    const nStates = this.#phone.length;
    const sequences: number[][] = [];
    const sequenceIds = new Map<string, number>();
    const arcTo: number[] = [];
    const arcWord: number[] = [];
    const arcStart = new Uint32Array(nStates + 2);
    const idOf = (labels: readonly number[]): number => {
      if (labels.length === 0) return -1;
      const key = labels.join(' ');
      const id = sequenceIds.get(key) ?? sequences.push([...labels]) - 1;
      sequenceIds.set(key, id);
      return id;
    };
    /** Ways on from a place as arcs: many words end before one place. */
    const arcsFrom = new Map<string, readonly { readonly to: number; readonly word: number }[]>();
    const writePlace = (key: string) => {
      let arcs = arcsFrom.get(key);
      if (!arcs) {
        arcs = this.#waysFrom(key).map(({ labels, to }) => ({
          to: to === finalNode ? nStates : to,
          word: idOf(labels),
        }));
        arcsFrom.set(key, arcs);
      }
      for (const { to, word } of arcs) {
        arcTo.push(to);
        arcWord.push(word);
      }
    };
    for (let state = 0; state < nStates; state++) {
      arcStart[state] = arcTo.length;
      for (const to of this.#inner[state] ?? []) {
        arcTo.push(to);
        arcWord.push(-1);
      }
      const behind = this.#behind[state];
      if (behind) writePlace(behind);
    }
    arcStart[nStates] = arcTo.length;
    writePlace(start);
    arcStart[nStates + 1] = arcTo.length;
    return {
      nStates,
      phone: Uint8Array.from(this.#phone),
      arcStart,
      arcTo: Uint32Array.from(arcTo),
      arcWord: Int32Array.from(arcWord),
      labels: this.#labels,
      labelSequences: sequences,
      nIntents: this.#labels.filter(({ kind }) => kind === 'intent').length,
    };
  }

  /** All ways on from a place, over whatever is no word. Writes out the words that follow. */
  #waysFrom(key: string): readonly Way[] {
    const known = this.#ways.get(key);
    if (known) return known;
    const place = this.#places.get(key) as Place;
    const ways = this.#waysFromPlace(place);
    this.#ways.set(key, ways);
    return ways;
  }

  #waysFromPlace(place: Place): Way[] {
    if (place.kind === 'node') return this.#waysFromNode(place.node);
    if (place.kind === 'value') return this.#waysInValue(place);
    const last = this.#waysInto('any last name', this.#nodeKey(place.next), () => place.names.last);
    return [...last, ...this.#waysFrom(this.#nodeKey(place.next))];
  }

  #waysFromNode(node: number): Way[] {
    const ways = (this.sentences.arcs[node] ?? []).flatMap(({ symbol, to }): Way[] => {
      if (symbol.kind === 'word') return this.#waysInto(symbol.word, this.#nodeKey(to));
      if (symbol.kind === 'intent') return preceded(this.#label(symbol), this.#waysFrom(this.#nodeKey(to)));
      const { name: slot, type } = symbol;
      const key = this.#placeKey({ kind: 'value', slot, type, at: 0, next: to });
      return preceded(this.#label({ kind: 'slotStart', slot }), [
        ...this.#waysFrom(key),
        ...this.#waysOverNames(type, slot, to),
      ]);
    });
    return this.sentences.isFinal[node] ? [...ways, { labels: [], to: finalNode }] : ways;
  }

  #waysInValue(place: Extract<Place, { kind: 'value' }>): Way[] {
    const { slot, type, at, next } = place;
    const { children, values } = this.#trie(type)[at] as ValueTrie[number];
    const onward = [...children].flatMap(([word, child]) =>
      this.#waysInto(word, this.#placeKey({ ...place, at: child })),
    );
    const ended = values.flatMap((value) =>
      preceded(this.#label({ kind: 'slotEnd', slot, value }), this.#waysFrom(this.#nodeKey(next))),
    );
    return [...onward, ...ended];
  }

  /** A first name of people at large, or a first name and a last name, in place of a value. */
  #waysOverNames(type: string, slot: string, next: number): Way[] {
    const names = this.namesOf(type);
    if (names === null) return [];
    const place = this.#placeKey({ kind: 'firstName', names, next });
    return preceded(
      this.#label({ kind: 'anyName', slot }),
      this.#waysInto('any first name', place, () => names.first),
    );
  }

  /** @param treeOf ways to say it; of a name of people at large all of them, and nobody asks which it is */
  #waysInto(word: string, place: string, treeOf = () => wordTree(this.pronounce(word))): Way[] {
    const labels = [this.#label({ kind: 'word', word })];
    return this.#wordBefore(`${word} ${place}`, place, treeOf).map((to) => ({ labels, to }));
  }

  /** Writes out a word before a place, all pronunciations as one tree; returns its first states. */
  #wordBefore(key: string, place: string, treeOf: () => WordTree): readonly number[] {
    const known = this.#words.get(key);
    if (known) return known;
    const { phone, children, isEnd, roots } = treeOf();
    const offset = this.#phone.length;
    phone.forEach((index, node) => {
      this.#phone.push(index + 1);
      this.#inner.push((children[node] as readonly number[]).map((child) => offset + child));
      this.#behind.push(isEnd[node] ? place : null);
    });
    const firsts = roots.map((root) => offset + root);
    this.#words.set(key, firsts);
    this.#waysFrom(place);
    return firsts;
  }

  #trie(type: string): ValueTrie {
    const known = this.#tries.get(type);
    if (known) return known;
    const trie: { children: Map<string, number>; values: string[] }[] = [{ children: new Map(), values: [] }];
    for (const { value, words } of this.valuesOf(type)) {
      let at = 0;
      for (const word of words) {
        const child = trie[at]?.children.get(word) ?? trie.push({ children: new Map(), values: [] }) - 1;
        trie[at]?.children.set(word, child);
        at = child;
      }
      trie[at]?.values.push(value);
    }
    this.#tries.set(type, trie);
    return trie;
  }

  #nodeKey(node: number): string {
    return this.#placeKey({ kind: 'node', node });
  }

  #placeKey(place: Place): string {
    const key = placeKeyOf(place);
    if (!this.#places.has(key)) this.#places.set(key, place);
    return key;
  }

  #label(label: GraphLabel): number {
    const key = JSON.stringify(Object.values(label));
    const known = this.#labelIds.get(key);
    if (known !== undefined) return known;
    this.#labelIds.set(key, this.#labels.length);
    return this.#labels.push(label) - 1;
  }
}

function placeKeyOf(place: Place): string {
  if (place.kind === 'node') return `${place.node}`;
  if (place.kind === 'firstName') return `first name ${place.next}`;
  return `${place.type} ${place.slot} ${place.at} ${place.next}`;
}

function preceded(label: number, ways: readonly Way[]): Way[] {
  return ways.map(({ labels, to }) => ({ labels: [label, ...labels], to }));
}
