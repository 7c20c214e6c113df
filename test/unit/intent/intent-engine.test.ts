import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline as streamPipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphLabel } from '../../../src/decoding/index.js';
import { ConfigError, ModelError, StateError } from '../../../src/errors.js';
import {
  type IntentCalibration,
  IntentEngine,
  type IntentEngineEvent,
  type IntentEngineOptions,
  type IntentEvent,
} from '../../../src/intent/index.js';
import { blockLengths, cut } from '../../support/chunks.js';
import { sentenceGraph } from '../../support/phone-graph.js';
import { silence, toneSpeech } from '../../support/tone-speech.js';

const model = new URL('../../fixtures/tone-phones/', import.meta.url);
const word = (text: string): GraphLabel => ({ kind: 'word', word: text });
const intent = (name: string): GraphLabel => ({ kind: 'intent', intent: name });

const said: Record<string, string> = { Anna: 'AE N AH', Bob: 'B AA B', Sam: 'S AE M' };

/** "call NAME" and "yes"; its slot `contact` is filled at run time. */
const grammar = {
  compile(_lexicon: unknown, { slots }: { slots: Readonly<Record<string, readonly string[]>> }) {
    const names = slots.contact ?? ['Anna', 'Bob'];
    if (names.some((name) => !(name in said)))
      throw new ConfigError('contact', { expected: 'names', actual: '?' });
    return sentenceGraph([
      ...names.map((name) => ({
        steps: [
          { phones: 'K AO L', labels: [intent('call'), word('call')] },
          {
            phones: said[name] as string,
            labels: [{ kind: 'slotStart', slot: 'contact' } as const, word(name)],
          },
        ],
        endLabels: [{ kind: 'slotEnd', slot: 'contact', value: name } as const],
      })),
      { steps: [{ phones: 'Y EH S', labels: [intent('yes'), word('yes')] }] },
    ]);
  },
};

const open = (options: Partial<IntentEngineOptions> = {}) =>
  IntentEngine.create({ sampleRateHz: 16000, grammar, model, ...options });

async function hear(engine: IntentEngine, audio: Float32Array, lengths = [audio.length]) {
  const events: IntentEngineEvent[] = [];
  for (const block of cut(audio, lengths)) events.push(...(await engine.push(block)));
  return [...events, ...(await engine.flush())];
}
const intentsOf = (events: readonly { type: string }[]) =>
  events.filter((event): event is IntentEvent => event.type === 'intent');

const call = `${silence(990)} K AO L . AE N AH ${silence(1530)}`;
let engine: IntentEngine;
beforeAll(async () => {
  engine = await open();
});
beforeEach(() => engine.reset());
afterAll(() => engine.dispose());

describe('IntentEngine', () => {
  it('tells an intent with its slot, words and times', async () => {
    const [event, ...others] = intentsOf(await hear(engine, toneSpeech(call)));
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type: 'intent', intent: 'call', probability: null, inDomain: null });
    expect(event?.slots.contact?.value).toBe('Anna');
    expect(event?.words.map((one) => one.word)).toEqual(['call', 'Anna']);
    // The command is at 990 … 1620 ms, the name from 1350 on; a frame is 25 ms long, a row 30 ms.
    const within = (actual: number | undefined, expected: number) =>
      expect(Math.abs((actual ?? 0) - expected)).toBeLessThanOrEqual(40);
    within(event?.startMs, 990);
    within(event?.endMs, 1620);
    within(event?.slots.contact?.startMs, 1350);
    within(event?.slots.contact?.endMs, 1620);
    // Six phones at 2 nats: nothing else fits better, and the filler pays for each phone.
    expect(event?.llr).toBeCloseTo(12, 1);
    expect(event?.answers.map((answer) => answer.intent)).toContain(null);
  });

  it('hears the same by a model that names phones 330 ms late, at the end of the stream too', async () => {
    const late = await open({ model: new URL('../../fixtures/tone-phones-late/', import.meta.url) });
    expect([engine.tailMs, late.tailMs]).toEqual([130, 460]);
    for (const said of [call, `${silence(990)} K AO L . AE N AH`]) {
      const [[expected], [actual]] = [
        intentsOf(await hear(engine, toneSpeech(said))),
        intentsOf(await hear(late, toneSpeech(said))),
      ];
      expect(actual).toMatchObject({ intent: 'call', slots: { contact: { value: 'Anna' } } });
      expect(Math.abs((actual?.startMs ?? 0) - (expected?.startMs ?? 0))).toBeLessThanOrEqual(60);
      expect(Math.abs((actual?.endMs ?? 0) - (expected?.endMs ?? 0))).toBeLessThanOrEqual(60);
      expect(actual?.llr).toBeCloseTo(expected?.llr ?? 0, 0);
      engine.reset();
      late.reset();
    }
    await late.dispose();
    const short = await open({
      model: new URL('../../fixtures/tone-phones-late/', import.meta.url),
      endSilenceMs: 300,
    });
    expect(short.tailMs).toBe(300);
    await short.dispose();
  });

  it('loses no first word, though speech is known only 50 ms after it began', async () => {
    for (const pause of [450, 990, 1530]) {
      engine.reset();
      const [event] = intentsOf(await hear(engine, toneSpeech(`${silence(pause)} Y EH S ${silence(1530)}`)));
      expect(event?.intent).toBe('yes');
    }
  });

  it('takes each stretch of speech for an utterance, and says where nothing of the grammar was said', async () => {
    const timeline = `${silence(990)} Y EH S ${silence(1530)} M IY N AE S AA ${silence(1530)} K AO L B AA B ${silence(1530)}`;
    const events = intentsOf(await hear(engine, toneSpeech(timeline)));
    expect(events.map((event) => [event.intent, event.slots.contact?.value])).toEqual([
      ['yes', undefined],
      [null, undefined],
      ['call', 'Bob'],
    ]);
    expect(events[1]?.llr).toBeLessThan(0);
    expect(events[1]?.slots).toEqual({});
  });

  it('ends an utterance with the stream, and tells nothing of silence', async () => {
    const [event] = intentsOf(await hear(engine, toneSpeech(`${silence(990)} K AO L B AA B`)));
    expect(event?.slots.contact?.value).toBe('Bob');
    engine.reset();
    expect(intentsOf(await hear(engine, toneSpeech(silence(3060))))).toEqual([]);
  });

  it('gives the same events however the stream is split, and again after reset', async () => {
    const audio = toneSpeech(
      `${silence(990)} Y EH S ${silence(1530)} M IY N AE S AA ${silence(1530)} K AO L B AA B ${silence(450)}`,
    );
    const whole = await hear(engine, audio);
    expect(intentsOf(whole)).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(blockLengths, async (lengths) => {
        engine.reset();
        expect(await hear(engine, audio, lengths)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('cuts what lasts too long, and hears on', async () => {
    const short = await open({ maxUtteranceMs: 1000 });
    const phones = 'K AO L AE N AH B AA Y EH S IY M';
    const events = intentsOf(
      await hear(short, toneSpeech(`${silence(990)} ${phones} ${phones} ${silence(1530)}`)),
    );
    expect(events.length).toBeGreaterThanOrEqual(2);
    events.forEach(({ startMs, endMs }) => {
      expect(endMs - startMs).toBeLessThanOrEqual(1030);
    });
    await short.dispose();
  });

  it('hears at other rates, as integers and as bytes', async () => {
    const fast = await open({ sampleRateHz: 48000 });
    const audio = Int16Array.from(toneSpeech(call, 48000), (x) => Math.round(x * 32767));
    const events = [...(await fast.push(Buffer.from(audio.buffer))), ...(await fast.flush())];
    const [event] = intentsOf(events);
    expect(event?.slots.contact?.value).toBe('Anna');
    expect(Math.abs((event?.startMs ?? 0) - 990)).toBeLessThanOrEqual(40);
    await fast.dispose();
  });

  it('tells events to listeners, to for await and out of streams', async () => {
    const heard: string[] = [];
    engine.once('intent', (event) => heard.push(`listener ${event.intent}`));
    const iterated = (async () => {
      for await (const event of engine) if (event.type === 'intent') heard.push(`iterator ${event.intent}`);
    })();
    await streamPipeline(Readable.from([toneSpeech(call)]), engine.toTransform(), async (events) => {
      for await (const event of events) if (event.type === 'intent') heard.push(`stream ${event.intent}`);
    });
    await iterated;
    expect(heard.sort()).toEqual(['iterator call', 'listener call', 'stream call']);
  });
});

describe('setSlot', () => {
  it('gives a slot new values from the next utterance on', async () => {
    const audio = toneSpeech(`${silence(990)} K AO L S AE M ${silence(1530)}`);
    const own = await open();
    expect(intentsOf(await own.push(audio))[0]?.slots.contact?.value).not.toBe('Sam');
    await own.setSlot('contact', ['Sam', 'Anna']);
    expect(intentsOf(await own.push(audio))[0]?.slots.contact?.value).toBe('Sam');
    await own.dispose();
  });

  it('keeps the old values where the new ones are refused', async () => {
    const own = await open();
    await expect(own.setSlot('contact', ['Zoë'])).rejects.toThrow(ConfigError);
    expect(intentsOf(await own.push(toneSpeech(call)))[0]?.slots.contact?.value).toBe('Anna');
    await own.dispose();
  });
});

describe('listen', () => {
  let onCall: IntentEngine;
  beforeAll(async () => {
    onCall = await open({ listening: 'onCall', waitMs: 1500 });
  });
  beforeEach(() => onCall.reset());
  afterAll(() => onCall.dispose());

  it('hears nothing until it is asked', async () => {
    expect(intentsOf(await hear(onCall, toneSpeech(call)))).toEqual([]);
  });

  it('hears what was said from a place on, speech before it or not', async () => {
    // "yes" is behind us when the call comes, and right before the command.
    await onCall.push(toneSpeech(`${silence(990)} Y EH S K AO L`));
    await onCall.listen({ fromMs: 1260 });
    const events = intentsOf(
      await onCall.push(toneSpeech(`B AA B ${silence(1530)} Y EH S ${silence(1530)}`)),
    );
    expect(events.map((event) => [event.intent, event.slots.contact?.value])).toEqual([['call', 'Bob']]);
    expect(Math.abs((events[0]?.startMs ?? 0) - 1260)).toBeLessThanOrEqual(40);
  });

  it('hears a slot once more with what was heard of it before, and forgets that at a reset', async () => {
    const said = toneSpeech(`${silence(990)} K AO L B AA B ${silence(1530)}`);
    const callWith = async (heard: IntentEvent[]) => {
      onCall.reset();
      await onCall.listen({ heard });
      const [event] = intentsOf([...(await onCall.push(said)), ...(await onCall.flush())]);
      return event as IntentEvent;
    };
    const first = await callWith([]);
    const [alone, again] = [first, await callWith([first])].map(({ slots }) => slots.contact);
    expect(again?.value).toBe('Bob');
    expect(again?.fillerLlr).toBeCloseTo(2 * (alone?.fillerLlr as number), 6);
    expect(again?.rivalLlr).toBeCloseTo(2 * (alone?.rivalLlr as number), 6);
    expect(again?.candidates).toEqual(alone?.candidates);
    expect((await callWith([])).slots.contact).toEqual(alone);
  });

  it('refuses a prior that is no probability, and listens on as before', async () => {
    await expect(onCall.listen({ prior: 1.5 })).rejects.toThrow(ConfigError);
    expect(intentsOf(await hear(onCall, toneSpeech(call)))).toEqual([]);
  });

  it('waits for speech after a pause, and not for ever', async () => {
    await onCall.push(toneSpeech(`${silence(990)} AA B ${silence(90)}`));
    await onCall.listen();
    const [event] = intentsOf(await onCall.push(toneSpeech(`${silence(990)} Y EH S ${silence(1530)}`)));
    expect(event?.intent).toBe('yes');
    await onCall.listen();
    const [none] = intentsOf(await onCall.push(toneSpeech(silence(3060))));
    expect(none?.intent).toBeNull();
    expect((none?.endMs ?? 0) - (none?.startMs ?? 0)).toBeCloseTo(1500, -2);
  });
});

describe('what is refused', () => {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', model), 'utf8'));
  const bytes = readFileSync(new URL('model.onnx', model));

  it.each([
    { threshold: Number.NaN },
    { endSilenceMs: 100 },
    { preRollMs: 5000 },
    { maxUtteranceMs: 0 },
    { waitMs: -1 },
    { prior: 1.5 },
    { listening: 'never' as 'always' },
    { sampleRateHz: 12345 },
    { decoder: { beam: -1 } },
  ])('option %o', async (options) => {
    await expect(open(options)).rejects.toThrow(ConfigError);
  });

  it.each([
    ['an altered model', manifest, Buffer.concat([bytes, Buffer.from([0])])],
    ['a manifest of a wake model', { ...manifest, schema: 'wakeproof-model/1' }, bytes],
    ['other phones', { ...manifest, phones: [...manifest.phones].reverse() }, bytes],
    ['too few phones', { ...manifest, phones: manifest.phones.slice(1) }, bytes],
    ['a calibration of another model', { ...manifest, calibration: calibrationOf('0'.repeat(64)) }, bytes],
    ['a calibration of another form', { ...manifest, calibration: { a: 1 } }, bytes],
  ])('%s', async (_, changed, data) => {
    await expect(open({ model: { manifest: changed, bytes: data } })).rejects.toThrow(ModelError);
  });

  it('listening on call where it listens always, and use after dispose', async () => {
    const own = await open();
    await expect(own.listen()).rejects.toThrow(ConfigError);
    await own.dispose();
    await expect(own.push(new Float32Array(10))).rejects.toThrow(StateError);
  });

  it('tells a probability only with a calibration, capped, and none of it beyond its domain', async () => {
    const withCalibration = (levelDbfs: [number, number]) =>
      open({
        model: { manifest: { ...manifest, calibration: calibrationOf(manifest.sha256, levelDbfs) }, bytes },
      });
    for (const [levels, isIn] of [
      [[-100, 0], true],
      [[-100, -90], false],
    ] as const) {
      const own = await withCalibration([...levels]);
      const [event] = intentsOf(await hear(own, toneSpeech(call)));
      // 0.5 · 12 − 1 is 5, capped at 4.
      expect(event?.llr).toBe(isIn ? 4 : 0);
      expect(event?.probability).toBeCloseTo(isIn ? 1 / (1 + Math.exp(-4)) : 0.5, 10);
      expect(event?.inDomain).toBe(isIn);
      await own.dispose();
    }
  });

  it('takes a calibration in place of the manifest’s, or none', async () => {
    const calibrated = { manifest: { ...manifest, calibration: calibrationOf(manifest.sha256) }, bytes };
    const llrWith = async (calibration?: IntentEngineOptions['calibration']) => {
      const own = await open({ model: calibrated, ...(calibration === undefined ? {} : { calibration }) });
      const [event] = intentsOf(await hear(own, toneSpeech(call)));
      await own.dispose();
      return event;
    };
    const raw = await llrWith(null);
    expect(raw).toMatchObject({ probability: null, inDomain: null });
    expect(raw?.llr).toBeGreaterThan(10);
    const cap = [-100, 100] as [number, number];
    const own = {
      ...calibrationOf(manifest.sha256),
      intent: { a: 1, b: 2, cap },
      slot: [{ ...slotMap(0.25, 2), rivalMost: 8, cap }],
    };
    const given = await llrWith(own);
    expect(given?.llr).toBeCloseTo((raw?.llr as number) + 2, 10);
    const [slot, rawSlot] = [given?.slots.contact, raw?.slots.contact];
    expect(rawSlot?.llr).toBe(Math.min(rawSlot?.fillerLlr as number, rawSlot?.rivalLlr as number));
    // Over the runner-up it has more than the 8 that the calibration has seen.
    expect(rawSlot?.rivalLlr).toBeGreaterThan(8);
    expect(slot?.llr).toBeCloseTo((rawSlot?.fillerLlr as number) + 0.25 * 8 + 2, 10);
    expect((await llrWith())?.llr).toBe(4);
    await expect(llrWith(calibrationOf('0'.repeat(64)))).rejects.toThrow(ModelError);
  });

  function slotMap(rival: number, b: number) {
    const cap: [number, number] = [-4, 4];
    return { alternatives: [{ share: 1, filler: 1, rival, anyName: 0, b }], rivalMost: 10, cap };
  }

  function calibrationOf(sha256: string, levelDbfs: [number, number] = [-100, 0]): IntentCalibration {
    return {
      schema: 'wakeproof-intent-calibration/5',
      model: { sha256 },
      intent: { a: 0.5, b: -1, cap: [-4, 4] },
      slot: [slotMap(1, 0)],
      givenSlot: null,
      domain: { snrDb: [-100, 100], levelDbfs },
    };
  }
});
