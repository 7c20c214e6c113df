import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TurnMeter, VoiceModel } from '../../../src/dialog/index.js';
import { ModelError } from '../../../src/errors.js';

const edge = (type: 'speechStart' | 'speechEnd' | 'misfire', ms: number) => ({ type, ms, sample: ms * 16 });

const partials = Array.from({ length: 24 }, (_, k) => k + 1);

/** A buzz with many partials, at a pitch. */
const buzz = (ms: number, hz: number, gain = 0.1) =>
  Float32Array.from({ length: ms * 16 }, (_, i) =>
    partials.reduce((sum, k) => sum + (gain / k) * Math.sin((2 * Math.PI * hz * k * i) / 16000), 0),
  );

describe('TurnMeter', () => {
  // 0        1000   2000     3000  3400   4400
  // |  wake  |      |prompt  |     |reply |
  it('measures silence, latency and level of a proper reply', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(1000, 120));
    meter.hear(new Float32Array(2400 * 16));
    meter.hear(buzz(1000, 120, 0.2));
    meter.hearEdge(edge('speechStart', 0));
    meter.hearEdge(edge('speechEnd', 1000));
    meter.wake({ startMs: 0, endMs: 1000 });
    meter.hearPrompt({ startMs: 2000, endMs: 3000 });
    meter.hearEdge(edge('speechStart', 3400));
    const { turn } = meter.measure({ startMs: 3400, endMs: 4400 });
    expect(turn).toMatchObject({ silenceBeforeMs: 2400, speechInPromptMs: 0, latencyMs: 400, playbackMs: 0 });
    expect(turn.levelDifferenceDb).toBeCloseTo(20 * Math.log10(2), 1);
    expect(Math.abs(turn.tiltDifferenceDb as number)).toBeLessThan(1);
    expect(turn.otherVoiceMs).toBeNull();
  });

  it('tells talk that runs through the prompt from a fresh onset', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(5000, 120));
    meter.wake({ startMs: 0, endMs: 800 });
    meter.hearEdge(edge('speechStart', 0));
    meter.hearEdge(edge('speechEnd', 900));
    meter.hearEdge(edge('speechStart', 1500));
    meter.hearPrompt({ startMs: 2000, endMs: 3000 });
    const { turn } = meter.measure({ startMs: 3100, endMs: 4000 });
    // The talk began at 1500, 600 after the last, and the prompt ended at 3000: more than a second before counts as one.
    expect(turn).toMatchObject({
      silenceBeforeMs: 600,
      latencyMs: -1000,
      silenceBeforeWakeMs: 0,
      speechInPromptMs: 1000,
    });
  });

  // 0     1000  2000       3000    3800   4400
  // | wake |     |prompt, noise|    |reply |
  it('takes noise 10 dB below the wake word for no talk, though a speech detector may', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(1000, 120));
    meter.hearEdge(edge('speechStart', 0));
    meter.wake({ startMs: 0, endMs: 1000 });
    meter.hear(buzz(2800, 90, 0.03));
    meter.hear(buzz(600, 120));
    meter.hearPrompt({ startMs: 2000, endMs: 3000 });
    const { turn, onsetMs } = meter.measure({ startMs: 4000, endMs: 4400 });
    expect(onsetMs).toBe(3800);
    // A piece of 10 ms rings on in the band of voices.
    expect(turn).toMatchObject({ silenceBeforeMs: 2790, speechInPromptMs: 0, latencyMs: 800 });
  });

  it('takes a clatter above the band of voices for no talk, however loud', async () => {
    const meter = await TurnMeter.create(16000, null);
    const clatter = Float32Array.from(
      { length: 900 * 16 },
      (_, i) => 0.5 * Math.sin((2 * Math.PI * 5000 * i) / 16000),
    );
    meter.hear(new Float32Array(500 * 16));
    meter.hear(clatter);
    meter.hear(new Float32Array(600 * 16));
    meter.hear(buzz(800, 120));
    meter.hearEdge(edge('speechStart', 500));
    meter.wake({ startMs: 2000, endMs: 2800 });
    expect(meter.measure({ startMs: 2800, endMs: 2800 }).turn.silenceBeforeWakeMs).toBe(2000);
  });

  it('takes a knock for no talk, however loud, but a syllable', async () => {
    const silenceBehind = async (ms: number) => {
      const meter = await TurnMeter.create(16000, null);
      meter.hear(new Float32Array(1000 * 16));
      meter.hear(buzz(ms, 120));
      meter.hear(new Float32Array((1000 - ms) * 16));
      meter.hear(buzz(800, 120));
      meter.hearEdge(edge('speechStart', 0));
      meter.wake({ startMs: 2000, endMs: 2800 });
      return meter.measure({ startMs: 2800, endMs: 2800 }).turn.silenceBeforeWakeMs;
    };
    expect(await silenceBehind(30)).toBe(2000);
    // A piece of 10 ms rings on in the band of voices.
    expect([910, 920]).toContain(await silenceBehind(80));
  });

  // 0      500       1500    2100    2700
  // | talk |  silence | the word, found late |
  it('counts what is said of a wake word before its start was told to the word, but not talk that runs into it', async () => {
    const heard = async (silenceMs: number) => {
      const meter = await TurnMeter.create(16000, null);
      meter.hear(buzz(500, 120));
      meter.hear(new Float32Array(silenceMs * 16));
      meter.hear(buzz(2200 - silenceMs, 120));
      meter.hearEdge(edge('speechStart', 0));
      meter.wake({ startMs: 2100, endMs: 2700 });
      return meter.measure({ startMs: 2700, endMs: 2700 }).turn.silenceBeforeWakeMs;
    };
    expect(await heard(1200)).toBe(1200);
    expect(await heard(300)).toBe(0);
  });

  it('begins a reply that was not understood where its talk does', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(500, 120));
    meter.hear(new Float32Array(2000 * 16));
    meter.hear(buzz(500, 120));
    meter.hear(new Float32Array(500 * 16));
    meter.hearEdge(edge('speechStart', 0));
    meter.wake({ startMs: 0, endMs: 500 });
    meter.hearPrompt({ startMs: 1000, endMs: 2000 });
    expect(meter.measure({ startMs: 1980, endMs: 3400 }, false).onsetMs).toBe(2500);
    expect(meter.measure({ startMs: 3350, endMs: 3400 }, false).onsetMs).toBe(3350);
  });

  it('counts words before those of the grammar, and the pauses between them, to the turn', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(500, 120));
    meter.hear(new Float32Array(1500 * 16));
    for (let word = 0; word < 4; word++) {
      meter.hear(buzz(300, 120));
      meter.hear(new Float32Array(200 * 16));
    }
    meter.hearEdge(edge('speechStart', 0));
    meter.wake({ startMs: 0, endMs: 500 });
    meter.hearPrompt({ startMs: 900, endMs: 1900 });
    const { onsetMs, turn } = meter.measure({ startMs: 3500, endMs: 3800 });
    expect([onsetMs, turn.latencyMs, turn.silenceBeforeMs]).toEqual([2000, 100, 1500]);
  });

  it('forgets a misfire, and counts own playback over the turn', async () => {
    const meter = await TurnMeter.create(16000, null);
    meter.hear(buzz(3000, 120));
    meter.hearEdge(edge('speechStart', 1000));
    meter.hearEdge(edge('misfire', 1050));
    meter.hearPlayback({ startMs: 2500, endMs: 9000 });
    expect(meter.measure({ startMs: 2000, endMs: 3000 }).turn).toMatchObject({
      silenceBeforeMs: 2000,
      playbackMs: 500,
      speechInPromptMs: null,
      levelDifferenceDb: null,
    });
  });

  it('gives evidence for the same sound, and against a very different one', async () => {
    const meter = await TurnMeter.create(16000, await VoiceModel.load());
    meter.hear(buzz(1500, 110));
    meter.hear(buzz(1500, 110));
    meter.hear(buzz(1500, 260));
    meter.wake({ startMs: 0, endMs: 1500 });
    const same = meter.measure({ startMs: 1500, endMs: 3000 });
    const other = meter.measure({ startMs: 3000, endMs: 4500 });
    expect(same.sameVoice.llr).toBeGreaterThan(2);
    expect(same.turn.otherVoiceMs).toBe(0);
    expect(other.sameVoice.llr).toBeLessThan(same.sameVoice.llr as number);
  });
});

describe('VoiceModel', () => {
  it('refuses a file that is no voice model', async () => {
    await expect(VoiceModel.load('/nowhere.json')).rejects.toThrow(/voice model/);
    await expect(VoiceModel.load(new URL('../../../package.json', import.meta.url))).rejects.toThrow(
      /wakeproof-voice\/1/,
    );
  });

  it('refuses one that was fitted on speech measured in another way', async () => {
    const bundled = JSON.parse(
      await readFile(new URL('../../../models/guard/voice.json', import.meta.url), 'utf8'),
    );
    const path = join(await mkdtemp(join(tmpdir(), 'voice-')), 'voice.json');
    const load = async (change: object) => {
      await writeFile(path, JSON.stringify({ ...bundled, ...change }));
      return VoiceModel.load(path);
    };
    await expect(load({})).resolves.toBeInstanceOf(VoiceModel);
    await expect(load({ loudNats: 6.9 })).rejects.toThrow(ModelError);
    await expect(load({ loudNats: 6.9 })).rejects.toThrow(/loudNats 4\.6; got .*loudNats 6\.9/);
    await expect(load({ mean: [0] })).rejects.toThrow(/rows of other lengths/);
    const rows = { mean: Array(64).fill(0), projection: [Array(64).fill(0)] };
    await expect(load({ nBands: 32, ...rows })).rejects.toThrow(/nBands 40, .* got nBands 32/);
    await rm(dirname(path), { recursive: true });
  });
});
