/** The rate at which all evaluation runs, in Hz. */
export const EVALUATION_RATE_HZ = 16000;

/** Length of the frames over which level is measured, in samples: 25 ms, without overlap. */
const LEVEL_FRAME_SAMPLES = 0.025 * EVALUATION_RATE_HZ;

/** The share of frames, the loudest ones, that counts as speech. */
const ACTIVE_SHARE = 0.4;

/** Mean square of samples; 0 for none. */
export function meanPower(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return samples.length === 0 ? 0 : sum / samples.length;
}

/**
 * Power of the speech in a segment: the mean power of its loudest 40 % of 25 ms frames (no overlap, a rest
 * shorter than a frame is left out, the number of frames rounded up). The pauses around a word thus do not make
 * it count as quieter than it is.
 *
 * @param segment clean speech at 16 kHz, ±1; shorter than a frame: its mean power
 * @returns mean square, ±1 scale
 */
export function activeSpeechPower(segment: Float32Array): number {
  const nFrames = Math.floor(segment.length / LEVEL_FRAME_SAMPLES);
  if (nFrames === 0) return meanPower(segment);
  const powers = new Float64Array(nFrames);
  for (let frame = 0; frame < nFrames; frame++) {
    const from = frame * LEVEL_FRAME_SAMPLES;
    powers[frame] = meanPower(segment.subarray(from, from + LEVEL_FRAME_SAMPLES));
  }
  powers.sort();
  const nActive = Math.ceil(ACTIVE_SHARE * nFrames);
  let sum = 0;
  for (let frame = nFrames - nActive; frame < nFrames; frame++) sum += powers[frame] as number;
  return sum / nActive;
}

/** Length of the frames by which the word's end is found, in samples: 10 ms, without overlap. */
const END_FRAME_SAMPLES = 0.01 * EVALUATION_RATE_HZ;
/** Speech is what lies at most this far below the loudest frame, in dB … */
const END_BELOW_PEAK_DB = 25;
/** … and at least this far above the segment's background (10 % quantile of frame levels), in dB. */
const END_ABOVE_FLOOR_DB = 6;
/** A pause within the word may last this many frames: 200 ms. */
const END_MAX_GAP_FRAMES = 20;

/**
 * Estimates where the word in a clean segment ends, by energy alone: from the loudest 10 ms frame onwards, the end
 * of the last frame that is at most 25 dB below the loudest and at least 6 dB above the background, with pauses of
 * up to 200 ms bridged. The background is the 10 % quantile of the frames' levels. At most 10 ms late on a word that
 * stands in silence; a weak ending under the background's level is cut off.
 *
 * @param segment clean speech of one word at 16 kHz
 * @returns the end in samples from the start of the segment
 */
export function estimateWordEnd(segment: Float32Array): number {
  const nFrames = Math.floor(segment.length / END_FRAME_SAMPLES);
  if (nFrames === 0) return segment.length;
  const powers = Float64Array.from({ length: nFrames }, (_, frame) => {
    const from = frame * END_FRAME_SAMPLES;
    return meanPower(segment.subarray(from, from + END_FRAME_SAMPLES));
  });
  const sorted = powers.toSorted();
  const peak = sorted[nFrames - 1] as number;
  const background = sorted[Math.floor(0.1 * (nFrames - 1))] as number;
  const threshold = Math.min(
    peak,
    Math.max(peak / 10 ** (END_BELOW_PEAK_DB / 10), background * 10 ** (END_ABOVE_FLOOR_DB / 10)),
  );
  let last = powers.indexOf(peak);
  for (let frame = last + 1; frame < nFrames && frame - last <= END_MAX_GAP_FRAMES; frame++) {
    if ((powers[frame] as number) >= threshold) last = frame;
  }
  return (last + 1) * END_FRAME_SAMPLES;
}
