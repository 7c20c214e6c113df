import { convolve } from './convolve.js';

/** The sample of an impulse response at which the direct sound arrives: its largest magnitude, the first of equals. */
export function directPathOf(response: Float32Array): number {
  let direct = 0;
  for (let i = 1; i < response.length; i++) {
    if (Math.abs(response[i] as number) > Math.abs(response[direct] as number)) direct = i;
  }
  return direct;
}

/**
 * Puts speech into a room: its convolution with an impulse response, moved so that the direct sound stands where the
 * dry speech stood. A word thus ends where it ended, and what follows is the room.
 *
 * @param stream 16 kHz; not changed
 * @param from first sample of the speech; what lies outside of it is taken to be silent
 * @param length of the speech
 * @param response the room's impulse response at 16 kHz
 * @returns as long as the stream; the level is the response's
 */
export function intoRoom(
  stream: Float32Array,
  from: number,
  length: number,
  response: Float32Array,
): Float32Array {
  const wet = convolve(stream.subarray(from, from + length), response);
  const shift = from - directPathOf(response);
  const out = new Float32Array(stream.length);
  for (let i = Math.max(0, -shift); i < wet.length && i + shift < out.length; i++) {
    out[i + shift] = wet[i] as number;
  }
  return out;
}
