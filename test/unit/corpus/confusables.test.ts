import { describe, expect, it } from 'vitest';
import { confusablesOf, distanceInText, tooNear } from '../../../src/corpus/index.js';
import { PronunciationError } from '../../../src/errors.js';
import { Lexicon, spokenWords } from '../../../src/lexicon/index.js';

const lexicon = await Lexicon.load();
const counts = { words: 40, pairs: 20, triples: 10 };

describe('confusablesOf', () => {
  const found = confusablesOf(lexicon, 'alexa', counts);
  const texts = found.map(({ text }) => text);

  it('finds what people mistake for the word', () => {
    expect(texts).toEqual(expect.arrayContaining(['alexis', 'election', 'collect a']));
    expect(confusablesOf(lexicon, 'computer', counts).map(({ text }) => text)).toContain('commuter');
    expect(confusablesOf(lexicon, 'jarvis', counts).map(({ text }) => text)).toContain('jarvik');
  });

  it('gives as many of each kind as asked, each kind nearest first, none twice', () => {
    const kinds = [1, 2, 3].map((nWords) => found.filter(({ text }) => text.split(' ').length === nWords));
    expect(kinds.map(({ length }) => length)).toEqual([40, 20, 10]);
    for (const kind of kinds) {
      const distances = kind.map(({ distance }) => distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
    }
    expect(new Set(texts).size).toBe(70);
  });

  it('leaves out the word itself and what sounds like it', () => {
    for (const { text, distance } of found) {
      expect(spokenWords(text)).not.toContain('alexa');
      expect(distance).toBeGreaterThan(tooNear);
      // By the first pronunciation alone it is no nearer.
      expect(distanceInText(lexicon, 'alexa', text)).toBeGreaterThan(tooNear);
    }
  });

  it('does not say one stretch of phones again and again', () => {
    const family = texts.filter((text) => text.includes('connection'));
    expect(family.length).toBeLessThanOrEqual(2);
  });

  it('takes wake words of several words', () => {
    const heyJarvis = confusablesOf(lexicon, 'hey jarvis', { words: 5, pairs: 5, triples: 5 });
    expect(heyJarvis).toHaveLength(15);
    for (const { text } of heyJarvis) expect(text).not.toMatch(/\b(hey|jarvis)\b/);
  });

  it('refuses a word that is no English', () => {
    expect(() => confusablesOf(lexicon, 'алекса', counts)).toThrow(PronunciationError);
  });
});

describe('distanceInText', () => {
  it('hears the word across the bounds of others', () => {
    expect(distanceInText(lexicon, 'alexa', 'a lecture')).toBeLessThan(1.5);
    expect(distanceInText(lexicon, 'jarvis', 'a jar this big')).toBeLessThan(0.6);
    expect(distanceInText(lexicon, 'alexa', 'I said alexa')).toBe(0);
    expect(distanceInText(lexicon, 'alexa', 'good morning')).toBeGreaterThan(2);
  });
});
