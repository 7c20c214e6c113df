import { describe, expect, it } from 'vitest';
import { type DialogStep, type Listener, VoiceDialog } from '../../../src/dialog/index.js';
import { AudioFormatError, ConfigError } from '../../../src/errors.js';
import type { GuardEvent } from '../../../src/guard/index.js';

/** Hears nothing in it, and remembers what it was given. */
class Recorder implements Listener {
  readonly sampleRateHz = 16000;
  readonly heard: number[] = [];
  readonly asked: unknown[] = [];
  async push(block: Float32Array) {
    this.heard.push(...block);
    return [];
  }
  async flush() {
    return [];
  }
  async listen(options: unknown) {
    this.asked.push(options);
  }
}

const samples = Int16Array.from({ length: 5000 }, (_, i) => (i % 2 ? -1 : 1) * ((i * 37) % 32768));
const bytes = new Uint8Array(samples.length * 2);
for (const [i, sample] of samples.entries()) new DataView(bytes.buffer).setInt16(2 * i, sample, true);

const open = async () => {
  const listener = new Recorder();
  const told: GuardEvent[] = [];
  const policy = {
    state: 'asking' as const,
    push(event: GuardEvent) {
      told.push(event);
      return [];
    },
  };
  const roles = { who: { kind: 'answer', slot: 'contact' }, send: { kind: 'request', act: 'send' } } as const;
  const dialog = await VoiceDialog.create({
    pipeline: listener,
    policy,
    roles,
    voice: null,
    directedness: null,
  });
  return { dialog, listener, told };
};

describe('VoiceDialog', () => {
  it('hears bytes that break at odd places as it hears them whole, and as numbers', async () => {
    const whole = await open();
    await whole.dialog.push(bytes);
    await whole.dialog.flush();
    expect(whole.listener.heard).toEqual([...samples].map((sample) => sample / 32768));

    const numbers = await open();
    await numbers.dialog.push(samples);
    await numbers.dialog.flush();
    expect(numbers.listener.heard).toEqual(whole.listener.heard);

    const broken = await open();
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 3001],
      [3001, 3002],
      [3002, 6005],
      [6005, 10_000],
    ] as const) {
      await broken.dialog.push(bytes.subarray(from, to));
    }
    await broken.dialog.flush();
    expect(broken.listener.heard).toEqual(whole.listener.heard);
    expect(broken.dialog.nowMs).toBe(5000 / 16);
  });

  it.each([1, 160, 333, 1440, 4097])('tells its policy the same in blocks of %i samples', async (size) => {
    const [whole, split] = [await open(), await open()];
    const long = new Float32Array(16_000);
    await whole.dialog.push(long);
    for (let from = 0; from < long.length; from += size)
      await split.dialog.push(long.subarray(from, from + size));
    expect(split.told).toEqual(whole.told);
    expect(whole.told).toEqual([270, 540, 810].map((atMs) => ({ type: 'time', atMs })));
    expect(split.dialog.nowMs).toBe(990);
  });

  it('refuses samples that are no numbers, and blocks that are no PCM, and hears nothing of them', async () => {
    const { dialog, listener } = await open();
    await expect(dialog.push(Float32Array.of(0, Number.NaN))).rejects.toThrow(AudioFormatError);
    await expect(dialog.push([0, 1] as unknown as Float32Array)).rejects.toThrow(ConfigError);
    expect([listener.heard, dialog.nowMs]).toEqual([[], 0]);
  });

  it('asks its listener, whatever that is, for the answer behind a prompt', async () => {
    const { dialog, listener, told } = await open();
    await dialog.push(new Float32Array(16_000));
    const steps: DialogStep[] = await dialog.promptPlayed({ startMs: 200, endMs: 900 });
    expect(steps).toEqual([]);
    // Ten to one that it is answered; nothing was heard before.
    expect(listener.asked).toEqual([{ fromMs: 900, awaited: ['who'], prior: 10 / 11, heard: [] }]);
    expect(told.at(-1)).toEqual({ type: 'prompt', atMs: 990, startMs: 200, endMs: 900 });
  });
});
