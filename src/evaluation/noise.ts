import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CorpusError } from '../errors.js';
import { byRecording, type Manifest } from './manifest.js';
import { seededUniform } from './random.js';
import { cutSegments, type OpenRecording } from './segments.js';
import { activeSpeechPower, meanPower } from './speech-level.js';

/** Noise below this mean power (−100 dBFS) cannot be raised to a stated SNR; another place is drawn. */
const SILENT_POWER = 1e-10;
/** Draws after which a noise manifest counts as silent. */
const MAX_DRAWS = 100;
const BYTES_PER_SAMPLE = Float32Array.BYTES_PER_ELEMENT;

/** Where a tape lies, for other processes. */
export interface TapeFile {
  readonly path: string;
  /** Length in samples at 16 kHz. */
  readonly length: number;
  /** The manifests, for errors. */
  readonly corpus: string;
}

/**
 * The noise of some manifests as one tape: their segments at 16 kHz laid end to end, in the manifests' order, its
 * end joined to its start. What lies between the segments of a recording is not noise and is left out.
 *
 * The tape lies in a scratch file, so hours of noise cost no memory; `dispose()` removes it.
 */
export class NoiseTape {
  private constructor(
    /** Where it lies. */
    readonly tape: TapeFile,
    private readonly file: FileHandle,
    /** The scratch folder that is removed at the end; null for who only reads. */
    private readonly folder: string | null,
  ) {}

  /** Decodes the manifests' segments once. */
  static async create(manifests: readonly Manifest[], openRecording: OpenRecording): Promise<NoiseTape> {
    const folder = await mkdtemp(join(tmpdir(), 'wakeproof-noise-'));
    const path = join(folder, 'tape.f32');
    const file = await open(path, 'wx+');
    try {
      let length = 0;
      for (const manifest of manifests) {
        for (const [audioPath, segments] of byRecording(manifest)) {
          for await (const { samples } of cutSegments(manifest.path, segments, openRecording(audioPath))) {
            await file.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
            length += samples.length;
          }
        }
      }
      const corpus = manifests.map((manifest) => manifest.path).join(', ');
      return new NoiseTape({ path, length, corpus }, file, folder);
    } catch (error) {
      await file.close();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Opens the tape that another process made and keeps. */
  static async attach(tape: TapeFile): Promise<NoiseTape> {
    return new NoiseTape(tape, await open(tape.path, 'r'), null);
  }

  /**
   * Noise from a place on the tape that the seed and the key fix. The same key gives the same noise, whatever else
   * was drawn before. A place that is silent is passed over for the next draw of the same key.
   *
   * @param nSamples length at 16 kHz; a tape that is shorter is repeated
   */
  async excerpt(seed: number, key: string, nSamples: number): Promise<Float32Array> {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const start = Math.floor(seededUniform(seed, `${key}#${draw}`) * this.tape.length);
      const noise = await this.read(start, nSamples);
      if (meanPower(noise) > SILENT_POWER) return noise;
    }
    throw new CorpusError(this.tape.corpus, 'noise', {
      expected: 'noise above −100 dBFS',
      actual: `silence at ${MAX_DRAWS} places`,
    });
  }

  /** Closes the tape; its maker removes the scratch file. */
  async dispose(): Promise<void> {
    await this.file.close();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  private async read(start: number, nSamples: number): Promise<Float32Array> {
    const noise = new Float32Array(nSamples);
    for (let filled = 0; filled < nSamples; ) {
      const from = (start + filled) % this.tape.length;
      const count = Math.min(nSamples - filled, this.tape.length - from);
      const bytes = new Uint8Array(noise.buffer, filled * BYTES_PER_SAMPLE, count * BYTES_PER_SAMPLE);
      await this.file.read(bytes, 0, bytes.length, from * BYTES_PER_SAMPLE);
      filled += count;
    }
    return noise;
  }
}

/**
 * The factor for noise so that speech stands above it by `snrDb`: the power of the speech is that of the loudest
 * 40 % of 25 ms frames of the clean segment ({@link activeSpeechPower}), the power of the noise is its mean over the
 * whole excerpt.
 *
 * @param segment clean speech at 16 kHz
 * @param noise the excerpt that will be added
 * @param snrDb wanted ratio in dB
 */
export function noiseGain(segment: Float32Array, noise: Float32Array, snrDb: number): number {
  return Math.sqrt(activeSpeechPower(segment) / (meanPower(noise) * 10 ** (snrDb / 10)));
}
