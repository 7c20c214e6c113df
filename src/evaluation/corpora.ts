import { CorpusError } from '../errors.js';
import { lineOf, type Manifest, readManifest, type Segment } from './manifest.js';
import type { Occurrence } from './matching.js';

/** The material of one evaluation, read and checked. */
export interface Corpora {
  /** The words under test: the detector's. */
  readonly words: readonly string[];
  /** Manifests whose segments each hold the word that is their label. */
  readonly positives: readonly Manifest[];
  /** Manifests whose recordings hold none of the words, except where their text or label says so. */
  readonly negatives: readonly Manifest[];
  /** Manifests of noise that is mixed into positives. */
  readonly noise: readonly Manifest[];
  /** Manifests of what a device plays itself, mixed into positives as noise is. */
  readonly playback: readonly Manifest[];
  /** Manifests of impulse responses, one a segment. */
  readonly rooms: readonly Manifest[];
}

/** Paths of the manifests of an evaluation. */
export interface CorporaPaths {
  readonly positives: readonly string[];
  readonly negatives: readonly string[];
  readonly noise: readonly string[];
  readonly playback?: readonly string[];
  readonly rooms?: readonly string[];
}

/**
 * Reads all manifests and refuses what would be counted wrongly: a positive whose label is no word of the detector, a
 * negative whose label is one, a recording of negatives that is named twice, noise or rooms of dev in positives of test.
 *
 * @param words the detector's
 * @throws CorpusError that names the file and the line
 */
export async function loadCorpora(words: readonly string[], paths: CorporaPaths): Promise<Corpora> {
  const read = (manifests: readonly string[] = []) => Promise.all(manifests.map(readManifest));
  const [positives, negatives, noise, playback, rooms] = await Promise.all([
    read(paths.positives),
    read(paths.negatives),
    read(paths.noise),
    read(paths.playback),
    read(paths.rooms),
  ]);
  for (const manifest of positives) requireWords(manifest, words);
  requireNoPositives(negatives, words);
  for (const [what, mixedIn] of [
    ['noise', noise],
    ['playback', playback],
    ['rooms', rooms],
  ] as const) {
    requireOneSplit(what, positives, mixedIn);
  }
  return { words, positives, negatives, noise, playback, rooms };
}

/**
 * The times that a word is said in a segment as far as its label and text tell, each with the segment's bounds: whole
 * words, any case, "alexa's" included. A report of the word there is no false wake, however the corpus is used.
 */
export function spokenIn(segment: Segment, word: string): Occurrence[] {
  const { label, text, offsetSec, durationSec } = segment;
  const said = `${label ?? ''} ${text ?? ''}`.toLowerCase().replaceAll('’', "'");
  const tokens = said.split(/[^\p{L}\p{N}']+/u).filter((token) => token.replace(/'s$/, '') === word);
  return tokens.map(() => ({ startSec: offsetSec, endSec: offsetSec + durationSec }));
}

function requireWords(manifest: Manifest, words: readonly string[]): void {
  for (const segment of manifest.segments) {
    if (segment.label === null || !words.includes(segment.label)) {
      throw new CorpusError(manifest.path, lineOf(segment), {
        expected: `a label among the words (${words.join(', ')})`,
        actual: segment.label === null ? 'no label' : `"${segment.label}"`,
        remedy: 'Take the line out, or choose the words with --words.',
      });
    }
  }
}

/** Noise and rooms of dev and of test never meet: what a threshold was chosen in is no test. */
function requireOneSplit(what: string, positives: readonly Manifest[], mixedIn: readonly Manifest[]): void {
  const clash = (one: string | null, two: string | null) =>
    one !== null && two !== null && one !== two && (one === 'test' || two === 'test');
  for (const { path, about } of mixedIn) {
    const other = positives.find((manifest) => clash(manifest.about.split, about.split));
    if (!other) continue;
    throw new CorpusError(path, 'split', {
      expected: `${what} of the split ${other.about.split}, as ${other.path}`,
      actual: `${about.split}`,
    });
  }
}

function requireNoPositives(manifests: readonly Manifest[], words: readonly string[]): void {
  const owner = new Map<string, Manifest>();
  for (const manifest of manifests) {
    for (const segment of manifest.segments) {
      if (segment.label !== null && words.includes(segment.label)) {
        throw new CorpusError(manifest.path, lineOf(segment), {
          expected: 'a negative: none of the words as its label',
          actual: `"${segment.label}"`,
          remedy: 'Give this manifest as --positives.',
        });
      }
      const known = owner.get(segment.audioPath);
      if (known && known !== manifest) {
        throw new CorpusError(manifest.path, lineOf(segment), {
          expected: 'recordings that no other negative manifest names',
          actual: `${segment.audioPath}, also in ${known.path}`,
        });
      }
      owner.set(segment.audioPath, manifest);
    }
  }
}
