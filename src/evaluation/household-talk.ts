import { seededRandom } from '../calibration/index.js';
import { CorpusError } from '../errors.js';
import { groupBy } from './group-by.js';
import { readManifest } from './manifest.js';
import { openRecording } from './recording.js';
import { directPathOf } from './room.js';
import { activeSpeechPower, EVALUATION_RATE_HZ, meanPower } from './speech-level.js';
import { openTape, Tape, type TapeSection } from './tape.js';

/** What talk is simulated from. */
export interface HouseholdCorpora {
  /** Manifests of speech that tell the speaker. */
  readonly speech: readonly string[];
  /** Manifests of impulse responses. */
  readonly rooms: readonly string[];
  readonly noise: readonly string[];
  readonly music: readonly string[];
}

/** How long an evening is, s. */
export const eveningSec = 600;
/** People at home. */
const nAtHome = 3;
/** Who has less speech than this, s, is no talker but somebody who says a word in between. */
const talkerSec = 20;
/** Share of turns that such a person takes: names, near words, single words. */
const wordShare = 0.15;
/** From the end of a turn to the next, s: mean and deviation. Below 0 two people talk at once. */
const [gapSec, gapDeviationSec] = [0.2, 0.5];
/** Share of turns after which nobody says anything for a while, and how long that is at most, s. */
const [pauseShare, pauseSec] = [0.1, 8];
/** Level of speech at the device, dBFS, and how much people differ. */
const [levelDbfs, levelDeviationDb] = [-28, 5];
/** Share of evenings with a television, and with music. */
const [televisionShare, musicShare] = [0.4, 0.3];
/** What is behind the talk lies this much below it, dB. */
const television: Range = [3, 15];
const music: Range = [5, 25];
const noise: Range = [10, 35];
/** Of an impulse response this many samples, the strongest of the first 0.3 s, are the room: the rest costs more than it adds. */
const [nReflections, roomSec] = [64, 0.3];

type Range = readonly [number, number];
type Random = () => number;

interface Reflection {
  readonly delay: number;
  readonly gain: number;
}

/**
 * Talk of households that never were: people of a corpus talk to each other, at once now and then, in a room, with a
 * television, music and noise behind them. Seeded, and each evening by itself: the same number gives the same evening.
 *
 * How people take turns is assumed (means and deviations above), and what they say has nothing to do with what the others
 * say: it is talk by its sound alone.
 */
export class Household {
  private constructor(
    readonly seed: number,
    readonly talkers: readonly (readonly TapeSection[])[],
    readonly words: readonly TapeSection[],
    readonly tapes: {
      readonly speech: Tape;
      readonly rooms: Tape | null;
      readonly noise: Tape | null;
      readonly music: Tape | null;
    },
  ) {}

  /**
   * Decodes the corpora once, into scratch files.
   *
   * @throws CorpusError where they cannot be read, or hold fewer than three talkers
   */
  static async create(corpora: HouseholdCorpora, seed: number): Promise<Household> {
    const manifests = await Promise.all(corpora.speech.map(readManifest));
    const bySpeaker = manifests.map((manifest) => ({
      ...manifest,
      segments: manifest.segments.map((segment) => ({
        ...segment,
        label: segment.speaker ?? `${segment.audioPath}:${segment.line}`,
      })),
    }));
    const speech = await Tape.create(bySpeaker, openRecording);
    const speakers = [...groupBy(speech.tape.sections, ({ name }) => name).values()];
    const isTalker = (sections: readonly TapeSection[]) =>
      sections.reduce((sum, { length }) => sum + length, 0) >= talkerSec * EVALUATION_RATE_HZ;
    const talkers = speakers.filter(isTalker);
    if (talkers.length < nAtHome) {
      await speech.dispose();
      throw new CorpusError(corpora.speech.join(', '), 'speaker', {
        expected: `${nAtHome} speakers with ${talkerSec} s of speech`,
        actual: `${talkers.length}`,
      });
    }
    const words = speakers.filter((sections) => !isTalker(sections)).flat();
    const [rooms, behind, played] = [
      await openTape(corpora.rooms),
      await openTape(corpora.noise),
      await openTape(corpora.music),
    ];
    return new Household(seed, talkers, words, { speech, rooms, noise: behind, music: played });
  }

  /** Ten minutes of talk at 16 kHz, ±1; which, its number says. */
  async evening(index: number): Promise<Float32Array> {
    const random = seededRandom(hash(this.seed, index));
    const key = `evening ${index}`;
    const talk = new Float32Array(eveningSec * EVALUATION_RATE_HZ);
    const room = await this.#room(random, key);
    const people = Array.from({ length: nAtHome + 1 }, () => ({
      said: shuffled(pick(this.talkers, random), random),
      gainDb: levelDbfs + levelDeviationDb * normal(random),
      next: 0,
    }));
    await this.#talk(talk, people.slice(0, nAtHome), room, random);
    const level = 10 ** (levelDbfs / 10);
    if (random() < televisionShare) {
      const shown = new Float32Array(talk.length);
      await this.#talk(shown, people.slice(nAtHome), room, random);
      addAt(talk, shown, level, below(television, random));
    }
    const { noise: noises, music: pieces } = this.tapes;
    if (pieces && random() < musicShare) {
      addAt(talk, await pieces.excerpt(this.seed, key, talk.length), level, below(music, random));
    }
    if (noises) addAt(talk, await noises.excerpt(this.seed, key, talk.length), level, below(noise, random));
    return talk.map((sample) => Math.max(-1, Math.min(1, sample)));
  }

  /** Closes the tapes and removes the scratch files. */
  async dispose(): Promise<void> {
    for (const tape of Object.values(this.tapes)) await tape?.dispose();
  }

  /** Lets people talk until the evening is over. */
  async #talk(
    talk: Float32Array,
    people: { readonly said: readonly TapeSection[]; readonly gainDb: number; next: number }[],
    room: readonly Reflection[],
    random: Random,
  ): Promise<void> {
    let last = -1;
    for (let at = 0; at < talk.length; ) {
      const others = people.map((_, i) => i).filter((i) => i !== last || people.length === 1);
      const who = pick(others, random);
      const person = people[who] as (typeof people)[number];
      const isWord = this.words.length > 0 && random() < wordShare;
      const section = isWord
        ? pick(this.words, random)
        : (person.said[person.next++ % person.said.length] as TapeSection);
      last = who;
      const speech = await this.tapes.speech.sound(section);
      const power = activeSpeechPower(speech);
      if (power > 0) say(talk, speech, at, room, Math.sqrt(10 ** (person.gainDb / 10) / power));
      const isPause = random() < pauseShare;
      const waitSec = isPause ? pauseSec * random() : gapSec + gapDeviationSec * normal(random);
      at = Math.max(at + 1, at + speech.length + Math.round(waitSec * EVALUATION_RATE_HZ));
    }
  }

  async #room(random: Random, key: string): Promise<readonly Reflection[]> {
    const direct = [{ delay: 0, gain: 1 }];
    if (!this.tapes.rooms) return direct;
    const { samples } = await this.tapes.rooms.section(this.seed, `room ${key} ${random()}`);
    const from = directPathOf(samples);
    const heard = samples.subarray(from, from + roomSec * EVALUATION_RATE_HZ);
    const first = heard[0] ?? 0;
    if (first === 0) return direct;
    return Array.from(heard, (sample, delay) => ({ delay, gain: sample / first }))
      .sort((a, b) => Math.abs(b.gain) - Math.abs(a.gain))
      .slice(0, nReflections);
  }
}

/** Lays speech into talk, with the room's reflections. */
function say(
  talk: Float32Array,
  speech: Float32Array,
  at: number,
  room: readonly Reflection[],
  level: number,
): void {
  for (const { delay, gain } of room) {
    const factor = level * gain;
    const from = at + delay;
    const end = Math.min(speech.length, talk.length - from);
    for (let i = 0; i < end; i++)
      talk[from + i] = (talk[from + i] as number) + factor * (speech[i] as number);
  }
}

/** Adds sound so that its mean power is a level divided by a ratio in dB. */
function addAt(talk: Float32Array, sound: Float32Array, level: number, ratioDb: number): void {
  const power = meanPower(sound);
  if (power === 0) return;
  const gain = Math.sqrt((level * 10 ** (-ratioDb / 10)) / power);
  for (let i = 0; i < talk.length; i++) talk[i] = (talk[i] as number) + gain * (sound[i] as number);
}

function below([least, most]: Range, random: Random): number {
  return least + (most - least) * random();
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A seed for each evening: Knuth's multiplicative hash of both numbers. */
function hash(seed: number, index: number): number {
  return (Math.imul(seed + 1, 2654435761) ^ Math.imul(index + 1, 2246822519)) >>> 0;
}
