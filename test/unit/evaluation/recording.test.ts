import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecording } from '../../../src/evaluation/recording.js';
import { wavFile } from '../../support/wav-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-recording-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function samplesOf(path: string): Promise<Float32Array> {
  const samples: number[] = [];
  for await (const block of openRecording(path)) samples.push(...block);
  return Float32Array.from(samples);
}

/** A tone of 440 Hz at half of full scale, as a WAV file of float samples. */
async function writeTone(sampleRateHz: number, nSamples: number): Promise<string> {
  const tone = Array.from(
    { length: nSamples },
    (_, n) => Math.sin((2 * Math.PI * 440 * n) / sampleRateHz) / 2,
  );
  const path = join(folder, `${sampleRateHz}.wav`);
  await writeFile(path, wavFile({ sampleRateHz, bits: 32, float: true, channels: [tone] }));
  return path;
}

describe('openRecording', () => {
  it.each([
    [48000, 150001, 50001],
    [44100, 110250, 40000],
    [8000, 20000, 40000],
  ])('brings %i Hz to 16 kHz without a shift and without losing the end', async (rateHz, nIn, nOut) => {
    const samples = await samplesOf(await writeTone(rateHz, nIn));
    expect(samples).toHaveLength(nOut);
    // Away from the ends, where the filter runs out of signal, a shift by one sample would cost 0.09.
    let worst = 0;
    for (let n = 200; n < nOut - 200; n++) {
      worst = Math.max(
        worst,
        Math.abs((samples[n] as number) - Math.sin((2 * Math.PI * 440 * n) / 16000) / 2),
      );
    }
    expect(worst).toBeLessThan(1e-3);
  });

  it.each(['tone.opus', 'tone.flac'])('keeps %s in its place: no pre-skip, no delay', async (name) => {
    const samples = await samplesOf(new URL(`../../fixtures/compressed/${name}`, import.meta.url).pathname);
    expect(samples).toHaveLength(8000);
    // 220 Hz: a shift by one sample would turn the phase by 0.086 rad.
    let inPhase = 0;
    let quadrature = 0;
    for (let n = 800; n < 7200; n++) {
      inPhase += (samples[n] as number) * Math.sin((2 * Math.PI * 220 * n) / 16000);
      quadrature += (samples[n] as number) * Math.cos((2 * Math.PI * 220 * n) / 16000);
    }
    expect(Math.abs(Math.atan2(quadrature, inPhase))).toBeLessThan(0.02);
  });

  it('passes 16 kHz by untouched', async () => {
    const samples = await samplesOf(await writeTone(16000, 12345));
    expect(samples).toHaveLength(12345);
    expect(samples[777]).toBe(Math.fround(Math.sin((2 * Math.PI * 440 * 777) / 16000) / 2));
  });

  it('can be left early', async () => {
    for await (const block of openRecording(await writeTone(48000, 150000))) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
  });
});
