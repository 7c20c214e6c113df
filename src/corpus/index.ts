export { type BuiltCorpus, buildCorpus, type CorpusOptions } from './build-corpus.js';
export {
  type Confusable,
  type ConfusableCounts,
  confusablesOf,
  distanceInText,
  tooNear,
} from './confusables.js';
export { synthesiserNames } from './synthesisers.js';
