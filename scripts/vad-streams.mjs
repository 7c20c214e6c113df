/** What scripts/tune-vad.mjs fits and measures on: streams of mixed speech and noise with labels. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Frontend, kaldiRecipe } from '../dist/dsp/index.js';

const rate = 16000;
/** Inputs of the classifier a hop. */
export const nInputs = 24;
/** Everything but animals, babies and sneezes: what stays on for longer than speech does. */
const isLasting = (label) => !/Dog|Rooster|Baby|sneeze/.test(label);
/** Decibels of speech above noise; infinity for none. */
const conditions = [Number.POSITIVE_INFINITY, 20, 10, 5, 0];

let seed = 1;
/** Mulberry32, 0 ≤ value < 1. */
export function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const uniform = (low, high) => low + (high - low) * random();
export const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** The first `seconds` of a recording (path without .opus), mono at ±1. */
export function recordingOf(path, seconds) {
  const source = ['-v', 'error', '-i', `${path}.opus`, '-t', String(seconds)];
  const pcm = execFileSync('ffmpeg', [...source, '-ar', String(rate), '-ac', '1', '-f', 's16le', '-'], {
    maxBuffer: 2 ** 30,
  });
  return Float32Array.from(new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length >> 1), (s) => s / 32768);
}

/** Segments of it, as { label, samples }. */
export function segmentsOf(path, seconds) {
  const samples = recordingOf(path, seconds);
  return readFileSync(`${path}.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((record) => (record.offset + record.duration) * rate <= samples.length)
    .map(({ label, offset, duration }) => {
      const start = Math.round(offset * rate);
      return { label, samples: samples.subarray(start, start + Math.round(duration * rate)) };
    });
}

/** Hops of clean speech within 32 dB of its loud parts and 10 dB above its quiet ones; pauses < 90 ms filled. */
function labelSpeech(samples) {
  const levels = [];
  for (let start = 0; start + 400 <= samples.length; start += 160) {
    let sum = 0;
    for (let n = start + 1; n < start + 400; n++) sum += (samples[n] - 0.9 * samples[n - 1]) ** 2;
    levels.push(10 * Math.log10(Math.max(sum, 1e-12)));
  }
  const sorted = levels.toSorted((a, b) => a - b);
  const quantile = (q) => sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
  const threshold = Math.max(quantile(0.95) - 32, Math.min(quantile(0.05) + 10, quantile(0.95) - 15));
  const labels = levels.map((level) => level > threshold);
  flipShortRuns(labels, false, 8);
  flipShortRuns(labels, true, 6);
  return labels;
}

function flipShortRuns(labels, value, longest) {
  let start = 0;
  for (let hop = 1; hop <= labels.length; hop++) {
    if (labels[hop] === labels[start]) continue;
    const isInside = value || (start > 0 && hop < labels.length);
    if (labels[start] === value && isInside && hop - start <= longest) labels.fill(!value, start, hop);
    start = hop;
  }
}

/** Half a minute of segments with pauses of 0.4 to 1.5 s, each at the same level; a fifth as over a telephone. */
function speechStream(segments) {
  const samples = new Float32Array(33 * rate);
  const labels = new Array(Math.floor((samples.length - 400) / 160) + 1).fill(false);
  let index = Math.floor(random() * segments.length);
  let start = Math.floor(uniform(0.4, 1.5) * 100) * 160;
  while (start < 30 * rate) {
    const segment = segments[index++ % segments.length].samples.subarray(0, 12 * rate);
    const rms = Math.sqrt(segment.reduce((sum, s) => sum + s * s, 0) / segment.length) + 1e-9;
    for (let n = 0; n < segment.length && start + n < samples.length; n++)
      samples[start + n] += (segment[n] * 0.05) / rms;
    labelSpeech(segment).forEach((isSpeech, hop) => {
      if (isSpeech && start / 160 + hop < labels.length) labels[start / 160 + hop] = true;
    });
    start += Math.ceil(segment.length / 160) * 160 + Math.floor(uniform(0.4, 1.5) * 100) * 160;
  }
  return { samples, labels };
}

function noiseStream(segments, length) {
  const samples = new Float32Array(length);
  for (let start = 0; start < length; ) {
    const noise = segments[Math.floor(random() * segments.length)].samples;
    for (let end = Math.min(length, start + 10 * rate), n = 0; start < end; start++)
      samples[start] = noise[n++ % noise.length];
  }
  return samples;
}

/** Speech with noise `snrDb` below its active level; clean speech gets −90 dBFS of white noise. */
function mix({ samples, labels }, noise, snrDb) {
  let speechPower = 0;
  let nActive = 0;
  samples.forEach((s, n) => {
    if (!labels[Math.floor(n / 160)]) return;
    speechPower += s * s;
    nActive++;
  });
  if (snrDb === Number.POSITIVE_INFINITY) return samples.map((s) => s + 3e-5 * gaussian());
  const noisePower = noise.reduce((sum, s) => sum + s * s, 0) / noise.length;
  const gain = Math.sqrt(speechPower / nActive / (noisePower * 10 ** (snrDb / 10) + 1e-20));
  return samples.map((s, n) => s + gain * noise[n]);
}

/**
 * Streams of every condition: { condition, inputs [nHops × 24], labels [nHops] }.
 *
 * @param paths recordings of speech, without .opus.
 * @param noise segments to lay beneath them.
 * @param streamsEach of half a minute from each recording, in each condition.
 * @param withAnyNoise whether noise alone is also taken from what does not last.
 * @param firstSeed of all chance from here on.
 */
export async function build(paths, noise, streamsEach, withAnyNoise, firstSeed) {
  seed = firstSeed;
  const lasting = noise.filter(({ label }) => isLasting(label));
  const built = [];
  for (const path of paths) {
    const segments = segmentsOf(path, 1500).filter(({ samples }) => samples.length > 4000);
    for (let stream = 0; stream < streamsEach; stream++) {
      const speech = speechStream(segments);
      const background = noiseStream(stream % 3 === 0 ? noise : lasting, speech.samples.length);
      for (const condition of conditions) {
        const name = condition === Number.POSITIVE_INFINITY ? 'clean' : `${condition} dB`;
        built.push({
          condition: name,
          labels: speech.labels,
          inputs: await hear(mix(speech, background, condition)),
        });
      }
      for (const kind of withAnyNoise ? [lasting, noise] : [lasting]) {
        const inputs = await hear(noiseStream(kind, 30 * rate));
        const labels = new Array(inputs.length / nInputs).fill(false);
        built.push({ condition: kind === noise ? 'any noise alone' : 'lasting noise alone', labels, inputs });
      }
    }
  }
  return built;
}

/** Each segment of noise three times over, from a new start, under its own label as the condition. */
export async function buildNoise(noise) {
  const built = [];
  for (const { label, samples } of noise) {
    const inputs = await hear(Float32Array.from([...samples, ...samples, ...samples]));
    built.push({ condition: label, labels: new Array(inputs.length / nInputs).fill(false), inputs });
  }
  return built;
}

/** How many hops cross a threshold of 0.4, 0.5 or 0.6, and whether an event differs, when `samples` are scaled. */
export async function compareGain(samples, gain) {
  const listen = async (heard) => {
    const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: rate });
    frontend.push(heard);
    return { probabilities: frontend.speechProbabilities, events: JSON.stringify(frontend.vadEvents) };
  };
  const [plain, scaled] = [await listen(samples), await listen(samples.map((s) => s * gain))];
  const crossed = [0.4, 0.5, 0.6].flatMap((threshold) =>
    [...plain.probabilities].filter((p, hop) => p >= threshold !== scaled.probabilities[hop] >= threshold),
  );
  return {
    nHops: plain.probabilities.length,
    nCrossed: crossed.length,
    sameEvents: plain.events === scaled.events,
  };
}

/** The classifier's inputs at every hop, shape [nHops × 24]. */
async function hear(samples) {
  const frontend = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: rate });
  const inputs = [];
  for (let start = 0; start + 160 <= samples.length; start += 160) {
    if (frontend.push(samples.subarray(start, start + 160)).length > 0) inputs.push(...frontend.vadInputs);
  }
  return Float32Array.from(inputs);
}
