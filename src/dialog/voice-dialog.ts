import { assertSamples, int16FromBytes, int16ToFloat32, type PcmBlock, UnitCutter } from '../audio/index.js';
import type { WakeEvent } from '../detector/index.js';
import type { VadEvent } from '../dsp/index.js';
import { ConfigError } from '../errors.js';
import type { GuardDecision, GuardEvent, Question } from '../guard/index.js';
import type { IntentEvent, ListenOptions } from '../intent/index.js';
import type { DirectednessModel } from './directedness.js';
import { awaitedIntents, type Roles, turnEvent } from './turn-event.js';
import { type Span, TurnMeter } from './turn-meter.js';
import type { VoiceModel } from './voice.js';

/** What decides: a `Guard`, or something less careful to compare it with. */
export interface DialogPolicy {
  /** Takes one event, and says what is to be done about it. */
  push(event: GuardEvent): readonly GuardDecision[];
  readonly state: 'idle' | 'awake' | 'asking' | 'confirming';
}

/** What a dialog hears by: a `WakeIntentPipeline`, or something that stands in for it. */
export interface Listener {
  /** Rate of the samples that it is pushed. */
  readonly sampleRateHz: number;
  /** Hears the next block; gives what became known by it. */
  push(block: PcmBlock): Promise<readonly (WakeEvent | IntentEvent | VadEvent)[]>;
  /** The stream is over: gives what was open. */
  flush(): Promise<readonly (WakeEvent | IntentEvent | VadEvent)[]>;
  /** Takes what is said from a place on for a command that no wake word leads, and tells it by one event. */
  listen(options: ListenOptions): Promise<void>;
}

/** How to make a {@link VoiceDialog}. */
export interface VoiceDialogOptions {
  readonly pipeline: Listener;
  readonly policy: DialogPolicy;
  /** By intent of the grammar. */
  readonly roles: Roles;
  /** For whether one voice says it all; null to leave that unknown. */
  readonly voice: VoiceModel | null;
  /** For whether a turn is said to the device; null to leave that unknown. */
  readonly directedness: DirectednessModel | null;
  /**
   * How long the prompt for a question plays, ms, where the dialog is to suppose that it plays at once, as with a
   * recording. Left out: the app plays it and calls `promptPlayed`.
   */
  readonly promptMs?: (question: Question) => number;
}

/** Something that happened in a dialog. */
export type DialogStep =
  | { readonly kind: 'wake'; readonly event: WakeEvent }
  | { readonly kind: 'intent'; readonly event: IntentEvent }
  | { readonly kind: 'speech'; readonly event: VadEvent }
  | { readonly kind: 'prompt'; readonly startMs: number; readonly endMs: number; readonly question: Question }
  | { readonly kind: 'decision'; readonly decision: GuardDecision };

/** Who is asked something answers it ten times as often as he says anything else. */
const repliesPrior = 10 / 11;
/** Time is told to the policy this often, ms. */
const tickMs = 250;
/**
 * Sound is heard in cells of this length on the input clock, ms, whatever blocks it comes in: so what is told to the policy,
 * and when, does not depend on how a stream is split.
 */
const cellMs = 30;

/**
 * Joins a stream of PCM to a policy: what the pipeline hears becomes events of the guard with what surrounds them,
 * and after each prompt it listens for the answer, which no wake word leads.
 *
 *     const [voice, directedness] = [await VoiceModel.load(), await DirectednessModel.load()];
 *     const dialog = await VoiceDialog.create({ pipeline, policy: guard, roles, voice, directedness });
 *     for (const step of await dialog.push(block)) if (step.kind === 'decision') carryOut(step.decision);
 */
export class VoiceDialog {
  readonly #options: VoiceDialogOptions;
  readonly #meter: TurnMeter;
  readonly #perMs: number;
  readonly #bytes = new UnitCutter(2);
  #nSamples = 0;
  #toldMs = 0;
  /** Samples that do not fill a cell yet. */
  #rest = new Float32Array(0);
  /** The act of the request that the policy has in hand. */
  #act: string | null = null;
  /** What was understood since the wake word. */
  #heard: IntentEvent[] = [];
  /** A prompt that is taken to play. */
  #playing: (Span & { readonly question: Question }) | null = null;

  private constructor(options: VoiceDialogOptions, meter: TurnMeter) {
    this.#options = options;
    this.#meter = meter;
    this.#perMs = options.pipeline.sampleRateHz / 1000;
  }

  /** Makes ready; the pipeline stays the caller's to dispose. */
  static async create(options: VoiceDialogOptions): Promise<VoiceDialog> {
    return new VoiceDialog(options, await TurnMeter.create(options.pipeline.sampleRateHz, options.voice));
  }

  /** Where the input clock stands, ms: the end of the last whole cell that was heard. */
  get nowMs(): number {
    return this.#nSamples / this.#perMs;
  }

  /**
   * Hears the next block, as `WakeEngine.push` takes it: bytes may break within a sample.
   *
   * @returns what came of it, in order
   * @throws AudioFormatError for samples that are not finite: nothing of the block is heard. ConfigError for what is
   *   no PCM.
   */
  async push(block: PcmBlock): Promise<DialogStep[]> {
    const steps: DialogStep[] = [];
    const samples = this.#samples(block);
    const size = Math.round(cellMs * this.#perMs);
    const unheard = new Float32Array(this.#rest.length + samples.length);
    unheard.set(this.#rest);
    unheard.set(samples, this.#rest.length);
    const end = unheard.length - (unheard.length % size);
    for (let at = 0; at < end; at += size) {
      await this.#hear(unheard.slice(at, at + size), steps);
      await this.#pass(steps);
    }
    this.#rest = unheard.slice(end);
    return steps;
  }

  /** The stream is over: settles what is open. */
  async flush(): Promise<DialogStep[]> {
    const steps: DialogStep[] = [];
    await this.#hear(this.#rest, steps);
    this.#rest = new Float32Array(0);
    await this.#take(await this.#options.pipeline.flush(), steps);
    return steps;
  }

  /** The app has played the prompt that a decision asked for; the answer is listened for from its end on. */
  async promptPlayed({ startMs, endMs }: Span): Promise<DialogStep[]> {
    const steps: DialogStep[] = [];
    this.#meter.hearPrompt({ startMs, endMs });
    this.#decide({ type: 'prompt', atMs: Math.max(this.nowMs, endMs), startMs, endMs }, steps);
    await this.#options.pipeline.listen({
      fromMs: endMs,
      awaited: awaitedIntents(this.#options.roles, this.#options.policy.state),
      prior: repliesPrior,
      heard: this.#heard,
    });
    return steps;
  }

  /** The device played something of its own. */
  playbackPlayed(span: Span): void {
    this.#meter.hearPlayback(span);
  }

  async #hear(cell: Float32Array, steps: DialogStep[]): Promise<void> {
    this.#meter.hear(cell);
    this.#nSamples += cell.length;
    await this.#take(await this.#options.pipeline.push(cell), steps);
  }

  async #take(events: readonly (WakeEvent | IntentEvent | VadEvent)[], steps: DialogStep[]): Promise<void> {
    for (const event of events) {
      if (event.type === 'wake') this.#wake(event, steps);
      else if (event.type === 'intent') this.#intent(event, steps);
      else {
        this.#meter.hearEdge(event);
        steps.push({ kind: 'speech', event });
      }
    }
  }

  #wake(event: WakeEvent, steps: DialogStep[]): void {
    const { word, startMs, endMs, llr, inDomain, calibrationId } = event;
    this.#playing = null;
    this.#heard = [];
    this.#meter.wake({ startMs, endMs });
    steps.push({ kind: 'wake', event });
    const evidence = { llr: llr ?? null, inDomain: inDomain ?? null, calibrationId: calibrationId ?? null };
    this.#decide({ type: 'wake', word, startMs, endMs, atMs: this.#atMs(endMs), evidence }, steps);
  }

  #intent(event: IntentEvent, steps: DialogStep[]): void {
    steps.push({ kind: 'intent', event });
    this.#heard.push(event);
    const { policy, roles, directedness } = this.#options;
    const { startMs, endMs } = event;
    const { onsetMs, turn, sameVoice } = this.#meter.measure({ startMs, endMs }, event.intent !== null);
    const heard = {
      startMs: onsetMs,
      endMs,
      atMs: this.#atMs(endMs),
      turn,
      sameVoice,
      ...(directedness ? { directedness: directedness.evidence(turn) } : {}),
    };
    const place = { roles, state: policy.state, act: this.#act };
    this.#decide(turnEvent(event, heard, place), steps);
  }

  /** Lets a prompt end and time go by. */
  async #pass(steps: DialogStep[]): Promise<void> {
    const { nowMs } = this;
    if (this.#playing && nowMs >= this.#playing.endMs) {
      const { startMs, endMs, question } = this.#playing;
      this.#playing = null;
      steps.push({ kind: 'prompt', startMs, endMs, question });
      steps.push(...(await this.promptPlayed({ startMs, endMs })));
    }
    if (nowMs < this.#toldMs + tickMs) return;
    this.#toldMs = nowMs;
    this.#decide({ type: 'time', atMs: nowMs }, steps);
  }

  #decide(event: GuardEvent, steps: DialogStep[]): void {
    for (const decision of this.#options.policy.push(event)) {
      steps.push({ kind: 'decision', decision });
      this.#act = decision.request?.act ?? null;
      const { promptMs } = this.#options;
      if (decision.kind === 'ask' && decision.question && promptMs) {
        const startMs = this.nowMs;
        this.#playing = {
          startMs,
          endMs: startMs + promptMs(decision.question),
          question: decision.question,
        };
      } else if (decision.kind !== 'listen' && decision.kind !== 'ignore') this.#playing = null;
    }
  }

  #samples(block: PcmBlock): Float32Array {
    if (block instanceof Float32Array) {
      assertSamples(block);
      return block;
    }
    if (!(block instanceof Int16Array || block instanceof Uint8Array)) {
      const actual = Object.prototype.toString.call(block).slice(8, -1);
      throw new ConfigError('block', { expected: 'Float32Array, Int16Array, Buffer or Uint8Array', actual });
    }
    const pcm = block instanceof Int16Array ? block : int16FromBytes(this.#bytes.push(block));
    const samples = new Float32Array(pcm.length);
    int16ToFloat32(pcm, samples);
    return samples;
  }

  /** When something becomes known: never before its end, and never before what was told already. */
  #atMs(endMs: number): number {
    return Math.max(this.nowMs, endMs);
  }
}
