import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GrammarError, PronunciationError } from '../../../src/errors.js';
import { IntentEngine } from '../../../src/intent/index.js';
import { Lexicon } from '../../../src/lexicon/index.js';
import { silence, toneSpeech } from '../../support/tone-speech.js';

const model = new URL('../../fixtures/tone-phones/', import.meta.url);

describe('setSlot, with a grammar that is text', () => {
  const text = `context:
  expressions:
    phone:
      - "call $contact:contact"
    agree:
      - "yes"
  slots:
    contact:
`;
  let own: IntentEngine;
  beforeAll(async () => {
    const lexicon = await Lexicon.load({ pronunciations: { Анна: 'AA N AH', 李: 'L IY', Zoë: 'S AO EH' } });
    own = await IntentEngine.create({
      sampleRateHz: 16000,
      grammar: text,
      model,
      lexicon,
      slots: { contact: ['Bob', 'Sam'] },
    });
  });
  beforeEach(() => own.reset());
  afterAll(() => own.dispose());
  const callTo = async (name: string) => {
    const audio = toneSpeech(`${silence(990)} K AO L ${name} ${silence(1530)}`);
    const events = await own.push(audio);
    return events.flatMap((event) =>
      event.type === 'intent' ? [[event.intent, event.slots.contact?.value]] : [],
    );
  };

  it.each([
    [
      'no list',
      'Bob' as unknown as string[],
      GrammarError,
      /a list of texts as values of the slot "contact"/,
    ],
    ['an empty list', [], GrammarError, /at least one value of the slot "contact"/],
    ['a name of no letters', ['Sam', '—'], PronunciationError, /"contact".*"—"/],
    [
      'a name in another script',
      ['Sam', 'Ольга'],
      PronunciationError,
      /"Ольга".*Lexicon\.load\(\{ pronunciations/,
    ],
    ['a name of a hundred words', ['Sam', 'la '.repeat(100)], GrammarError, /at most 50 words/],
  ])('refuses %s, and the old values stay', async (_, values, kind, message) => {
    await own.setSlot('contact', ['Bob', 'Sam']);
    await expect(own.setSlot('contact', values)).rejects.toThrow(kind);
    await expect(own.setSlot('contact', values)).rejects.toThrow(message);
    expect(await callTo('B AA B')).toEqual([['phone', 'Bob']]);
  });

  it('refuses a slot that the grammar lacks, and goes on taking others', async () => {
    await expect(own.setSlot('room', ['Hall'])).rejects.toThrow(
      /a slot of the grammar \(contact\); got "room"/,
    );
    await own.setSlot('contact', ['Bob', 'Sam']);
    expect(await callTo('S AE M')).toEqual([['phone', 'Sam']]);
  });

  it('is told of a name in another script by its own writing, where the app says how it is said', async () => {
    await own.setSlot('contact', ['Bob', 'Анна', '李', 'Zoë']);
    expect(await callTo('AA N AH')).toEqual([['phone', 'Анна']]);
    expect(await callTo('L IY')).toEqual([['phone', '李']]);
    expect(await callTo('S AO EH')).toEqual([['phone', 'Zoë']]);
  });

  it('takes 1,000 names in less than 5 ms a name, and 10,000, and hears the right one', async () => {
    const syllables = ['bra', 'nek', 'li', 'vost', 'ar', 'in', 'ko', 'tha', 'mun', 'del'];
    const part = (n: number, ending: string) =>
      `${syllables[Math.floor(n / 10)]}${syllables[n % 10]}${ending}`;
    const name = (n: number) => `${part(Math.floor(n / 100), 'o')} ${part(n % 100, 'son')}`;
    for (const nNames of [1000, 10_000]) {
      const names = Array.from({ length: nNames }, (_, n) => name(n));
      const startMs = performance.now();
      await own.setSlot('contact', [...names, 'Bob']);
      const msPerName = (performance.now() - startMs) / nNames;
      const heardMs = performance.now();
      expect(await callTo('B AA B')).toEqual([['phone', 'Bob']]);
      const audioMs = (11 + 6 + 17) * 90;
      const share = (performance.now() - heardMs) / audioMs;
      process.stdout.write(
        `${nNames} contacts: ${msPerName.toFixed(2)} ms a name to set, heard in ${share.toFixed(2)} of real time\n`,
      );
      expect(msPerName).toBeLessThan(5);
      expect(share).toBeLessThan(1);
      own.reset();
    }
  });
});
