/** What a WAV file for a test holds. */
export interface WavFileOptions {
  sampleRateHz: number;
  bits: 8 | 16 | 24 | 32;
  /** IEEE float of 32 bits. */
  float?: boolean;
  /** Sample values of each channel: integers around zero, or floats. */
  channels: number[][];
  /** WAVE_FORMAT_EXTENSIBLE, as ffmpeg writes 24-bit files. */
  extensible?: boolean;
  /** A chunk of odd size before the samples and one after. */
  extraChunks?: boolean;
}

/** Bytes of a WAV file, written from the format's description and independent of the reader under test. */
export function wavFile(options: WavFileOptions): Uint8Array {
  const { sampleRateHz, bits, channels, float = false, extensible = false, extraChunks = false } = options;
  const bytesPerSample = bits / 8;
  const frameBytes = bytesPerSample * channels.length;
  const fmt = Buffer.alloc(extensible ? 40 : 16);
  const coding = float ? 3 : 1;
  fmt.writeUInt16LE(extensible ? 0xfffe : coding, 0);
  fmt.writeUInt16LE(channels.length, 2);
  fmt.writeUInt32LE(sampleRateHz, 4);
  fmt.writeUInt32LE(sampleRateHz * frameBytes, 8);
  fmt.writeUInt16LE(frameBytes, 12);
  fmt.writeUInt16LE(bits, 14);
  if (extensible) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(bits, 18);
    fmt.writeUInt16LE(coding, 24);
  }
  const nFrames = channels[0]?.length ?? 0;
  const data = Buffer.alloc(nFrames * frameBytes);
  for (let i = 0; i < nFrames; i++) {
    channels.forEach((values, channel) => {
      const at = i * frameBytes + channel * bytesPerSample;
      const value = values[i] as number;
      if (float) data.writeFloatLE(value, at);
      else if (bits === 8) data.writeUInt8(value + 128, at);
      else data.writeIntLE(value, at, bytesPerSample);
    });
  }
  const odd = chunk('LIST', Buffer.from('odd'));
  const body = [
    chunk('fmt ', fmt),
    ...(extraChunks ? [odd] : []),
    chunk('data', data),
    ...(extraChunks ? [odd] : []),
  ];
  const riff = chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...body]));
  return new Uint8Array(riff.buffer.slice(riff.byteOffset, riff.byteOffset + riff.length));
}

function chunk(id: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
