const blockLength = 192;

/**
 * A mono 16-bit FLAC file of verbatim subframes in blocks of 192 samples (RFC 9639): no compression, all of the framing.
 *
 * @param samples 16-bit values
 * @param declared samples that the header declares; 0 leaves it open
 */
export function flacFile(samples: readonly number[], declared = samples.length): Uint8Array {
  const bytes = [...Buffer.from('fLaC'), 0x80, 0, 0, 34, ...streamInfo(declared)];
  for (let from = 0, number = 0; from < samples.length; from += blockLength, number++) {
    bytes.push(...frame(number, samples.slice(from, from + blockLength)));
  }
  return Uint8Array.from(bytes);
}

function streamInfo(declared: number): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(blockLength, 0);
  info.writeUInt16BE(blockLength, 2);
  // 20 bits of rate, 3 of channels − 1, 5 of bits − 1, 36 of samples; frame sizes and MD5 stay unknown.
  info.writeBigUInt64BE((16000n << 44n) | (15n << 36n) | BigInt(declared), 10);
  return info;
}

/** Sync and fixed blocks; 8 bits of block length − 1, 16 kHz; mono, 16 bits; number, length, CRC-8. */
function frame(number: number, samples: readonly number[]): Buffer {
  const coding = [0xff, 0xf8, 0x65, 0x08];
  const head = Buffer.from([...coding, ...Buffer.from(String.fromCodePoint(number)), samples.length - 1]);
  const body = Buffer.alloc(1 + 2 * samples.length);
  body[0] = 0x02;
  samples.forEach((sample, i) => {
    body.writeInt16BE(sample, 1 + 2 * i);
  });
  const untilCrc = Buffer.concat([head, Buffer.of(crc(head, 8, 0x07)), body]);
  const footer = Buffer.alloc(2);
  footer.writeUInt16BE(crc(untilCrc, 16, 0x8005));
  return Buffer.concat([untilCrc, footer]);
}

function crc(bytes: Uint8Array, nBits: number, polynomial: number): number {
  let register = 0;
  for (const byte of bytes) {
    register ^= byte << (nBits - 8);
    for (let bit = 0; bit < 8; bit++) {
      register = (register << 1) ^ (register >> (nBits - 1) === 1 ? polynomial | (1 << nBits) : 0);
    }
  }
  return register;
}
