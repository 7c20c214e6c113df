import wavDecoder from 'wav-decoder';
import { AudioFormatError } from '../errors.js';
import { downmix, int16FromBytes, int16ToFloat32 } from './pcm.js';

/** What the header of a WAV file says. */
export interface WavFormat {
  readonly sampleRateHz: number;
  readonly nChannels: number;
  /** 8, 16, 24, 32 or 64. */
  readonly bitsPerSample: number;
  /** IEEE float instead of integers. */
  readonly floatingPoint: boolean;
  /** Size of one sample of every channel. */
  readonly frameBytes: number;
  /** Where the samples start, in bytes from the start of the file. */
  readonly dataOffset: number;
  /** Declared size of the samples; null where a streaming writer left it open. */
  readonly dataBytes: number | null;
}

const formatInteger = 1;
const formatFloat = 3;
const formatExtensible = 0xfffe;
/** A header with more before its samples than this is not waited for. */
const maxHeaderBytes = 1 << 20;

/**
 * Reads a RIFF/WAVE header up to the first byte of its samples.
 *
 * @param head the file's first bytes, as many as are at hand
 * @param ended true when the file has no more bytes than these
 * @returns the format, or null when more bytes are needed
 * @throws AudioFormatError for a header that is damaged, cut off, or of a coding other than integer or float PCM
 * Source: Microsoft RIFF, "Multiple channel audio data and WAVE files" (WAVE_FORMAT_EXTENSIBLE).
 */
export function parseWavHeader(head: Uint8Array, ended: boolean, source: string): WavFormat | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let format: Omit<WavFormat, 'dataOffset' | 'dataBytes'> | null = null;
  let at = 12;
  while (at + 8 <= head.length) {
    const id = String.fromCharCode(...head.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === 'data') {
      if (!format) throw damaged(source, 'a "fmt " chunk before the samples', 'none');
      // Writers that cannot seek back leave 0, or the largest size they can name.
      const open = size === 0 ? head.length > body : size >= 0x7fffffff - 4096;
      return { ...format, dataOffset: body, dataBytes: open ? null : size };
    }
    if (id === 'fmt ') {
      if (body + Math.min(size, 26) > head.length) break;
      format = parseFormat(view, body, size, source);
    }
    at = body + size + (size % 2);
  }
  if (ended || head.length > maxHeaderBytes) {
    throw damaged(source, 'a WAV header with "fmt " and "data" chunks', `${head.length} bytes without them`);
  }
  return null;
}

function parseFormat(view: DataView, at: number, size: number, source: string) {
  if (size < 16) throw damaged(source, 'a "fmt " chunk of at least 16 bytes', `${size} bytes`);
  let coding = view.getUint16(at, true);
  if (coding === formatExtensible && size >= 26) coding = view.getUint16(at + 24, true);
  const nChannels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const bitsPerSample = view.getUint16(at + 14, true);
  const floatingPoint = coding === formatFloat;
  const known =
    (coding === formatInteger && [8, 16, 24, 32].includes(bitsPerSample)) ||
    (floatingPoint && [32, 64].includes(bitsPerSample));
  if (!known) {
    throw damaged(
      source,
      'PCM of 8, 16, 24 or 32 bits, or float of 32 or 64',
      `coding ${coding} of ${bitsPerSample} bits`,
    );
  }
  if (nChannels < 1 || sampleRateHz < 1) {
    throw damaged(
      source,
      'at least one channel and a rate above zero',
      `${nChannels} channels at ${sampleRateHz} Hz`,
    );
  }
  return {
    sampleRateHz,
    nChannels,
    bitsPerSample,
    floatingPoint,
    frameBytes: (nChannels * bitsPerSample) / 8,
  };
}

function damaged(source: string, expected: string, actual: string): AudioFormatError {
  return new AudioFormatError(source, {
    expected,
    actual,
    remedy: 'Convert it, for example with: ffmpeg -i INPUT -ar 16000 -ac 1 -c:a pcm_s16le OUTPUT.wav',
  });
}

/**
 * Samples of a WAV file as mono at ±1.
 *
 * 16-bit mono is converted in place of a general decoder, since nearly all files are that; the other sample
 * formats go through `wav-decoder`, which reads whole files, so it is given this block as a file of its own.
 *
 * @param bytes whole frames, as `format.frameBytes` counts them
 */
export function decodeWavFrames(bytes: Uint8Array, format: WavFormat): Float32Array {
  if (format.bitsPerSample === 16 && format.nChannels === 1) {
    const out = new Float32Array(bytes.length / 2);
    int16ToFloat32(int16FromBytes(bytes), out);
    return out;
  }
  // `symmetric` divides by 2^(bits−1); for 8 bits it would add half a step of DC, so there it stays off.
  const symmetric = format.bitsPerSample > 8;
  const { channelData } = wavDecoder.decode.sync(asFile(bytes, format), { symmetric });
  if (format.bitsPerSample === 24) {
    // wav-decoder 1.3.0 reads the most negative value, 0x800000, as +1, which no other 24-bit value gives.
    for (const channel of channelData)
      for (let i = 0; i < channel.length; i++) if (channel[i] === 1) channel[i] = -1;
  }
  return downmix(channelData);
}

/** A plain 44-byte header before the frames. */
function asFile(bytes: Uint8Array, format: WavFormat): ArrayBuffer {
  const file = new ArrayBuffer(44 + bytes.length);
  const view = new DataView(file);
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i));
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + bytes.length, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format.floatingPoint ? formatFloat : formatInteger, true);
  view.setUint16(22, format.nChannels, true);
  view.setUint32(24, format.sampleRateHz, true);
  view.setUint32(28, format.sampleRateHz * format.frameBytes, true);
  view.setUint16(32, format.frameBytes, true);
  view.setUint16(34, format.bitsPerSample, true);
  text(36, 'data');
  view.setUint32(40, bytes.length, true);
  new Uint8Array(file, 44).set(bytes);
  return file;
}
