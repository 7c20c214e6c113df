import { Frontend, type FrontendRecipe, kaldiRecipe } from '../dsp/index.js';

/** Log-mel bands without cepstra: what a piece of speech sounds like, frame by frame. */
const recipe: FrontendRecipe = { ...kaldiRecipe, nMfcc: 0, lifter: 0 };
const { nMels, lowHz, highHz } = recipe;
/** Bands of a shape. */
export const nBands = nMels;
/** A frame this far below the loud ones, the loudest tenth, is no speech: 20 dB in nats. */
export const loudNats = 4.6;
/** Fewer loud frames than this, of 10 ms each, describe nothing. */
const minFrames = 20;
const dbPerNat = 10 / Math.LN10;

/** How a piece of speech sounds on the whole. */
export interface SpeechSound {
  /** Level of its loud frames, dB, against an arbitrary zero: for differences. */
  readonly levelDb: number;
  /** Slope of its spectrum between 250 and 4000 Hz, dB an octave. */
  readonly tiltDbPerOctave: number;
  /** Mean of each log-mel band less their mean, then the deviation of each: shape [80]. */
  readonly shape: Float64Array;
  /** Loud frames, ms. */
  readonly speechMs: number;
}

/** Measures pieces of speech at one rate. */
export class SoundMeter {
  private constructor(readonly frontend: Frontend) {}

  /** @throws ConfigError where the rate cannot be done */
  static async create(sampleRateHz: number): Promise<SoundMeter> {
    return new SoundMeter(await Frontend.create({ recipe, inputRateHz: sampleRateHz }));
  }

  /**
   * @param audio mono, ±1, at the meter's rate; a word or more
   * @returns null where there is too little speech to tell
   */
  measure(audio: Float32Array): SpeechSound | null {
    this.frontend.reset();
    const features = this.frontend.push(audio);
    const frames = Array.from({ length: features.length / nMels }, (_, t) =>
      features.subarray(t * nMels, (t + 1) * nMels),
    );
    const levels = frames.map((frame) => Math.log(frame.reduce((sum, x) => sum + Math.exp(x), 0)));
    const loudest = [...levels].sort((a, b) => a - b)[Math.floor(0.9 * (levels.length - 1))] ?? 0;
    const loud = frames.filter((_, t) => (levels[t] as number) > loudest - loudNats);
    if (loud.length < minFrames) return null;
    const band = Array.from({ length: nMels }, (_, m) => loud.map((frame) => frame[m] as number));
    const means = band.map(mean);
    const middle = mean(means);
    const deviations = band.map((values, m) =>
      Math.sqrt(mean(values.map((x) => (x - (means[m] as number)) ** 2))),
    );
    return {
      levelDb: dbPerNat * Math.log(mean(loud.map((frame) => frame.reduce((sum, x) => sum + Math.exp(x), 0)))),
      tiltDbPerOctave: dbPerNat * slope(means),
      shape: Float64Array.from([...means.map((x) => x - middle), ...deviations]),
      speechMs: loud.length * recipe.frameShiftMs,
    };
  }
}

/** Middle frequency of each band, octaves above 1 kHz. */
const octaves = Array.from({ length: nMels }, (_, m) => {
  const mel = (hz: number) => 1127 * Math.log1p(hz / 700);
  const at = mel(lowHz) + ((m + 1) * (mel(highHz) - mel(lowHz))) / (nMels + 1);
  return Math.log2((700 * Math.expm1(at / 1127)) / 1000);
});

/** Least-squares slope of band means over octaves, 250 … 4000 Hz. */
function slope(means: readonly number[]): number {
  const used = octaves.flatMap((x, m) => (Math.abs(x) <= 2 ? [{ x, y: means[m] as number }] : []));
  const [mx, my] = [mean(used.map(({ x }) => x)), mean(used.map(({ y }) => y))];
  const over = used.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
  return over / used.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
