import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { CorpusError } from '../errors.js';
import { groupBy } from './group-by.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** One line of a manifest as it stands in the file (NeMo's form; other fields are allowed and ignored). */
const lineSchema = z.object({
  /** The recording, relative to the manifest's folder. */
  audio_filepath: z.string().min(1),
  /** Start of the segment in the recording, in seconds. */
  offset: z.number().nonnegative().default(0),
  /** Length of the segment, in seconds. */
  duration: z.number().positive(),
  label: z.string().min(1).optional(),
  speaker: z.string().optional(),
  session: z.string().optional(),
  id: z.string().optional(),
  /** What is said; an object where it holds an intent. */
  text: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  /** Where the word ends, in seconds from the start of the segment; else it is estimated. */
  word_end: z.number().positive().optional(),
});

/** The form of a text that holds an intent. */
const askedSchema = z.object({
  intent: z.string().min(1),
  slots: z.record(z.string(), z.string()).default({}),
});

/** A stretch of a recording that a manifest names. */
export interface Segment {
  /** Line in the manifest, from 1. */
  readonly line: number;
  /** Absolute path of the recording. */
  readonly audioPath: string;
  /** Start in the recording, in seconds. */
  readonly offsetSec: number;
  /** Length in seconds. */
  readonly durationSec: number;
  readonly label: string | null;
  readonly speaker: string | null;
  /** What was recorded in one go: one evening, one call. */
  readonly session: string | null;
  readonly id: string | null;
  /** What is said, where the manifest holds it as text. */
  readonly text: string | null;
  /** What is asked, where the manifest holds an intent and its slots in place of text. */
  readonly asked: { readonly intent: string; readonly slots: Readonly<Record<string, string>> } | null;
  /** End of the word in seconds from the start of the segment, where the manifest holds it. */
  readonly wordEndSec: number | null;
}

/** What kind of sound a corpus is; false wakes are told by kind. */
export const CORPUS_KINDS = [
  'read',
  'conversation',
  'acted',
  'telephone',
  'TV',
  'near words',
  'music',
  'noise',
] as const;
/** One of {@link CORPUS_KINDS}. */
export type CorpusKind = (typeof CORPUS_KINDS)[number];

const factsSchema = z.strictObject({
  kind: z.enum(CORPUS_KINDS).nullable().default(null),
  licence: z.string().nullable().default(null),
  split: z.enum(['train', 'dev', 'test']).nullable().default(null),
});
/** `corpus.json`: facts of each manifest in its folder, by the manifest's file name. */
const corpusFileSchema = z.record(z.string(), factsSchema);

/** Facts of a corpus that its manifest does not hold; null where nothing tells them. */
export interface CorpusFacts {
  readonly kind: CorpusKind | null;
  readonly licence: string | null;
  /** What the corpus is kept for. */
  readonly split: 'train' | 'dev' | 'test' | null;
}

/** A corpus: the segments that a manifest names, in its order. */
export interface Manifest {
  /** The path as it was given. */
  readonly path: string;
  /** Names the corpus: SHA-256 of the manifest's bytes and of each recording's length in bytes, hexadecimal. */
  readonly sha256: string;
  /** What `corpus.json` beside it says of it. */
  readonly about: CorpusFacts;
  readonly segments: readonly Segment[];
}

/**
 * Reads a manifest and checks that each recording that it names exists.
 *
 * @throws CorpusError that names the file and the line of the first fault
 */
export async function readManifest(path: string): Promise<Manifest> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CorpusError(path, 'manifest', { expected: 'a readable file', actual: reason(cause), cause });
  });
  const segments: Segment[] = [];
  const lines = bytes.toString('utf8').split('\n');
  for (const [index, text] of lines.entries()) {
    if (text.trim() !== '') segments.push(parseLine(path, index + 1, text));
  }
  if (segments.length === 0) {
    throw new CorpusError(path, 'manifest', { expected: 'at least one segment', actual: 'none' });
  }
  const hash = createHash('sha256').update(bytes);
  for (const nBytes of await recordingSizes(path, segments)) hash.update(`\0${nBytes}`);
  return { path, sha256: hash.digest('hex'), about: await readFacts(path), segments };
}

/** The segments of a manifest by recording, recordings in the order in which they are first named. */
export function byRecording(manifest: Manifest): Map<string, Segment[]> {
  return groupBy(manifest.segments, ({ audioPath }) => audioPath);
}

/** The recordings that manifests name, each once, in the order in which they are first named. */
export async function readRecordings(paths: readonly string[]): Promise<string[]> {
  const recordings = new Set<string>();
  for (const path of paths) {
    for (const { audioPath } of (await readManifest(path)).segments) recordings.add(audioPath);
  }
  return [...recordings];
}

/** Says where a segment stands, for errors. */
export function lineOf(segment: Segment): string {
  return `line ${segment.line}`;
}

/** What a negative segment is resampled with: its session, else its speaker, else its recording. */
export function sessionOf({ session, speaker, audioPath }: Segment): string {
  return session ?? speaker ?? basename(audioPath);
}

/** Names a segment independently of where the corpus lies, so that anyone mixes the same with it. */
export function nameOf(segment: Segment): string {
  return `${basename(segment.audioPath)}@${Math.round(segment.offsetSec * EVALUATION_RATE_HZ)}`;
}

function parseLine(path: string, line: number, text: string): Segment {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CorpusError(path, `line ${line}`, { expected: 'a JSON object', actual: reason(cause), cause });
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'line';
    throw new CorpusError(path, `line ${line}`, {
      expected: `a segment with a valid "${field}"`,
      actual: issue?.message ?? 'an invalid line',
    });
  }
  const entry = parsed.data;
  if (entry.word_end !== undefined && entry.word_end > entry.duration) {
    throw new CorpusError(path, `line ${line}`, {
      expected: `"word_end" within the segment (${entry.duration} s)`,
      actual: entry.word_end,
    });
  }
  return {
    line,
    audioPath: resolve(dirname(path), entry.audio_filepath),
    offsetSec: entry.offset,
    durationSec: entry.duration,
    label: entry.label ?? null,
    speaker: entry.speaker ?? null,
    session: entry.session ?? null,
    id: entry.id ?? null,
    text: typeof entry.text === 'string' ? entry.text : null,
    asked: askedSchema.safeParse(entry.text).data ?? null,
    wordEndSec: entry.word_end ?? null,
  };
}

async function readFacts(manifest: string): Promise<CorpusFacts> {
  const path = join(dirname(manifest), 'corpus.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return factsSchema.parse({});
  try {
    return corpusFileSchema.parse(JSON.parse(text))[basename(manifest)] ?? factsSchema.parse({});
  } catch (cause) {
    throw new CorpusError(path, basename(manifest), {
      expected: 'by manifest: kind, licence and split',
      actual: cause instanceof z.ZodError ? z.prettifyError(cause) : reason(cause),
      remedy: `Kinds are ${CORPUS_KINDS.join(', ')}; splits train, dev, test.`,
      cause,
    });
  }
}

/** Lengths of the recordings in bytes, in the order in which they are first named. */
async function recordingSizes(path: string, segments: readonly Segment[]): Promise<number[]> {
  const sizes = new Map<string, number>();
  for (const segment of segments) {
    if (sizes.has(segment.audioPath)) continue;
    const found = await stat(segment.audioPath).catch(() => null);
    if (!found?.isFile()) {
      throw new CorpusError(path, lineOf(segment), {
        expected: 'a recording beside the manifest',
        actual: `no file ${segment.audioPath}`,
      });
    }
    sizes.set(segment.audioPath, found.size);
  }
  return [...sizes.values()];
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
