/**
 * Seeded uniform random numbers in [0, 1), the same on every machine: sfc32 by Chris Doty-Humphrey (PractRand),
 * a 128-bit state of which the last word counts, so that no seed has a short cycle.
 *
 * @param seed any integer; only its low 32 bits count
 * @returns a function that draws the next number; 32 bits of resolution
 */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 | 0;
  let b = 0x243f6a88 | 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  // The reference seeding discards 12 draws, after which every state bit depends on the seed.
  for (let i = 0; i < 12; i++) next();
  return next;
}
