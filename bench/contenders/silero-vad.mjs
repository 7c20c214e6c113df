import { createRequire } from 'node:module';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Samples of one step, and those of the step before that the model is given with them. */
const stepSamples = 512;
const contextSamples = 64;

/**
 * Silero VAD v5 (MIT; the model of the package @ricky0123/vad-web) in onnxruntime-node on one thread, fed as its
 * authors' wrapper does.
 *
 * @returns a function from a block of whole steps to the last step's probability.
 */
export async function sileroVad() {
  const path = createRequire(import.meta.url).resolve('@ricky0123/vad-web/dist/silero_vad_v5.onnx');
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const sr = new Tensor('int64', BigInt64Array.of(16000n), []);
  const samples = new Float32Array(contextSamples + stepSamples);
  const input = new Tensor('float32', samples, [1, samples.length]);
  let state = new Tensor('float32', new Float32Array(256), [2, 1, 128]);
  return async (block) => {
    let probability = 0;
    for (let start = 0; start < block.length; start += stepSamples) {
      samples.copyWithin(0, stepSamples);
      samples.set(block.subarray(start, start + stepSamples), contextSamples);
      const { output, stateN } = await session.run({ input, state, sr });
      state = stateN;
      probability = output.data[0];
    }
    return probability;
  };
}
