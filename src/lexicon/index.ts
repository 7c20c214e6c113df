export { commonWords } from './common-words.js';
export { Lexicon, type LexiconOptions } from './lexicon.js';
export { type NameTrees, nameTrees } from './name-trees.js';
export {
  distanceWithin,
  gapCost,
  type NearestStretch,
  nearestStretch,
  phoneDistance,
  substitutionCost,
} from './phone-distance.js';
export { formatArpabet, type Phone, type Pronunciation, parseArpabet, phones } from './phones.js';
export { givePronunciations, spokenWords } from './spoken-words.js';
export { type WordTree, wordTree } from './word-tree.js';
