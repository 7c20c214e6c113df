/** The last feature frames of a stream, by their number since its start. */
export class FrameHistory {
  readonly #frames: Float32Array;
  #nFrames = 0;

  /**
   * @param capacity frames kept
   * @param nFeatures values in each
   */
  constructor(
    private readonly capacity: number,
    private readonly nFeatures: number,
  ) {
    this.#frames = new Float32Array(capacity * nFeatures);
  }

  /** Frames since the start. */
  get nFrames(): number {
    return this.#nFrames;
  }

  /** The oldest frame that is still there. */
  get oldest(): number {
    return Math.max(0, this.#nFrames - this.capacity);
  }

  /** @param frames shape [n × nFeatures] */
  push(frames: Float32Array): void {
    for (let from = 0; from < frames.length; from += this.nFeatures) {
      const frame = frames.subarray(from, from + this.nFeatures);
      this.#frames.set(frame, (this.#nFrames++ % this.capacity) * this.nFeatures);
    }
  }

  /** A view of a frame, valid until the next push; the nearest one that is there. */
  at(frame: number): Float32Array {
    const nearest = Math.min(Math.max(frame, this.oldest), this.#nFrames - 1);
    const from = (nearest % this.capacity) * this.nFeatures;
    return this.#frames.subarray(from, from + this.nFeatures);
  }

  /** Copies frames from `first` on, one after the other, into `out`. */
  fill(first: number, nFrames: number, out: Float32Array): void {
    for (let i = 0; i < nFrames; i++) out.set(this.at(first + i), i * this.nFeatures);
  }

  /** Back to the start of a stream. */
  reset(): void {
    this.#nFrames = 0;
  }
}
