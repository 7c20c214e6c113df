/** Measured quality of a piece of audio; each can shift a score without the word being more or less present. */
export interface SignalQuality {
  /** Speech level over noise floor, dB, 0…40. */
  readonly snrDb: number;
  /** Level of the loudest frames, dB relative to a full-scale square wave (mean square 1), −100…0. */
  readonly levelDbfs: number;
  /** Fraction of samples at full scale, 0…1. */
  readonly clippedFraction: number;
  /** Highest frequency that carries signal, Hz, 0…8000: about 3500 for telephone speech. */
  readonly bandLimitHz: number;
}

/** The names of the qualities, in the order in which calibrations store their weights. */
export const qualityNames = ['snrDb', 'levelDbfs', 'clippedFraction', 'bandLimitHz'] as const;

/**
 * How much audio the quality is measured on, up to the detection: long enough to hold the word and something of the
 * room before it. The engine and the fitting must measure alike, whatever pre-roll the consumer asked for.
 */
export const qualityWindowMs = 1500;

const sampleRateHz = 16000;
/** 25 ms, the frame that the evaluation's mixing measures speech level on. */
const levelFrameLength = 400;
const levelHopLength = 160;
/** The loudest 40 % of frames are the speech, as in the evaluation's mixing. */
const speechShare = 0.4;
/** The quietest 20 % of the frames that carry signal are the noise. */
const noiseShare = 0.2;
/** Mean square of a frame below which it is digital silence: −80 dBFS, 10 dB above 16-bit quantisation. */
const digitalSilencePower = 1e-8;
const floorPower = 1e-10;
const maxSnrDb = 40;
/** Just under 32767/32768. */
const fullScale = 0.9999;

const nFft = 256;
const binsPerBand = 4;
const bandWidthHz = (sampleRateHz / nFft) * binsPerBand;
/** A band this far below the strongest one carries no speech that a detector can use. */
const bandDropPower = 1e-6;

/**
 * Quality of the last stretch of audio before a detection.
 *
 * - Frame power P: mean square of 25 ms frames every 10 ms.
 * - S: mean P of the loudest 40 % of frames. `levelDbfs = 10·log10 S`, at least −100.
 * - N: mean P of the quietest 20 % of those frames that are not digital silence (P ≥ −80 dBFS), so that zeros around
 *   a recording do not pass for a quiet room. `snrDb = 10·log10 ((S − N)/N)`, clamped to 0…40; 0 where no frame
 *   carries signal.
 * - `clippedFraction`: samples with |x| ≥ 0.9999.
 * - `bandLimitHz`: upper edge of the highest 250 Hz band whose mean power (Hann window, 256-point spectra, no
 *   overlap) is within 60 dB of the strongest band's.
 *
 * @param audio mono at 16 kHz, ±1; read only. Shorter than one 25 ms frame gives the quality of silence.
 * @returns a new object. Cost about 1 ms for 1.5 s; meant for events, not for every block.
 */
export function measureQuality(audio: Float32Array): SignalQuality {
  const powers = framePowers(audio).sort((p, q) => p - q);
  const speech = meanOf(powers.slice(powers.length - Math.ceil(powers.length * speechShare)));
  const audible = powers.filter((power) => power >= digitalSilencePower);
  const noise = meanOf(audible.slice(0, Math.ceil(audible.length * noiseShare)));
  const snrDb = audible.length === 0 ? 0 : decibels(Math.max(speech - noise, floorPower) / noise);
  let nClipped = 0;
  for (const sample of audio) if (Math.abs(sample) >= fullScale) nClipped++;
  return {
    snrDb: Math.min(Math.max(snrDb, 0), maxSnrDb),
    levelDbfs: Math.min(decibels(Math.max(speech, floorPower)), 0),
    clippedFraction: audio.length === 0 ? 0 : nClipped / audio.length,
    bandLimitHz: bandLimitHz(audio),
  };
}

function decibels(powerRatio: number): number {
  return 10 * Math.log10(powerRatio);
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function framePowers(audio: Float32Array): number[] {
  const powers: number[] = [];
  for (let start = 0; start + levelFrameLength <= audio.length; start += levelHopLength) {
    let sum = 0;
    for (let i = start; i < start + levelFrameLength; i++) sum += (audio[i] as number) ** 2;
    powers.push(sum / levelFrameLength);
  }
  return powers;
}

function bandLimitHz(audio: Float32Array): number {
  const nBands = nFft / 2 / binsPerBand;
  const bandPowers = new Float64Array(nBands);
  const re = new Float64Array(nFft);
  const im = new Float64Array(nFft);
  for (let start = 0; start + nFft <= audio.length; start += nFft) {
    for (let i = 0; i < nFft; i++) re[i] = (audio[start + i] as number) * (hann[i] as number);
    im.fill(0);
    fourierTransform(re, im);
    // Bin 0 is left out: an offset is no signal.
    for (let k = 1; k < nFft / 2; k++) {
      const band = Math.floor(k / binsPerBand);
      bandPowers[band] = (bandPowers[band] as number) + (re[k] as number) ** 2 + (im[k] as number) ** 2;
    }
  }
  const strongest = Math.max(...bandPowers);
  if (strongest === 0) return 0;
  const highest = bandPowers.findLastIndex((power) => power >= strongest * bandDropPower);
  return (highest + 1) * bandWidthHz;
}

const cosines = Float64Array.from({ length: nFft }, (_, i) => Math.cos((2 * Math.PI * i) / nFft));
const sines = Float64Array.from({ length: nFft }, (_, i) => Math.sin((2 * Math.PI * i) / nFft));
const hann = cosines.map((cosine) => 0.5 - 0.5 * cosine);

/** Radix-2 discrete Fourier transform of `nFft` points in place; the front end's own one is behind WebAssembly and this folder is not. */
function fourierTransform(re: Float64Array, im: Float64Array): void {
  for (let i = 1, j = 0; i < nFft; i++) {
    let bit = nFft >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  for (let size = 2; size <= nFft; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const cos = cosines[(k * nFft) / size] as number;
      const sin = -(sines[(k * nFft) / size] as number);
      for (let i = k; i < nFft; i += size) {
        const j = i + half;
        const tr = (re[j] as number) * cos - (im[j] as number) * sin;
        const ti = (re[j] as number) * sin + (im[j] as number) * cos;
        re[j] = (re[i] as number) - tr;
        im[j] = (im[i] as number) - ti;
        re[i] = (re[i] as number) + tr;
        im[i] = (im[i] as number) + ti;
      }
    }
  }
}
