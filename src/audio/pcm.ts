import { AudioFormatError } from '../errors.js';

/** What an engine takes as one block: PCM at ±1, 16-bit PCM, or the bytes of 16-bit little-endian PCM. */
export type PcmBlock = Float32Array | Int16Array | Uint8Array;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Converts 16-bit PCM to ±1: `sample / 32768`, exact in float32.
 *
 * @param from in, at most `out.length` samples, full scale ±32768
 * @param out  out, overwritten from index 0; not touched beyond the returned count
 * @returns the number of samples written
 */
export function int16ToFloat32(from: Int16Array, out: Float32Array): number {
  for (let i = 0; i < from.length; i++) out[i] = (from[i] as number) * (1 / 32768);
  return from.length;
}

/**
 * Views little-endian 16-bit PCM bytes as samples; copies only where alignment or byte order demands it.
 *
 * @param bytes an even number of bytes
 */
export function int16FromBytes(bytes: Uint8Array): Int16Array {
  if (littleEndian && bytes.byteOffset % 2 === 0) {
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  }
  const copy = new Int16Array(bytes.byteLength / 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < copy.length; i++) copy[i] = view.getInt16(2 * i, true);
  return copy;
}

/** Largest |sample| that is taken: beyond any scale in use, and small enough that powers stay finite in float32. */
const maxSample = 65536;

/**
 * Refuses a block with a sample that is not finite or out of all range, before anything of it is consumed.
 *
 * @throws AudioFormatError that names the first such sample
 */
export function assertSamples(block: Float32Array): void {
  for (let i = 0; i < block.length; i++) {
    if (Math.abs(block[i] as number) <= maxSample) continue; // false for NaN too
    throw new AudioFormatError('block', {
      expected: 'finite samples with full scale ±1',
      actual: `${block[i]} at sample ${i} of ${block.length}`,
      remedy: 'Look for a division by zero or an uninitialised buffer where the block is made.',
    });
  }
}

/** Mean of all channels, which is the usual mono downmix. One channel is handed back as it is, without a copy. */
export function downmix(channels: readonly Float32Array[]): Float32Array {
  const first = channels[0] as Float32Array;
  if (channels.length === 1) return first;
  const mono = new Float32Array(first.length);
  for (const channel of channels)
    for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) + (channel[i] as number);
  for (let i = 0; i < mono.length; i++) mono[i] = (mono[i] as number) / channels.length;
  return mono;
}

/**
 * Cuts a stream of bytes into whole units (a sample, or one sample of each channel), carrying what is left over
 * into the next call, so that a stream may break anywhere.
 */
export class UnitCutter {
  #carry: Uint8Array = new Uint8Array(0);

  constructor(
    /** Size of a unit in bytes. */
    readonly unitBytes: number,
  ) {}

  /** Bytes held back for the next call: 0 … unitBytes − 1. */
  get carriedBytes(): number {
    return this.#carry.length;
  }

  /** All whole units so far: a view of `bytes` where nothing was carried, else a fresh array. */
  push(bytes: Uint8Array): Uint8Array {
    const joined = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    const usable = joined.length - (joined.length % this.unitBytes);
    this.#carry = joined.slice(usable);
    return joined.subarray(0, usable);
  }

  /** Drops what was carried. */
  reset(): void {
    this.#carry = new Uint8Array(0);
  }
}
