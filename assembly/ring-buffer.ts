import { N_FFT } from './abi';

/** Samples kept, a power of two so that an index wraps by a mask: 4.096 s at 16 kHz. */
export const RING_CAPACITY: i32 = 65536;

/** The slots, and the first N_FFT of them once more behind the last, so that a frame lies in one piece. */
const ring: usize = memory.data((RING_CAPACITY + N_FFT) << 2, 16);
let written: i64 = 0;

/** Byte offset of the storage: sample `i` of the stream lies at slot `i mod RING_CAPACITY`. */
export function ringPtr(): usize {
  return ring;
}

/** Samples written since the last reset; exact up to 2^53, so for 17,000 years at 16 kHz. */
export function ringWritten(): f64 {
  return <f64>written;
}

/** Forgets the history: only the count returns to 0, since a reader clamps to what was written. */
export function ringReset(): void {
  written = 0;
}

/**
 * Appends samples, overwriting the oldest.
 *
 * @param src in, shape [nSamples], f32, read only.
 * @param nSamples 0..RING_CAPACITY.
 *
 * Allocates nothing; at most three copies. Accuracy: bit-exact, test/unit/ring-buffer.test.ts.
 */
export function ringPush(src: usize, nSamples: i32): void {
  const slot = <i32>(written & (RING_CAPACITY - 1));
  const untilWrap = min(nSamples, RING_CAPACITY - slot);
  memory.copy(ring + ((<usize>slot) << 2), src, (<usize>untilWrap) << 2);
  memory.copy(ring, src + ((<usize>untilWrap) << 2), (<usize>(nSamples - untilWrap)) << 2);
  if (slot < N_FFT || untilWrap < nSamples) memory.copy(ring + (RING_CAPACITY << 2), ring, N_FFT << 2);
  written += nSamples;
}

/** Where the samples from the one `age` samples ago on lie, up to N_FFT of them in one piece; 1 is the newest. */
export function ringSamples(age: i32): usize {
  return ring + ((<usize>((<i32>written - age) & (RING_CAPACITY - 1))) << 2);
}
