import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadRuntime } from '#ort';
import { ModelError } from '../errors.js';
import type { LoadedModel } from './load.js';
import { featuresPerFrame } from './manifest.js';
import type { OrtRuntime } from './ort.js';
import { expectFinite, expectNames, expectShape, messageOf, openSession } from './session-checks.js';

/** The larger net that hears a stretch of frames again, whole and without a state. Not re-entrant. */
export class SecondLookSession {
  /** in, shape [frames × K], row-major, oldest frame first; filled by the caller before `run`. */
  readonly features: Float32Array;
  readonly #session: InferenceSession;
  readonly #feeds: { features: Tensor };
  readonly #source: string;

  private constructor(session: InferenceSession, runtime: OrtRuntime, source: string, dims: number[]) {
    this.features = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    this.#session = session;
    this.#source = source;
    this.#feeds = { features: new runtime.Tensor('float32', this.features, dims) };
  }

  /**
   * Opens the second look of a model and tries it once; null where the model has none.
   *
   * @throws ModelError where the file is no ONNX, or its tensors are not those of the manifest
   */
  static async create(
    { manifest, source, secondLookBytes }: LoadedModel,
    load: () => Promise<OrtRuntime> = loadRuntime,
  ): Promise<SecondLookSession | null> {
    const { secondLook, stride, words } = manifest;
    if (!secondLook || !secondLookBytes) return null;
    const runtime = await load();
    const session = await openSession(runtime, secondLookBytes, source, secondLook.file);
    try {
      expectNames(source, 'inputs', ['features'], session.inputNames);
      expectNames(source, 'outputs', ['logits'], session.outputNames);
      const dims = [1, secondLook.frames, featuresPerFrame(manifest)];
      const look = new SecondLookSession(session, runtime, source, dims);
      expectShape(source, 'logits', [1, secondLook.frames / stride, words.length], await look.#call());
      return look;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /**
   * Scores the frames in `features`.
   *
   * @returns logits, shape [frames / stride × words], row-major
   * @throws ModelError where the model gives a value that is not finite
   */
  async run(): Promise<Float32Array> {
    return (await this.#call()).data as Float32Array;
  }

  /** Frees the runtime's memory. */
  async dispose(): Promise<void> {
    await this.#session.release();
  }

  async #call(): Promise<Tensor> {
    const outputs = await this.#session.run(this.#feeds).catch((cause: unknown) => {
      const expected = `a second look that takes features [${this.#feeds.features.dims.join(', ')}]`;
      throw new ModelError(this.#source, { expected, actual: messageOf(cause), cause });
    });
    const { logits } = outputs as unknown as { logits: Tensor };
    expectFinite(this.#source, logits);
    return logits;
  }
}
