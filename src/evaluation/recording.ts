import { basename } from 'node:path';
import { openAudio } from '../audio/index.js';
import { Frontend, inputRatesHz, kaldiRecipe } from '../dsp/index.js';
import { AudioFormatError } from '../errors.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Zeros that carry the last samples through the converter's filter, in samples at the input's rate. */
const CONVERTER_TAIL_SAMPLES = 256;

/**
 * Opens a recording (WAV, FLAC, Ogg Vorbis, Ogg Opus, MP3) as mono float32 at 16 kHz, decoded while it is read: memory
 * does not grow with its length. Output sample n stands at n/16000 s of the recording, whatever its rate.
 */
export async function* openRecording(path: string): AsyncGenerator<Float32Array> {
  const { sampleRateHz, blocks, close } = await openAudio(path);
  if (!inputRatesHz.includes(sampleRateHz)) {
    await close();
    throw new AudioFormatError(basename(path), {
      expected: `a sample rate of ${inputRatesHz.join(', ')} Hz`,
      actual: `${sampleRateHz} Hz`,
    });
  }
  yield* sampleRateHz === EVALUATION_RATE_HZ ? blocks : toEvaluationRate(blocks, sampleRateHz);
}

/**
 * Audio at 16 kHz from another rate, by the front end's own converter, which shifts nothing.
 *
 * @param sampleRateHz one of the front end's input rates
 * @returns ⌈N · 16000 / rate⌉ samples of N
 */
export async function* toEvaluationRate(
  blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>,
  sampleRateHz: number,
): AsyncGenerator<Float32Array> {
  const converter = await Frontend.create({ recipe: kaldiRecipe, inputRateHz: sampleRateHz });
  const convert = (block: Float32Array): Float32Array => {
    const before = converter.samples16k;
    converter.push(block);
    return converter.history(before, converter.samples16k);
  };
  let nSamples = 0;
  for await (const block of blocks) {
    // A second at a time: the converter keeps three.
    for (let from = 0; from < block.length; from += sampleRateHz) {
      yield convert(block.subarray(from, from + sampleRateHz));
    }
    nSamples += block.length;
  }
  const missing = Math.ceil((nSamples * EVALUATION_RATE_HZ) / sampleRateHz) - converter.samples16k;
  yield convert(new Float32Array(CONVERTER_TAIL_SAMPLES)).subarray(0, missing);
}
