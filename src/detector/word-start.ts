/** Energy is looked at in frames of 10 ms. */
const frameSamples = 160;
/** A word is over at a pause of 80 ms; the closures of p, t and k within one are shorter. */
const pauseFrames = 8;
/** A frame is quiet below this share of the way from the floor to the word's level, in decibels. */
const quietShare = 0.3;
/** Where level and floor are closer than this, energy tells nothing. */
const leastContrastDb = 10;

/** How long a word can last, in ms. */
export interface WordDuration {
  readonly min: number;
  readonly typical: number;
  readonly max: number;
}

/**
 * Finds where a word began by a second look at the audio before its end.
 *
 * Walks back from the end over 10 ms energies; the word began after the first pause of 80 ms that leaves a length
 * within the bounds. Level is the 90th percentile of the last `typical` samples, floor the 10th of all.
 *
 * @param audio 16 kHz samples up to the word's end, best with half a second more than the longest word
 * @returns samples from the word's start to its end; `typical` where energy does not tell
 */
export function wordLength(audio: Float32Array, duration: WordDuration): number {
  const nFrames = Math.floor(audio.length / frameSamples);
  const [min, max] = [duration.min * 16, duration.max * 16];
  const typical = Math.min(duration.typical * 16, audio.length);
  /** Energies, last frame first. */
  const levels = Float64Array.from({ length: nFrames }, (_, i) =>
    levelDb(audio, audio.length - (i + 1) * frameSamples),
  );
  const level = percentile(levels.subarray(0, Math.ceil(typical / frameSamples)), 0.9);
  const floor = percentile(levels, 0.1);
  if (!(level - floor >= leastContrastDb)) return typical;
  const quietBelow = floor + quietShare * (level - floor);
  let quiet = 0;
  for (let i = Math.floor(min / frameSamples); i < nFrames; i++) {
    quiet = (levels[i] as number) < quietBelow ? quiet + 1 : 0;
    const length = (i + 1 - quiet) * frameSamples;
    if (length > max) break;
    if (quiet === pauseFrames && length >= min) return length;
  }
  return typical;
}

function levelDb(audio: Float32Array, from: number): number {
  let sum = 0;
  for (let i = from; i < from + frameSamples; i++) sum += (audio[i] as number) ** 2;
  return 10 * Math.log10(sum / frameSamples + 1e-10);
}

function percentile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort();
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}
