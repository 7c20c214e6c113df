import { describe, expect, it } from 'vitest';
import { PronunciationError } from '../../../src/errors.js';
import { formatArpabet, Lexicon, phones } from '../../../src/lexicon/index.js';
import { LetterToSound } from '../../../src/lexicon/letter-to-sound.js';
import { nameLimits } from '../../../src/lexicon/lexicon.js';
import { nameReadings } from '../../../src/lexicon/name-readings.js';

const lexicon = await Lexicon.load();
const said = (word: string, by = lexicon) => by.pronounce(word).map(formatArpabet);

describe('phones', () => {
  it('are the 39 of the dictionary, in alphabetical order', () => {
    expect(phones).toHaveLength(39);
    expect([...phones].sort()).toEqual(phones);
  });
});

describe('Lexicon', () => {
  it('gives all readings of the dictionary, without stress, none twice', () => {
    expect(said('hello')).toEqual(['HH AH L OW', 'HH EH L OW']);
    expect(said('the')).toEqual(['DH AH', 'DH IY']);
    expect(said("O'Neil")).toEqual(['OW N IY L']);
    expect(said('constructor')).toEqual(['K AH N S T R AH K T ER']);
    expect(said('Dr')).toEqual(['D R AY V', 'D AA K T ER']);
    expect(said('mocha')).toEqual(['M OW K AH', 'M AA K AH']);
    expect(said('Aalborg')[0]).toBe('AO L B AO R G');
  });

  it('makes a possessive from its word', () => {
    expect(said("alexa's")).toEqual(['AH L EH K S AH Z']);
    expect(said("kirk's")).toEqual(['K ER K S']);
    expect(said("karlsson's")).toEqual(['K AA R L S AH N Z']);
  });

  it('spells letters that hold no vowel', () => {
    expect(said('xkcd')).toEqual(['EH K S K EY S IY D IY']);
    expect(said('wtf')).toEqual(['D AH B AH L Y UW T IY EH F']);
  });

  it("puts the app's pronunciations in place of the dictionary's", async () => {
    const own = await Lexicon.load({
      pronunciations: { Anna: 'AA1 N AH0', Siobhán: ['sh ih v ao n', 'SH AH V AO N'] },
    });
    expect(said('anna', own)).toEqual(['AA N AH']);
    expect(said('siobhan', own)).toEqual(['SH IH V AO N', 'SH AH V AO N']);
    expect(said('anna')).toEqual(['AE N AH']);
  });

  it('says a name by letter to sound besides, but for what the app gives', async () => {
    const named = (word: string, by = lexicon) => by.pronounceName(word).map(formatArpabet);
    expect(said('Hassan')).toEqual(['HH AH S AA N']);
    expect(named('Hassan')).toEqual([
      'HH AH S AA N',
      'HH AE S AH N',
      'HH AA S AA N',
      'HH AH S AH N',
      'HH AE S AA N',
      'HH AH S AE N',
    ]);
    expect(named('Jack')).toEqual(said('Jack'));
    expect(named('xkcd')).toEqual(said('xkcd'));
    const own = await Lexicon.load({ pronunciations: { Hassan: 'HH AA S AH N' } });
    expect(named('hassan', own)).toEqual(['HH AA S AH N']);
  });

  it('says names of other languages as their bearers do', () => {
    const named = (word: string) => lexicon.pronounceName(word).map(formatArpabet);
    expect(named('Aisha')).toContain('AY IY SH AH');
    expect(named('Siobhan')).toEqual(expect.arrayContaining(['SH AH V AO N', 'SH IH V AO N']));
    expect(named('Nguyen')).toContain('W IH N');
    expect(said('Aisha')).not.toContain('AY IY SH AH');
  });

  it('has each name of the list once, in order, with readings that neither dictionary nor letter to sound gives', async () => {
    const words = nameReadings.map(([word]) => word);
    expect(words).toEqual([...new Set(words)].sort());
    const letterToSound = await LetterToSound.load();
    for (const [word, readings] of nameReadings) {
      const others = [...lexicon.pronounce(word), ...letterToSound.pronounce(word, nameLimits)];
      expect(
        readings.filter((reading) => others.map(formatArpabet).includes(reading)),
        word,
      ).toEqual([]);
      expect(lexicon.pronounceName(word).map(formatArpabet)).toEqual(expect.arrayContaining([...readings]));
    }
  });

  it.each([
    [{ anna: 'AA N Q' }, /"Q" in "AA N Q"/],
    [{ anna: '' }, /ARPAbet/],
    [{ anna: [] }, /at least one pronunciation/],
    [{ 'anna karlsson': 'AA' }, /expected one word/],
    [{ '…': 'AA N AH' }, /at least one letter/],
    [{ 'анна иванова': 'AA N AH' }, /expected one word/],
  ])('refuses the pronunciations %j', async (pronunciations, message) => {
    await expect(Lexicon.load({ pronunciations })).rejects.toThrow(PronunciationError);
    await expect(Lexicon.load({ pronunciations })).rejects.toThrow(message);
  });

  it('says a word of another script where the app says how, in any case, and no other', async () => {
    const own = await Lexicon.load({ pronunciations: { Андрей: 'AA N D R EY', नमन: 'N AH M AH N' } });
    expect(said('АНДРЕЙ', own)).toEqual(['AA N D R EY']);
    expect(said('Андрей', own)).toEqual(['AA N D R EY']);
    expect(own.spokenWords('Андрей Smith, नमन 2')).toEqual(['андрей', 'smith', 'नमन', 'two']);
    expect([own.has('Андрей'), own.has('Андреи'), lexicon.has('Андрей')]).toEqual([true, false, false]);
    expect(() => own.pronounce('Андреи')).toThrow(/"а" in "Андреи".*Lexicon\.load\(\{ pronunciations \}\)/);
    expect(() => own.spokenWords('नमन Иванов')).toThrow(/"и" in "नमन Иванов"/);
    expect(() => lexicon.pronounce('Андрей')).toThrow(PronunciationError);
  });

  it('knows what is in the dictionary', () => {
    expect(lexicon.has('Alexa')).toBe(true);
    expect(lexicon.has('constructor')).toBe(true);
    expect(lexicon.has('wakeproof')).toBe(false);
    expect(new Set(lexicon.words()).size).toBeGreaterThan(120_000);
  });

  it('takes one word at a time', () => {
    expect(() => lexicon.pronounce('anna karlsson')).toThrow(/expected one word/);
    expect(() => lexicon.pronounce('…')).toThrow(PronunciationError);
  });
});
