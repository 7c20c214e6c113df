import { CorpusError } from '../errors.js';
import { type Condition, type ConditionSpec, conditionsOf, type Effect, type Mixing } from './condition.js';
import type { Corpora } from './corpora.js';
import type { Manifest } from './manifest.js';
import { intoRoom } from './room.js';
import type { OpenRecording } from './segments.js';
import { activeSpeechPower, meanPower } from './speech-level.js';
import { Tape, type TapeFile } from './tape.js';
import { throughTelephone } from './telephone.js';

/** Where the tapes of a mixer lie, for other processes; null where there is nothing of the kind. */
export interface MixerFiles {
  readonly noise: TapeFile | null;
  readonly playback: TapeFile | null;
  readonly rooms: TapeFile | null;
}

/** A stream at 16 kHz in which speech stands. */
export interface DrySpeech {
  readonly stream: Float32Array;
  /** First sample of the speech, whose level counts. */
  readonly from: number;
  /** Of the speech, in samples. */
  readonly length: number;
  /** Names it independently of where its corpus lies, so that anyone gets the same mixture. */
  readonly key: string;
}

/** Speech under a condition. */
export interface MixedSpeech {
  readonly condition: Condition;
  /** As long as the dry stream. Nothing is limited, but by a codec. */
  readonly stream: Float32Array;
  /** The room that it comes through; null without one. */
  readonly room: string | null;
}

interface Tapes {
  readonly noise: Tape | null;
  readonly playback: Tape | null;
  readonly rooms: Tape | null;
}

/**
 * Changes recordings as rooms, distance, noise, playback and telephones would: in this order, as sound goes. Levels
 * of speech are {@link activeSpeechPower}, those of noise and playback the mean power of the excerpt.
 */
export class Mixer {
  /** What each positive is heard under. */
  readonly conditions: readonly ConditionSpec[];

  private constructor(
    private readonly mixing: Mixing,
    private readonly tapes: Tapes,
  ) {
    this.conditions = conditionsOf(mixing, tapes.rooms !== null);
  }

  /** Decodes noise, playback and rooms once. */
  static async create(
    corpora: Pick<Corpora, 'noise' | 'playback' | 'rooms'>,
    mixing: Mixing,
    openRecording: OpenRecording,
  ): Promise<Mixer> {
    const made: Tape[] = [];
    const tapeOf = async (manifests: readonly Manifest[]) => {
      if (manifests.length === 0) return null;
      const tape = await Tape.create(manifests, openRecording);
      made.push(tape);
      return tape;
    };
    try {
      const noise = await tapeOf(corpora.noise);
      const playback = await tapeOf(corpora.playback);
      return new Mixer(mixing, { noise, playback, rooms: await tapeOf(corpora.rooms) });
    } catch (error) {
      for (const tape of made) await tape.dispose();
      throw error;
    }
  }

  /** Opens the tapes of another process's mixer. */
  static async attach({ noise, playback, rooms }: MixerFiles, mixing: Mixing): Promise<Mixer> {
    const attach = (file: TapeFile | null) => (file ? Tape.attach(file) : null);
    return new Mixer(mixing, {
      noise: await attach(noise),
      playback: await attach(playback),
      rooms: await attach(rooms),
    });
  }

  /** For {@link Mixer.attach}. */
  get files(): MixerFiles {
    const { noise, playback, rooms } = this.tapes;
    return {
      noise: noise?.tape ?? null,
      playback: playback?.tape ?? null,
      rooms: rooms?.tape ?? null,
    };
  }

  /** The speech under each condition, clean first. */
  async *everyCondition(dry: DrySpeech): AsyncGenerator<MixedSpeech> {
    let wet: MixedSpeech | null = null;
    for (const spec of this.conditions) {
      if (spec.inRoom) wet ??= await this.#inRoom(dry);
      yield this.#apply(spec, dry, spec.inRoom ? wet : null);
    }
  }

  /** The speech under one condition. */
  async underCondition(spec: ConditionSpec, dry: DrySpeech): Promise<MixedSpeech> {
    return this.#apply(spec, dry, spec.inRoom ? await this.#inRoom(dry) : null);
  }

  /** Closes the tapes; their maker removes the scratch files. */
  async dispose(): Promise<void> {
    const { noise, playback, rooms } = this.tapes;
    for (const tape of [noise, playback, rooms]) await tape?.dispose();
  }

  /** The speech in a room that the seed and its key fix, at the level at which it was. */
  async #inRoom({ stream, from, length, key }: DrySpeech): Promise<MixedSpeech> {
    const rooms = this.tapes.rooms as Tape;
    const { name, samples } = await rooms.section(this.mixing.seed, `room ${key}`);
    if (meanPower(samples) === 0) {
      throw new CorpusError(rooms.tape.corpus, name, { expected: 'an impulse response', actual: 'silence' });
    }
    const wet = intoRoom(stream, from, length, samples);
    const levelled = scaleTo(wet, from, length, activeSpeechPower(stream.subarray(from, from + length)));
    return { condition: 'room', stream: levelled, room: name };
  }

  async #apply(spec: ConditionSpec, dry: DrySpeech, wet: MixedSpeech | null): Promise<MixedSpeech> {
    const stream = wet?.stream ?? dry.stream;
    return {
      condition: spec.name,
      stream: spec.effect ? await this.#affect(spec.effect, { ...dry, stream }) : stream,
      room: wet?.room ?? null,
    };
  }

  async #affect(effect: Effect, { stream, from, length, key }: DrySpeech): Promise<Float32Array> {
    const { seed } = this.mixing;
    switch (effect.kind) {
      case 'snr': {
        const noise = await (this.tapes.noise as Tape).excerpt(seed, key, stream.length);
        return addAt(stream, noise, noiseGain(stream.subarray(from, from + length), noise, effect.db));
      }
      case 'playback': {
        const played = await (this.tapes.playback as Tape).excerpt(seed, `playback ${key}`, stream.length);
        return addAt(stream, played, noiseGain(stream.subarray(from, from + length), played, effect.db));
      }
      case 'level':
        return scaleTo(stream, from, length, 10 ** (effect.db / 10));
      case 'codec':
        return throughTelephone(stream);
    }
  }
}

/**
 * The factor for noise so that speech stands above it by `snrDb`: the power of the speech is that of the loudest
 * 40 % of 25 ms frames of the segment ({@link activeSpeechPower}), the power of the noise is its mean over the whole
 * excerpt.
 *
 * @param segment speech without noise at 16 kHz
 * @param noise the excerpt that will be added
 * @param snrDb wanted ratio in dB
 */
export function noiseGain(segment: Float32Array, noise: Float32Array, snrDb: number): number {
  return Math.sqrt(activeSpeechPower(segment) / (meanPower(noise) * 10 ** (snrDb / 10)));
}

function addAt(stream: Float32Array, noise: Float32Array, gain: number): Float32Array {
  return stream.map((sample, i) => sample + gain * (noise[i] as number));
}

/** The stream so that the speech in it has a power. */
function scaleTo(stream: Float32Array, from: number, length: number, power: number): Float32Array {
  const gain = Math.sqrt(power / activeSpeechPower(stream.subarray(from, from + length)));
  return stream.map((sample) => gain * sample);
}
