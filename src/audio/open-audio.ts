import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { AudioFormatError, ConfigError } from '../errors.js';
import { decodeCompressed } from './compressed.js';
import { type AudioContainer, containerHeadBytes, detectContainer } from './container.js';
import { int16FromBytes, int16ToFloat32, UnitCutter } from './pcm.js';
import { decodeWavFrames, parseWavHeader } from './wav.js';

/** An opened recording or live stream, read once from start to end. */
export interface AudioSource {
  /** The file's name without its folder, or `stdin`. */
  readonly name: string;
  readonly container: AudioContainer;
  readonly sampleRateHz: number;
  /** Length where the header tells it; null for streams and compressed files. */
  readonly durationSec: number | null;
  /** Share of the file's bytes read so far, 0…1; null for streams. */
  progress(): number | null;
  /** The samples, mono at ±1, in blocks of any length. Can be iterated once; leaving the loop closes the file. */
  readonly blocks: AsyncIterable<Float32Array>;
  /** Closes the file where the blocks are not wanted. */
  close(): Promise<void>;
}

/** How to open audio. */
export interface OpenAudioOptions {
  /** Rate of raw PCM, in Hz. For a file with a header: must agree with it. */
  rateHz?: number;
  /** Told what is odd about the audio but does not stop it, such as a file that ends early. */
  onWarning?: (message: string) => void;
}

const rawExtensions = ['.raw', '.pcm', '.s16', '.s16le'];

/**
 * Opens a recording (WAV, FLAC, Ogg Vorbis, Ogg Opus, MP3, raw 16-bit PCM) or a stream of such bytes.
 *
 * Nothing is held whole: blocks are decoded as they are asked for. Several channels become their mean.
 * WAV of 16, 24 and 32 bits is exact; FLAC within 4e-5 of full scale (its decoder divides by 32767).
 *
 * @param input a path, or bytes such as `process.stdin`
 * @throws AudioFormatError for a missing, empty, damaged or unknown file, or a rate that contradicts its header
 * @throws ConfigError for raw PCM without a rate
 */
export async function openAudio(
  input: string | AsyncIterable<Uint8Array>,
  options: OpenAudioOptions = {},
): Promise<AudioSource> {
  const isFile = typeof input === 'string';
  const name = isFile ? basename(input) : 'stdin';
  const totalBytes = isFile ? await fileBytes(input) : null;
  const bytes = new ByteStream(isFile ? createReadStream(input) : input);
  const close = () => bytes.close();
  try {
    await bytes.fill(containerHeadBytes);
    if (bytes.head.length === 0) throw empty(name, '0 bytes');
    const container = chooseContainer(bytes.head, input, options);
    if (!container) throw unknown(name);
    const decoded = await decode(container, bytes, { name, totalBytes, options });
    if (options.rateHz !== undefined && options.rateHz !== decoded.sampleRateHz) {
      throw new AudioFormatError(name, {
        expected: `the rate in its header, ${decoded.sampleRateHz} Hz`,
        actual: `a declared rate of ${options.rateHz} Hz`,
        remedy: 'Leave the rate out: a file with a header needs none.',
      });
    }
    const progress = () => (totalBytes === null ? null : Math.min(1, bytes.consumedBytes / totalBytes));
    return { name, container, progress, ...decoded, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Raw PCM has no signature: a file says it by its name, a stream by bringing nothing else or by its declared rate. */
function chooseContainer(
  head: Uint8Array,
  input: string | AsyncIterable<Uint8Array>,
  options: OpenAudioOptions,
): AudioContainer | null {
  const mayBeRaw = typeof input !== 'string' || rawExtensions.includes(extname(input).toLowerCase());
  const strict = mayBeRaw && options.rateHz !== undefined;
  return detectContainer(head, strict) ?? (mayBeRaw ? 'pcm' : null);
}

interface Context {
  name: string;
  totalBytes: number | null;
  options: OpenAudioOptions;
}
type Decoded = Pick<AudioSource, 'sampleRateHz' | 'durationSec' | 'blocks'>;

function decode(container: AudioContainer, bytes: ByteStream, context: Context): Promise<Decoded> | Decoded {
  if (container === 'wav') return decodeWav(bytes, context);
  if (container === 'pcm') return decodePcm(bytes, context);
  return decodeCompressed(container, bytes.head, bytes, context.name);
}

async function decodeWav(bytes: ByteStream, { name, totalBytes, options }: Context): Promise<Decoded> {
  let format = parseWavHeader(bytes.head, bytes.ended, name);
  while (!format) {
    await bytes.fill(bytes.head.length + 1);
    format = parseWavHeader(bytes.head, bytes.ended, name);
  }
  const { dataOffset, dataBytes, frameBytes, sampleRateHz } = format;
  const heldBytes = totalBytes === null ? null : totalBytes - dataOffset;
  if (dataBytes === 0 || (heldBytes !== null && heldBytes < frameBytes))
    throw empty(name, 'a header without samples');
  const knownBytes = Math.min(dataBytes ?? Number.POSITIVE_INFINITY, heldBytes ?? Number.POSITIVE_INFINITY);
  const toSec = (nBytes: number) => Math.floor(nBytes / frameBytes) / sampleRateHz;

  async function* blocks(): AsyncGenerator<Float32Array> {
    const cutter = new UnitCutter(frameBytes);
    let left = dataBytes ?? Number.POSITIVE_INFINITY;
    bytes.skip(dataOffset);
    for await (const chunk of bytes) {
      const whole = cutter.push(chunk.length > left ? chunk.subarray(0, left) : chunk);
      left -= chunk.length;
      if (whole.length > 0) yield decodeWavFrames(whole, format as NonNullable<typeof format>);
      if (left <= 0) break;
    }
    if (dataBytes !== null && left > 0) {
      const declared = toSec(dataBytes).toFixed(2);
      options.onWarning?.(
        `${name} is cut off: its header declares ${declared} s, it holds ${toSec(dataBytes - left).toFixed(2)} s.`,
      );
    }
  }
  const durationSec = Number.isFinite(knownBytes) ? toSec(knownBytes) : null;
  return { sampleRateHz, durationSec, blocks: blocks() };
}

function decodePcm(bytes: ByteStream, { name, totalBytes, options }: Context): Decoded {
  const { rateHz } = options;
  if (rateHz === undefined) {
    throw new ConfigError('rate', {
      expected: `the sample rate of the raw PCM on ${name}, in Hz, since no header tells it`,
      actual: 'none',
      remedy: 'Declare it, for example --rate 16000, or send WAV, FLAC, Ogg or MP3.',
    });
  }
  async function* blocks(): AsyncGenerator<Float32Array> {
    const cutter = new UnitCutter(2);
    for await (const chunk of bytes) {
      const samples = int16FromBytes(cutter.push(chunk));
      if (samples.length === 0) continue;
      const block = new Float32Array(samples.length);
      int16ToFloat32(samples, block);
      yield block;
    }
    if (cutter.carriedBytes > 0) {
      options.onWarning?.(`${name} ends in the middle of a 16-bit sample; its last byte was left out.`);
    }
  }
  const durationSec = totalBytes === null ? null : Math.floor(totalBytes / 2) / rateHz;
  return { sampleRateHz: rateHz, durationSec, blocks: blocks() };
}

async function fileBytes(path: string): Promise<number> {
  const name = basename(path);
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const actual = cause.code === 'ENOENT' ? 'nothing at this path' : (cause.code ?? cause.message);
    throw new AudioFormatError(name, { expected: 'an audio file that can be read', actual, cause });
  });
  if (facts.isDirectory())
    throw new AudioFormatError(name, { expected: 'an audio file', actual: 'a directory' });
  if (facts.isFile() && facts.size === 0) throw empty(name, '0 bytes');
  return facts.size;
}

function empty(name: string, actual: string): AudioFormatError {
  return new AudioFormatError(name, { expected: 'audio', actual });
}

function unknown(name: string): AudioFormatError {
  return new AudioFormatError(name, {
    expected: 'WAV, FLAC, Ogg Vorbis, Ogg Opus or MP3, or raw 16-bit PCM named .raw or .pcm',
    actual: 'bytes that begin like none of these',
  });
}

/** A byte stream whose beginning can be looked at before it is consumed. */
class ByteStream implements AsyncIterable<Uint8Array> {
  /** What has been read and not yet handed out. */
  head: Uint8Array = new Uint8Array(0);
  /** True once the source has no more. */
  ended = false;
  /** Bytes handed out so far. */
  consumedBytes = 0;
  readonly #source: AsyncIterator<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Reads until `head` holds `nBytes` or the source ends. */
  async fill(nBytes: number): Promise<void> {
    while (this.head.length < nBytes && !this.ended) {
      const next = await this.#source.next();
      if (next.done) this.ended = true;
      else this.head = this.head.length === 0 ? next.value : Buffer.concat([this.head, next.value]);
    }
  }

  /** Drops the first bytes of `head`. */
  skip(nBytes: number): void {
    this.head = this.head.subarray(nBytes);
    this.consumedBytes += nBytes;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      while (true) {
        await this.fill(1);
        if (this.head.length === 0) return;
        const chunk = this.head;
        this.head = new Uint8Array(0);
        this.consumedBytes += chunk.length;
        yield chunk;
      }
    } finally {
      await this.close();
    }
  }
}
