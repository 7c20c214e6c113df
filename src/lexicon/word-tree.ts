import type { Pronunciation } from './phones.js';

/** Pronunciations that share their beginnings: each node is a phone behind those that lead to it. */
export interface WordTree {
  /** [nNodes] Index into `phones`. */
  readonly phone: readonly number[];
  /** [nNodes] Nodes that follow. */
  readonly children: readonly (readonly number[])[];
  /** [nNodes] Whether a word ends here. */
  readonly isEnd: readonly boolean[];
  /** Nodes that words begin with. */
  readonly roots: readonly number[];
}

/** All pronunciations as one tree. */
export function wordTree(pronunciations: Iterable<Pronunciation>): WordTree {
  const phone: number[] = [];
  const children: number[][] = [];
  const isEnd: boolean[] = [];
  const roots: number[] = [];
  for (const said of pronunciations) {
    let siblings = roots;
    let node = -1;
    for (const next of said) {
      node = siblings.find((sibling) => phone[sibling] === next) ?? -1;
      if (node < 0) {
        node = phone.push(next) - 1;
        children.push([]);
        isEnd.push(false);
        siblings.push(node);
      }
      siblings = children[node] as number[];
    }
    isEnd[node] = true;
  }
  return { phone, children, isEnd, roots };
}
