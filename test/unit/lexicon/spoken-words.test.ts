import { describe, expect, it } from 'vitest';
import { PronunciationError } from '../../../src/errors.js';
import { spokenWords } from '../../../src/lexicon/index.js';

describe('spokenWords', () => {
  it.each([
    ['Anna Karlsson', 'anna karlsson'],
    ["O'Neil", "o'neil"],
    ['O’Neil', "o'neil"],
    ['Jean-Luc', 'jean luc'],
    ['José Ångström', 'jose angstrom'],
    ['Łukasz Straße', 'lukasz strasse'],
    ['7 up', 'seven up'],
    ['route 66', 'route sixty six'],
    ['22nd', 'twenty second'],
    ['007', 'zero zero seven'],
    ['5551234', 'five five five one two three four'],
    ['1,250', 'one thousand two hundred fifty'],
    ['2.5', 'two point five'],
    ['b2b', 'b two b'],
    ['3pm', 'three pm'],
    ['Tom & Jerry', 'tom and jerry'],
    ["  'hello'… (you) ", 'hello you'],
    ['Mum ❤', 'mum'],
    ['ＡＢＣ', 'abc'],
    ['Kaʻahumanu', "ka'ahumanu"],
    ['İbrahim Əliyev', 'ibrahim aliyev'],
    ['7️⃣ ❤️', 'seven'],
  ])('reads %j as %j', (text, words) => {
    expect(spokenWords(text).join(' ')).toBe(words);
  });

  it.each([['Анна'], ['安娜'], ['Bob Иванов'], ['Аnna'], ['b2б'], ['أنا'], ['हिन्दी'], ['']])(
    'refuses %j',
    (text) => {
      expect(() => spokenWords(text)).toThrow(PronunciationError);
    },
  );

  it.each([['!?'], ['❤'], ['   '], ["'"]])('refuses %j, which holds no word', (text) => {
    expect(() => spokenWords(text)).toThrow(/at least one letter/);
  });
});
