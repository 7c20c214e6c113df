import type { GraphLabel, PhoneGraph } from '../../src/grammar/index.js';

/** A sentence as a reader of the grammar would make it up: the words said, and what they ask for. */
export interface SampledSentence {
  readonly words: readonly string[];
  readonly intent: string;
  readonly slots: Readonly<Record<string, string>>;
}

/** A grammar as plain values, from which both its YAML and its sentences are made. */
export interface PlainGrammar {
  readonly intents: Readonly<Record<string, readonly PlainPart[]>>;
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly macros: Readonly<Record<string, readonly PlainPart[]>>;
}

/** Part of an expression. */
export type PlainPart =
  | string
  | { readonly all: readonly PlainPart[] }
  | { readonly oneOf: readonly PlainPart[] }
  | { readonly maybe: readonly PlainPart[] }
  | { readonly slot: string; readonly as: string }
  | { readonly macro: string };

/** A part in the syntax of expressions. */
export function write(part: PlainPart): string {
  if (typeof part === 'string') return part;
  if ('all' in part) return part.all.map(write).join(' ');
  if ('oneOf' in part) return `[${part.oneOf.map(write).join(', ')}]`;
  if ('maybe' in part) return `(${part.maybe.map(write).join(', ')})`;
  return 'slot' in part ? `$${part.slot}:${part.as}` : `@${part.macro}`;
}

/** A grammar as YAML; JSON is YAML. */
export function writeYaml({ intents, slots, macros }: PlainGrammar): string {
  const texts = (lists: Readonly<Record<string, readonly PlainPart[]>>) =>
    Object.fromEntries(Object.entries(lists).map(([name, parts]) => [name, parts.map(write)]));
  return JSON.stringify({ context: { expressions: texts(intents), slots, macros: texts(macros) } }, null, 2);
}

/** Draws a sentence, each choice by `draw(n)`, a whole number below n. */
export function sample(grammar: PlainGrammar, draw: (n: number) => number): SampledSentence {
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const words: string[] = [];
  const slots: Record<string, string> = {};
  const say = (part: PlainPart): void => {
    if (typeof part === 'string') words.push(...part.split(' '));
    else if ('all' in part) part.all.forEach(say);
    else if ('oneOf' in part) say(pick(part.oneOf));
    else if ('maybe' in part) {
      if (draw(2) === 1) say(pick(part.maybe));
    } else if ('macro' in part) say(pick(grammar.macros[part.macro] ?? []));
    else {
      const value = pick(grammar.slots[part.slot] ?? []);
      slots[part.as] = value;
      words.push(...value.split(' '));
    }
  };
  const [intent, parts] = pick(Object.entries(grammar.intents));
  say(pick(parts));
  return { words, intent, slots };
}

/** All label sequences of paths that emit exactly these phones (1…39) and end in the final node; at most `limit`. */
export function accepted(graph: PhoneGraph, phones: readonly number[], limit = 100): GraphLabel[][] {
  const found: GraphLabel[][] = [];
  const labelsOf = (arc: number) =>
    (graph.labelSequences[graph.arcWord[arc] ?? -1] ?? []).map((label) => graph.labels[label] as GraphLabel);
  /** Pairs of state and phones said from which no path ends well. */
  const dead = new Set<string>();
  const walk = (row: number, said: number, labels: readonly GraphLabel[]): boolean => {
    const key = `${row} ${said}`;
    if (dead.has(key) || found.length >= limit) return false;
    let lives = false;
    for (let arc = graph.arcStart[row] ?? 0; arc < (graph.arcStart[row + 1] ?? 0); arc++) {
      const to = graph.arcTo[arc] ?? 0;
      const next = [...labels, ...labelsOf(arc)];
      if (to === graph.nStates) {
        if (said < phones.length) continue;
        found.push(next);
        lives = true;
      } else if (graph.phone[to] === phones[said] && walk(to, said + 1, next)) lives = true;
    }
    if (!lives) dead.add(key);
    return lives;
  };
  walk(graph.nStates, 0, []);
  return found;
}
