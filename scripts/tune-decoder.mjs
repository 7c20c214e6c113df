// Chooses the decoder's weights for an acoustic model, on commands as they are and in noise:
//
//   node scripts/tune-decoder.mjs MODEL GRAMMAR COMMANDS NOISE [--snr 9] [--draws 3] [--rounds 2] [--cache DIR] [--write]
//
// COMMANDS is a manifest whose `text` holds { intent, slots }, NOISE one of noise, of which each command is heard in --draws
// excerpts. The engine hears everything once; its logits are kept, in --cache for the next run, so that a set of weights takes seconds.
// From the manifest's weights on, one weight at a time takes a step up or down as long as that helps. What is raised is the mean share of
// commands that are right, clean and in noise alike, and half the share of slots that are, which moves in finer steps. The same
// search on each half of the commands, counted on the other, tells how much of the gain is theirs alone. Of the utterances in a
// command's noise the one with the highest evidence counts: thresholds are the calibration's business. The filler's price stays as it
// is, for it is talk that decides it. --write puts the weights into MODEL's manifest.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Decoder } from '../dist/decoding/index.js';
import { openNoise } from '../dist/evaluation/added-noise.js';
import { compareAsked, isSameValue } from '../dist/evaluation/compare-asked.js';
import { hearSegments } from '../dist/evaluation/hear-segments.js';
import { readManifest } from '../dist/evaluation/manifest.js';
import { Grammar } from '../dist/grammar/index.js';
import { IntentEngine } from '../dist/index.js';
import { Lexicon } from '../dist/lexicon/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    snr: { type: 'string', default: '9' },
    draws: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    cache: { type: 'string', default: join(tmpdir(), 'wakeproof-logits') },
    write: { type: 'boolean', default: false },
  },
});
const [model, grammarPath, commandsPath, noisePath] = positionals;
const manifestPath = join(model, 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
const grammar = readFileSync(grammarPath, 'utf8');
const commands = await readManifest(commandsPath);

/** Step and bounds of each weight that is tuned. */
const steps = {
  phoneScore: [0.25, -1, 3],
  wordScore: [0.5, -5, 2],
  slotScore: [1, -12, 4],
  blankPenalty: [0.5, -5, 2],
  tailPenalty: [2, 0, 30],
  leadPenalty: [2, 0, 30],
  floor: [2, -20, -3],
  acousticScale: [0.1, 0.5, 1.5],
};
/** Wide enough to lose nothing that is told; narrower than the default, for speed. */
const beam = 25;

/** What the engine's decoder is given in each utterance of each command: shape [commands][utterances][rows × 40]. */
async function logitsIn(mixing, name) {
  const path = join(values.cache, `${manifest.sha256.slice(0, 16)}-${commands.sha256.slice(0, 16)}-${name}`);
  try {
    const flat = readFileSync(`${path}.f32`);
    const floats = new Float32Array(flat.buffer, flat.byteOffset, flat.length / 4);
    return JSON.parse(readFileSync(`${path}.json`, 'utf8')).map((lengths) =>
      lengths.map(([from, to]) => floats.subarray(from, to)),
    );
  } catch {
    const heard = await hear(mixing);
    let end = 0;
    const place = ({ length }) => {
      end += length;
      return [end - length, end];
    };
    const places = heard.map((utterances) => utterances.map(place));
    const floats = new Float32Array(end);
    for (const [i, utterances] of heard.entries())
      for (const [j, rows] of utterances.entries()) floats.set(rows, places[i][j][0]);
    mkdirSync(values.cache, { recursive: true });
    writeFileSync(`${path}.f32`, floats);
    writeFileSync(`${path}.json`, JSON.stringify(places));
    return heard;
  }
}

async function hear(mixing) {
  const { push, finish } = Decoder.prototype;
  const utterances = [];
  let rows = [];
  Decoder.prototype.push = function (logits) {
    rows.push(...logits);
    push.call(this, logits);
  };
  Decoder.prototype.finish = function () {
    utterances.push(Float32Array.from(rows));
    rows = [];
    return finish.call(this, { withRivals: false });
  };
  const engine = await IntentEngine.create({ sampleRateHz: 16000, grammar, model, calibration: null });
  const added = await openNoise(mixing);
  const heard = [];
  for await (const { segment } of hearSegments(engine, commands, added)) {
    heard.push({ line: segment.line, utterances: utterances.splice(0).filter(({ length }) => length > 0) });
    rows = [];
  }
  await added?.tape.dispose();
  await engine.dispose();
  Object.assign(Decoder.prototype, { push, finish });
  const order = new Map(commands.segments.map(({ line }, index) => [line, index]));
  return heard.sort((a, b) => order.get(a.line) - order.get(b.line)).map((command) => command.utterances);
}

const conditions = [await logitsIn(null, 'clean')];
for (let seed = 0; seed < Number(values.draws); seed++) {
  const snrDb = Number(values.snr);
  conditions.push(
    await logitsIn(
      { noise: [noisePath], snrDb, seed },
      `${(await readManifest(noisePath)).sha256.slice(0, 8)}-${snrDb}-${seed}`,
    ),
  );
}
const graph = Grammar.parse(grammar).compile(await Lexicon.load(), { slots: {} });
const { phonePenalty = 2 } = manifest.decoder ?? {};
const known = new Map();

/** Whether each command was right, and which share of its slots: shape [conditions][commands]. */
async function results(weights) {
  const key = JSON.stringify(weights);
  if (known.has(key)) return known.get(key);
  const decoder = await Decoder.create(graph, { phonePenalty, ...weights, beam, maxRows: 510 });
  const counted = conditions.map((condition) =>
    condition.map((utterances, index) => {
      const { asked } = commands.segments[index];
      const answers = utterances.map((logits) => answerOf(decoder, logits)).filter(Boolean);
      const understood = answers.sort((a, b) => b.llr - a.llr)[0] ?? null;
      const names = Object.keys({ ...asked.slots, ...understood?.slots });
      const right = names.filter((name) => isSameValue(asked.slots[name], understood?.slots[name]));
      return {
        isRight: compareAsked(asked, understood).isAllRight,
        slots: right.length / Math.max(1, names.length),
      };
    }),
  );
  known.set(key, counted);
  return counted;
}

function answerOf(decoder, logits) {
  decoder.reset();
  decoder.push(logits);
  return decoder.finish({ withRivals: false }).answers.find(({ intent }) => intent !== null);
}

const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** Of the commands that count: clean and in noise alike. */
function merit(counted, counts) {
  const shares = counted.map((condition) =>
    mean(condition.filter((_, i) => counts(i)).map(({ isRight, slots }) => Number(isRight) + slots / 2)),
  );
  return shares[0] + (shares.length > 1 ? mean(shares.slice(1)) : 0);
}

async function search(start, counts) {
  let best = { weights: start, merit: merit(await results(start), counts) };
  for (let round = 0; round < Number(values.rounds); round++) {
    const before = best.merit;
    for (const [name, [step, low, high]] of Object.entries(steps)) {
      for (const direction of [1, -1]) {
        for (;;) {
          const value = Number((best.weights[name] + direction * step).toFixed(4));
          if (value < low || value > high) break;
          const weights = { ...best.weights, [name]: value };
          const found = merit(await results(weights), counts);
          if (found <= best.merit) break;
          best = { weights, merit: found };
        }
      }
    }
    if (best.merit === before) break;
  }
  return best.weights;
}

const rights = (counted, counts) =>
  counted.map((condition) => condition.filter((x, i) => counts(i) && x.isRight).length);
const print = (what, counted, counts) => {
  const n = conditions[0].filter((_, i) => counts(i)).length;
  const [clean, ...noisy] = rights(counted, counts);
  console.log(`${what.padEnd(44)} of ${n}: clean ${clean}, ${values.snr} dB ${noisy.join(' ')}`);
};
const all = () => true;
const halves = [(i) => i % 2 === 0, (i) => i % 2 === 1];

const names = Object.keys(steps);
const usual = {
  phoneScore: 0,
  wordScore: 0,
  slotScore: 0,
  blankPenalty: 0,
  tailPenalty: 2,
  leadPenalty: 2,
  floor: -12,
  acousticScale: 1,
};
const start = Object.fromEntries(names.map((name) => [name, manifest.decoder?.[name] ?? usual[name]]));
print("the manifest's weights", await results(start), all);
const weights = await search(start, all);
print('tuned on all', await results(weights), all);
for (const [i, half] of halves.entries()) {
  const own = await search(start, half);
  print(`tuned on one half, counted on the other (${i + 1})`, await results(own), halves[1 - i]);
  print(`  there, tuned on all`, await results(weights), halves[1 - i]);
}
console.log(JSON.stringify({ phonePenalty, ...weights }), `${known.size} sets of weights`);
if (values.write)
  writeFileSync(
    manifestPath,
    `${JSON.stringify({ ...manifest, decoder: { phonePenalty, ...weights } }, null, 2)}\n`,
  );
