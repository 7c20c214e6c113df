import type { WordTree } from '../lexicon/index.js';
import type { PhoneGraph } from './phone-graph.js';

/** Any words of a tree, one or more, in any order. Which they are no path tells. */
export function wordLoop({ phone, children, isEnd, roots }: WordTree): PhoneGraph {
  const nStates = phone.length;
  const arcStart = new Uint32Array(nStates + 2);
  const arcTo: number[] = [];
  const arcWord: number[] = [];
  const write = (targets: readonly number[], word: number) => {
    for (const to of targets) {
      arcTo.push(to);
      arcWord.push(word);
    }
  };
  const [aWord, inWord] = [0, -1];
  for (let state = 0; state < nStates; state++) {
    arcStart[state] = arcTo.length;
    write(children[state] ?? [], inWord);
    if (isEnd[state]) {
      write(roots, aWord);
      write([nStates], inWord);
    }
  }
  arcStart[nStates] = arcTo.length;
  write(roots, aWord);
  arcStart[nStates + 1] = arcTo.length;
  return {
    nStates,
    phone: Uint8Array.from(phone, (index) => index + 1),
    arcStart,
    arcTo: Uint32Array.from(arcTo),
    arcWord: Int32Array.from(arcWord),
    labels: [{ kind: 'word', word: 'any word' }],
    labelSequences: [[0]],
    nIntents: 0,
  };
}
