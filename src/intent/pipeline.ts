import { SampleRing } from '../audio/index.js';
import { type EngineEvent, pieceMs, StreamEngine, type WakeEvent } from '../detector/index.js';
import type { VadEvent } from '../dsp/index.js';
import { ConfigError } from '../errors.js';
import type { IntentEvent } from './events.js';
import type { IntentEngine } from './intent-engine.js';
import type { ListenOptions } from './options.js';

/** Sound before the wake word that the intent engine hears as well, for its speech detector to know the room. */
const roomMs = 1000;
/** Sound kept for it: the longest wake word, the time until it is known, and the room. */
const keptMs = 4000;

/** What tells a pipeline of wake words: a `WakeEngine`, or something that stands in for it. */
export interface WakeSource {
  /** Rate of the samples that it is pushed. */
  readonly sampleRateHz: number;
  /** Hears the next block; gives what became known by it. */
  push(block: Float32Array): Promise<readonly EngineEvent[]>;
  /** The stream is over: gives what was open. */
  flush(): Promise<readonly EngineEvent[]>;
  /** Back to the start of a stream. */
  reset(): void;
  /** Frees what it holds. */
  dispose(): Promise<void>;
}

/** Events of a {@link WakeIntentPipeline} with their arguments. */
export interface WakeIntentEvents {
  wake: [WakeEvent];
  intent: [IntentEvent];
  /** Each of the above, and the speech events of the wake engine. */
  event: [WakeEvent | IntentEvent | VadEvent];
  speechStart: [VadEvent];
  speechEnd: [VadEvent];
  misfire: [VadEvent];
  /** The stream has ended, by `flush` or `dispose`. */
  end: [];
}

/** A wake engine and an intent engine on one stream, which give their events on its clock. */
export class WakeIntentPipeline extends StreamEngine<WakeEvent | IntentEvent | VadEvent, WakeIntentEvents> {
  readonly #wake: WakeSource;
  readonly #intent: IntentEngine;
  readonly #kept: SampleRing;
  /** What the intent engine told when it was asked to listen to what had been said already. */
  readonly #early: (IntentEvent | VadEvent)[] = [];
  /** Where the intent engine's clock began; null while it does not listen. */
  #intentFrom: number | null = null;

  readonly #requests: readonly string[] | undefined;

  /** Use {@link pipeline}. */
  constructor(wake: WakeSource, intent: IntentEngine, requests?: readonly string[]) {
    super({ vadEvents: [] }, wake.sampleRateHz);
    if (intent.sampleRateHz !== wake.sampleRateHz) {
      throw new ConfigError('intent', {
        expected: `an engine of ${wake.sampleRateHz} Hz, as the wake engine`,
        actual: `one of ${intent.sampleRateHz} Hz`,
      });
    }
    if (intent.settings.listening !== 'onCall') {
      throw new ConfigError('intent', {
        expected: 'an engine that listens on call',
        actual: 'one that listens always',
        remedy: "Create it with listening: 'onCall'.",
      });
    }
    this.#wake = wake;
    this.#intent = intent;
    this.#requests = requests;
    this.#kept = new SampleRing(Math.ceil((wake.sampleRateHz * (keptMs + pieceMs)) / 1000));
  }

  /**
   * Takes what is said from a place on for a command without a wake word, such as the answer to a question, after the
   * calls already made. It gives one intent event, also where nobody says anything.
   * Options as of `IntentEngine.listen`.
   */
  listen({ fromMs, ...expected }: ListenOptions = {}): Promise<void> {
    return this.enqueue(async () => {
      this.expectReady('listen');
      const now = this.clock.toMs(this.#kept.nSamples);
      const sample = Math.round((Math.min(fromMs ?? now, now) * this.sampleRateHz) / 1000);
      const before = sample - (roomMs * this.sampleRateHz) / 1000;
      this.#early.push(...(await this.#open(before, sample, expected)));
    });
  }

  protected async hearPiece(
    piece: Float32Array,
    tell: (event: WakeEvent | IntentEvent | VadEvent) => void,
  ): Promise<void> {
    this.#kept.push(piece);
    this.#tellIntents(this.#early.splice(0), tell);
    const heard = await this.#wake.push(piece);
    if (this.#intentFrom !== null) this.#tellIntents(await this.#intent.push(piece), tell);
    for (const event of heard) {
      if (event.type === 'score') continue;
      tell(event);
      if (event.type === 'wake') await this.#listenBehind(event, tell);
    }
  }

  protected async settle(tell: (event: WakeEvent | IntentEvent | VadEvent) => void): Promise<void> {
    this.#tellIntents(this.#early.splice(0), tell);
    for (const event of await this.#wake.flush()) {
      if (event.type !== 'score') tell(event);
      if (event.type === 'wake') await this.#listenBehind(event, tell);
    }
    if (this.#intentFrom !== null) this.#tellIntents(await this.#intent.flush(), tell);
  }

  protected restart(): void {
    this.#wake.reset();
    this.#intent.reset();
    this.#kept.reset();
    this.#early.length = 0;
    this.#intentFrom = null;
  }

  protected async release(): Promise<void> {
    await this.#wake.dispose();
    await this.#intent.dispose();
  }

  /** Lets the intent engine hear from before the wake word up to now, and listen behind it. */
  async #listenBehind(
    wake: WakeEvent,
    tell: (event: WakeEvent | IntentEvent | VadEvent) => void,
  ): Promise<void> {
    this.#early.length = 0;
    const before = wake.startSample - (roomMs * this.sampleRateHz) / 1000;
    const expected = this.#requests ? { awaited: this.#requests } : {};
    this.#tellIntents(await this.#open(before, wake.endSample, expected), tell);
  }

  /** Lets the intent engine hear the room from `before` on and listen from `sample` on, up to now; what it tells by that. */
  async #open(
    before: number,
    sample: number,
    expected: Omit<ListenOptions, 'fromMs'>,
  ): Promise<readonly (IntentEvent | VadEvent)[]> {
    const now = this.#kept.nSamples;
    const from = Math.round(Math.max(this.#kept.oldest, before));
    this.#intentFrom = from;
    this.#intent.reset();
    // The engine knows its frames only by hearing them, so it hears up to the place before it is asked to listen.
    const start = Math.min(now, Math.max(sample, from));
    await this.#intent.push(this.#kept.copy(from, start));
    await this.#intent.listen({ ...expected, fromMs: this.clock.toMs(start - from) });
    return this.#intent.push(this.#kept.copy(start, now));
  }

  #tellIntents(
    events: readonly (IntentEvent | VadEvent)[],
    tell: (event: WakeEvent | IntentEvent | VadEvent) => void,
  ): void {
    for (const event of events) {
      if (event.type !== 'intent' || this.#intentFrom === null) continue;
      tell(shifted(event, this.clock.toMs(this.#intentFrom)));
      this.#intentFrom = null;
    }
  }
}

/**
 * Joins a wake engine and an intent engine, made with `listening: 'onCall'`, on one stream: what is said behind a wake
 * word, in the same breath or up to `waitMs` later, is taken for a command.
 *
 * The parts are the pipeline's from now on: push, reset and dispose it alone.
 *
 * @throws ConfigError where the engines do not fit together
 */
export function pipeline({
  wake,
  intent,
  requests,
}: {
  wake: WakeSource;
  intent: IntentEngine;
  /** Intents that can be meant behind a wake word, which alone are rivals of each other there; by default all. */
  requests?: readonly string[];
}): WakeIntentPipeline {
  return new WakeIntentPipeline(wake, intent, requests);
}

function shifted(event: IntentEvent, byMs: number): IntentEvent {
  const move = <T extends { readonly startMs: number; readonly endMs: number }>(timed: T): T => ({
    ...timed,
    startMs: timed.startMs + byMs,
    endMs: timed.endMs + byMs,
  });
  const slots = Object.fromEntries(Object.entries(event.slots).map(([name, slot]) => [name, move(slot)]));
  return { ...move(event), slots, words: event.words.map(move) };
}
