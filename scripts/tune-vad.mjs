/**
 * Fits the speech classifier of assembly/vad.ts and measures it: writes src/dsp/vad-network.ts and prints the
 * table of docs/adr/0006-voice-activity.md. Uses the project's own WebAssembly front end for the inputs.
 *
 *   npm run build && node scripts/tune-vad.mjs CORPORA [--check]       about 3 minutes; needs ffmpeg
 *
 * CORPORA holds train/ and dev/ with NeMo-style manifests. With --check nothing is fitted or written.
 * Speech is labelled hop by hop from its own energy before noise is added (`labelSpeech`). Noise of odd-numbered
 * segments is for fitting, that of even-numbered ones, with dev speech, for measuring.
 */
import { writeFileSync } from 'node:fs';
import { SpeechSegmenter } from '../dist/dsp/speech-segmenter.js';
import { vadNetwork } from '../dist/dsp/vad-network.js';
import {
  build,
  buildNoise,
  compareGain,
  gaussian,
  nInputs,
  random,
  recordingOf,
  segmentsOf,
} from './vad-streams.mjs';

const corpora = process.argv[2];
const onlyCheck = process.argv.includes('--check');
const nHidden = 16;
const speechToFit = ['librispeech-train', 'speechocean-train', 'misc-train', 'phrases-real-train'];
const speechToMeasure = ['coffee-dev', 'speechocean-dev', 'acted-dev', 'telephone-dev'];

/** Adam on cross-entropy with both classes of equal weight. @returns the table that assembly/vad.ts reads. */
function fitNetwork(streams) {
  const x = new Float32Array(streams.reduce((length, { inputs }) => length + inputs.length, 0));
  streams.reduce((offset, { inputs }) => {
    x.set(inputs, offset);
    return offset + inputs.length;
  }, 0);
  const y = streams.flatMap(({ labels, inputs }) => labels.slice(0, inputs.length / nInputs));
  const share = y.filter(Boolean).length / y.length;
  const size = nInputs * nHidden + 2 * nHidden + 1;
  const [hiddenBias, outWeight, outBias] = [
    nInputs * nHidden,
    (nInputs + 1) * nHidden,
    (nInputs + 2) * nHidden,
  ];
  const w = Float64Array.from({ length: size }, (_, i) =>
    i < hiddenBias || i >= outWeight ? 0.3 * gaussian() : 0,
  );
  w[outBias] = 0;
  const [mean, square, gradient] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const hidden = new Float64Array(nHidden);
  const [steps, batch] = [12000, 256];
  for (let step = 1; step <= steps; step++) {
    gradient.fill(0);
    for (let example = 0; example < batch; example++) {
      const row = Math.floor(random() * y.length);
      let logit = w[outBias];
      for (let h = 0; h < nHidden; h++) {
        let sum = w[hiddenBias + h];
        for (let i = 0; i < nInputs; i++) sum += x[row * nInputs + i] * w[i * nHidden + h];
        hidden[h] = Math.max(0, sum);
        logit += hidden[h] * w[outWeight + h];
      }
      const weight = y[row] ? 0.5 / share : 0.5 / (1 - share);
      const error = (weight * (1 / (1 + Math.exp(-logit)) - (y[row] ? 1 : 0))) / batch;
      gradient[outBias] += error;
      for (let h = 0; h < nHidden; h++) {
        gradient[outWeight + h] += error * hidden[h];
        if (hidden[h] === 0) continue;
        const back = error * w[outWeight + h];
        gradient[hiddenBias + h] += back;
        for (let i = 0; i < nInputs; i++) gradient[i * nHidden + h] += back * x[row * nInputs + i];
      }
    }
    const stepSize = 0.01 * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    for (let i = 0; i < size; i++) {
      mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
      square[i] = 0.999 * square[i] + 0.001 * gradient[i] ** 2;
      w[i] -=
        (stepSize * (mean[i] / (1 - 0.9 ** step))) / (Math.sqrt(square[i] / (1 - 0.999 ** step)) + 1e-8);
    }
  }
  return w;
}

function logitOf(w, inputs, hop) {
  let logit = w[(nInputs + 2) * nHidden];
  for (let h = 0; h < nHidden; h++) {
    let sum = w[nInputs * nHidden + h];
    for (let i = 0; i < nInputs; i++) sum += inputs[hop * nInputs + i] * w[i * nHidden + h];
    logit += Math.max(0, sum) * w[(nInputs + 1) * nHidden + h];
  }
  return logit;
}

/** Stretches of true labels as [first hop, one past the last], joined over gaps of less than 400 ms. */
function stretchesOf(labels) {
  const stretches = [];
  labels.forEach((isSpeech, hop) => {
    if (!isSpeech) return;
    const last = stretches.at(-1);
    if (last && hop - last[1] < 40) last[1] = hop + 1;
    else stretches.push([hop, hop + 1]);
  });
  return stretches;
}

/** One row of the table: per-hop rates at probability ½, then what the events of default options say. */
function measure(w, streams) {
  const count = {
    speech: 0,
    hit: 0,
    other: 0,
    false: 0,
    stretches: 0,
    found: 0,
    falseEvents: 0,
    falseHops: 0,
    hops: 0,
  };
  const lateness = [];
  for (const { inputs, labels } of streams) {
    const segmenter = new SpeechSegmenter({}, 400, 16000);
    const reported = [];
    const nHops = inputs.length / nInputs;
    for (let hop = 0; hop < nHops; hop++) {
      const logit = logitOf(w, inputs, hop);
      const [all, positive] = labels[hop] ? ['speech', 'hit'] : ['other', 'false'];
      count[all]++;
      if (logit >= 0) count[positive]++;
      const event = segmenter.push(logit);
      if (event?.type === 'speechStart') reported.push([event.sample / 160, nHops, hop]);
      else if (event?.type === 'speechEnd') reported.at(-1)[1] = event.sample / 160;
      else if (event) reported.pop();
    }
    const stretches = stretchesOf(labels);
    const meet = (a, b) => a[0] < b[1] && b[0] < a[1];
    count.hops += nHops;
    count.stretches += stretches.length;
    for (const stretch of stretches) {
      const first = reported.find((report) => meet(report, stretch));
      if (first) count.found++;
      if (first && first[2] >= stretch[0]) lateness.push((first[2] - stretch[0]) * 10);
    }
    for (const report of reported) {
      if (stretches.some((stretch) => meet(report, stretch))) continue;
      count.falseEvents++;
      count.falseHops += report[1] - report[0];
    }
  }
  const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : '');
  return [
    percent(count.hit, count.speech),
    percent(count.false, count.other),
    percent(count.found, count.stretches),
    lateness.length ? `${lateness.sort((a, b) => a - b)[lateness.length >> 1]} ms` : '',
    (count.falseEvents / (count.hops / 6000)).toFixed(1),
    percent(count.falseHops, count.hops),
  ];
}

const pathsOf = (split, names) => names.map((name) => `${corpora}/${split}/${name}`);
const isHeard = ({ samples }) => samples.some((s) => Math.abs(s) > 1e-3);
const noise = segmentsOf(`${corpora}/train/noise-train`, 3000).filter(isHeard);
const half = (parity) => noise.filter((_, index) => index % 2 === parity);
let network = vadNetwork();
if (!onlyCheck) {
  const streams = await build(pathsOf('train', speechToFit), half(1), 10, false, 1);
  network = fitNetwork(streams).map((weight) => Math.round(weight * 1e4) / 1e4);
  writeFileSync(new URL('../src/dsp/vad-network.ts', import.meta.url), moduleOf(network));
}
const measured = [
  ...(await build(pathsOf('dev', speechToMeasure), half(0), 5, true, 2)),
  ...(await buildNoise(half(0))),
];
console.log('| | hops: hit | false | stretches found | onset told after | false a minute | false time |');
console.log('|---|---|---|---|---|---|---|');
for (const condition of new Set(measured.map((stream) => stream.condition))) {
  const row = measure(
    network,
    measured.filter((stream) => stream.condition === condition),
  );
  console.log(`| ${condition} | ${row.join(' | ')} |`);
}
for (const path of pathsOf('dev', speechToMeasure)) {
  const samples = recordingOf(path, 300);
  for (const gainDb of [-20, -10, 10, 20]) {
    const { nHops, nCrossed, sameEvents } = await compareGain(samples, 10 ** (gainDb / 20));
    console.log(
      `${path} ${gainDb} dB: ${nCrossed} of ${nHops} hops moved, events ${sameEvents ? 'the same' : 'DIFFER'}`,
    );
  }
}

function moduleOf(values) {
  const lines = [];
  for (let i = 0; i < values.length; i += nHidden) {
    const units = [...values.subarray(i, i + nHidden)].map((value) => Math.round(value * 1e4));
    lines.push(`  ${units.join(', ')},`);
  }
  return `/** Shape of the speech classifier in assembly/vad.ts. */
export const vadShape = { nInputs: ${nInputs}, nHidden: ${nHidden} } as const;

/** In units of 1e-4. */
// biome-ignore format: one line of weights an input, then hidden biases, output weights, output bias
const weights = [
${lines.join('\n')}
];

/** Generated by scripts/tune-vad.mjs: the classifier's table as assembly/vad.ts reads it. */
export function vadNetwork(): Float32Array {
  return Float32Array.from(weights, (weight) => weight / 1e4);
}
`;
}
