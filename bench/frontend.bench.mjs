/**
 * What does one 10 ms frame of MFCC cost, against plain JavaScript and against the packages that others use?
 *
 *   npm run bench:frontend
 *
 * Kaldi recipe: 16 kHz, 25 ms Povey window, 512-point FFT, 40 bands, 13 cepstra, lifter 22; meyda's own recipe in
 * the same sizes. Contenders take frames in turn from the same stretch of the bundled recording of talk in a kitchen;
 * one frame of the 32 is such as we compute twice (docs/adr/0004), as 2.8 % of the whole recording are.
 */
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Frontend, kaldiRecipe } from '../dist/dsp/index.js';
import { frameLengthSamples } from '../dist/dsp/recipe.js';
import { stagesInstance } from './contenders/frontend-wasm.mjs';
import { meydaMfcc } from './contenders/meyda.mjs';
import { pffftChain } from './contenders/pffft.mjs';
import { plainJs } from './contenders/plain-js.mjs';
import { interleave, machine, quantile, speedRatio } from './harness.mjs';

const hop = 160;
const nFrames = 32;
const wav = readFileSync(new URL('../test/fixtures/kitchen.wav', import.meta.url)).subarray(44);
const start = 14 * 16000;
const stretch = Float32Array.from(
  { length: nFrames * hop + 512 },
  (_, n) => wav.readInt16LE(2 * (start + n)) / 32768,
);
const frames = Array.from({ length: nFrames }, (_, i) => stretch.slice(i * hop, i * hop + 512));
const recipe = kaldiRecipe;

let turn = 0;
let consumed = 0;
const nextFrame = () => frames[turn++ & (nFrames - 1)];

const stages = stagesInstance(recipe, stretch);
const stretchPtr = stages.stretchPtr();
const frameLength = frameLengthSamples(recipe);
const javascript = plainJs(recipe);
const pffft = await pffftChain(recipe);
const meyda = meydaMfcc(recipe);
const stream = await Frontend.create({ recipe, inputRateHz: 16000 });
const features = new Float32Array(16 * stream.nFeatures);
const blocks10 = frames.map((frame) => frame.slice(0, hop));
const block80 = stretch.slice(0, 8 * hop);

const contenders = {
  kernel: {
    name: 'wakeproof, one frame',
    run: () => stages.runMfcc(stretchPtr + (turn++ & (nFrames - 1)) * hop * 4, frameLength),
  },
  javascript: {
    name: 'plain JS + fft.js',
    run: () => {
      consumed += javascript(nextFrame())[1];
    },
  },
  pffft: {
    name: 'JS + pffft-wasm SIMD',
    run: () => {
      consumed += pffft(nextFrame())[1];
    },
  },
  meyda: {
    name: 'meyda',
    run: () => {
      consumed += meyda(nextFrame())[1];
    },
  },
  push10: {
    name: 'wakeproof push, 10 ms blocks, with VAD',
    run: () => stream.pushInto(blocks10[turn++ & (nFrames - 1)], features),
  },
  push80: {
    name: 'wakeproof push, 80 ms blocks, with VAD',
    frames: 8,
    run: () => stream.pushInto(block80, features),
  },
  empty: { name: 'baseline: empty call', run: () => stages.runNothing() },
};

const names = Object.keys(contenders);
const results = interleave(Object.values(contenders));
if (!Number.isFinite(consumed)) throw new Error('a contender yielded no number');

console.log(machine(['benchmark', 'fft.js', '@echogarden/pffft-wasm', 'meyda', 'assemblyscript']));
const kernel = results[names.indexOf('kernel')];
const table = new Table({
  head: ['one 10 ms frame', 'p50 µs', 'p99 µs', 'samples', '× of one frame: median [range]'],
  style: { head: [], border: [] },
});
const perFrame = (name, result) => {
  const count = contenders[name].frames ?? 1;
  return { ...result, roundSec: result.roundSec.map((sec) => sec / count) };
};
names.forEach((name, index) => {
  const result = results[index];
  const count = contenders[name].frames ?? 1;
  const ratio = speedRatio(perFrame(name, result), kernel);
  table.push([
    result.name,
    ...[0.5, 0.99].map((q) => ((1e6 * quantile(result.samplesSec, q)) / count).toFixed(3)),
    result.samplesSec.length,
    `${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`,
  ]);
});
console.log(table.toString());

const musts = { javascript: 9, pffft: 4, meyda: 150 };
for (const [name, must] of Object.entries(musts)) {
  const { median } = speedRatio(results[names.indexOf(name)], kernel);
  const verdict = median >= must ? 'holds' : 'FAILS';
  console.log(`${contenders[name].name}: ${median.toFixed(1)} × one frame, must be ≥ ${must}: ${verdict}`);
  if (median < must) process.exitCode = 1;
}
