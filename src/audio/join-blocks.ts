/** All of a stream as one block; the memory is that of the whole, twice for a moment. */
export async function joinBlocks(
  blocks: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const block of blocks) parts.push(block);
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
