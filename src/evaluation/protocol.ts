import type { Detection, Detector } from '../detector/index.js';
import { ConfigError } from '../errors.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Digital silence before a positive segment, in samples: 1.5 s. */
export const LEAD_SILENCE_SAMPLES = 1.5 * EVALUATION_RATE_HZ;
/** Digital silence after a positive segment, in samples: 1 s. */
export const TAIL_SILENCE_SAMPLES = 1 * EVALUATION_RATE_HZ;
/** Length of the blocks that a detector is given, in samples: 80 ms. */
export const BLOCK_SAMPLES = 0.08 * EVALUATION_RATE_HZ;

/** What a detector reported in one stream. */
export interface StreamResult {
  /** In the order in which they were reported. */
  readonly detections: readonly Detection[];
  /** Length of the stream, in samples at 16 kHz. */
  readonly nSamples: number;
  /** CPU time of the process within the detector's calls, in ms: decoding and mixing are not counted. */
  readonly cpuMs: number;
}

/** Refuses a detector that does not take the rate at which evaluation runs. */
export function requireRate(detector: Detector): void {
  if (detector.sampleRateHz !== EVALUATION_RATE_HZ) {
    throw new ConfigError('detector.sampleRateHz', {
      expected: `${EVALUATION_RATE_HZ}`,
      actual: detector.sampleRateHz,
    });
  }
}

/** A detector's hearing of one stream, block by block, with what it reports and the CPU time it takes. */
export class MeasuredStream {
  readonly #detector: Detector;
  readonly #detections: Detection[] = [];
  #nSamples = 0;
  #cpuMicroseconds = 0;

  private constructor(detector: Detector) {
    this.#detector = detector;
  }

  /** Resets the detector, which is then used by this stream alone. */
  static async begin(detector: Detector): Promise<MeasuredStream> {
    await detector.reset();
    return new MeasuredStream(detector);
  }

  /** Lets the detector hear the next block. */
  async push(block: Float32Array): Promise<void> {
    await this.#measured(() => this.#detector.process(block));
    this.#nSamples += block.length;
  }

  /** Ends a recording: what is still undecided counts. */
  async flush(): Promise<void> {
    await this.#measured(() => this.#detector.flush());
  }

  /** What has been reported so far. */
  get result(): StreamResult {
    return { detections: this.#detections, nSamples: this.#nSamples, cpuMs: this.#cpuMicroseconds / 1000 };
  }

  async #measured(call: () => Promise<readonly Detection[]>): Promise<void> {
    const before = process.cpuUsage();
    const found = await call();
    const used = process.cpuUsage(before);
    this.#cpuMicroseconds += used.user + used.system;
    this.#detections.push(...found);
  }
}

/**
 * The stream of one positive trial, before anything is mixed in: 1.5 s of digital silence, the segment, 1 s of digital
 * silence.
 *
 * @param segment the word at 16 kHz
 */
export function composeTrial(segment: Float32Array): Float32Array {
  const stream = new Float32Array(LEAD_SILENCE_SAMPLES + segment.length + TAIL_SILENCE_SAMPLES);
  stream.set(segment, LEAD_SILENCE_SAMPLES);
  return stream;
}

/** The same samples in blocks of 80 ms, as a device hands them over; the last one may be shorter. */
export async function* inBlocks(
  audio: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): AsyncGenerator<Float32Array> {
  let block = new Float32Array(BLOCK_SAMPLES);
  let filled = 0;
  for await (const samples of audio) {
    for (let taken = 0; taken < samples.length; ) {
      const count = Math.min(BLOCK_SAMPLES - filled, samples.length - taken);
      block.set(samples.subarray(taken, taken + count), filled);
      filled += count;
      taken += count;
      if (filled === BLOCK_SAMPLES) {
        yield block;
        block = new Float32Array(BLOCK_SAMPLES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
