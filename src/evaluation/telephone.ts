import { joinBlocks } from '../audio/index.js';
import { toEvaluationRate } from './recording.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Magnitudes of the 14-bit scale that G.711 is written in: full scale, and the largest one that has a code. */
const FULL_SCALE = 8192;
const LARGEST = 8158;
/** Added before the logarithm, so that the segments of the law begin at powers of two. */
const BIAS = 33;

/**
 * The octet of ITU-T G.711 µ-law for a sample at ±1; beyond full scale it limits.
 *
 *     m = min(|x|·8192, 8158) + 33;  e = ⌊log₂ m⌋ − 5;  octet = ¬(sign·128 + e·16 + (⌊m / 2^(e+1)⌋ mod 16))
 */
export function toMuLaw(sample: number): number {
  const magnitude = Math.min(Math.round(Math.abs(sample) * FULL_SCALE), LARGEST) + BIAS;
  const segment = 31 - Math.clz32(magnitude) - 5;
  const step = (magnitude >> (segment + 1)) & 15;
  return ~((sample < 0 ? 128 : 0) | (segment << 4) | step) & 255;
}

/** The sample at ±1 that an octet of ITU-T G.711 µ-law stands for. */
export function fromMuLaw(octet: number): number {
  const bits = ~octet & 255;
  const magnitude = ((2 * (bits & 15) + BIAS) << ((bits >> 4) & 7)) - BIAS;
  return (bits & 128 ? -magnitude : magnitude) / FULL_SCALE;
}

/**
 * Speech as it comes out of a telephone line: to 8 kHz, G.711 µ-law there and back, to 16 kHz again. Both conversions
 * are the front end's own, which shift nothing, so a word ends where it ended. Nothing else of a telephone is in it:
 * no lost packets, no handset.
 *
 * @param audio at 16 kHz
 * @returns as long as the audio
 */
export async function throughTelephone(audio: Float32Array): Promise<Float32Array> {
  // The converter from 32 to 16 kHz halves any rate.
  const narrow = await joinBlocks(toEvaluationRate([audio], 2 * EVALUATION_RATE_HZ));
  for (let i = 0; i < narrow.length; i++) narrow[i] = fromMuLaw(toMuLaw(narrow[i] as number));
  return (await joinBlocks(toEvaluationRate([narrow], EVALUATION_RATE_HZ / 2))).subarray(0, audio.length);
}
