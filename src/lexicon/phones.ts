/**
 * The 39 phones of the CMU pronouncing dictionary (ARPAbet without stress), in the order that acoustic models are
 * trained with: output 0 of a model is the CTC blank, output i + 1 is `phones[i]`.
 */
export const phones = [
  'AA',
  'AE',
  'AH',
  'AO',
  'AW',
  'AY',
  'B',
  'CH',
  'D',
  'DH',
  'EH',
  'ER',
  'EY',
  'F',
  'G',
  'HH',
  'IH',
  'IY',
  'JH',
  'K',
  'L',
  'M',
  'N',
  'NG',
  'OW',
  'OY',
  'P',
  'R',
  'S',
  'SH',
  'T',
  'TH',
  'UH',
  'UW',
  'V',
  'W',
  'Y',
  'Z',
  'ZH',
] as const;

/** One of {@link phones}. */
export type Phone = (typeof phones)[number];

/** One way to say a word: indices into {@link phones}, at least one. */
export type Pronunciation = readonly number[];

const indexOf: ReadonlyMap<string, number> = new Map(phones.map((phone, index) => [phone, index]));

/**
 * Reads ARPAbet as dictionaries write it: symbols apart by spaces, stress digits allowed and dropped.
 *
 * @returns the pronunciation, or the first symbol that is no phone, or `''` where there is none at all
 */
export function parseArpabet(text: string): Pronunciation | string {
  const pronunciation: number[] = [];
  for (const symbol of text.trim().split(/\s+/)) {
    const index = indexOf.get(symbol.toUpperCase().replace(/[012]$/, ''));
    if (index === undefined) return symbol;
    pronunciation.push(index);
  }
  return pronunciation;
}

/** A pronunciation as ARPAbet symbols apart by spaces. */
export function formatArpabet(pronunciation: Pronunciation): string {
  return pronunciation.map((index) => phones[index] ?? '?').join(' ');
}
