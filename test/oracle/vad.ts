import type { FrontendRecipe } from '../../src/dsp/index.js';
import { frames, windowed } from './features.js';

/*
 * The speech detector in float64, straight from the formulas in assembly/vad.ts: minima are taken over all hops that
 * count instead of span by span. Shares no code with src/dsp or assembly but the fitted weights, which it is given.
 */

const edgesHz = [1, 2, 4, 6, 8, 12, 16, 24, 32].map((units) => 125 * units);
const cosines = Float64Array.from({ length: 512 }, (_, i) => Math.cos((2 * Math.PI * i) / 512));
const dbOf = (power: number): number => 10 * Math.log10(power);
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Levels above the floor in units of 30 dB with their two averages, shape [nHops][24]. */
export function vadInputs(signal: Float32Array, recipe: FrontendRecipe): number[][] {
  const overlapHops = Math.ceil(recipe.frameLengthMs / recipe.frameShiftMs) - 1;
  /** Smoothed levels in dB of the hops that tell of a floor. */
  const heard: number[][] = [];
  let smoothed: number[] | undefined;
  let peaks = new Array<number>(8).fill(Number.NEGATIVE_INFINITY);
  let settling = 0;
  let loudestDb = Number.NEGATIVE_INFINITY;
  let short = new Array<number>(8).fill(0);
  let long = new Array<number>(8).fill(0);

  return frames(signal, recipe).map((frame) => {
    const bands = bandPowers(windowed(frame, recipe));
    const totalDb = dbOf(bands.reduce((sum, power) => sum + power, 0));
    const isSilent = totalDb <= -180 || totalDb <= loudestDb - 90;
    if (!isSilent) loudestDb = Math.max(totalDb, loudestDb - 0.02);
    let now = new Array<number>(8).fill(0);
    if (isSilent) settling = overlapHops;
    else if (settling > 0) settling--;
    else {
      const before: number[] = smoothed ?? bands;
      smoothed = bands.map((power, b) => 0.6 * (before[b] as number) + 0.4 * power);
      const levels = smoothed.map(dbOf);
      heard.push(levels);
      peaks = peaks.map((peak, b) => Math.max(levels[b] as number, peak - 0.02));
      now = levels.map((level, b) => {
        const floor = Math.max(minimum(heard, b), (peaks[b] as number) - 40);
        return clamp((level - floor) / 30, 0, 1);
      });
    }
    short = short.map((mean, b) => mean + 0.15 * ((now[b] as number) - mean));
    long = long.map((mean, b) => mean + 0.03 * ((now[b] as number) - mean));
    return [...now, ...short, ...long];
  });
}

/**
 * Least level of band `b` over the running span of 25 hops and the 7 before it; a span begins with the level of
 * the hop that ended the last one.
 */
function minimum(heard: readonly (readonly number[])[], b: number): number {
  const nFinished = Math.floor((heard.length - 1) / 25);
  const firstHop = Math.max(0, (nFinished - 7) * 25 - (nFinished > 7 ? 1 : 0));
  return Math.min(...heard.slice(firstHop).map((levels) => levels[b] as number));
}

/** Σ |X[k]|² of the bins in each band, at least 1e-25; X by the definition, of only the bins that are wanted. */
function bandPowers(x: readonly number[]): number[] {
  const frame = Float64Array.from(x);
  return Array.from({ length: 8 }, (_, b) => {
    let sum = 0;
    for (let k = (edgesHz[b] as number) / 31.25; k * 31.25 < (edgesHz[b + 1] as number); k++) {
      let re = 0;
      let im = 0;
      for (let n = 0; n < frame.length; n++) {
        re += (frame[n] as number) * (cosines[(k * n) % 512] as number);
        im += (frame[n] as number) * (cosines[(k * n + 128) % 512] as number);
      }
      sum += re * re + im * im;
    }
    return Math.max(1e-25, sum);
  });
}

/** Probability of speech: one hidden layer of 16 rectified units; table [24][16], biases, output weights, bias. */
export function speechProbability(inputs: readonly number[], table: Float32Array): number {
  let logit = table[26 * 16] as number;
  for (let unit = 0; unit < 16; unit++) {
    const sum = inputs.reduce((total, x, i) => total + x * (table[i * 16 + unit] as number), 0);
    logit += Math.max(0, sum + (table[24 * 16 + unit] as number)) * (table[25 * 16 + unit] as number);
  }
  return 1 / (1 + Math.exp(-logit));
}
