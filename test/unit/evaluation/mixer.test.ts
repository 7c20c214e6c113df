import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../src/errors.js';
import { type ConditionSpec, conditionsOf, type Mixing } from '../../../src/evaluation/condition.js';
import { loadCorpora } from '../../../src/evaluation/corpora.js';
import { Mixer } from '../../../src/evaluation/mixer.js';
import { directPathOf, intoRoom } from '../../../src/evaluation/room.js';
import { activeSpeechPower, estimateWordEnd, meanPower } from '../../../src/evaluation/speech-level.js';
import { CorpusFolder } from './corpus-folder.js';

const RATE = 16000;
let folder: CorpusFolder;
beforeEach(async () => {
  folder = await CorpusFolder.create();
  const buzz = (power: number) => Float32Array.from({ length: 20 * RATE }, (_, i) => Math.sin(i ** power));
  await folder.addRecording('noise.flac', buzz(1.5));
  await folder.addRecording('music.flac', buzz(1.4));
  // Three rooms of 0.2 s, each with silence before the direct sound and an echo after it.
  const rooms = new Float32Array(9600);
  for (const room of [0, 1, 2]) {
    rooms[room * 3200 + 100 + 50 * room] = -0.8;
    rooms[room * 3200 + 1500] = 0.4;
  }
  await folder.addRecording('rooms.flac', rooms);
});
afterEach(() => folder.remove());

/** A word of 0.4 s between 0.6 s and 1 s of a stream of 2 s; the segment is 0.5 s … 1.2 s. */
const stream = Float32Array.from({ length: 2 * RATE }, (_, i) =>
  i >= 9600 && i < 16000 ? 0.3 * Math.sin(i / 4) : 0,
);
const dry = { stream, from: 8000, length: 11200, key: 'clip.wav@8000' };
const speechIn = (samples: Float32Array) => samples.subarray(dry.from, dry.from + dry.length);
const levelDb = (samples: Float32Array) => 10 * Math.log10(activeSpeechPower(speechIn(samples)));

async function mixerOf(
  mixing: Partial<Mixing>,
  uses: { rooms?: boolean; noise?: boolean; playback?: boolean },
) {
  const line = (audio_filepath: string) => ({ audio_filepath, duration: 20 });
  const roomLine = (n: number) => ({
    audio_filepath: 'rooms.flac',
    offset: 0.2 * n,
    duration: 0.2,
    label: `room ${n}`,
  });
  const noise = [await folder.addManifest('n.jsonl', [line('noise.flac')])];
  const playback = [await folder.addManifest('p.jsonl', [line('music.flac')])];
  const rooms = [await folder.addManifest('r.jsonl', [0, 1, 2].map(roomLine))];
  const corpora = await loadCorpora(['alexa'], {
    positives: [],
    negatives: [],
    noise: uses.noise ? noise : [],
    playback: uses.playback ? playback : [],
    rooms: uses.rooms ? rooms : [],
  });
  return Mixer.create(corpora, { snrDb: [], seed: 0, ...mixing }, folder.open);
}

async function everyCondition(mixer: Mixer, speech = dry) {
  const mixed = new Map<string, { stream: Float32Array; room: string | null }>();
  try {
    for await (const { condition, ...rest } of mixer.everyCondition(speech)) mixed.set(condition, rest);
  } finally {
    await mixer.dispose();
  }
  return mixed;
}

describe('intoRoom', () => {
  it('puts the direct sound where the dry sound was', () => {
    // response   silence for 3 samples, direct, nothing, an echo of half
    const response = Float32Array.of(0, 0, 0.1, 1, 0, -0.5);
    const impulse = new Float32Array(12);
    impulse[6] = 1;
    expect(directPathOf(response)).toBe(3);
    const out = intoRoom(impulse, 5, 3, response);
    const expected = [0, 0, 0, 0, 0, 0.1, 1, 0, -0.5, 0, 0, 0];
    expect([...out]).toEqual(expected.map((value) => expect.closeTo(value, 6)));
  });

  it('cuts what would come before the stream and after it', () => {
    const out = intoRoom(Float32Array.of(1, 0, 1), 0, 3, Float32Array.of(0.5, 1, 0.25));
    expect([...out]).toEqual([1, 0.75, 1].map((value) => expect.closeTo(value, 6)));
  });
});

describe('Mixer', () => {
  it('leaves clean speech as it is', async () => {
    const mixed = await everyCondition(await mixerOf({}, {}));
    expect([...mixed.keys()]).toEqual(['clean']);
    expect(mixed.get('clean')?.stream).toEqual(stream);
  });

  it('restores the level in a room, and the word ends where it ended', async () => {
    const { stream: wet, room } = (await everyCondition(await mixerOf({}, { rooms: true }))).get('room') as {
      stream: Float32Array;
      room: string;
    };
    expect(room).toMatch(/^room [012]$/);
    expect(Math.abs(levelDb(wet) - levelDb(stream))).toBeLessThan(1e-4);
    // Nothing before the word; the echo, 1250 to 1400 samples late, after its end.
    expect(meanPower(wet.subarray(0, 9600))).toBeLessThan(1e-12);
    expect(meanPower(wet.subarray(16000, 17000))).toBeGreaterThan(1e-4);
    expect(meanPower(wet.subarray(17500))).toBeLessThan(1e-12);
    expect(estimateWordEnd(speechIn(stream))).toBe(8000);
  });

  it('brings far speech to its level', async () => {
    const mixed = await everyCondition(await mixerOf({ levelDbfs: [-50, -20] }, { rooms: true }));
    for (const name of ['level -50', 'room level -50']) {
      expect(Math.abs(levelDb(mixed.get(name)?.stream as Float32Array) + 50)).toBeLessThan(1e-4);
    }
    expect(Math.abs(levelDb(mixed.get('level -20')?.stream as Float32Array) + 20)).toBeLessThan(1e-4);
  });

  it('adds playback and noise at their ratios to what the room leaves', async () => {
    const mixing = { snrDb: [5], playbackDb: [-10] };
    const mixed = await everyCondition(await mixerOf(mixing, { rooms: true, noise: true, playback: true }));
    const added = (name: string, to: string) => {
      const base = mixed.get(to)?.stream as Float32Array;
      return mixed.get(name)?.stream.map((sample, i) => sample - (base[i] as number)) as Float32Array;
    };
    for (const [name, to, db] of [
      ['snr 5', 'clean', 5],
      ['room snr 5', 'room', 5],
      ['playback -10', 'clean', -10],
      ['room playback -10', 'room', -10],
    ] as const) {
      const sound = added(name, to);
      expect(Math.abs(levelDb(stream) - 10 * Math.log10(meanPower(sound)) - db)).toBeLessThan(1e-4);
      expect(meanPower(sound.subarray(0, 1000))).toBeGreaterThan(0);
    }
    expect(added('snr 5', 'clean').subarray(0, 50)).not.toEqual(
      added('playback -10', 'clean').subarray(0, 50),
    );
  });

  it('draws the same for the same seed and key, whatever came before, and in any process', async () => {
    const mixing = { snrDb: [5], codecs: ['mulaw' as const], seed: 7 };
    const uses = { rooms: true, noise: true };
    const first = await everyCondition(await mixerOf(mixing, uses));
    expect(await everyCondition(await mixerOf(mixing, uses))).toEqual(first);

    const mixer = await mixerOf(mixing, uses);
    const attached = await Mixer.attach(mixer.files, { snrDb: [5], codecs: ['mulaw'], seed: 7 });
    const last = mixer.conditions.at(-1) as ConditionSpec;
    expect((await attached.underCondition(last, dry)).stream).toEqual(first.get(last.name)?.stream);
    await attached.dispose();
    await mixer.dispose();

    const rooms = new Set<string | null>();
    const drawing = await mixerOf({}, { rooms: true });
    const inRoom = drawing.conditions.at(-1) as ConditionSpec;
    for (let clip = 0; clip < 20; clip++) {
      rooms.add((await drawing.underCondition(inRoom, { ...dry, key: `clip ${clip}` })).room);
    }
    await drawing.dispose();
    expect([...rooms].sort()).toEqual(['room 0', 'room 1', 'room 2']);
    expect(await everyCondition(await mixerOf({ ...mixing, seed: 8 }, uses))).not.toEqual(first);
  });

  it('refuses a response that is silent', async () => {
    await folder.addRecording('rooms.flac', new Float32Array(9600));
    const error = await everyCondition(await mixerOf({}, { rooms: true })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CorpusError);
    expect((error as Error).message).toContain('expected an impulse response; got silence');
  });

  it('knows its conditions', async () => {
    const mixing = { snrDb: [5], seed: 0 };
    const mixer = await mixerOf(mixing, { rooms: true, noise: true });
    expect(mixer.conditions).toEqual(conditionsOf(mixing, true));
    await mixer.dispose();
  });
});
