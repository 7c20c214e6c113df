import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { OpenRecording } from '../../../src/evaluation/segments.js';

/** A corpus for one test: manifests are real files, recordings are arrays behind empty files. */
export class CorpusFolder {
  private readonly recordings = new Map<string, Float32Array>();

  private constructor(readonly path: string) {}

  static async create(): Promise<CorpusFolder> {
    return new CorpusFolder(await mkdtemp(join(tmpdir(), 'wakeproof-corpus-')));
  }

  /** Adds a recording: 16 kHz samples. */
  async addRecording(name: string, samples: Float32Array): Promise<void> {
    this.recordings.set(name, samples);
    await writeFile(join(this.path, name), '');
  }

  /** Adds a manifest; a string is a line as it stands. */
  async addManifest(name: string, lines: readonly (string | Record<string, unknown>)[]): Promise<string> {
    const path = join(this.path, name);
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(path, `${text}\n`);
    return path;
  }

  /** Opens a recording in blocks of an awkward length. */
  readonly open: OpenRecording = async function* (this: CorpusFolder, path: string) {
    const samples = this.recordings.get(basename(path)) as Float32Array;
    for (let from = 0; from < samples.length; from += 1777) yield samples.slice(from, from + 1777);
  }.bind(this);

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
