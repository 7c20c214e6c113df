import type { Frontend } from '../dsp/index.js';
import { featuresPerFrame, type ModelManifest, type StreamingSession } from '../model/index.js';
import type { SecondLook } from './second-look.js';

/** One output of the model; times in 16 kHz samples since the last reset. */
export interface ModelOutput {
  /** Logits, shape [words of the model]; a view, valid only now. */
  readonly logits: Float32Array;
  /** End of the last frame that this output has heard. */
  readonly heardTo16k: number;
  /** End of the last frame of the call that gave it: the output cannot be known earlier. */
  readonly knownAt16k: number;
  /** Outputs that the same call gave after this one. */
  readonly nLater: number;
}

type OnOutput = (output: ModelOutput) => undefined | Promise<void>;

/** PCM to logits: the front end's frames, gathered to the model's calls. Allocates only what the runtime does. */
export class ModelStream {
  readonly #frontend: Frontend;
  readonly #session: StreamingSession;
  readonly #secondLook: SecondLook | null;
  readonly #manifest: ModelManifest;
  readonly #nFeatures: number;
  readonly #frames: Float32Array;
  /** Frames waiting in the session for a call. */
  #waiting = 0;
  /** Frames in all calls so far. */
  #scored = 0;

  /**
   * @param frontend of the manifest's recipe
   * @param secondLook is given each call's frames to keep
   * @param maxPieceMs longest piece that `push` will be given
   */
  constructor(
    frontend: Frontend,
    session: StreamingSession,
    secondLook: SecondLook | null,
    manifest: ModelManifest,
    maxPieceMs: number,
  ) {
    this.#frontend = frontend;
    this.#session = session;
    this.#secondLook = secondLook;
    this.#manifest = manifest;
    this.#nFeatures = featuresPerFrame(manifest);
    const maxFrames = Math.ceil(maxPieceMs / manifest.frontend.frameShiftMs) + 2;
    this.#frames = new Float32Array(maxFrames * this.#nFeatures);
  }

  /**
   * Takes a piece of audio at the front end's input rate; finite, at most `maxPieceMs` long.
   *
   * @param onOutput called for each output that this piece completes, in order; where it gives a promise, the next
   *   call waits for it
   */
  async push(piece: Float32Array, onOutput: OnOutput): Promise<void> {
    const nFrames = this.#frontend.pushInto(piece, this.#frames);
    const k = this.#nFeatures;
    for (let frame = 0; frame < nFrames; ) {
      const taken = Math.min(nFrames - frame, this.#manifest.framesPerCall - this.#waiting);
      this.#session.features.set(this.#frames.subarray(frame * k, (frame + taken) * k), this.#waiting * k);
      frame += taken;
      this.#waiting += taken;
      if (this.#waiting === this.#manifest.framesPerCall) await this.#call(onOutput);
    }
  }

  /** Back to the start of a stream; the front end is reset too. */
  reset(): void {
    this.#frontend.reset();
    this.#session.reset();
    this.#secondLook?.reset();
    this.#waiting = 0;
    this.#scored = 0;
  }

  async #call(onOutput: OnOutput): Promise<void> {
    this.#secondLook?.keep(this.#session.features);
    const logits = await this.#session.run();
    const { framesPerCall, stride, words } = this.#manifest;
    this.#waiting = 0;
    this.#scored += framesPerCall;
    const knownAt16k = this.#frameEnd(this.#scored - 1);
    const nOutputs = framesPerCall / stride;
    for (let output = 0; output < nOutputs; output++) {
      const pending = onOutput({
        logits: logits.subarray(output * words.length, (output + 1) * words.length),
        heardTo16k: this.#frameEnd(this.#scored - framesPerCall + (output + 1) * stride - 1),
        knownAt16k,
        nLater: nOutputs - 1 - output,
      });
      if (pending) await pending;
    }
  }

  /** Frame f covers 16 kHz samples [f · shift, f · shift + length). */
  #frameEnd(frame: number): number {
    const { frameLengthMs, frameShiftMs } = this.#manifest.frontend;
    return (frame * frameShiftMs + frameLengthMs) * 16;
  }
}
