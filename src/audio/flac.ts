/** The longest header of a frame, in bytes: 4 fixed, 7 of the frame's number, 2 of block size, 2 of rate, 1 of CRC. */
const maxFrameHeaderBytes = 16;
/** First byte of a frame's header. */
const syncByte = 0xff;

/**
 * Samples of each channel that the header of a native FLAC file declares.
 *
 * @param head the first bytes, 26 or more
 * @returns null where a streaming writer left it open
 * Source: RFC 9639, section 8.2.
 */
export function declaredFlacSamples(head: Uint8Array): number | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  // 36 bits, behind "fLaC", a block header of 4 bytes and 108 bits of STREAMINFO.
  const nSamples = (view.getUint8(21) & 0x0f) * 2 ** 32 + view.getUint32(22);
  return nSamples === 0 ? null : nSamples;
}

/**
 * The same bytes, cut so that no chunk ends within what may be the header of a FLAC frame.
 *
 * The decoder (@audio/decode-flac 1.3.5) looks for the next header while it reads, and passes over one that its chunk
 * holds only in part. Two frames then go as one to libFLAC, which from there on lags by a frame; what it still holds
 * at the end of the file never comes out.
 */
export async function* withWholeHeaders(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const joined = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const sync = joined.indexOf(syncByte, Math.max(0, joined.length - maxFrameHeaderBytes));
    const end = sync < 0 ? joined.length : sync;
    held = joined.slice(end);
    if (end > 0) yield joined.subarray(0, end);
  }
  if (held.length > 0) yield held;
}
