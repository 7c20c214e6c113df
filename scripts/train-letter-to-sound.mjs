/**
 * Writes src/lexicon/letter-to-sound-model.ts: an n-gram model of letters and the phones that they are said as, from
 * the words of the CMU dictionary. Words that `isHeldOut` names are never seen; the test of the model measures on them.
 *
 * Letters are aligned with phones by expectation-maximisation, each letter said as 0 to 2 phones; then n-grams of
 * (letter, phones) pairs are counted, and those dropped that hardly change what the model predicts. After Bisani and
 * Ney 2008 (doi:10.1016/j.specom.2008.01.002), with single letters and absolute discounting.
 *
 * node --max-old-space-size=4000 scripts/train-letter-to-sound.mjs
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { dictionary } from 'cmu-pronouncing-dictionary';

const nRounds = 6;
/** A letter is said as these phones in fewer than this share of its places: taken for an error of the alignment. */
const rarestShare = 2e-4;
const order = 7;
/** n-grams seen fewer times than this are dropped, by length. */
const fewest = [0, 1, 1, 1, 2, 2, 2];
const discount = 0.7;
/** n-grams that change the log probability of all training words by less than this many nats are dropped. */
const leastGainNats = 3;

/** One word in 20, by its SHA-256. */
const isHeldOut = (word) => createHash('sha256').update(word).digest()[0] < 13;

const words = [];
for (const [entry, text] of Object.entries(dictionary)) {
  const word = entry.replace(/\(\d\)$/, '');
  if (!/^[a-z][a-z']*$/.test(word) || isHeldOut(word)) continue;
  words.push({ letters: word.replaceAll("'", ''), phones: text.replace(/\s*#.*$|\d/g, '').split(' ') });
}

/** What a letter may be said as where the phones from `at` on are still to be said. */
function* chunks(phones, at) {
  yield ['', at];
  if (at < phones.length) yield [phones[at], at + 1];
  if (at + 1 < phones.length) yield [`${phones[at]} ${phones[at + 1]}`, at + 2];
}

let shares = null;
const shareOf = (letter, chunk) =>
  shares ? (shares.get(letter)?.get(chunk) ?? 0) : chunk.includes(' ') ? 0.01 : 0.1;

for (let round = 0; round < nRounds; round++) {
  const counts = new Map();
  for (const { letters, phones } of words) countChunks(letters, phones, counts);
  shares = new Map();
  for (const [letter, byChunk] of counts) {
    const total = [...byChunk.values()].reduce((a, b) => a + b, 0);
    shares.set(letter, new Map([...byChunk].map(([chunk, n]) => [chunk, n / total])));
  }
}
for (const byChunk of shares.values()) {
  for (const [chunk, share] of byChunk) if (share < rarestShare) byChunk.delete(chunk);
}

/** Adds the expected number of times that each letter of a word is said as each chunk (forward-backward). */
function countChunks(letters, phones, counts) {
  const grid = () => Array.from({ length: letters.length + 1 }, () => new Float64Array(phones.length + 1));
  const [ahead, behind] = [grid(), grid()];
  ahead[0][0] = 1;
  behind[letters.length][phones.length] = 1;
  for (let i = 0; i < letters.length; i++) {
    for (let j = 0; j <= phones.length; j++) {
      if (ahead[i][j] === 0) continue;
      for (const [chunk, to] of chunks(phones, j))
        ahead[i + 1][to] += ahead[i][j] * shareOf(letters[i], chunk);
    }
  }
  const total = ahead[letters.length][phones.length];
  if (!(total > 0)) return;
  for (let i = letters.length - 1; i >= 0; i--) {
    const byChunk = counts.get(letters[i]) ?? new Map();
    counts.set(letters[i], byChunk);
    for (let j = 0; j <= phones.length; j++) {
      for (const [chunk, to] of chunks(phones, j)) {
        const onward = shareOf(letters[i], chunk) * behind[i + 1][to];
        behind[i][j] += onward;
        const expected = (ahead[i][j] * onward) / total;
        if (expected > 1e-6) byChunk.set(chunk, (byChunk.get(chunk) ?? 0) + expected);
      }
    }
  }
}

/** The likeliest alignment as "letter:phones" a letter; null for a word that is no spelling of its phones (aaa, etc). */
function align(letters, phones) {
  let row = [{ score: 0, pairs: [] }];
  for (const letter of letters) {
    const next = [];
    row.forEach((path, j) => {
      for (const [chunk, to] of chunks(phones, j)) {
        const score = path.score + Math.log(shareOf(letter, chunk));
        if (score > (next[to]?.score ?? Number.NEGATIVE_INFINITY)) {
          next[to] = { score, pairs: [...path.pairs, `${letter}:${chunk}`] };
        }
      }
    });
    row = next;
  }
  return row[phones.length]?.pairs ?? null;
}

const aligned = words.map(({ letters, phones }) => align(letters, phones)).filter((pairs) => pairs !== null);
/** Pair 0 is the start of a word, 1 its end. */
const pairs = ['^', '$', ...new Set(aligned.flat().sort())];
const idOf = new Map(pairs.map((pair, id) => [pair, id]));

const root = { count: 0, children: new Map() };
for (const word of aligned) {
  const ids = [0, ...word.map((pair) => idOf.get(pair)), 1];
  for (let start = 0; start < ids.length; start++) {
    let node = root;
    node.count++;
    for (const id of ids.slice(start, start + order)) {
      const child = node.children.get(id) ?? { count: 0, children: new Map() };
      node.children.set(id, child);
      child.count++;
      node = child;
    }
  }
}
dropRare(root, 0);
measureLeft(root);
dropIdle(root, []);

function dropRare(node, depth) {
  for (const [id, child] of node.children) {
    if (child.count < fewest[depth]) node.children.delete(id);
    else dropRare(child, depth + 1);
  }
}

/** Share of a node's count that its children leave to shorter histories. */
function measureLeft(node) {
  let kept = 0;
  for (const child of node.children.values()) {
    kept += child.count - discount;
    measureLeft(child);
  }
  node.left = 1 - kept / node.count;
}

function probability(history, id) {
  let p = 1 / pairs.length;
  for (let start = history.length; start >= 0; start--) {
    let node = root;
    for (const before of history.slice(start)) node = node?.children.get(before);
    if (!node || node.children.size === 0) continue;
    const child = node.children.get(id);
    p = (child ? child.count - discount : 0) / node.count + node.left * p;
  }
  return p;
}

/** Drops n-grams, longest first, whose history without its first pair predicts them nearly as well. */
function dropIdle(node, history) {
  for (const [id, child] of node.children) {
    dropIdle(child, [...history, id]);
    if (history.length < 2 || child.children.size > 0) continue;
    const gain =
      child.count * Math.abs(Math.log(probability(history, id) / probability(history.slice(1), id)));
    if (gain < leastGainNats) node.children.delete(id);
  }
}

// Nodes breadth first, so that a node's children follow each other: number of children; of each child, its pair as
// the difference from the pair before it, and its count.
const streams = { nChildren: [], pairSteps: [], counts: [] };
const append = (stream, value) => {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) stream.push((rest % 128) + 128);
  stream.push(rest);
};
let nNodes = 0;
for (let level = [root]; level.length > 0; ) {
  const below = [];
  for (const node of level) {
    nNodes++;
    append(streams.nChildren, node.children.size);
    let before = 0;
    for (const [id, child] of [...node.children].sort(([a], [b]) => a - b)) {
      append(streams.pairSteps, id - before);
      append(streams.counts, child.count);
      before = id;
      below.push(child);
    }
  }
  level = below;
}
const header = {
  pairs,
  order,
  discount,
  nNodes,
  lengths: Object.values(streams).map(({ length }) => length),
};
const bytes = Buffer.concat([
  Buffer.from(`${JSON.stringify(header)}\n`),
  ...Object.values(streams).map((stream) => Buffer.from(stream)),
]);
const packed = gzipSync(bytes, { level: 9 });
writeFileSync(
  new URL('../src/lexicon/letter-to-sound-model.ts', import.meta.url),
  `/**
 * Generated by scripts/train-letter-to-sound.mjs from ${aligned.length} entries of the CMU pronouncing dictionary: gzip of
 * ${bytes.length} bytes, in base64.
 */
export const letterToSoundModel =
  '${packed.toString('base64')}';
`,
);
process.stdout.write(`${nNodes} n-grams, ${packed.length} bytes packed\n`);
