import fc from 'fast-check';

/** Block lengths, 0 among them, to cut a stream by; the last is repeated until the stream ends. */
export const blockLengths = fc.array(fc.oneof(fc.nat(40), fc.nat(700), fc.integer({ min: 1, max: 5000 })), {
  minLength: 1,
  maxLength: 30,
});

/** Cuts `samples` into blocks of these lengths, over and over. */
export function* cut(samples: Float32Array, lengths: readonly number[]): Generator<Float32Array> {
  const usable = lengths.some((length) => length > 0) ? lengths : [1];
  for (let start = 0, i = 0; start < samples.length; i++) {
    const length = usable[i % usable.length] as number;
    yield samples.subarray(start, start + length);
    start += length;
  }
}
