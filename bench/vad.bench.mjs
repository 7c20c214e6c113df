/**
 * What does hearing speech cost, features included, against detectors that do nothing else?
 *
 *   npm run bench:vad
 *
 * wakeproof: Kaldi recipe, 13 cepstra of 40 bands, speech probability and events, in float32 blocks of 80 ms. WebRTC
 * VAD: hops of 10 ms, once from 16-bit samples, which it takes, and once from the same float32 samples. Silero v5: steps of 32 ms. All hear the same second of synthetic speech, 992 ms long so that
 * both hops and steps are whole in 31 · 512 samples.
 */
import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Frontend, kaldiRecipe } from '../dist/dsp/index.js';
import { sileroVad } from './contenders/silero-vad.mjs';
import { webrtcVad } from './contenders/webrtc-vad.mjs';
import { interleave, machine, quantile, speedRatio } from './harness.mjs';

const fixture = readFileSync(new URL('../test/fixtures/speech-flite.f32', import.meta.url));
const speech = new Float32Array(fixture.buffer, fixture.byteOffset, fixture.length / 4).slice(
  8000,
  8000 + 31 * 512,
);
const seconds = speech.length / 16000;
/** Whole hops of it for WebRTC's detector. */
const hops = speech.slice(0, 99 * 160);
const hops16 = Int16Array.from(hops, (sample) => sample * 32767);
const converted = new Int16Array(hops.length);
const webrtcSeconds = hops.length / 16000;
const blockLength = 1280;
const blocks = Array.from({ length: Math.ceil(speech.length / blockLength) }, (_, i) =>
  speech.subarray(i * blockLength, (i + 1) * blockLength),
);

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
      consumed += webrtc(hops16);
    },
  },
  {
    name: 'WebRTC VAD wasm, float32 samples',
    run: () => {
      for (let n = 0; n < hops.length; n++) converted[n] = hops[n] * 32767;
      consumed += webrtc(converted);
    },
  },
];

const rounds = 27;
const results = [...contenders, { name: 'Silero v5, onnxruntime-node' }].map(({ name }) => ({
  name,
  roundSec: [],
  samplesSec: [],
}));
const perSecond = [seconds, webrtcSeconds, webrtcSeconds, seconds];
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
  results[3].roundSec.push(quantile(samples, 0.5));
  results[3].samplesSec.push(...samples);
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

const musts = [0.6, 0.6, 1 / 50];
peers.forEach((peer, index) => {
  const { median } = speedRatio(own, peer);
  const verdict = median <= musts[index] ? 'holds' : 'FAILS';
  console.log(`share of ${peer.name}: ${median.toFixed(4)}, must be ≤ ${musts[index]}: ${verdict}`);
  if (median > musts[index]) process.exitCode = 1;
});
