import { HOP_LENGTH, N_FFT, SAMPLE_CAPACITY } from './abi';

/** Room before a block for the samples that earlier blocks left over; one more than N_FFT, see `windowFrame`. */
const CARRY_CAPACITY: i32 = N_FFT + 16;

/** What is left over, ending where the block begins; then the block: one stretch of the stream. */
const stretch: usize = memory.data((CARRY_CAPACITY + SAMPLE_CAPACITY) << 2, 16);
const block: usize = stretch + (CARRY_CAPACITY << 2);

let frameLength: i32 = 0;
/** First sample of the next frame. */
let frame: usize = block;
/** End of the samples that have come. */
let end: usize = block;

/** Where the 16 kHz samples of a block are written before `framingBegin`; room for SAMPLE_CAPACITY. */
export function framingBlockPtr(): usize {
  return block;
}

/** @param nSamplesPerFrame 400 or 512. */
export function framingConfigure(nSamplesPerFrame: i32): void {
  frameLength = nSamplesPerFrame;
  framingReset();
}

/** Back to the start of a stream. */
export function framingReset(): void {
  frame = block;
  end = block;
}

/** Frames that `nSamples` more samples would complete: frame f covers samples [160·f, 160·f + frameLength). */
export function framesAfter(nSamples: i32): i32 {
  const beyondFirst = (<i32>(end - frame) >> 2) + nSamples - frameLength;
  return beyondFirst < 0 ? 0 : beyondFirst / HOP_LENGTH + 1;
}

/** Takes the `nSamples` at `framingBlockPtr()` as the continuation of the stream. */
export function framingBegin(nSamples: i32): void {
  end = block + ((<usize>nSamples) << 2);
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
