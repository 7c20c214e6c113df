import { AudioFormatError } from '../errors.js';
import { type AudioContainer, containerHeadBytes } from './container.js';
import { declaredFlacSamples, withWholeHeaders } from './flac.js';
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
 * @param head the first bytes, `containerHeadBytes` where there are so many; also those of `bytes`
 * @throws AudioFormatError where the bytes give no samples; during iteration, where they become damaged, and after the
 * last block, where a FLAC file holds another number of samples than its header declares
 */
export async function decodeCompressed(
  container: keyof typeof decoderNames,
  head: Uint8Array,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<CompressedAudio> {
  const { decodeChunked } = await import('audio-decode');
  const isFlac = container === 'flac';
  const nDeclared = isFlac && head.length >= containerHeadBytes ? declaredFlacSamples(head) : null;
  const decoded = decodeChunked(isFlac ? withWholeHeaders(bytes) : bytes, decoderNames[container]);
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
    let nSamples = 0;
    const heard = ({ channelData }: { channelData: Float32Array[] }): Float32Array => {
      const block = downmix(channelData);
      nSamples += block.length;
      return block;
    };
    try {
      yield heard((first as IteratorYieldResult<{ channelData: Float32Array[] }>).value);
      for await (const more of decoded) yield heard(more);
    } catch (cause) {
      throw failed(cause);
    } finally {
      await decoded.return(undefined);
    }
    if (nDeclared !== null && nSamples !== nDeclared) {
      throw new AudioFormatError(name, {
        expected: `the ${nDeclared} samples that its header declares`,
        actual: `${nSamples}, all of which were handed out`,
        remedy: 'The file is cut off or damaged: look for a whole copy.',
        stateChanged: true,
      });
    }
  }
  return { sampleRateHz: first.value.sampleRate, durationSec: null, blocks: blocks() };
}
