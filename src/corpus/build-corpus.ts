import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openAudio } from '../audio/index.js';
import { ConfigError, CorpusError } from '../errors.js';
import { Lexicon } from '../lexicon/index.js';
import { type ConfusableCounts, confusablesOf } from './confusables.js';
import { type PlannedClip, planClips } from './plan.js';
import { findVoices, type Voice } from './synthesisers.js';

/** What corpus to build. */
export interface CorpusOptions {
  /** Wake words; one manifest holds what sounds like any of them. */
  readonly words: readonly string[];
  /** Folder to write to; made where it is missing. */
  readonly folder: string;
  /** Clips for each word. */
  readonly nClips: number;
  /** Confusables for each word: half of them words, the rest phrases of two and three. */
  readonly nConfusables: number;
  readonly seed: number;
  readonly split: 'train' | 'dev' | 'test';
  /** Synthesisers to use; all that are installed where left out. */
  readonly synthesisers?: readonly string[] | undefined;
  /** Clips spoken at once. */
  readonly nJobs: number;
  readonly onProgress?: (nDone: number, nClips: number) => void;
  readonly signal?: AbortSignal;
}

/** What was built. */
export interface BuiltCorpus {
  readonly manifest: string;
  readonly nClips: number;
  /** Clips that an earlier, interrupted run had spoken. */
  readonly nKept: number;
  readonly durationSec: number;
  readonly nConfusables: number;
  readonly voices: readonly string[];
}

const manifestName = 'near-words.jsonl';

/**
 * Speaks what sounds like wake words and is none, and writes it as a corpus: WAV files, `near-words.jsonl` (NeMo's
 * form) and an entry in `corpus.json`. The same options and voices give the same texts; clips that are there already
 * are kept, so an interrupted run goes on. The manifest is written when all clips are there.
 *
 * @throws ConfigError without a synthesiser, PronunciationError for a word that is no English, CorpusError where a
 *   synthesiser fails
 */
export async function buildCorpus(options: CorpusOptions): Promise<BuiltCorpus> {
  const { words, folder, nClips, nConfusables, seed, synthesisers } = options;
  for (const option of ['nClips', 'nConfusables', 'nJobs'] as const) {
    if (options[option] < 1)
      throw new ConfigError(option, { expected: 'at least 1', actual: options[option] });
  }
  const voices = await findVoices(synthesisers);
  const lexicon = await Lexicon.load();
  const clips = words.flatMap((word) => {
    const confusables = confusablesOf(lexicon, word, share(nConfusables));
    return planClips(lexicon, { word, confusables, voices, nClips, seed });
  });
  await mkdir(join(folder, 'clips'), { recursive: true });
  const { lines, nKept } = await speakAll(clips, options);
  await replaceFile(join(folder, manifestName), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFacts(options, voices);
  return {
    manifest: join(folder, manifestName),
    nClips: clips.length,
    nKept,
    durationSec: lines.reduce((sum, { duration }) => sum + duration, 0),
    nConfusables: new Set(clips.map(({ confusable }) => confusable.text)).size,
    voices: [...new Set(clips.map(({ voice }) => `${voice.synthesiser} ${voice.name}`))],
  };
}

/** Half words; of the phrases, three of two words for two of three words. */
function share(nConfusables: number): ConfusableCounts {
  const words = Math.ceil(nConfusables / 2);
  const pairs = Math.ceil((nConfusables - words) * 0.6);
  return { words, pairs, triples: nConfusables - words - pairs };
}

interface ManifestLine {
  readonly audio_filepath: string;
  readonly offset: 0;
  readonly duration: number;
  readonly label: string;
  readonly speaker: string;
  readonly text: string;
  readonly id: string;
  /** Distance of the confusable from the wake word, phones. */
  readonly distance: number;
}

async function speakAll(
  clips: readonly PlannedClip[],
  { folder, nJobs, onProgress, signal }: CorpusOptions,
): Promise<{ lines: ManifestLine[]; nKept: number }> {
  const lines: ManifestLine[] = [];
  let [next, nDone, nKept] = [0, 0, 0];
  const work = async () => {
    while (next < clips.length) {
      signal?.throwIfAborted();
      const index = next++;
      const clip = clips[index] as PlannedClip;
      const path = join(folder, 'clips', clip.file);
      if (await isFile(path)) nKept++;
      else await speak(clip, path);
      lines[index] = describe(clip, await durationOf(path));
      onProgress?.(++nDone, clips.length);
    }
  };
  await Promise.all(Array.from({ length: nJobs }, work));
  return { lines, nKept };
}

/** Speaks to a file beside the wanted one first: a file of the wanted name is whole. */
async function speak({ voice, text, pace }: PlannedClip, path: string): Promise<void> {
  const unfinished = path.replace(/\.wav$/, '.unfinished.wav');
  try {
    await voice.speak(text, pace, unfinished);
    await durationOf(unfinished);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Length in seconds, counted in samples: some synthesisers leave the length in the header open. */
async function durationOf(path: string): Promise<number> {
  const source = await openAudio(path).catch((cause: unknown) => {
    throw new CorpusError(path, 'speech', { expected: 'a WAV file', actual: String(cause), cause });
  });
  let nSamples = 0;
  for await (const block of source.blocks) nSamples += block.length;
  if (nSamples === 0) throw new CorpusError(path, 'speech', { expected: 'sound', actual: '0 samples' });
  return nSamples / source.sampleRateHz;
}

function describe({ file, id, confusable, text, voice }: PlannedClip, durationSec: number): ManifestLine {
  return {
    audio_filepath: `clips/${file}`,
    offset: 0,
    // A segment must not end past its recording, by however little.
    duration: Math.floor(durationSec * 1e4) / 1e4,
    label: confusable.text,
    speaker: `${voice.synthesiser} ${voice.name}`,
    text,
    id,
    distance: Number(confusable.distance.toFixed(3)),
  };
}

/** Adds this corpus to `corpus.json`, other manifests' entries untouched. */
async function writeFacts({ folder, split }: CorpusOptions, voices: readonly Voice[]): Promise<void> {
  const path = join(folder, 'corpus.json');
  const text = await readFile(path, 'utf8').catch(() => '{}');
  const licences = new Set(voices.map(({ synthesiser, licence }) => `${synthesiser}: ${licence}`));
  const entry = { kind: 'near words', licence: [...licences].join('; '), split };
  const facts = { ...(JSON.parse(text) as Record<string, unknown>), [manifestName]: entry };
  await replaceFile(path, `${JSON.stringify(facts, null, 2)}\n`);
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.unfinished`, text);
  await rename(`${path}.unfinished`, path);
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}
