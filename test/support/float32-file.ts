import { readFileSync } from 'node:fs';

/** Raw little-endian float32 values of a file below test/. */
export function readFloat32(path: string): Float32Array {
  const bytes = readFileSync(new URL(`../${path}`, import.meta.url));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Largest and root mean square difference. Throws when lengths differ, so that nothing is left out. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): { max: number; rms: number } {
  if (a.length !== b.length || a.length === 0) throw new Error(`lengths ${a.length} and ${b.length}`);
  let max = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const error = Math.abs((a[i] as number) - (b[i] as number));
    if (!(error <= max)) max = error;
    squares += error * error;
  }
  return { max, rms: Math.sqrt(squares / a.length) };
}
