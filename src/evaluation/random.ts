import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) fixed by a seed and a key: the first 48 bits of SHA-256 over `seed NUL key`.
 *
 * Drawing by key instead of from a running generator makes each draw independent of the order in which clips are
 * evaluated, so one process, many workers and other programs all get the same mixture.
 */
export function seededUniform(seed: number, key: string): number {
  const digest = createHash('sha256').update(`${seed}\0${key}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
