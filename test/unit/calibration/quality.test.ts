import { describe, expect, it } from 'vitest';
import { measureQuality, seededRandom } from '../../../src/calibration/index.js';

const rateHz = 16000;

function gaussianNoise(nSamples: number, rms: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from(
    { length: nSamples },
    () => rms * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** 1.5 s with a burst of noise of the given rms in its last 0.7 s: longer than the 40 % that count as speech. */
function burst(burstRms: number, noiseRms: number): Float32Array {
  const audio = gaussianNoise(1.5 * rateHz, noiseRms, 1);
  const voice = gaussianNoise(0.7 * rateHz, burstRms, 2);
  const start = audio.length - voice.length;
  for (let i = 0; i < voice.length; i++)
    audio[start + i] = (audio[start + i] as number) + (voice[i] as number);
  return audio;
}

describe('measureQuality', () => {
  it.each([5, 10, 20, 30])('finds a signal-to-noise ratio of %i dB within 1.5 dB', (snrDb) => {
    const { snrDb: measured } = measureQuality(burst(0.1, 0.1 * 10 ** (-snrDb / 20)));
    // The quietest and the loudest frames are taken from the tails of the frame powers, hence the bias of about 1 dB.
    expect(Math.abs(measured - snrDb)).toBeLessThan(1.5);
  });

  it('finds the level in dBFS', () => {
    expect(measureQuality(burst(0.1, 1e-4)).levelDbfs).toBeGreaterThan(-20.5);
    expect(measureQuality(burst(0.1, 1e-4)).levelDbfs).toBeLessThan(-19);
  });

  it('does not take digital silence around a recording for a quiet room', () => {
    const room = burst(0.1, 0.01).slice(0.6 * rateHz);
    const padded = new Float32Array(1.5 * rateHz);
    padded.set(room, padded.length - room.length);
    expect(Math.abs(measureQuality(padded).snrDb - measureQuality(room).snrDb)).toBeLessThan(3);
  });

  it('is unmoved by gain but for the level', () => {
    const audio = burst(0.05, 0.005);
    const quieter = measureQuality(audio.map((x) => x / 4));
    const original = measureQuality(audio);
    expect(quieter.snrDb).toBeCloseTo(original.snrDb, 4);
    expect(quieter.bandLimitHz).toBe(original.bandLimitHz);
    expect(original.levelDbfs - quieter.levelDbfs).toBeCloseTo(20 * Math.log10(4), 4);
  });

  it('counts samples at full scale', () => {
    const audio = Float32Array.from({ length: 16000 }, (_, i) => (i % 10 === 0 ? 1 : 0.1));
    expect(measureQuality(audio).clippedFraction).toBe(0.1);
  });

  it('finds where the band ends', () => {
    const tones = (highestHz: number): Float32Array =>
      Float32Array.from({ length: 24000 }, (_, i) => {
        let sum = 0;
        for (let hz = 300; hz <= highestHz; hz += 200)
          sum += 0.01 * Math.sin((2 * Math.PI * hz * i) / rateHz + hz);
        return sum;
      });
    // The tone at 3300 Hz lies in the band up to 3500; the window's main lobe may lift the next band.
    expect(measureQuality(tones(3300)).bandLimitHz).toBeGreaterThanOrEqual(3500);
    expect(measureQuality(tones(3300)).bandLimitHz).toBeLessThanOrEqual(3750);
    expect(measureQuality(tones(7900)).bandLimitHz).toBe(8000);
  });

  it.each([0, 1, 399, 24000])('is finite for %i samples of silence', (nSamples) => {
    expect(measureQuality(new Float32Array(nSamples))).toEqual({
      snrDb: 0,
      levelDbfs: -100,
      clippedFraction: 0,
      bandLimitHz: 0,
    });
  });
});
