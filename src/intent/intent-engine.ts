import { checkedPrior, qualityWindowMs } from '../calibration/index.js';
import { Decoder, type DecoderOptions } from '../decoding/index.js';
import { pieceMs, StreamEngine } from '../detector/index.js';
import { Frontend, type VadEvent } from '../dsp/index.js';
import { ConfigError, ModelError } from '../errors.js';
import { Grammar } from '../grammar/index.js';
import { Lexicon, phones } from '../lexicon/index.js';
import {
  type AcousticManifest,
  featuresPerFrame,
  type LoadedAcousticModel,
  loadAcousticModel,
  StreamingSession,
} from '../model/index.js';
import { type IntentCalibration, parseIntentCalibration } from './calibration.js';
import type { IntentEngineEvent, IntentEvent } from './events.js';
import { FrameHistory } from './frame-history.js';
import { type Expectation, judge, nothingExpected } from './judge.js';
import { type IntentEngineOptions, type IntentSettings, type ListenOptions, settle } from './options.js';
import { Utterance } from './utterance.js';

/** Behind the end of speech, as far as the VAD hears it, phones may still be said. */
const afterSpeechMs = 130;
/** Speech that reaches less far behind the place from which `listen` listens is the end of what was before. */
const leastCommandMs = 200;
/** Frames kept: the pre-roll of `listen`, and all that is not read yet. */
const historyMs = 5000;
/** 16 kHz samples from one frame to the next, and from a frame's start to its middle 10 ms. */
const [shiftSamples, middleSamples] = [160, 120];

/** Events of an {@link IntentEngine} with their arguments. */
export interface IntentEngineEvents {
  intent: [IntentEvent];
  speechStart: [VadEvent];
  speechEnd: [VadEvent];
  misfire: [VadEvent];
  /** Each of the above. */
  event: [IntentEngineEvent];
  /** The stream has ended, by `flush` or `dispose`. */
  end: [];
}

/** What an engine is made of. */
interface Parts {
  readonly model: LoadedAcousticModel;
  readonly session: StreamingSession;
  readonly frontend: Frontend;
  readonly settings: IntentSettings;
  readonly calibration: IntentCalibration | null;
  readonly sampleRateHz: number;
  readonly makeDecoder: (slots: SlotValues) => Promise<Decoder>;
  readonly decoder: Decoder;
  readonly slots: SlotValues;
}

type SlotValues = Readonly<Record<string, readonly string[]>>;

/**
 * Hears what is asked: an intent and its slots, from a grammar that is text. One engine a stream.
 *
 * The acoustic model runs on speech alone. Each utterance gives one event, also where nothing of the grammar was said.
 * The same samples give the same events, however they are split.
 *
 *     const engine = await IntentEngine.create({ sampleRateHz: 16000, grammar: await readFile('coffee.yaml', 'utf8') });
 *     engine.on('intent', ({ intent, slots }) => console.log(intent, slots));
 *     for await (const block of microphone) await engine.push(block);
 */
export class IntentEngine extends StreamEngine<IntentEvent, IntentEngineEvents> {
  /** What the acoustic model says of itself. */
  readonly manifest: AcousticManifest;
  /** What LLRs are worth; null where they stay the decoder's own. */
  readonly calibration: IntentCalibration | null;
  /** Options with all defaults in place. */
  readonly settings: IntentSettings;
  readonly #frontend: Frontend;
  readonly #session: StreamingSession;
  readonly #history: FrameHistory;
  readonly #frames: Float32Array;
  readonly #makeDecoder: Parts['makeDecoder'];
  #slots: SlotValues;
  #decoder: Decoder;
  /** Takes the place of `#decoder` when no utterance is open. */
  #nextDecoder: Decoder | null = null;
  #utterance: Utterance | null = null;
  /** First frame of the present speech; null in silence. */
  #speechFrom: number | null = null;
  /** The open utterance was asked for by `listen`. */
  #isCalled = false;
  /** What `listen` waits for. */
  #expected: Expectation = nothingExpected;
  /** Frames that are part of an earlier utterance end here. */
  #heardTo = 0;

  private constructor(parts: Parts) {
    super(parts.frontend, parts.sampleRateHz);
    this.manifest = parts.model.manifest;
    this.calibration = parts.calibration;
    this.settings = parts.settings;
    this.#frontend = parts.frontend;
    this.#session = parts.session;
    this.#makeDecoder = parts.makeDecoder;
    this.#decoder = parts.decoder;
    this.#slots = parts.slots;
    const nFeatures = featuresPerFrame(this.manifest);
    this.#history = new FrameHistory(this.#toFrames(historyMs), nFeatures);
    this.#frames = new Float32Array((this.#toFrames(pieceMs) + 2) * nFeatures);
  }

  /**
   * Loads the model, compiles the grammar, and makes ready.
   *
   * @throws ConfigError for an option out of range, GrammarError for a grammar that does not hold together or a slot
   *   without values, PronunciationError for a value that cannot be said, ModelError for a model that is missing,
   *   altered, or of other phones than English
   */
  static async create(options: IntentEngineOptions): Promise<IntentEngine> {
    const settings = settle(options);
    const { sampleRateHz, slots = {} } = options;
    const grammar = typeof options.grammar === 'string' ? Grammar.parse(options.grammar) : options.grammar;
    const lexicon = options.lexicon ?? (await Lexicon.load());
    const model = await loadAcousticModel(options.model);
    const { manifest, source } = model;
    if (String(manifest.phones) !== String(phones)) {
      throw new ModelError(source, { expected: `phones ${phones}`, actual: String(manifest.phones) });
    }
    const given = options.calibration === undefined ? manifest.calibration : options.calibration;
    const calibration = given && parseIntentCalibration(given, source, manifest.sha256);
    const maxRows =
      Math.ceil(settings.maxUtteranceMs / (manifest.stride * manifest.frontend.frameShiftMs)) + 1;
    const weights: DecoderOptions = { ...manifest.decoder, ...options.decoder, maxRows };
    const makeDecoder = (values: SlotValues) =>
      Decoder.create(grammar.compile(lexicon, { slots: values, withAnyName: true }), weights);
    const decoder = await makeDecoder(slots);
    const frontend = await Frontend.create({
      recipe: manifest.frontend,
      inputRateHz: sampleRateHz,
      vad: { hangoverMs: settings.endSilenceMs },
    });
    const session = await StreamingSession.create(model);
    return new IntentEngine({
      model,
      session,
      frontend,
      settings,
      calibration,
      sampleRateHz,
      makeDecoder,
      decoder,
      slots,
    });
  }

  /** Sound behind the last speech that is still read, in ms: the model names each phone `delayMs` after it is said. */
  get tailMs(): number {
    return Math.min(this.manifest.delayMs + afterSpeechMs, this.settings.endSilenceMs);
  }

  /**
   * Gives a slot its values, from the next utterance on.
   *
   * @param slot a slot that the grammar leaves to run time
   * @throws GrammarError for a slot that the grammar does not know or a list without values, PronunciationError for a
   *   value that cannot be said; the old values stay
   */
  setSlot(slot: string, values: readonly string[]): Promise<void> {
    return this.enqueue(async () => {
      const slots = { ...this.#slots, [slot]: values };
      this.#nextDecoder = await this.#makeDecoder(slots);
      this.#slots = slots;
    });
  }

  /**
   * Takes what is said from a place on for an utterance, whatever was before, after the calls already made.
   *
   * With `awaited`, an intent of those is told, or another where it is clearly better (ln 10 nats of the decoder's). Its LLR is
   * weighed against the next of those, against any that is heard better, and against none of them.
   */
  listen({ fromMs, awaited, prior, heard = [] }: ListenOptions = {}): Promise<void> {
    return this.enqueue(async () => {
      this.expectReady('listen');
      if (this.settings.listening !== 'onCall') {
        throw new ConfigError('listening', { expected: 'onCall, to listen on call', actual: 'always' });
      }
      const now = this.#history.nFrames;
      const frame = fromMs === undefined ? now : Math.round(fromMs / this.manifest.frontend.frameShiftMs);
      const likely = prior === undefined ? undefined : checkedPrior(prior);
      this.#isCalled = true;
      this.#expected = { awaited: awaited ? new Set(awaited) : null, prior: likely, heard };
      this.#open(Math.max(0, Math.min(frame, now)));
    });
  }

  protected async hearPiece(piece: Float32Array, tell: (event: IntentEvent) => void): Promise<void> {
    const nFrames = this.#frontend.pushInto(piece, this.#frames);
    this.#history.push(this.#frames.subarray(0, nFrames * featuresPerFrame(this.manifest)));
    for (const event of this.#frontend.vadEvents) await this.#hearEdge(event, tell);
    await this.#read(this.#history.nFrames - this.#lagFrames, tell);
  }

  protected async settle(tell: (event: IntentEvent) => void): Promise<void> {
    await this.#read(this.#history.nFrames, tell);
    await this.#close(this.#history.nFrames, tell);
  }

  protected restart(): void {
    this.#frontend.reset();
    this.#history.reset();
    this.#utterance = null;
    this.#speechFrom = null;
    this.#heardTo = 0;
    this.#expected = nothingExpected;
  }

  protected release(): Promise<void> {
    return this.#session.dispose();
  }

  /**
   * Frames that reading stays behind the newest one: an end of speech, told `endSilenceMs` late, then never lies in
   * what was read already, so the split of the input into blocks cannot matter.
   */
  get #lagFrames(): number {
    return this.#toFrames(this.settings.endSilenceMs - this.tailMs);
  }

  /** An edge of speech opens or closes an utterance. */
  async #hearEdge({ type, sample }: VadEvent, tell: (event: IntentEvent) => void): Promise<void> {
    const sample16k = (sample * 16000) / this.sampleRateHz;
    const frame = Math.round((sample16k - middleSamples) / shiftSamples);
    this.#speechFrom = type === 'speechStart' ? frame : null;
    if (type === 'speechStart') {
      if (this.#utterance || this.settings.listening === 'onCall') return;
      this.#isCalled = false;
      this.#open(Math.max(this.#heardTo, frame - this.#toFrames(this.settings.preRollMs)));
      return;
    }
    const end = frame + this.#toFrames(this.tailMs);
    await this.#read(end, tell);
    if (!this.#utterance) return;
    if (this.#isCalled) {
      const isCommand = frame >= this.#utterance.firstFrame + this.#toFrames(leastCommandMs);
      if (isCommand && type === 'speechEnd') await this.#close(end, tell);
    } else if (type === 'misfire') this.#utterance = null;
    else await this.#close(end, tell);
  }

  #open(firstFrame: number): void {
    this.#decoder = this.#nextDecoder ?? this.#decoder;
    this.#nextDecoder = null;
    const { framesPerCall, stride } = this.manifest;
    const reader = { session: this.#session, history: this.#history, framesPerCall, stride };
    this.#utterance = new Utterance(reader, this.#decoder, firstFrame);
  }

  /** Reads the open utterance up to a frame; what has lasted too long is cut, and goes on as the next one. */
  async #read(toFrame: number, tell: (event: IntentEvent) => void): Promise<void> {
    while (this.#utterance) {
      const { firstFrame } = this.#utterance;
      const waitedTo = firstFrame + this.#toFrames(this.settings.waitMs);
      const limit = firstFrame + this.#toFrames(this.settings.maxUtteranceMs);
      const isHeard = this.#speechFrom !== null && this.#speechFrom < waitedTo;
      if (this.#isCalled && !isHeard && toFrame >= waitedTo) await this.#close(waitedTo, tell);
      else if (toFrame >= limit) {
        await this.#close(limit, tell);
        if (!this.#isCalled) this.#open(limit);
      } else {
        await this.#utterance.readTo(toFrame);
        return;
      }
    }
  }

  async #close(endFrame: number, tell: (event: IntentEvent) => void): Promise<void> {
    if (!this.#utterance) return;
    const { firstFrame } = this.#utterance;
    const decoding = await this.#utterance.finish(endFrame, this.#expected.awaited);
    this.#utterance = null;
    this.#heardTo = endFrame;
    const { stride, delayMs, frontend } = this.manifest;
    const heardMs = this.clock.toMs(this.clock.heardSamples);
    const toMs = (row: number) => {
      const ms = (firstFrame + row * stride) * frontend.frameShiftMs - delayMs;
      return Math.min(heardMs, Math.max(firstFrame * frontend.frameShiftMs, ms));
    };
    const audio = (endMs: number) => {
      const read16k = Math.min(Math.round(16 * (endMs + this.tailMs)), endFrame * shiftSamples);
      const from16k = Math.max(0, read16k - 16 * qualityWindowMs);
      // Where noise went on behind it for longer than the front end remembers, the oldest that it holds stands for it.
      const lost = Math.max(0, this.#frontend.oldestSample16k - from16k);
      return this.#frontend.history(from16k + lost, read16k + lost);
    };
    tell(judge(decoding, { toMs, audio }, this.calibration, this.settings, this.#expected));
  }

  #toFrames(ms: number): number {
    return Math.round(ms / this.manifest.frontend.frameShiftMs);
  }
}
