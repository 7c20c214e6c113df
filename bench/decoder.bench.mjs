/**
 * What does a large grammar cost to decode?
 *
 *     npm run build && node bench/decoder.bench.mjs
 *
 * A grammar of 500 words in 60 sentences of two intents, one of which ends with any of 1,000 names; posteriors as a
 * CTC model gives them: a phone or a blank stands out at each row, with rivals, for sentences of the grammar and for
 * phones at random. Figures are CPU seconds per second of audio.
 */
import { Decoder } from '../dist/decoding/index.js';

const rowSec = 0.03;
let seed = 1;
/** Uniform 0 … 1, the same in every run. */
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};
const below = (n) => Math.floor(random() * n);
const phones = (n) => Array.from({ length: n }, () => 1 + below(39));

const words = Array.from({ length: 500 }, () => phones(3 + below(4)));
const names = Array.from({ length: 1000 }, () => phones(8 + below(7)));
const sentences = Array.from({ length: 60 }, () =>
  Array.from({ length: 8 }, () => words[below(words.length)]),
);

/** A tree of the sentences' phones, the names joined as one tree behind half of them. */
function grammarGraph() {
  const phone = [];
  const arcs = [];
  const labels = [
    { kind: 'intent', intent: 'call' },
    { kind: 'intent', intent: 'other' },
  ];
  const sequences = [];
  const label = (...list) => {
    labels.push(...list.filter((one) => typeof one === 'object'));
    sequences.push(list.map((one) => (typeof one === 'number' ? one : labels.indexOf(one))));
    return sequences.length - 1;
  };
  const chain = (from, said, word) => {
    said.forEach((symbol, i) => {
      arcs.push({ from, to: phone.length, word: i === 0 ? word : -1 });
      from = phone.length;
      phone.push(symbol);
    });
    return from;
  };
  const ends = sentences.map((sentence, index) => {
    let from = -1;
    sentence.forEach((said, i) => {
      const spoken = { kind: 'word', word: `word ${i}` };
      from = chain(from, said, i === 0 ? label(index % 2, spoken) : label(spoken));
    });
    return from;
  });
  const children = new Map();
  const finals = [];
  names.forEach((name, index) => {
    let node = 'names';
    let from = null;
    name.forEach((symbol, i) => {
      const key = `${node} ${symbol}`;
      if (!children.has(key)) {
        children.set(key, phone.length);
        const to = phone.length;
        phone.push(symbol);
        if (i === 0) {
          const word = label({ kind: 'slotStart', slot: 'contact' }, { kind: 'word', word: 'name' });
          ends.forEach((end, s) => {
            if (s % 2 === 0) arcs.push({ from: end, to, word });
          });
        } else arcs.push({ from, to, word: -1 });
      }
      from = children.get(key);
      node = key;
    });
    finals.push({ from, word: label({ kind: 'slotEnd', slot: 'contact', value: `name ${index}` }) });
  });
  const nStates = phone.length;
  for (const { from, word } of finals) arcs.push({ from, to: nStates, word });
  ends.forEach((from, s) => {
    if (s % 2 === 1) arcs.push({ from, to: nStates, word: -1 });
  });
  const row = ({ from }) => (from < 0 ? nStates : from);
  arcs.sort((a, b) => row(a) - row(b));
  const arcStart = new Uint32Array(nStates + 2);
  for (const arc of arcs) arcStart[row(arc) + 1]++;
  for (let i = 1; i < arcStart.length; i++) arcStart[i] += arcStart[i - 1];
  return {
    nStates,
    phone: Uint8Array.from(phone),
    arcStart,
    arcTo: Uint32Array.from(arcs, ({ to }) => to),
    arcWord: Int32Array.from(arcs, ({ word }) => word),
    labels,
    labelSequences: sequences,
  };
}

/** Rows that say phones: each for one row, two blanks behind it, two rivals beside it. */
function rowsOf(said) {
  const rows = new Float32Array(said.length * 3 * 40);
  said.forEach((symbol, i) => {
    for (let k = 0; k < 3; k++) {
      const row = rows.subarray((3 * i + k) * 40, (3 * i + k + 1) * 40);
      for (let s = 0; s < 40; s++) row[s] = -2 + 4 * random();
      row[k === 0 ? symbol : 0] += 8;
      row[1 + below(39)] += 6;
      row[1 + below(39)] += 5;
    }
  });
  return rows;
}

const graph = grammarGraph();
console.log(`${graph.nStates} states, ${graph.arcTo.length} arcs`);
const utterances = {
  'of the grammar': () => rowsOf([...sentences[2 * below(30)].flat(), ...names[below(1000)]]),
  'phones at random': () => rowsOf(phones(45)),
};
for (const beam of [20, 40, Number.POSITIVE_INFINITY]) {
  const begun = performance.now();
  const decoder = await Decoder.create(graph, { beam });
  const madeMs = performance.now() - begun;
  for (const [name, make] of Object.entries(utterances)) {
    let [rows, first, last, active, found] = [0, 0, 0, 0, 0];
    for (let i = 0; i < 10; i++) {
      const utterance = make();
      decoder.reset();
      const start = process.cpuUsage();
      decoder.push(utterance);
      first += process.cpuUsage(start).user;
      active += decoder.nActiveStates;
      const end = process.cpuUsage();
      const { answers } = decoder.finish();
      last += process.cpuUsage(end).user;
      rows += utterance.length / 40;
      if (answers[0].slots.contact) found++;
    }
    const sec = rows * rowSec * 1e6;
    console.log(
      `beam ${beam}, ${name}: ${((first + last) / sec).toFixed(4)} (first pass ${(first / sec).toFixed(4)}), ` +
        `${Math.round(active / 10)} states active at the end, ${found} of 10 with a name; ` +
        `${(decoder.memoryBytes / 2 ** 20).toFixed(1)} MB, made in ${madeMs.toFixed(0)} ms`,
    );
  }
}
