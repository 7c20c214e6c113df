import { EventEmitter, on } from 'node:events';
import type { Transform } from 'node:stream';
import { assertSamples, int16FromBytes, int16ToFloat32, type PcmBlock, UnitCutter } from '../audio/index.js';
import type { Frontend, VadEvent } from '../dsp/index.js';
import { ConfigError, StateError } from '../errors.js';
import { InputClock } from './input-clock.js';
import { nodeTransform, webTransform } from './streams.js';

/** Longest piece that goes through at once, so that the ring still holds the pre-roll of all it makes known. */
export const pieceMs = 90;
/** Silence after the end of a stream, so that a word at its very end is heard whole. */
const paddingMs = 500;

type State = 'ready' | 'ended' | 'failed' | 'disposed';

/** What every event of an engine has. */
interface TypedEvent {
  readonly type: string;
}

/**
 * What engines have in common: PCM in, events out, by `push`, to listeners, to `for await`, and out of streams.
 *
 * Push blocks of any length. Calls may overlap: they are worked off in order.
 */
export abstract class StreamEngine<Event extends TypedEvent, Events extends Record<keyof Events, unknown[]>>
  extends EventEmitter<Events>
  implements AsyncIterable<Event | VadEvent>
{
  /** Rate of the input, in Hz. */
  readonly sampleRateHz: number;
  /** Hears the stream, and tells where there is speech. */
  readonly #ear: Pick<Frontend, 'vadEvents'>;
  /** In which events are told. */
  protected readonly clock: InputClock;
  readonly #bytes = new UnitCutter(2);
  readonly #piece: Float32Array;
  #state: State = 'ready';
  #queue: Promise<unknown> = Promise.resolve();

  /** @param ear hears each piece in `hearPiece`; its speech events are told after the piece's others */
  protected constructor(ear: Pick<Frontend, 'vadEvents'>, sampleRateHz: number) {
    super();
    this.#ear = ear;
    this.sampleRateHz = sampleRateHz;
    this.clock = new InputClock(sampleRateHz);
    this.#piece = new Float32Array(Math.floor((sampleRateHz * pieceMs) / 1000));
  }

  /**
   * Hears a piece of at most `pieceMs`; its speech events are told after it.
   *
   * @param tell to be called with each event that becomes known
   */
  protected abstract hearPiece(piece: Float32Array, tell: (event: Event) => void): Promise<void>;

  /** The stream is over: tells what is open. */
  protected abstract settle(tell: (event: Event) => void): Promise<void>;

  /** Back to the start of a stream; the front end too. */
  protected abstract restart(): void;

  /** Frees what the engine holds. */
  protected abstract release(): Promise<void>;

  /**
   * Hears the next block, of any length.
   *
   * @param block mono: Float32Array at ±1, Int16Array, or the bytes of 16-bit little-endian PCM, which may break
   *   within a sample. Must not be changed until the promise settles.
   * @returns what became known by this block
   * @throws AudioFormatError for samples that are not finite: nothing of the block is heard.
   *   StateError after `flush`, after an error of the model, or after `dispose`.
   */
  push(block: PcmBlock): Promise<readonly (Event | VadEvent)[]> {
    return this.enqueue(async () => {
      this.expectReady('push');
      return this.#hear(block);
    });
  }

  /**
   * Ends the stream: hears 0.5 s of silence, so that a word at the very end is found, and settles what is open.
   * Then only `reset` and `dispose` are left.
   */
  flush(): Promise<readonly (Event | VadEvent)[]> {
    return this.enqueue(async () => {
      this.expectReady('flush');
      const silence = new Float32Array(Math.round((this.sampleRateHz * paddingMs) / 1000));
      const events = await this.#hearPieces(silence.length, (from, to) => silence.subarray(from, to));
      await this.#unlessFailing(() => this.settle((event) => this.#tell(event, events)));
      this.#state = 'ended';
      this.#send('end');
      return events;
    });
  }

  /** Forgets everything heard, after the calls already made; the next block is the first of a new stream. */
  reset(): void {
    void this.enqueue(async () => {
      if (this.#state === 'disposed') return;
      this.restart();
      this.#bytes.reset();
      this.clock.heardSamples = 0;
      this.#state = 'ready';
    });
  }

  /** Frees the model, after the calls already made. Further calls do nothing. */
  dispose(): Promise<void> {
    return this.enqueue(async () => {
      if (this.#state === 'disposed') return;
      const wasOpen = this.#state !== 'ended';
      this.#state = 'disposed';
      await this.release();
      if (wasOpen) this.#send('end');
    });
  }

  /** All events from now on, until `flush` or `dispose`. Events wait for a slow reader; read on, or leave the loop. */
  [Symbol.asyncIterator](): AsyncGenerator<Event | VadEvent> {
    const arguments_ = on(this as unknown as EventEmitter, 'event', { close: ['end'] });
    return (async function* () {
      for await (const [event] of arguments_) yield event as Event | VadEvent;
    })();
  }

  /** A Node stream: PCM blocks in, events out (object mode). Ending it flushes the engine. */
  toTransform(): Transform {
    return nodeTransform(this);
  }

  /** A web stream: PCM blocks in, events out. Closing it flushes the engine. */
  toWebTransform(): TransformStream<PcmBlock, Event | VadEvent> {
    return webTransform(this);
  }

  /** One call after the other, whatever came of those before. */
  protected enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** @throws StateError unless the engine takes audio */
  protected expectReady(operation: string): void {
    if (this.#state === 'ready') return;
    const remedy = this.#state === 'disposed' ? 'Make a new engine.' : 'Call reset() to begin a new stream.';
    throw new StateError(operation, this.#state, { expected: 'an engine that is ready', remedy });
  }

  #hear(block: PcmBlock): Promise<(Event | VadEvent)[]> {
    if (block instanceof Float32Array) {
      assertSamples(block);
      this.clock.heardSamples += block.length;
      return this.#hearPieces(block.length, (from, to) => block.subarray(from, to));
    }
    const isBytes = block instanceof Uint8Array;
    if (!isBytes && !(block instanceof Int16Array)) {
      const actual = Object.prototype.toString.call(block).slice(8, -1);
      throw new ConfigError('block', { expected: 'Float32Array, Int16Array, Buffer or Uint8Array', actual });
    }
    const samples = isBytes ? int16FromBytes(this.#bytes.push(block)) : block;
    this.clock.heardSamples += samples.length;
    return this.#hearPieces(samples.length, (from, to) =>
      this.#piece.subarray(0, int16ToFloat32(samples.subarray(from, to), this.#piece)),
    );
  }

  /** Hears samples 0 … nSamples − 1 piece by piece; a piece is used up before the next is asked for. */
  async #hearPieces(
    nSamples: number,
    piece: (from: number, to: number) => Float32Array,
  ): Promise<(Event | VadEvent)[]> {
    const events: (Event | VadEvent)[] = [];
    await this.#unlessFailing(async () => {
      for (let from = 0; from < nSamples; from += this.#piece.length) {
        const heard = piece(from, Math.min(nSamples, from + this.#piece.length));
        await this.hearPiece(heard, (event) => this.#tell(event, events));
        for (const event of this.#ear.vadEvents) this.#tell(this.#clamped(event), events);
      }
    });
    return events;
  }

  async #unlessFailing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  #tell(event: Event | VadEvent, events: (Event | VadEvent)[]): void {
    events.push(event);
    this.#send(event.type, event);
    this.#send('event', event);
  }

  /** The names of events are the subclass's to declare. */
  #send(name: string, ...values: unknown[]): void {
    (this.emit as (name: string, ...values: unknown[]) => boolean)(name, ...values);
  }

  /** Padding may put the end of speech after the end of what was heard. */
  #clamped(event: VadEvent): VadEvent {
    const sample = Math.min(event.sample, this.clock.heardSamples);
    return sample === event.sample ? event : { ...event, sample, ms: this.clock.toMs(sample) };
  }
}
