import { noiseGain } from './mixer.js';
import { openTape, type Tape } from './tape.js';

/** Which noise is added, and how much of it. */
export interface NoiseMixing {
  /** Manifests. */
  readonly noise: readonly string[];
  readonly snrDb: number;
  /** Fixes where on the manifests' tape noise is taken from. */
  readonly seed: number;
}

/** Noise that can be added. */
export interface AddedNoise extends Omit<NoiseMixing, 'noise'> {
  readonly tape: Tape;
}

/**
 * Decodes noise once; null for none.
 *
 * @throws CorpusError for manifests that cannot be read
 */
export async function openNoise(mixing: NoiseMixing | null): Promise<AddedNoise | null> {
  const tape = await openTape(mixing?.noise ?? []);
  return tape && mixing && { tape, snrDb: mixing.snrDb, seed: mixing.seed };
}

/** Noise so that speech stands above it by the ratio; the same key gives the same noise. */
export async function noiseBehind(
  speech: Float32Array,
  { tape, snrDb, seed }: AddedNoise,
  key: string,
  nSamples: number,
): Promise<Float32Array> {
  const noise = await tape.excerpt(seed, key, nSamples);
  const gain = noiseGain(speech, noise, snrDb);
  return noise.map((sample) => gain * sample);
}
