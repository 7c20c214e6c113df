import { type FileHandle, open } from 'node:fs/promises';
import { AudioFormatError } from '../errors.js';
import { joinBlocks } from './join-blocks.js';
import { openAudio } from './open-audio.js';
import { decodeWavFrames, parseWavHeader, type WavFormat } from './wav.js';

/**
 * Reads parts of one recording by offset and duration, as manifests of segments name them.
 *
 * A WAV file is read in place, part by part. A compressed file is decoded once, on opening, and then held:
 * 0.23 GB per hour at 16 kHz. Stream such a file with `openAudio` where it is wanted from end to end.
 */
export class SliceReader {
  private constructor(
    private readonly name: string,
    /** Rate of the samples that `read` gives, in Hz. */
    readonly sampleRateHz: number,
    /** Length of the recording, in samples. */
    readonly nSamples: number,
    private readonly readRange: (from: number, to: number) => Promise<Float32Array>,
    /** Closes the file; the reader must not be used after it. */
    readonly close: () => Promise<void>,
  ) {}

  /** @throws AudioFormatError as `openAudio` does */
  static async open(path: string): Promise<SliceReader> {
    const source = await openAudio(path);
    const { name, sampleRateHz } = source;
    if (source.container === 'wav') {
      await source.close();
      const file = await open(path);
      const format = await readHeader(file, name);
      const nSamples = Math.round((source.durationSec ?? 0) * sampleRateHz);
      const readRange = (from: number, to: number) => readFrames(file, format, from, to);
      return new SliceReader(name, sampleRateHz, nSamples, readRange, () => file.close());
    }
    const samples = await joinBlocks(source.blocks);
    const readRange = async (from: number, to: number) => samples.slice(from, to);
    return new SliceReader(name, sampleRateHz, samples.length, readRange, async () => {});
  }

  /**
   * A copy of one part, mono at ±1. Both ends are rounded to the nearest sample.
   *
   * @param offsetSec start, in seconds from the start of the recording
   * @param durationSec length in seconds; left out: up to the end
   * @throws AudioFormatError where the part reaches beyond the recording by more than one sample
   */
  async read(offsetSec = 0, durationSec?: number): Promise<Float32Array> {
    const from = Math.round(offsetSec * this.sampleRateHz);
    const to = durationSec === undefined ? this.nSamples : from + Math.round(durationSec * this.sampleRateHz);
    if (from < 0 || to < from || to > this.nSamples + 1) {
      throw new AudioFormatError(this.name, {
        expected: `a part within its ${(this.nSamples / this.sampleRateHz).toFixed(3)} s`,
        actual: `${offsetSec} s … ${(to / this.sampleRateHz).toFixed(3)} s`,
      });
    }
    return this.readRange(from, Math.min(to, this.nSamples));
  }
}

async function readHeader(file: FileHandle, name: string): Promise<WavFormat> {
  for (let nBytes = 4096; ; nBytes *= 4) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(nBytes), 0, nBytes, 0);
    const format = parseWavHeader(buffer.subarray(0, bytesRead), bytesRead < nBytes, name);
    if (format) return format;
  }
}

async function readFrames(
  file: FileHandle,
  format: WavFormat,
  from: number,
  to: number,
): Promise<Float32Array> {
  const nBytes = (to - from) * format.frameBytes;
  const buffer = Buffer.allocUnsafeSlow(nBytes);
  await file.read(buffer, 0, nBytes, format.dataOffset + from * format.frameBytes);
  return decodeWavFrames(buffer, format);
}
