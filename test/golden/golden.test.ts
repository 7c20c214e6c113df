import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Frontend, type FrontendRecipe } from '../../src/dsp/index.js';
import { features } from '../oracle/features.js';
import { difference, readFloat32 } from '../support/float32-file.js';

interface GoldenRecord {
  recipe: FrontendRecipe;
  shape: [number, number];
  input: string;
  inputSha256: string;
  generator: string;
  sha256: string;
}

const speech = readFloat32('fixtures/speech-flite.f32');
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => /^(kaldi|librosa)-.*\.json$/.test(file))
  .map((file) => file.replace('.json', ''));

/*
 * How far two float32 computations of the same thing may lie apart is measured here, not guessed: kaldi-native-fbank
 * works in float32 as we do, so it errs about as much from the float64 oracle as we do, and the two errors add up at
 * worst. librosa transforms in float64, so its error says nothing of ours; there the bar of
 * docs/adr/0004-float32-features.md holds, in decibels and times the lifter's 12.
 */
const librosaBound: Record<string, number> = {
  'librosa-mfcc-13': 1.3e-4,
  'librosa-mfcc-20-lifter': 1.6e-3,
  'librosa-log-mel-64-32ms': 2.2e-4,
};

describe.each(names)('%s', (name) => {
  const record: GoldenRecord = JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8'));
  const golden = readFloat32(`golden/${name}.f32`);
  const oracle = features(speech, record.recipe).flat();

  test('is the file that its record describes, made from our fixture', () => {
    const sha256 = (path: string): string =>
      createHash('sha256')
        .update(readFileSync(new URL(path, import.meta.url)))
        .digest('hex');
    expect(sha256(`${name}.f32`)).toBe(record.sha256);
    expect(sha256('../fixtures/speech-flite.f32')).toBe(record.inputSha256);
  });

  test('agrees with the float64 oracle as far as float32 can', () => {
    // Measured: 2e-5 (log-mel) to 1.5e-4 (liftered cepstra). The independent tool confirms the oracle's formulas.
    expect(difference(golden, oracle).rms).toBeLessThan(3e-4);
  });

  test('agrees with the front end within the error that float32 explains', async () => {
    const frontend = await Frontend.create({ recipe: record.recipe, inputRateHz: 16000 });
    const ours = frontend.push(speech);
    expect([ours.length / frontend.nFeatures, frontend.nFeatures]).toEqual(record.shape);
    const apart = difference(ours, golden);
    const theirError = difference(golden, oracle);
    if (record.generator === 'librosa') {
      expect(apart.max).toBeLessThan(librosaBound[name] as number);
      return;
    }
    const ourError = difference(ours, oracle);
    expect(ourError.rms).toBeLessThan(1.5 * theirError.rms);
    expect(apart.rms).toBeLessThan(ourError.rms + theirError.rms);
    expect(apart.max).toBeLessThan(2 * (ourError.max + theirError.max));
  });
});
