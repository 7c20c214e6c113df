import { describe, expect, test } from 'vitest';
import {
  checkRecipe,
  Frontend,
  type FrontendRecipe,
  kaldiRecipe,
  librosaRecipe,
} from '../../../src/dsp/index.js';
import { ConfigError } from '../../../src/errors.js';

describe('checkRecipe', () => {
  test.each([
    ['kaldi', kaldiRecipe],
    ['librosa', librosaRecipe],
    ['the wake model, K = M without lifter', { ...kaldiRecipe, nMfcc: 40, lifter: 0 }],
    ['log-mel', { ...kaldiRecipe, nMfcc: 0, nMels: 80, highHz: 8000 }],
  ])('takes %s', (_, recipe) => {
    expect(() => checkRecipe(recipe)).not.toThrow();
  });

  test('takes a recipe that went through JSON, as in a manifest', async () => {
    const recipe: FrontendRecipe = JSON.parse(JSON.stringify(kaldiRecipe));
    const frontend = await Frontend.create({ recipe, inputRateHz: 16000 });
    expect(frontend.nFeatures).toBe(13);
  });

  test.each<[keyof FrontendRecipe, unknown]>([
    ['recipe', 'htk'],
    ['sampleRateHz', 8000],
    ['frameLengthMs', 20],
    ['frameShiftMs', 20],
    ['nFft', 1024],
    ['windowFunction', 'blackman'],
    ['preEmphasis', 1],
    ['preEmphasis', -0.1],
    ['preEmphasis', Number.NaN],
    ['preEmphasis', '0.97'],
    ['removeDcOffset', 1],
    ['nMels', 19],
    ['nMels', 81],
    ['nMels', 40.5],
    ['nMels', undefined],
    ['lowHz', -1],
    ['lowHz', 7600],
    ['lowHz', Number.NaN],
    ['highHz', 8001],
    ['nMfcc', 41],
    ['nMfcc', -1],
    ['lifter', -1],
    ['lifter', Number.POSITIVE_INFINITY],
  ])('refuses %s = %s by name', (field, value) => {
    const recipe = { ...kaldiRecipe, [field]: value } as FrontendRecipe;
    expect(() => checkRecipe(recipe)).toThrow(ConfigError);
    expect(() => checkRecipe(recipe)).toThrow(`recipe.${field}: expected`);
  });

  test('refuses the Povey window in the librosa recipe', () => {
    expect(() => checkRecipe({ ...librosaRecipe, windowFunction: 'povey' })).toThrow(
      /windowFunction.*hann or hamming/,
    );
  });

  test('bands too narrow to hold a bin are refused when the front end is made', async () => {
    const recipe = { ...kaldiRecipe, nMels: 80, lowHz: 20, highHz: 1500 };
    await expect(Frontend.create({ recipe, inputRateHz: 16000 })).rejects.toThrow(
      /recipe.nMels.*holds no bin/,
    );
  });
});
