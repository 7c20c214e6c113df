import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WakeEvent } from '../../../src/detector/index.js';
import { ConfigError, GrammarError } from '../../../src/errors.js';
import { TextWakeEngine, type TextWakeEngineOptions } from '../../../src/intent/index.js';
import { Lexicon } from '../../../src/lexicon/index.js';
import { blockLengths, cut } from '../../support/chunks.js';
import { silence, toneSpeech } from '../../support/tone-speech.js';

// The model of test/fixtures/tone-phones hears tones as phones.
const model = new URL('../../fixtures/tone-phones/', import.meta.url);
/** Words of six and of five phones, and one that is said in two ways. */
const words = ['call Bob', 'Simba', '(my) Anna'];

let lexicon: Lexicon;
let engine: TextWakeEngine;
const open = (options: Partial<TextWakeEngineOptions> = {}) =>
  TextWakeEngine.create({ sampleRateHz: 16000, words, model, lexicon, ...options });
beforeAll(async () => {
  lexicon = await Lexicon.load({
    pronunciations: { Simba: 'S IY M B AH', Anna: 'AE N AH', my: 'M IY', call: 'K AO L', Bob: 'B AA B' },
  });
  engine = await open();
});
beforeEach(() => engine.reset());
afterAll(() => engine.dispose());

async function hear(audio: Float32Array, lengths = [audio.length], by = engine) {
  const events = [];
  for (const block of cut(audio, lengths)) events.push(...(await by.push(block)));
  return [...events, ...(await by.flush())];
}
const wakesOf = (events: readonly { type: string }[]) =>
  events.filter((event): event is WakeEvent => event.type === 'wake');
const heardWords = async (timeline: string) =>
  wakesOf(await hear(toneSpeech(timeline))).map(({ word }) => word);

describe('TextWakeEngine', () => {
  it('wakes once on a word that is text, says where it was, and claims no probability', async () => {
    const audio = toneSpeech(`${silence(990)} EH S EH K AO L B AA B EH S EH ${silence(1530)}`);
    const [event, ...others] = wakesOf(await hear(audio));
    expect(others).toEqual([]);
    expect(event).toMatchObject({ word: 'call Bob', llr: null, probability: null, threshold: 7 });
    // Each phone of the filler costs 1.5 nats: what fits the word exactly has 9 nats. No everyday words are near it.
    expect(event?.score).toBeGreaterThan(9 + 20);
    // EH S EH take 270 ms after the silence, the six phones 540 ms; the score has its peak from the last phone's first row on.
    expect(Math.abs((event?.startMs ?? 0) - 1260)).toBeLessThanOrEqual(60);
    expect((event?.endMs ?? 0) - 1800).toBeLessThanOrEqual(30);
    expect((event?.endMs ?? 0) - 1800).toBeGreaterThanOrEqual(-90);
    expect(event?.detectedAtMs).toBeGreaterThan(event?.endMs as number);
    expect(event?.preRoll).toHaveLength(24_000);
  });

  it('hears each of its words, as often as they are said, and its optional parts', async () => {
    const pause = silence(1530);
    expect(
      await heardWords(
        `${silence(990)} S IY M B AH ${pause} K AO L B AA B ${pause} AE N AH ${pause} M IY AE N AH ${pause} S IY M B AH ${pause}`,
      ),
    ).toEqual(['Simba', 'call Bob', '(my) Anna', '(my) Anna', 'Simba']);
  });

  it('hears the same at the same places by a model that names phones 330 ms late, at the end of the stream too', async () => {
    const late = await open({ model: new URL('../../fixtures/tone-phones-late/', import.meta.url) });
    const places = async (by: TextWakeEngine, said: string) => {
      by.reset();
      return wakesOf(await hear(toneSpeech(said), undefined, by)).map(({ word, startMs, endMs }) => ({
        word,
        startMs,
        endMs,
      }));
    };
    for (const said of [
      `${silence(990)} EH S EH K AO L B AA B EH S EH ${silence(1530)} S IY M B AH ${silence(1530)}`,
      `${silence(990)} K AO L B AA B`,
    ]) {
      const [expected, actual] = [await places(engine, said), await places(late, said)];
      expect(actual.map(({ word }) => word)).toEqual(expected.map(({ word }) => word));
      actual.forEach(({ startMs, endMs }, i) => {
        expect(Math.abs(startMs - (expected[i]?.startMs ?? 0))).toBeLessThanOrEqual(90);
        expect(Math.abs(endMs - (expected[i]?.endMs ?? 0))).toBeLessThanOrEqual(90);
      });
    }
    await late.dispose();
  });

  it('does not wake on other words, on part of a word, or on silence', async () => {
    expect(
      await heardWords(`${silence(990)} K AO L S IY ${silence(1530)} B IY B IY Y EH S ${silence(1530)}`),
    ).toEqual([]);
    engine.reset();
    expect(await heardWords(silence(5040))).toEqual([]);
  });

  it('hears a word at the end of the stream, and across the end of what its decoder holds', async () => {
    expect(await heardWords(`${silence(990)} K AO L B AA B`)).toEqual(['call Bob']);
    // The decoder is full after 15 s; the word lies now before, now across, now behind that.
    for (const before of [152, 157, 160, 163, 168, 175]) {
      engine.reset();
      const talk = Array.from({ length: before }, (_, i) => ['EH', 'S', 'Y'][i % 3]).join(' ');
      expect(await heardWords(`${silence(990)} ${talk} K AO L B AA B EH S EH ${silence(1530)}`)).toEqual([
        'call Bob',
      ]);
    }
  });

  it('gives the same events however the stream is split, and again after reset', async () => {
    const audio = toneSpeech(
      `${silence(990)} S IY M B AH EH S ${silence(1530)} EH S K AO L B AA B ${silence(720)} M IY AE N AH`,
    );
    const whole = await hear(audio);
    expect(wakesOf(whole)).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(blockLengths, async (lengths) => {
        engine.reset();
        expect(await hear(audio, lengths)).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });

  it('weighs a word against everyday words, which cost 4 nats each', async () => {
    const own = await Lexicon.load({ pronunciations: { seemy: 'S IY M IY' } });
    const audio = toneSpeech(`${silence(990)} S IY M IY ${silence(1530)}`);
    const scoreOf = async (words: string) => {
      const listening = await open({ words: [words], lexicon: own });
      const [event] = wakesOf(await hear(audio, undefined, listening));
      await listening.dispose();
      return event?.score;
    };
    // "see me" has the same phones and two words.
    expect(await scoreOf('seemy')).toBeCloseTo(8, 1);
    // Its own words are no rivals of a word.
    expect(await scoreOf('see me')).toBeGreaterThan(12);
  });

  it('takes thresholds of its own', async () => {
    const strict = await open({ words: ['call Bob'], thresholds: { 'call Bob': 50 } });
    expect(strict.words).toEqual([{ word: 'call Bob', threshold: 50 }]);
    const audio = toneSpeech(`${silence(990)} K AO L B AA B ${silence(1530)}`);
    expect(wakesOf(await hear(audio, [audio.length], strict))).toEqual([]);
    await strict.dispose();
  });

  it('refuses no words, thresholds of other words or of no number, and words that cannot be said', async () => {
    await expect(open({ words: [] })).rejects.toThrow(ConfigError);
    await expect(open({ thresholds: { Bob: 1 } })).rejects.toThrow(/call Bob, Simba.*Bob/);
    await expect(open({ thresholds: { Simba: Number.NaN } })).rejects.toThrow(/thresholds\.Simba/);
    await expect(open({ preRollMs: 3000 })).rejects.toThrow(/preRollMs/);
    await expect(open({ words: ['…'] })).rejects.toThrow(GrammarError);
    await expect(open({ words: ['[call Bob'] })).rejects.toThrow(GrammarError);
    await expect(open({ words: ['$contact'] })).rejects.toThrow(GrammarError);
  });
});
