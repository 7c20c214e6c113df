import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WakeEngine, type WakeEvent } from '../../src/index.js';

const file = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);
/** 16-bit samples of the recording, after its header of 44 bytes. */
const kitchen = new Int16Array(readFileSync(file('kitchen.wav')).buffer.slice(44));
const label = JSON.parse(readFileSync(file('kitchen.jsonl'), 'utf8'));
const wordStart = Math.round(label.offset * 16000);
const wordLength = Math.round(label.duration * 16000);

async function wakes(samples: Int16Array): Promise<WakeEvent[]> {
  const engine = await WakeEngine.create({ sampleRateHz: 16000 });
  try {
    const events = [...(await engine.push(samples)), ...(await engine.flush())];
    return events.filter((event) => event.type === 'wake');
  } finally {
    await engine.dispose();
  }
}

/** The recording with the samples from `from` to `to` of the word kept, and silence in place of the rest of it. */
function withPartOfTheWord(from: number, to: number): Int16Array {
  const samples = kitchen.slice(0, wordStart + wordLength + 16000);
  samples.fill(0, wordStart, wordStart + Math.round(from * wordLength));
  samples.fill(0, wordStart + Math.round(to * wordLength));
  return samples;
}

describe('the bundled model, on a recording of talk with one "alexa"', () => {
  it('wakes on the word, where it is, with calibrated evidence for it', async () => {
    const found = await wakes(kitchen);
    expect(found.map(({ word }) => word)).toEqual(['alexa']);
    const [wake] = found as [WakeEvent];
    expect(Math.abs(wake.endMs - (label.offset + label.duration) * 1000)).toBeLessThan(200);
    expect(wake.preRoll).toHaveLength(24000);
    expect(wake.calibrationId).not.toBeNull();
  });

  it.each([
    ['first', 0, 0.5],
    ['last', 0.55, 1],
  ])('stays asleep at the %s half of the word', async (_, from, to) => {
    expect(await wakes(withPartOfTheWord(from, to))).toEqual([]);
  });

  it('stays asleep at long talk without the word, over and over', async () => {
    const talk = kitchen.subarray(0, wordStart - 1600);
    const long = new Int16Array(talk.length * 4);
    for (let i = 0; i < 4; i++) long.set(talk, i * talk.length);
    expect(await wakes(long)).toEqual([]);
  });
});
