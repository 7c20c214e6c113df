import { EventEmitter, on } from 'node:events';
import type { Transform } from 'node:stream';
import { assertSamples, int16FromBytes, int16ToFloat32, type PcmBlock, UnitCutter } from '../audio/index.js';
import { Calibration } from '../calibration/index.js';
import { Frontend, type VadEvent } from '../dsp/index.js';
import { ConfigError, ModelError, StateError } from '../errors.js';
import {
  type LoadedModel,
  loadModel,
  type ModelManifest,
  modelIdentity,
  SecondLookSession,
  WakeSession,
} from '../model/index.js';
import { type EngineSettings, settle, type WakeEngineOptions } from './engine-options.js';
import type { EngineEvent, ScoreEvent, WakeEvent } from './events.js';
import { InputClock } from './input-clock.js';
import { ModelStream } from './model-stream.js';
import { SecondLook } from './second-look.js';
import { nodeTransform, webTransform } from './streams.js';
import { WakeJudge } from './wake-judge.js';

/** Longest piece that goes through at once, so that the ring still holds the pre-roll of all it makes known. */
const pieceMs = 90;
/** Silence after the end of a stream, so that a word at its very end is heard whole. */
const paddingMs = 500;

/** Events of a {@link WakeEngine} with their arguments. */
export interface WakeEngineEvents {
  wake: [WakeEvent];
  speechStart: [VadEvent];
  speechEnd: [VadEvent];
  misfire: [VadEvent];
  /** Only with the option `trace`. */
  score: [ScoreEvent];
  /** Each of the above. */
  event: [EngineEvent];
  /** The stream has ended, by `flush` or `dispose`. */
  end: [];
}

type State = 'ready' | 'ended' | 'failed' | 'disposed';

/**
 * Hears wake words in a stream of PCM: one engine a stream.
 *
 * Push blocks of any length; events come back from `push`, and are sent to listeners, to `for await`, and out of
 * the transform streams. Calls may overlap: they are worked off in order. The same samples give the same wake
 * events and the same speech events, however they are split, and again after `reset`.
 *
 *     const engine = await WakeEngine.create({ sampleRateHz: 16000 });
 *     engine.on('wake', ({ word, endMs }) => console.log(word, endMs));
 *     for await (const block of microphone) await engine.push(block);
 */
export class WakeEngine extends EventEmitter<WakeEngineEvents> implements AsyncIterable<EngineEvent> {
  /** What the model says of itself. */
  readonly manifest: ModelManifest;
  /** Names the model's weights, those of its second look among them: 64 hexadecimal digits. */
  readonly modelSha256: string;
  /** The calibration that speaks; null where scores stay scores. */
  readonly calibration: Calibration | null;
  /** The words listened for, with their thresholds. */
  readonly words: EngineSettings['words'];
  /** The declared prior. */
  readonly prior: number;
  /** Rate of the input, in Hz. */
  readonly sampleRateHz: number;
  readonly #frontend: Frontend;
  readonly #session: WakeSession;
  readonly #secondLook: SecondLook | null;
  readonly #stream: ModelStream;
  readonly #judge: WakeJudge;
  readonly #clock: InputClock;
  readonly #bytes = new UnitCutter(2);
  readonly #piece: Float32Array;
  #state: State = 'ready';
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    model: LoadedModel,
    settings: EngineSettings,
    calibration: Calibration | null,
    frontend: Frontend,
    session: WakeSession,
    secondLook: SecondLook | null,
    sampleRateHz: number,
  ) {
    super();
    this.manifest = model.manifest;
    this.modelSha256 = modelIdentity(model.manifest);
    this.calibration = calibration;
    this.words = settings.words;
    this.prior = settings.prior;
    this.sampleRateHz = sampleRateHz;
    this.#frontend = frontend;
    this.#session = session;
    this.#secondLook = secondLook;
    this.#clock = new InputClock(sampleRateHz);
    this.#stream = new ModelStream(frontend, session, secondLook, model.manifest, pieceMs);
    this.#judge = new WakeJudge(model.manifest, settings, calibration, secondLook, frontend, this.#clock);
    this.#piece = new Float32Array(Math.floor((sampleRateHz * pieceMs) / 1000));
  }

  /**
   * Loads the model and makes ready.
   *
   * @throws ConfigError for an option out of range, ModelError for a model that is missing, altered, or of a
   *   recipe that the front end cannot do
   */
  static async create(options: WakeEngineOptions): Promise<WakeEngine> {
    const model = await loadModel(options.model);
    const settings = settle(options, model.manifest);
    const calibration = calibrationFor(model, options.calibration);
    const frontend = await Frontend.create({
      recipe: model.manifest.frontend,
      inputRateHz: options.sampleRateHz,
    });
    const session = await WakeSession.create(model);
    const lookSession = await SecondLookSession.create(model);
    const secondLook = lookSession && new SecondLook(model.manifest, lookSession);
    const { sampleRateHz } = options;
    return new WakeEngine(model, settings, calibration, frontend, session, secondLook, sampleRateHz);
  }

  /**
   * Hears the next block, of any length.
   *
   * @param block mono: Float32Array at ±1, Int16Array, or the bytes of 16-bit little-endian PCM, which may break
   *   within a sample. Must not be changed until the promise settles.
   * @returns what became known by this block
   * @throws AudioFormatError for samples that are not finite: nothing of the block is heard.
   *   StateError after `flush`, after an error of the model, or after `dispose`.
   */
  push(block: PcmBlock): Promise<readonly EngineEvent[]> {
    return this.#enqueue(async () => {
      this.#expectReady('push');
      return this.#hear(block);
    });
  }

  /**
   * Ends the stream: hears 0.5 s of silence, so that a word at the very end is found, and settles what is open.
   * Then only `reset` and `dispose` are left.
   */
  flush(): Promise<readonly EngineEvent[]> {
    return this.#enqueue(async () => {
      this.#expectReady('flush');
      const silence = new Float32Array(Math.round((this.sampleRateHz * paddingMs) / 1000));
      const events = await this.#hearPieces(silence.length, (from, to) => silence.subarray(from, to));
      this.#state = 'ended';
      this.emit('end');
      return events;
    });
  }

  /** Forgets everything heard, after the calls already made; the next block is the first of a new stream. */
  reset(): void {
    void this.#enqueue(async () => {
      if (this.#state === 'disposed') return;
      this.#stream.reset();
      this.#judge.reset();
      this.#bytes.reset();
      this.#clock.heardSamples = 0;
      this.#state = 'ready';
    });
  }

  /** Frees the model, after the calls already made. Further calls do nothing. */
  dispose(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#state === 'disposed') return;
      const wasOpen = this.#state !== 'ended';
      this.#state = 'disposed';
      await this.#session.dispose();
      await this.#secondLook?.dispose();
      if (wasOpen) this.emit('end');
    });
  }

  /** All events from now on, until `flush` or `dispose`. Events wait for a slow reader; read on, or leave the loop. */
  [Symbol.asyncIterator](): AsyncGenerator<EngineEvent> {
    const arguments_ = on(this, 'event', { close: ['end'] });
    return (async function* () {
      for await (const [event] of arguments_) yield event as EngineEvent;
    })();
  }

  /** A Node stream: PCM blocks in, events out (object mode). Ending it flushes the engine. */
  toTransform(): Transform {
    return nodeTransform(this);
  }

  /** A web stream: PCM blocks in, events out. Closing it flushes the engine. */
  toWebTransform(): TransformStream<PcmBlock, EngineEvent> {
    return webTransform(this);
  }

  /** One call after the other, whatever came of those before. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  #expectReady(operation: string): void {
    if (this.#state === 'ready') return;
    const remedy = this.#state === 'disposed' ? 'Make a new engine.' : 'Call reset() to begin a new stream.';
    throw new StateError(operation, this.#state, { expected: 'an engine that is ready', remedy });
  }

  #hear(block: PcmBlock): Promise<readonly EngineEvent[]> {
    if (block instanceof Float32Array) {
      assertSamples(block);
      this.#clock.heardSamples += block.length;
      return this.#hearPieces(block.length, (from, to) => block.subarray(from, to));
    }
    const isBytes = block instanceof Uint8Array;
    if (!isBytes && !(block instanceof Int16Array)) {
      const actual = Object.prototype.toString.call(block).slice(8, -1);
      throw new ConfigError('block', { expected: 'Float32Array, Int16Array, Buffer or Uint8Array', actual });
    }
    const samples = isBytes ? int16FromBytes(this.#bytes.push(block)) : block;
    this.#clock.heardSamples += samples.length;
    return this.#hearPieces(samples.length, (from, to) =>
      this.#piece.subarray(0, int16ToFloat32(samples.subarray(from, to), this.#piece)),
    );
  }

  /** Hears samples 0 … nSamples − 1 piece by piece; a piece is used up before the next is asked for. */
  async #hearPieces(
    nSamples: number,
    piece: (from: number, to: number) => Float32Array,
  ): Promise<EngineEvent[]> {
    const events: EngineEvent[] = [];
    const tell = (event: EngineEvent) => {
      events.push(event);
      (this.emit as (name: string, event: EngineEvent) => boolean)(event.type, event);
      this.emit('event', event);
    };
    try {
      for (let from = 0; from < nSamples; from += this.#piece.length) {
        const heard = piece(from, Math.min(nSamples, from + this.#piece.length));
        await this.#stream.push(heard, (output) => {
          const judged = this.#judge.push(output);
          if (judged instanceof Promise) return judged.then((known) => known.forEach(tell));
          judged.forEach(tell);
        });
        for (const event of this.#frontend.vadEvents) tell(this.#clamped(event));
      }
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
    return events;
  }

  /** Padding may put the end of speech after the end of what was heard. */
  #clamped(event: VadEvent): VadEvent {
    const sample = Math.min(event.sample, this.#clock.heardSamples);
    return sample === event.sample ? event : { ...event, sample, ms: this.#clock.toMs(sample) };
  }
}

/** The given calibration or the manifest's own; refused where it was fitted on another model's scores. */
function calibrationFor(model: LoadedModel, given: Calibration | null | undefined): Calibration | null {
  const { manifest, source } = model;
  const own = manifest.calibration && Calibration.parse(manifest.calibration);
  const calibration = given === undefined ? own : given;
  const identity = modelIdentity(manifest);
  if (calibration && calibration.json.model.sha256 !== identity) {
    throw new ModelError(source, {
      expected: `a calibration of model ${identity.slice(0, 16)}…`,
      actual: `calibration ${calibration.id} of model ${calibration.json.model.sha256.slice(0, 16)}…`,
      remedy: 'Fit one on this model with: wakeproof calibrate',
    });
  }
  return calibration;
}
