import { featuresPerFrame, type ModelManifest, type SecondLookSession } from '../model/index.js';

/** Outputs before the first net's peak at which the second one's may lie: they were trained to the same word end. */
const outputsBeforePeak = 5;

/**
 * Hears the last frames again with a larger net when the first one has a candidate.
 *
 * The first net runs all the time and must cost next to nothing; this one runs at what comes near a word, some hundred
 * times in an hour of talk. It starts from no state, so what came before its frames cannot add up to a wake.
 */
export class SecondLook {
  /** Feature frames that a look hears. */
  readonly #frames: number;
  readonly #nFeatures: number;
  readonly #stride: number;
  readonly #nWords: number;
  readonly #share: number;
  readonly #smoothing: number;
  readonly #session: SecondLookSession;
  /** The last frames, as a ring of rows; before the start of a stream, frames of silence. */
  readonly #ring: Float32Array;
  /** Row of the ring that is overwritten next: the oldest. */
  #row = 0;
  readonly #silence: Float32Array;

  constructor(manifest: ModelManifest, session: SecondLookSession) {
    const { secondLook, frontend, stride, words, score } = manifest;
    this.#nFeatures = featuresPerFrame(manifest);
    this.#frames = session.features.length / this.#nFeatures;
    this.#stride = stride;
    this.#nWords = words.length;
    this.#share = secondLook?.share ?? 0;
    this.#smoothing = score.smoothingOutputs;
    this.#session = session;
    this.#ring = new Float32Array(session.features.length);
    this.#silence = silentFrame(frontend);
    this.reset();
  }

  /** Keeps frames, shape [n × K], row-major. */
  keep(frames: Float32Array): void {
    for (let from = 0; from < frames.length; from += this.#nFeatures) {
      this.#ring.set(frames.subarray(from, from + this.#nFeatures), this.#row * this.#nFeatures);
      this.#row = (this.#row + 1) % this.#frames;
    }
  }

  /**
   * The score that decides over a candidate: of the first net's and of this one's, each in its share.
   *
   * @param output index of the word in the model's logits
   * @param score the first net's, at its peak
   * @param outputsAgo outputs of the first net between its peak and the last frame kept
   */
  async weigh(output: number, score: number, outputsAgo: number): Promise<number> {
    const split = this.#row * this.#nFeatures;
    this.#session.features.set(this.#ring.subarray(split));
    this.#session.features.set(this.#ring.subarray(0, split), this.#ring.length - split);
    const logits = await this.#session.run();
    const nOutputs = this.#frames / this.#stride;
    const first = Math.max(this.#smoothing - 1, nOutputs - 1 - outputsAgo - outputsBeforePeak);
    let best = Number.NEGATIVE_INFINITY;
    for (let at = first; at < nOutputs; at++) {
      let sum = 0;
      for (let i = 0; i < this.#smoothing; i++) sum += logits[(at - i) * this.#nWords + output] as number;
      best = Math.max(best, sum / this.#smoothing);
    }
    return (1 - this.#share) * score + this.#share * best;
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#row = 0;
    for (let at = 0; at < this.#ring.length; at += this.#nFeatures) this.#ring.set(this.#silence, at);
  }

  /** Frees the session. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}

/** Kaldi's floor of a mel energy, FLT_EPSILON. */
const kaldiFloor = 1.1920929e-7;

/** The feature frame of digital silence: each log-mel at its floor, which in cepstra is the first one alone. */
function silentFrame({ nMels, nMfcc }: ModelManifest['frontend']): Float32Array {
  if (nMfcc === 0) return new Float32Array(nMels).fill(Math.log(kaldiFloor));
  const frame = new Float32Array(nMfcc);
  frame[0] = Math.sqrt(nMels) * Math.log(kaldiFloor);
  return frame;
}
