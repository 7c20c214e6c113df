import { Calibration } from '../calibration/index.js';
import { Frontend, type VadEvent } from '../dsp/index.js';
import { ModelError } from '../errors.js';
import {
  type LoadedModel,
  loadModel,
  type ModelManifest,
  modelIdentity,
  SecondLookSession,
  StreamingSession,
} from '../model/index.js';
import { type EngineSettings, settle, type WakeEngineOptions } from './engine-options.js';
import type { EngineEvent, ScoreEvent, WakeEvent } from './events.js';
import { ModelStream } from './model-stream.js';
import { SecondLook } from './second-look.js';
import { pieceMs, StreamEngine } from './stream-engine.js';
import { WakeJudge } from './wake-judge.js';

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
export class WakeEngine extends StreamEngine<WakeEvent | ScoreEvent, WakeEngineEvents> {
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
  readonly #session: StreamingSession;
  readonly #secondLook: SecondLook | null;
  readonly #stream: ModelStream;
  readonly #judge: WakeJudge;

  private constructor(
    model: LoadedModel,
    settings: EngineSettings,
    calibration: Calibration | null,
    frontend: Frontend,
    session: StreamingSession,
    secondLook: SecondLook | null,
    sampleRateHz: number,
  ) {
    super(frontend, sampleRateHz);
    this.manifest = model.manifest;
    this.modelSha256 = modelIdentity(model.manifest);
    this.calibration = calibration;
    this.words = settings.words;
    this.prior = settings.prior;
    this.#session = session;
    this.#secondLook = secondLook;
    this.#stream = new ModelStream(frontend, session, secondLook, model.manifest, pieceMs);
    this.#judge = new WakeJudge(model.manifest, settings, calibration, secondLook, frontend, this.clock);
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
    const session = await StreamingSession.create(model);
    const lookSession = await SecondLookSession.create(model);
    const secondLook = lookSession && new SecondLook(model.manifest, lookSession);
    const { sampleRateHz } = options;
    return new WakeEngine(model, settings, calibration, frontend, session, secondLook, sampleRateHz);
  }

  protected async hearPiece(
    piece: Float32Array,
    tell: (event: WakeEvent | ScoreEvent) => void,
  ): Promise<void> {
    await this.#stream.push(piece, (output) => {
      const judged = this.#judge.push(output);
      if (judged instanceof Promise) return judged.then((known) => known.forEach(tell));
      judged.forEach(tell);
    });
  }

  /** The silence at the end has settled all. */
  protected async settle(): Promise<void> {}

  protected restart(): void {
    this.#stream.reset();
    this.#judge.reset();
  }

  protected async release(): Promise<void> {
    await this.#session.dispose();
    await this.#secondLook?.dispose();
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
