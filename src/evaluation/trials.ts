import { basename } from 'node:path';
import { stretchSec, type Trial } from '../calibration/index.js';
import { ConfigError } from '../errors.js';
import { type Corpora, spokenIn } from './corpora.js';
import { byRecording, type Segment } from './manifest.js';
import { NoiseTape, noiseGain } from './noise.js';
import { composeTrial, LEAD_SILENCE_SAMPLES } from './protocol.js';
import type { OnProgress } from './runners.js';
import { ScoreTrack, type TracedEngine } from './score-track.js';
import { type CutSegment, cutSegments, type OpenRecording } from './segments.js';
import { activeSpeechPower, EVALUATION_RATE_HZ } from './speech-level.js';
import { type Mixing, planUnits } from './units.js';

/** How trials are collected; negatives are mixed with noise as positives are. */
export interface TrialOptions extends Mixing {
  readonly openRecording: OpenRecording;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the collection with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A trial and the word that it is one of. */
export interface WordTrial extends Trial {
  readonly word: string;
}

const STRETCH_SAMPLES = stretchSec * EVALUATION_RATE_HZ;
/** Noise fades in and out at the ends of a stretch, so that its change of level is no click: 20 ms. */
const FADE_SAMPLES = 0.02 * EVALUATION_RATE_HZ;

/**
 * Collects what a calibration is fitted on.
 *
 * - A positive clip (1.5 s of silence, the clip, 1 s of silence, noise over all of it) is one trial of its word under
 *   each condition: the highest local maximum of the word's smoothed score, whether or not it reaches a threshold. It
 *   is a trial without the word for each other word of the engine.
 * - A recording of negatives is heard whole and cut into stretches of 2 s. Each is one trial: the highest local
 *   maximum in it. So an hour is 1,800 trials, silence and all, which is what a prior per stretch speaks of. With
 *   noise, it is heard a second time with the SNRs in turn, one a stretch, so that the two classes are heard in the
 *   same noise. A stretch that touches a segment whose text or label holds the word is left out.
 *
 * A trial's group is the speaker where the manifest names one, else the clip.
 *
 * @param engine made with the option `trace`, at 16 kHz; not disposed
 * @returns trials in the order of the manifests: the same corpora and seed give the same trials
 */
export async function collectTrials(
  engine: TracedEngine,
  corpora: Corpora,
  options: TrialOptions,
): Promise<WordTrial[]> {
  if (options.snrDb.length > 0 && corpora.noise.length === 0) {
    throw new ConfigError('snrDb', { expected: 'noise to mix at these SNRs', actual: 'no noise manifest' });
  }
  const noise =
    options.snrDb.length > 0 ? await NoiseTape.create(corpora.noise, options.openRecording) : null;
  const trials: WordTrial[] = [];
  const words = engine.words.map(({ word }) => word);
  const totalSec = planUnits(corpora, options).reduce(
    (sum, { kind, expectedSec }) => sum + expectedSec * (noise && kind === 'negatives' ? 2 : 1),
    0,
  );
  let doneSec = 0;
  const onBlock = (nSamples: number): void => {
    options.signal?.throwIfAborted();
    doneSec += nSamples / EVALUATION_RATE_HZ;
    options.onProgress?.(doneSec, Math.max(totalSec, doneSec));
  };
  try {
    for (const manifest of corpora.positives) {
      for (const [path, segments] of byRecording(manifest)) {
        for await (const cut of cutSegments(manifest.path, segments, options.openRecording(path))) {
          for (const stream of await clipStreams(cut, noise, options)) {
            trials.push(...(await clipTrials(engine, words, cut.segment, [stream])));
            onBlock(stream.length);
          }
        }
      }
    }
    for (const manifest of corpora.negatives) {
      for (const [path, segments] of byRecording(manifest)) {
        const open = (): AsyncIterable<Float32Array> => options.openRecording(path);
        const streams = noise ? [open(), withNoise(open(), noise, basename(path), options)] : [open()];
        for (const stream of streams) {
          for await (const trial of stretchTrials(engine, words, basename(path), segments, stream, onBlock)) {
            trials.push(trial);
          }
        }
      }
    }
  } finally {
    await noise?.dispose();
  }
  return trials;
}

/** The streams of one clip: as recorded, then at each SNR. */
async function clipStreams(
  { segment, samples }: CutSegment,
  noise: NoiseTape | null,
  { snrDb, seed }: TrialOptions,
): Promise<Float32Array[]> {
  const clean = composeTrial(samples, null, 0);
  if (!noise) return [clean];
  const excerpt = await noise.excerpt(seed, nameOf(segment), clean.length);
  return [clean, ...snrDb.map((snr) => composeTrial(samples, excerpt, noiseGain(samples, excerpt, snr)))];
}

/** The trials of one clip, one for each word: the peak of the word's score in the clip's stream. */
export async function clipTrials(
  engine: TracedEngine,
  words: readonly string[],
  segment: Segment,
  stream: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<WordTrial[]> {
  const track = new ScoreTrack(engine);
  for await (const block of stream) await track.push(block);
  return words.flatMap((word, index) => {
    const peak = track.peak(index, LEAD_SILENCE_SAMPLES, track.nSamples);
    if (!peak) return [];
    const { score, quality } = peak;
    const isTarget = segment.label === word;
    return [{ word, score, quality, isTarget, group: groupOf(segment), source: nameOf(segment) }];
  });
}

/** The trials of a negative recording: the peak of each word in each stretch of 2 s in which it is not said. */
export async function* stretchTrials(
  engine: TracedEngine,
  words: readonly string[],
  recording: string,
  segments: readonly Segment[],
  stream: AsyncIterable<Float32Array>,
  onBlock: (nSamples: number) => void,
): AsyncGenerator<WordTrial> {
  const track = new ScoreTrack(engine);
  let from = 0;
  for await (const block of stream) {
    await track.push(block);
    onBlock(block.length);
    for (; track.nSamples >= ScoreTrack.settledAfter(from + STRETCH_SAMPLES); from += STRETCH_SAMPLES) {
      const to = from + STRETCH_SAMPLES;
      const source = `${recording}@${from}`;
      for (const [index, word] of words.entries()) {
        const peak = isSaid(word, segments, from, to) ? null : track.peak(index, from, to);
        if (!peak) continue;
        // Scores come after the sounds they speak of: the segment last begun is the one that was heard.
        const atSec = peak.sample / EVALUATION_RATE_HZ;
        const speaking = segments.findLast(({ offsetSec }) => offsetSec <= atSec);
        const group = speaking ? groupOf(speaking) : source;
        yield { word, score: peak.score, quality: peak.quality, isTarget: false, group, source };
      }
      track.forgetBefore(to);
    }
  }
}

/** Whether a segment that holds the word touches a stretch, or the second before it, whose score it may raise. */
function isSaid(word: string, segments: readonly Segment[], from: number, to: number): boolean {
  return segments.some((segment) => {
    const begin = segment.offsetSec * EVALUATION_RATE_HZ;
    const end = begin + (segment.durationSec + 1) * EVALUATION_RATE_HZ;
    return begin < to && end > from && spokenIn(segment, word).length > 0;
  });
}

/** A recording in stretches of 2 s, each with noise at the next SNR; a silent stretch has no noise either. */
async function* withNoise(
  recording: AsyncIterable<Float32Array>,
  noise: NoiseTape,
  name: string,
  { snrDb, seed }: TrialOptions,
): AsyncGenerator<Float32Array> {
  let index = 0;
  for await (const stretch of stretches(recording)) {
    if (activeSpeechPower(stretch) > 0) {
      const excerpt = await noise.excerpt(seed, `${name}#${index}`, stretch.length);
      const gain = noiseGain(stretch, excerpt, snrDb[index % snrDb.length] as number);
      for (let i = 0; i < stretch.length; i++) {
        const fade = Math.min(1, i / FADE_SAMPLES, (stretch.length - i) / FADE_SAMPLES);
        stretch[i] = (stretch[i] as number) + fade * gain * (excerpt[i] as number);
      }
    }
    index++;
    yield stretch;
  }
}

/** The same samples in stretches of 2 s; the last one may be shorter. */
async function* stretches(recording: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
  let stretch = new Float32Array(STRETCH_SAMPLES);
  let filled = 0;
  for await (const block of recording) {
    for (let taken = 0; taken < block.length; ) {
      const count = Math.min(STRETCH_SAMPLES - filled, block.length - taken);
      stretch.set(block.subarray(taken, taken + count), filled);
      filled += count;
      taken += count;
      if (filled === STRETCH_SAMPLES) {
        yield stretch;
        stretch = new Float32Array(STRETCH_SAMPLES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield stretch.subarray(0, filled);
}

function groupOf(segment: Segment): string {
  return segment.speaker ?? segment.id ?? nameOf(segment);
}

/** Names a segment independently of where the corpus lies, as the evaluation does: both draw the same noise for it. */
function nameOf(segment: Segment): string {
  return `${basename(segment.audioPath)}@${Math.round(segment.offsetSec * EVALUATION_RATE_HZ)}`;
}
