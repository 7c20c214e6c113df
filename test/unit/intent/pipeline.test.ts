import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphLabel } from '../../../src/decoding/index.js';
import { WakeEngine } from '../../../src/detector/index.js';
import { ConfigError } from '../../../src/errors.js';
import { IntentEngine, pipeline, type WakeIntentPipeline } from '../../../src/intent/index.js';
import { sentenceGraph } from '../../support/phone-graph.js';
import { silence, toneSpeech } from '../../support/tone-speech.js';

const fixture = (name: string) => new URL(`../../fixtures/${name}/`, import.meta.url);
const intent = (name: string): GraphLabel => ({ kind: 'intent', intent: name });
const grammar = {
  compile: () =>
    sentenceGraph([
      { steps: [{ phones: 'Y EH S', labels: [intent('yes')] }] },
      { steps: [{ phones: 'B AA B', labels: [intent('bob')] }] },
    ]),
};
const openWake = () =>
  WakeEngine.create({ sampleRateHz: 16000, model: fixture('tone-model'), words: ['low'] });
const openIntent = (listening: 'always' | 'onCall', sampleRateHz = 16000) =>
  IntentEngine.create({ sampleRateHz, grammar, model: fixture('tone-phones'), listening, waitMs: 1500 });

/** The tone of phone L is what the tone model takes for its word `low`. */
const wakeWord = 'L L L';
let both: WakeIntentPipeline;
beforeAll(async () => {
  both = pipeline({ wake: await openWake(), intent: await openIntent('onCall') });
});
beforeEach(() => both.reset());
afterAll(() => both.dispose());

async function hear(timeline: string, blockSamples = 1000): Promise<string[]> {
  const audio = toneSpeech(timeline);
  const told: string[] = [];
  const tell = (events: Awaited<ReturnType<typeof both.push>>) => {
    for (const event of events) {
      if (event.type === 'wake') told.push(`wake ${event.word}`);
      if (event.type === 'intent') {
        told.push(event.intent === null ? 'nothing' : `${event.intent} @${Math.round(event.startMs / 90)}`);
      }
    }
  };
  for (let from = 0; from < audio.length; from += blockSamples) {
    tell(await both.push(audio.subarray(from, from + blockSamples)));
  }
  tell(await both.flush());
  return told;
}

describe('pipeline', () => {
  it('hears a command in the same breath as the wake word, its first word whole', async () => {
    // The wake word ends at 1.26 s, where the command begins; times are those of the stream, in steps of 90 ms.
    expect(await hear(`${silence(990)} ${wakeWord} Y EH S ${silence(1530)}`)).toEqual([
      'wake low',
      'yes @14',
    ]);
  });

  it('hears one behind a pause, and each wake word anew', async () => {
    const timeline = `${silence(990)} ${wakeWord} ${silence(900)} B AA B ${silence(2070)} ${wakeWord} Y EH S ${silence(1530)}`;
    expect(await hear(timeline)).toEqual(['wake low', 'bob @24', 'wake low', expect.stringMatching(/^yes/)]);
  });

  it('hears no command without a wake word, and one command behind each', async () => {
    expect(await hear(`${silence(990)} Y EH S ${silence(1530)}`)).toEqual([]);
    both.reset();
    const twice = `${silence(990)} ${wakeWord} Y EH S ${silence(1530)} B AA B ${silence(1530)}`;
    expect(await hear(twice)).toEqual(['wake low', 'yes @14']);
  });

  it('says where nothing was asked', async () => {
    expect(await hear(`${silence(990)} ${wakeWord} ${silence(3060)}`)).toEqual(['wake low', 'nothing']);
  });

  it('hears an answer that no wake word leads, where it was asked to listen', async () => {
    const audio = toneSpeech(`${silence(1980)} Y EH S ${silence(1530)}`);
    const asked = 1500 * 16;
    await both.push(audio.subarray(0, asked));
    await both.listen({ fromMs: 1500 });
    const events = [...(await both.push(audio.subarray(asked))), ...(await both.flush())];
    const told = events.flatMap((event) => (event.type === 'intent' ? [event] : []));
    expect(told.map(({ intent, startMs }) => [intent, Math.round(startMs / 90)])).toEqual([['yes', 22]]);
  });

  it('weighs the answer against those that may be meant alone, and tells another one all the same', async () => {
    const audio = toneSpeech(`${silence(1980)} Y EH S ${silence(1530)}`);
    const llr = async (awaited: string[]) => {
      both.reset();
      await both.push(audio.subarray(0, 24_000));
      await both.listen({ fromMs: 1500, awaited });
      const events = [...(await both.push(audio.subarray(24_000))), ...(await both.flush())];
      const told = events.flatMap((event) => (event.type === 'intent' ? [event] : []));
      expect(told.map(({ intent }) => intent)).toEqual(['yes']);
      return told[0]?.llr as number;
    };
    expect(await llr(['yes'])).toBeGreaterThanOrEqual(await llr(['yes', 'bob']));
    expect(await llr(['bob'])).toBe(await llr(['yes', 'bob']));
  });

  it('hears it too where it had begun before the call, and tells it once', async () => {
    const audio = toneSpeech(`${silence(1980)} Y EH S ${silence(1530)}`);
    await both.push(audio);
    await both.listen({ fromMs: 1500 });
    const told = [...(await both.push(new Float32Array(16000))), ...(await both.flush())];
    expect(told.filter(({ type }) => type === 'intent')).toHaveLength(1);
  });

  it('refuses engines that do not fit together', async () => {
    const wake = await openWake();
    const [always, other] = [await openIntent('always'), await openIntent('onCall', 48000)];
    expect(() => pipeline({ wake, intent: always })).toThrow(ConfigError);
    expect(() => pipeline({ wake, intent: other })).toThrow(ConfigError);
    for (const engine of [wake, always, other]) await engine.dispose();
  });
});
