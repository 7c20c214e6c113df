import { describe, expect, it } from 'vitest';
import { textChoice } from '../../src/cli/text-words.js';
import { ConfigError } from '../../src/errors.js';

describe('textChoice', () => {
  it('leaves words that the bundled wake model knows to it, unless they are to be heard by text', async () => {
    expect(await textChoice({})).toBeNull();
    expect(await textChoice({ words: ['alexa', 'jarvis'] })).toBeNull();
    expect(await textChoice({ words: ['alexa'], byText: true })).toEqual({ words: ['alexa'] });
  });

  it('hears all words by text where the wake model lacks one, and takes thresholds', async () => {
    expect(await textChoice({ words: ['hey barista', 'alexa'], threshold: { alexa: 5 } })).toEqual({
      words: ['hey barista', 'alexa'],
      thresholds: { alexa: 5 },
    });
  });

  it('takes a model for a wake model, unless words are to be heard by text', async () => {
    expect(await textChoice({ words: ['hey barista'], model: 'models/mine' })).toBeNull();
    expect(await textChoice({ words: ['hey barista'], model: 'models/acoustic', byText: true })).toEqual({
      words: ['hey barista'],
      model: 'models/acoustic',
    });
  });

  it('takes how words are said, where they are heard by their phones', async () => {
    const pronunciation = { hadouken: ['HH AH D UW K EH N'] };
    expect(await textChoice({ words: ['hadouken'], pronunciation })).toEqual({
      words: ['hadouken'],
      pronunciations: pronunciation,
    });
    await expect(textChoice({ words: ['alexa'], pronunciation })).rejects.toThrow(/--by-text/);
    await expect(textChoice({ pronunciation })).rejects.toThrow(ConfigError);
  });

  it('refuses to hear no words by text, and flags that would say nothing', async () => {
    await expect(textChoice({ byText: true })).rejects.toThrow(ConfigError);
    await expect(textChoice({ words: ['hey barista'], prior: 0.1 })).rejects.toThrow(/prior/);
    await expect(textChoice({ words: ['hey barista'], calibration: 'own.json' })).rejects.toThrow(
      /calibration/,
    );
    await expect(textChoice({ words: ['alexa'], byText: true, operatingPoint: 'strict' })).rejects.toThrow(
      /operatingPoint/,
    );
  });
});
