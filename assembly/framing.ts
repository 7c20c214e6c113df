import { HOP_LENGTH, N_FFT, SAMPLE_CAPACITY } from './abi';
import { emphasize } from './window';

/** Room before a block for the samples that earlier blocks left over; fewer than N_FFT. */
const CARRY_CAPACITY: i32 = N_FFT;

/**
 * The stream after pre-emphasis: what is left over, ending where the block begins; then the block. As many samples as
 * a transform takes may be read from any frame on, so finite numbers stand behind the last one too.
 */
const stretch: usize = memory.data((CARRY_CAPACITY + SAMPLE_CAPACITY + N_FFT) << 2, 16);
const block: usize = stretch + (CARRY_CAPACITY << 2);

let frameLength: i32 = 0;
/** First sample of the next frame. */
let frame: usize = block;
/** End of the samples that have come. */
let end: usize = block;
/** The sample before the block, before pre-emphasis. */
let previous: f32 = 0;

/** @param nSamplesPerFrame 400 or 512. */
export function framingConfigure(nSamplesPerFrame: i32): void {
  frameLength = nSamplesPerFrame;
  framingReset();
}

/** Back to the start of a stream. */
export function framingReset(): void {
  frame = block;
  end = block;
  previous = 0;
}

/** Frames that `nSamples` more samples would complete: frame f covers samples [160·f, 160·f + frameLength). */
export function framesAfter(nSamples: i32): i32 {
  const beyondFirst = (<i32>(end - frame) >> 2) + nSamples - frameLength;
  return beyondFirst < 0 ? 0 : beyondFirst / HOP_LENGTH + 1;
}

/**
 * Takes samples as the continuation of the stream.
 *
 * @param x shape [nSamples]; the 4 bytes before it are overwritten.
 */
export function framingBegin(x: usize, nSamples: i32): void {
  const nBytes = (<usize>nSamples) << 2;
  f32.store(x - 4, previous);
  emphasize(x, nSamples, block);
  previous = f32.load(x + nBytes - 4);
  end = block + nBytes;
}

/** Byte offset of the next whole frame, or 0 when none is left: then what is left over has been carried. */
export function nextFrame(): usize {
  const current = frame;
  if (end - current >= (<usize>frameLength) << 2) {
    frame = current + (HOP_LENGTH << 2);
    return current;
  }
  const left = end - current;
  frame = block - left;
  memory.copy(frame, current, left);
  end = block;
  return 0;
}

/** How many samples ago the first one of the frame came, 1 being the newest; @param x as `nextFrame` gave it. */
export function frameAge(x: usize): i32 {
  return <i32>(end - x) >> 2;
}
