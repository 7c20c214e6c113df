import { firstNames, lastNames } from './common-names.js';
import type { Lexicon } from './lexicon.js';
import { type WordTree, wordTree } from './word-tree.js';

/** First names and last names. */
export interface NameTrees {
  readonly first: WordTree;
  readonly last: WordTree;
}

const known = new WeakMap<Lexicon, NameTrees>();

/** How the names are said that many people have; some 20 ms the first time. */
export function nameTrees(lexicon: Lexicon): NameTrees {
  const treeOf = (words: readonly string[]) => wordTree(words.flatMap((word) => lexicon.pronounce(word)));
  const trees = known.get(lexicon) ?? { first: treeOf(firstNames), last: treeOf(lastNames) };
  known.set(lexicon, trees);
  return trees;
}
