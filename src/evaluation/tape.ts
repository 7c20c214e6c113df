import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CorpusError } from '../errors.js';
import { type Manifest, readManifest, type Segment } from './manifest.js';
import { seededUniform } from './random.js';
import { openRecording } from './recording.js';
import { cutManifest, type OpenRecording } from './segments.js';
import { meanPower } from './speech-level.js';

/** Sound below this mean power (−100 dBFS) cannot be raised to a stated ratio; another place is drawn. */
const SILENT_POWER = 1e-10;
/** Draws after which a manifest counts as silent. */
const MAX_DRAWS = 100;
const BYTES_PER_SAMPLE = Float32Array.BYTES_PER_ELEMENT;

/** A segment on a tape. */
export interface TapeSection {
  /** The segment's label, else its id, else its place. */
  readonly name: string;
  /** First sample on the tape. */
  readonly from: number;
  /** In samples. */
  readonly length: number;
}

/** Where a tape lies, for other processes. */
export interface TapeFile {
  readonly path: string;
  /** Length in samples at 16 kHz. */
  readonly length: number;
  readonly sections: readonly TapeSection[];
  /** The manifests, for errors. */
  readonly corpus: string;
}

/**
 * The segments of some manifests as one tape: at 16 kHz, laid end to end in the manifests' order, its end joined to
 * its start. What lies between the segments of a recording is left out.
 *
 * The tape lies in a scratch file, so hours of noise cost no memory; `dispose()` removes it.
 */
export class Tape {
  private constructor(
    /** Where it lies. */
    readonly tape: TapeFile,
    private readonly file: FileHandle,
    /** The scratch folder that is removed at the end; null for who only reads. */
    private readonly folder: string | null,
  ) {}

  /** Decodes the manifests' segments once. */
  static async create(manifests: readonly Manifest[], openRecording: OpenRecording): Promise<Tape> {
    const folder = await mkdtemp(join(tmpdir(), 'wakeproof-tape-'));
    const path = join(folder, 'tape.f32');
    const file = await open(path, 'wx+');
    try {
      let length = 0;
      const sections: TapeSection[] = [];
      for (const manifest of manifests) {
        for await (const { segment, samples } of cutManifest(manifest, openRecording)) {
          await file.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
          sections.push({ name: sectionName(segment), from: length, length: samples.length });
          length += samples.length;
        }
      }
      const corpus = manifests.map((manifest) => manifest.path).join(', ');
      return new Tape({ path, length, sections, corpus }, file, folder);
    } catch (error) {
      await file.close();
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  /** Opens the tape that another process made and keeps. */
  static async attach(tape: TapeFile): Promise<Tape> {
    return new Tape(tape, await open(tape.path, 'r'), null);
  }

  /**
   * Sound from a place on the tape that the seed and the key fix. The same key gives the same sound, whatever else
   * was drawn before. A place that is silent is passed over for the next draw of the same key.
   *
   * @param nSamples length at 16 kHz; a tape that is shorter is repeated
   */
  async excerpt(seed: number, key: string, nSamples: number): Promise<Float32Array> {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const start = Math.floor(seededUniform(seed, `${key}#${draw}`) * this.tape.length);
      const sound = await this.read(start, nSamples);
      if (meanPower(sound) > SILENT_POWER) return sound;
    }
    throw new CorpusError(this.tape.corpus, 'noise', {
      expected: 'noise above −100 dBFS',
      actual: `silence at ${MAX_DRAWS} places`,
    });
  }

  /** One whole segment, which the seed and the key fix. */
  async section(seed: number, key: string): Promise<{ name: string; samples: Float32Array }> {
    const { sections } = this.tape;
    const { name, from, length } = sections[
      Math.floor(seededUniform(seed, key) * sections.length)
    ] as TapeSection;
    return { name, samples: await this.read(from, length) };
  }

  /** The sound of one of its sections. */
  sound({ from, length }: TapeSection): Promise<Float32Array> {
    return this.read(from, length);
  }

  /** Closes the tape; its maker removes the scratch file. */
  async dispose(): Promise<void> {
    await this.file.close();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  private async read(start: number, nSamples: number): Promise<Float32Array> {
    const sound = new Float32Array(nSamples);
    for (let filled = 0; filled < nSamples; ) {
      const from = (start + filled) % this.tape.length;
      const count = Math.min(nSamples - filled, this.tape.length - from);
      const bytes = new Uint8Array(sound.buffer, filled * BYTES_PER_SAMPLE, count * BYTES_PER_SAMPLE);
      await this.file.read(bytes, 0, bytes.length, from * BYTES_PER_SAMPLE);
      filled += count;
    }
    return sound;
  }
}

/**
 * The segments of manifests as a tape; null where there are none.
 *
 * @throws CorpusError for manifests that cannot be read
 */
export async function openTape(manifests: readonly string[]): Promise<Tape | null> {
  if (manifests.length === 0) return null;
  return Tape.create(await Promise.all(manifests.map(readManifest)), openRecording);
}

function sectionName({ label, id, audioPath, offsetSec }: Segment): string {
  return label ?? id ?? `${basename(audioPath)}@${offsetSec}`;
}
