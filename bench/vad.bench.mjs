/**
 * What does hearing speech cost, features included, against detectors that do nothing else?
 *
 *   npm run bench:vad
 *
 * wakeproof: Kaldi recipe, 13 cepstra of 40 bands, speech probability and events, in float32 blocks of 80 ms. WebRTC
 * VAD: hops of 10 ms, once from 16-bit samples, which it takes, and once from the same float32 samples. Silero v5:
 * steps of 32 ms. All hear the same 1.6 s of the bundled recording of talk in a kitchen, in whole hops and steps. What we
 * take depends on the sound: a frame with a band far below the others is computed twice (docs/adr/0004). So the last row
 * is ours on speech without room or noise, the worst of what is speech.
 */
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Frontend, kaldiRecipe } from '../dist/dsp/index.js';
import { sileroVad } from './contenders/silero-vad.mjs';
import { webrtcVad } from './contenders/webrtc-vad.mjs';
import { interleave, machine, quantile, speedRatio } from './harness.mjs';

/** 160 hops, 50 steps; 4 of the hops are computed twice, as 2.6 % of the whole recording are. */
const nSamples = 160 * 160;
const speech = kitchen().slice(4.8 * 16000, 4.8 * 16000 + nSamples);
const clean = readFileSync(new URL('../test/fixtures/speech-flite.f32', import.meta.url));
const cleanSpeech = new Float32Array(clean.buffer, clean.byteOffset, clean.length / 4).slice(
  8000,
  8000 + 31 * 512,
);
const speech16 = Int16Array.from(speech, (sample) => sample * 32767);
const converted = new Int16Array(nSamples);
const blockLength = 1280;
const blocksOf = (samples) =>
  Array.from({ length: Math.ceil(samples.length / blockLength) }, (_, i) =>
    samples.subarray(i * blockLength, (i + 1) * blockLength),
  );
const [blocks, cleanBlocks] = [speech, cleanSpeech].map(blocksOf);

const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: 16000 });
const features = new Float32Array(16 * frontend.nFeatures);
const webrtc = await webrtcVad();
const silero = await sileroVad();
let consumed = 0;

const contenders = [
  {
    name: 'wakeproof front end + VAD',
    run: () => {
      for (const block of blocks) consumed += frontend.pushInto(block, features) + frontend.vadEvents.length;
    },
  },
  {
    name: 'WebRTC VAD wasm, 16-bit samples',
    run: () => {
      consumed += webrtc(speech16);
    },
  },
  {
    name: 'WebRTC VAD wasm, float32 samples',
    run: () => {
      for (let n = 0; n < nSamples; n++) converted[n] = speech[n] * 32767;
      consumed += webrtc(converted);
    },
  },
  {
    name: 'wakeproof on clean synthetic speech',
    run: () => {
      for (const block of cleanBlocks) consumed += frontend.pushInto(block, features);
    },
  },
];

const rounds = 27;
const results = [...contenders, { name: 'Silero v5, onnxruntime-node' }].map(({ name }) => ({
  name,
  roundSec: [],
  samplesSec: [],
}));
const seconds = nSamples / 16000;
const perSecond = [seconds, seconds, seconds, cleanSpeech.length / 16000];
for (let round = 0; round < rounds; round++) {
  interleave(contenders, { rounds: 1, maxTimeSec: 0.04 }).forEach(({ roundSec, samplesSec }, index) => {
    results[index].roundSec.push(...roundSec.map((sec) => sec / perSecond[index]));
    results[index].samplesSec.push(...samplesSec.map((sec) => sec / perSecond[index]));
  });
  const samples = [];
  for (let sample = 0; sample < 7; sample++) {
    // CPU time, since its calls end in another thread, which a loaded machine lets wait.
    const start = process.cpuUsage();
    consumed += await silero(speech);
    const { user, system } = process.cpuUsage(start);
    samples.push((user + system) / 1e6 / seconds);
  }
  results[4].roundSec.push(quantile(samples, 0.5));
  results[4].samplesSec.push(...samples);
}
if (!(consumed > 0)) throw new Error('a contender heard nothing');

console.log(
  machine(['benchmark', '@echogarden/fvad-wasm', '@ricky0123/vad-web', 'onnxruntime-node', 'assemblyscript']),
);
const [own, ...peers] = results;
const table = new Table({
  head: [
    'one second of audio',
    'p50 µs',
    'p99 µs',
    'samples',
    'wakeproof’s share of its time: median [range]',
  ],
  style: { head: [], border: [] },
});
for (const result of results) {
  const { median, low, high } = speedRatio(own, result);
  table.push([
    result.name,
    ...[0.5, 0.99].map((q) => (1e6 * quantile(result.samplesSec, q)).toFixed(1)),
    result.samplesSec.length,
    `${median.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
  ]);
}
console.log(table.toString());

const musts = [0.6, 0.6, undefined, 1 / 50];
peers.forEach((peer, index) => {
  if (musts[index] === undefined) return;
  const { median } = speedRatio(own, peer);
  const verdict = median <= musts[index] ? 'holds' : 'FAILS';
  console.log(`share of ${peer.name}: ${median.toFixed(4)}, must be ≤ ${musts[index]}: ${verdict}`);
  if (median > musts[index]) process.exitCode = 1;
});

/** The bundled recording, 16-bit at 16 kHz behind a header of 44 bytes. */
function kitchen() {
  const wav = readFileSync(new URL('../test/fixtures/kitchen.wav', import.meta.url)).subarray(44);
  return Float32Array.from({ length: wav.length / 2 }, (_, n) => wav.readInt16LE(2 * n) / 32768);
}
