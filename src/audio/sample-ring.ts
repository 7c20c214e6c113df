/** The last samples of a stream, by their number since its start, in constant memory. */
export class SampleRing {
  readonly #samples: Float32Array;
  #nSamples = 0;

  /** @param capacity samples kept */
  constructor(capacity: number) {
    this.#samples = new Float32Array(capacity);
  }

  /** Samples since the start. */
  get nSamples(): number {
    return this.#nSamples;
  }

  /** The oldest sample that is still there. */
  get oldest(): number {
    return Math.max(0, this.#nSamples - this.#samples.length);
  }

  /** The next samples, any number of them. */
  push(block: Float32Array): void {
    const capacity = this.#samples.length;
    const kept = block.length > capacity ? block.subarray(block.length - capacity) : block;
    const at = (this.#nSamples + block.length - kept.length) % capacity;
    const untilEnd = Math.min(kept.length, capacity - at);
    this.#samples.set(kept.subarray(0, untilEnd), at);
    this.#samples.set(kept.subarray(untilEnd));
    this.#nSamples += block.length;
  }

  /** Samples `from` … `to` − 1 in an array of their own; those of them that are there. */
  copy(from: number, to: number): Float32Array {
    const first = Math.max(from, this.oldest);
    const copied = new Float32Array(Math.max(0, Math.min(to, this.#nSamples) - first));
    const at = first % this.#samples.length;
    const untilEnd = this.#samples.subarray(at, at + copied.length);
    copied.set(untilEnd);
    copied.set(this.#samples.subarray(0, copied.length - untilEnd.length), untilEnd.length);
    return copied;
  }

  /** Back to the start of a stream; what was heard is wiped. */
  reset(): void {
    this.#samples.fill(0);
    this.#nSamples = 0;
  }
}
