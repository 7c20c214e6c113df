import { AudioFormatError } from '../errors.js';
import type { AudioContainer } from './container.js';
import { downmix } from './pcm.js';

/** What `audio-decode` calls each container. */
const decoderNames = {
  flac: 'flac',
  'ogg-flac': 'flac',
  'ogg-vorbis': 'oga',
  'ogg-opus': 'opus',
  mp3: 'mp3',
} as const satisfies Partial<Record<AudioContainer, string>>;

/** A compressed file that is decoded while it is read; its first block is decoded already, to learn the rate. */
export interface CompressedAudio {
  readonly sampleRateHz: number;
  /** Not told by these headers in a way that can be trusted. */
  readonly durationSec: null;
  readonly blocks: AsyncIterable<Float32Array>;
}

/**
 * Decodes FLAC, Ogg or MP3 bytes as they come in; Opus comes out at 48 kHz, as its decoder always works.
 *
 * @throws AudioFormatError where the bytes give no samples; during iteration, where they become damaged
 */
export async function decodeCompressed(
  container: keyof typeof decoderNames,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<CompressedAudio> {
  const { decodeChunked } = await import('audio-decode');
  const decoded = decodeChunked(bytes, decoderNames[container]);
  const failed = (cause: unknown) =>
    new AudioFormatError(name, {
      expected: `whole ${container} audio`,
      actual: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  const first = await decoded.next().catch((cause: unknown) => {
    throw failed(cause);
  });
  if (first.done) throw failed('a header without samples');

  async function* blocks(): AsyncGenerator<Float32Array> {
    try {
      yield downmix((first as IteratorYieldResult<{ channelData: Float32Array[] }>).value.channelData);
      for await (const { channelData } of decoded) yield downmix(channelData);
    } catch (cause) {
      throw failed(cause);
    } finally {
      await decoded.return(undefined);
    }
  }
  return { sampleRateHz: first.value.sampleRate, durationSec: null, blocks: blocks() };
}
