import { toOrdinal, toWords } from 'to-words/en-US';
import { PronunciationError } from '../errors.js';

/** Letters of Latin scripts that Unicode does not take apart into a base letter and marks. */
const latinLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'ng',
  ə: 'a',
};

const symbolWords: Readonly<Record<string, string>> = {
  '&': 'and',
  '+': 'plus',
  '%': 'percent',
  '@': 'at',
};

/** For the end of a remedy. */
export const givePronunciations =
  'give its words pronunciations of your own: Lexicon.load({ pronunciations })';

/** Whole numbers of more digits than this are read digit by digit, as telephone numbers are. */
const longestNumberDigits = 6;

/**
 * The words that a speaker says for a written text: lower case, `a`–`z` and inner apostrophes only. Accents are
 * dropped, hyphens part words, numbers are read out ("7 up" is `seven`, `up`; digit by digit after a leading zero or
 * beyond 6 digits), `&`, `+`, `%` and `@` have names, all other signs are silent.
 *
 * @param isGiven whether a word of another script, in lower case, is taken as it is; by default none
 * @throws PronunciationError where a letter is of another script, or no word is left
 */
export function spokenWords(text: string, isGiven?: (word: string) => boolean): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[‘’ʻʼ`´]/g, "'")
    .replace(/[ßæœøłđðþħıŋə]/g, (letter) => latinLetters[letter] ?? letter)
    .replace(/[&+%@]/g, (sign) => ` ${symbolWords[sign]} `)
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '');
  const tokens =
    plain.match(/\d+(?:\.\d+)?(?:st|nd|rd|th)?(?!\p{L})|\d+|\p{L}(?:[\p{L}\p{M}']*[\p{L}\p{M}])?/gu) ?? [];
  for (const token of tokens) {
    const [foreign] = /(?![a-z])\p{L}/u.exec(token) ?? [];
    if (foreign === undefined || isGiven?.(token)) continue;
    throw new PronunciationError(text, {
      expected: 'letters of the Latin script',
      actual: `"${foreign}" in "${text}"`,
      remedy: `Write it in Latin letters as it is said${isGiven ? `, or ${givePronunciations}` : ''}.`,
    });
  }
  const words = tokens.flatMap((token) => (/^\d/.test(token) ? numberWords(token) : [token]));
  if (words.length === 0) {
    throw new PronunciationError(text, { expected: 'at least one letter or digit', actual: `"${text}"` });
  }
  return words;
}

function numberWords(token: string): string[] {
  const [, whole = '', fraction, ending] = /^(\d+)(?:\.(\d+))?([a-z]+)?$/.exec(token) ?? [];
  if (fraction !== undefined) return [...numberWords(whole), 'point', ...digitWords(fraction)];
  if (whole.length > longestNumberDigits || /^0./.test(whole)) return digitWords(whole);
  const read = ending === undefined ? toWords(Number(whole)) : toOrdinal(Number(whole));
  return read.toLowerCase().split(/[\s-]+/);
}

function digitWords(digits: string): string[] {
  return [...digits].map((digit) => toWords(Number(digit)).toLowerCase());
}
