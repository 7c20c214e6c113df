import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadRuntime } from '#ort';
import { ModelError } from '../errors.js';
import { featuresPerFrame, type ModelManifest } from './manifest.js';
import type { OrtRuntime } from './ort.js';
import { expectFinite, expectNames, expectShape, messageOf, openSession } from './session-checks.js';

const inputNames = ['features', 'state'];
const outputNames = ['logits', 'nextState'];

/** A model that hears a stream call by call, as a session must know it. */
export interface StreamingModel {
  readonly source: string;
  readonly bytes: Uint8Array;
  readonly manifest: Pick<ModelManifest, 'file' | 'frontend' | 'framesPerCall' | 'stride' | 'stateSize'> &
    ({ readonly words: readonly unknown[] } | { readonly phones: readonly string[] });
}

/**
 * One stream through a wake model or an acoustic model: fill `features`, call `run`, read the logits.
 *
 * Tensors are made once; the state that a call returns is handed to the next one as it is, so a call copies
 * only features in and logits out. Not re-entrant: await `run` before the next.
 */
export class StreamingSession {
  /** in, shape [framesPerCall × K], row-major; filled by the caller before `run`, kept by this object. */
  readonly features: Float32Array;
  readonly #session: InferenceSession;
  readonly #feeds: { features: Tensor; state: Tensor };
  readonly #initialState: Tensor;
  readonly #source: string;

  private constructor(session: InferenceSession, runtime: OrtRuntime, { manifest, source }: StreamingModel) {
    const nFeatures = featuresPerFrame(manifest);
    this.features = new Float32Array(manifest.framesPerCall * nFeatures);
    this.#session = session;
    this.#source = source;
    this.#initialState = new runtime.Tensor('float32', new Float32Array(manifest.stateSize), [
      1,
      manifest.stateSize,
    ]);
    const features = new runtime.Tensor('float32', this.features, [1, manifest.framesPerCall, nFeatures]);
    this.#feeds = { features, state: this.#initialState };
  }

  /**
   * Opens a session and tries it once on zeros, so that a model that does not fit its manifest is refused here
   * and not in the middle of a stream.
   *
   * @param model as `loadModel` or `loadAcousticModel` gives it
   * @param load the ONNX runtime; the platform's own by default
   * @throws ModelError where the model is no ONNX, or its tensors are not those of the manifest
   */
  static async create(
    model: StreamingModel,
    load: () => Promise<OrtRuntime> = loadRuntime,
  ): Promise<StreamingSession> {
    const { manifest, source, bytes } = model;
    const runtime = await load();
    const session = await openSession(runtime, bytes, source, manifest.file);
    try {
      expectNames(source, 'inputs', inputNames, session.inputNames);
      expectNames(source, 'outputs', outputNames, session.outputNames);
      const stream = new StreamingSession(session, runtime, model);
      const { logits, nextState } = await stream.#call();
      // CTC has a blank beside its phones.
      const nOutputs = 'words' in manifest ? manifest.words.length : manifest.phones.length + 1;
      expectShape(source, 'logits', [1, manifest.framesPerCall / manifest.stride, nOutputs], logits);
      expectShape(source, 'nextState', [1, manifest.stateSize], nextState);
      return stream;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * Scores the frames in `features` and moves the state on.
   *
   * @returns logits, shape [framesPerCall / stride × outputs], row-major; valid until the next call
   * @throws ModelError where the model gives a value that is not finite
   */
  async run(): Promise<Float32Array> {
    const { logits, nextState } = await this.#call();
    this.#feeds.state = nextState;
    return logits.data as Float32Array;
  }

  /** Back to the state of a new session. */
  reset(): void {
    this.#feeds.state = this.#initialState;
  }

  /** Frees the runtime's memory. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }

  async #call(): Promise<{ logits: Tensor; nextState: Tensor }> {
    const outputs = await this.#session.run(this.#feeds).catch((cause: unknown) => {
      const [, nFrames, nFeatures] = this.#feeds.features.dims;
      throw new ModelError(this.#source, {
        expected: `a model that takes features [1, ${nFrames}, ${nFeatures}] and state [${this.#feeds.state.dims}]`,
        actual: messageOf(cause),
        cause,
      });
    });
    const { logits, nextState } = outputs as unknown as { logits: Tensor; nextState: Tensor };
    expectFinite(this.#source, logits);
    return { logits, nextState };
  }
}
