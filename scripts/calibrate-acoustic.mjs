// Fits what the LLRs of an acoustic model's commands and slots are worth, and writes it into its manifest:
//
//   node scripts/calibrate-acoustic.mjs MODEL GRAMMAR POSITIVES NOISE NEGATIVES...
//
// POSITIVES is a manifest of commands, heard clean and at 15 and 9 dB in NOISE, and for their slots at 5 and 0 dB as well, where
// enough are heard wrong to learn what a wrong one looks like; NEGATIVES hold talk, of which every piece of speech is heard as if
// the microphone were open. Affine logistic regression, both classes weighted alike; caps at ln(N + 1).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureQuality } from '../dist/calibration/index.js';
import { compareAsked } from '../dist/evaluation/compare-asked.js';
import { byRecording, readManifest } from '../dist/evaluation/manifest.js';
import { openRecording } from '../dist/evaluation/recording.js';
import { cutSegments } from '../dist/evaluation/segments.js';
import { IntentEngine } from '../dist/index.js';

const [model, grammarPath, positives, noise, ...negatives] = process.argv.slice(2);
const manifestPath = join(model, 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
writeFileSync(manifestPath, `${JSON.stringify({ ...manifest, calibration: null }, null, 2)}\n`);

const engine = await IntentEngine.create({
  sampleRateHz: 16000,
  grammar: readFileSync(grammarPath, 'utf8'),
  model,
  threshold: -1e6,
});

async function* pieces(path) {
  for (const [audio, segments] of byRecording(await readManifest(path))) {
    for await (const { segment, samples } of cutSegments(path, segments, openRecording(audio))) {
      yield { segment, samples: samples.slice() };
    }
  }
}

const power = (x) => x.reduce((sum, v) => sum + v * v, 0) / x.length;
const noises = [];
for await (const { samples } of pieces(noise))
  if (samples.length > 80_000 && power(samples) > 1e-7) noises.push(samples);

function noisy(samples, snrDb, index) {
  if (snrDb === null) return samples;
  const tape = noises[index % noises.length];
  const gain = Math.sqrt(power(samples) / power(tape) / 10 ** (snrDb / 10));
  return samples.map((x, i) => x + gain * tape[(i + 997 * index) % tape.length]);
}

async function events(samples) {
  engine.reset();
  const stream = new Float32Array(24_000 + samples.length + 16_000);
  stream.set(samples, 24_000);
  const heard = [...(await engine.push(stream)), ...(await engine.flush())];
  return heard.filter(({ type, llr }) => type === 'intent' && Number.isFinite(llr));
}

const [intents, slots] = [
  { targets: [], others: [] },
  { targets: [], others: [] },
];
const quality = { snrDb: [], levelDbfs: [] };
let index = 0;
for await (const { segment, samples } of pieces(positives)) {
  const { asked } = segment;
  for (const snrDb of [null, 15, 9, 5, 0]) {
    const sound = noisy(samples, snrDb, index++);
    const { snrDb: snr, levelDbfs } = measureQuality(sound.subarray(-24_000));
    quality.snrDb.push(snr);
    quality.levelDbfs.push(levelDbfs);
    const best = (await events(sound)).find(({ intent }) => intent !== null);
    if (!best) continue;
    if (snrDb === null || snrDb >= 9) intents.targets.push(best.llr);
    for (const [name, { value, llr }] of Object.entries(best.slots)) {
      const same = compareAsked(
        { intent: '', slots: { v: asked.slots[name] ?? '' } },
        { intent: '', slots: { v: value } },
      ).isAllRight;
      (same ? slots.targets : slots.others).push(llr);
    }
  }
}
for (const path of negatives) {
  for await (const { samples } of pieces(path)) {
    for (let at = 0; at < samples.length; at += 160_000) {
      for (const { llr } of await events(samples.subarray(at, at + 160_000))) intents.others.push(llr);
    }
  }
}
await engine.dispose();

/** llr = a · raw + b by Newton's method on the mean cross-entropy of each class. */
function logisticFit({ targets, others }) {
  const rows = [
    ...targets.map((x) => [x, 1, 1 / targets.length]),
    ...others.map((x) => [x, 0, 1 / others.length]),
  ];
  let [a, b] = [0.1, 0];
  for (let round = 0; round < 60; round++) {
    let [ga, gb, haa, hab, hbb] = [1e-5 * a, 0, 1e-5, 0, 1e-9];
    for (const [x, y, w] of rows) {
      const p = 1 / (1 + Math.exp(-(a * x + b)));
      ga += w * (p - y) * x;
      gb += w * (p - y);
      haa += w * p * (1 - p) * x * x;
      hab += w * p * (1 - p) * x;
      hbb += w * p * (1 - p);
    }
    const det = haa * hbb - hab * hab;
    const step = [(hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det];
    const shrink = Math.min(1, 0.5 / Math.max(Math.abs(step[0]), Math.abs(step[1]) / 5));
    a -= shrink * step[0];
    b -= shrink * step[1];
  }
  const bits = (x) => Math.log2(1 + Math.exp(x));
  const mean = (values) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const cllr = (mean(targets.map((x) => bits(-(a * x + b)))) + mean(others.map((x) => bits(a * x + b)))) / 2;
  console.log(
    `${targets.length} targets, ${others.length} others: a ${a.toFixed(4)}, b ${b.toFixed(3)}, Cllr on the fit ${cllr.toFixed(3)}`,
  );
  const round = (x) => Number(x.toPrecision(5));
  return {
    a: round(a),
    b: round(b),
    cap: [-round(Math.log(targets.length + 1)), round(Math.log(others.length + 1))],
  };
}

const range = (values, margin) => {
  const sorted = [...values].sort((x, y) => x - y);
  return [
    Math.round(sorted[Math.floor(sorted.length * 0.005)] - margin),
    Math.round(sorted[Math.ceil(sorted.length * 0.995) - 1] + margin),
  ];
};
const calibration = {
  schema: 'wakeproof-intent-calibration/1',
  model: { sha256: manifest.sha256 },
  intent: logisticFit(intents),
  slot: logisticFit(slots),
  // The measure ends at 40 dB; speech cleaner than any of the fit's is taken to be no harder.
  domain: { snrDb: [range(quality.snrDb, 3)[0], 40], levelDbfs: range(quality.levelDbfs, 6) },
};
writeFileSync(manifestPath, `${JSON.stringify({ ...manifest, calibration }, null, 2)}\n`);
console.log(JSON.stringify(calibration));
