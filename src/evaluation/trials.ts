import { basename } from 'node:path';
import { stretchSec, type Trial } from '../calibration/index.js';
import { type ConditionSpec, type Mixing, requireMixable } from './condition.js';
import { type Corpora, spokenIn } from './corpora.js';
import { byRecording, nameOf, type Segment, sessionOf } from './manifest.js';
import { Mixer } from './mixer.js';
import { composeTrial, LEAD_SILENCE_SAMPLES } from './protocol.js';
import type { OnProgress } from './runners.js';
import { ScoreTrack, type TracedEngine } from './score-track.js';
import { cutManifest, type OpenRecording } from './segments.js';
import { activeSpeechPower, EVALUATION_RATE_HZ } from './speech-level.js';
import { planUnits } from './units.js';

/** How trials are collected; negatives are mixed as positives are. */
export interface TrialOptions extends Mixing {
  readonly openRecording: OpenRecording;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the collection with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A trial and the word that it is one of. */
export interface WordTrial extends Trial {
  readonly word: string;
  /** The clip's speaker, the stretch's session; null where the manifest tells none. */
  readonly session: string | null;
}

const STRETCH_SAMPLES = stretchSec * EVALUATION_RATE_HZ;
/** A condition fades in and out at the ends of a stretch, so that its beginning is no click: 20 ms. */
const FADE_SAMPLES = 0.02 * EVALUATION_RATE_HZ;

/**
 * Collects what a calibration is fitted on.
 *
 * - A positive clip (1.5 s of silence, the clip, 1 s of silence) is one trial of its word under each condition: the
 *   highest local maximum of the word's smoothed score, whether or not it reaches a threshold. It is a trial without
 *   the word for each other word of the engine.
 * - A recording of negatives is heard whole and cut into stretches of 2 s. Each is one trial: the highest local
 *   maximum in it. So an hour is 1,800 trials, silence and all, which is what a prior per stretch speaks of. With
 *   other conditions than clean, it is heard a second time under these in turn, one a stretch, so that the two classes
 *   are heard in the same noise and rooms. A stretch that touches a segment whose text or label holds the word is left
 *   out.
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
  requireMixable(options, corpora);
  const mixer = await Mixer.create(corpora, options, options.openRecording);
  const others = mixer.conditions.filter(({ name }) => name !== 'clean');
  const trials: WordTrial[] = [];
  const words = engine.words.map(({ word }) => word);
  const timesHeard = { positives: 1, negatives: others.length > 0 ? 2 : 1, speed: 0 };
  const totalSec = planUnits(corpora, mixer.conditions.length).reduce(
    (sum, { kind, expectedSec }) => sum + expectedSec * timesHeard[kind],
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
      for await (const { segment, samples } of cutManifest(manifest, options.openRecording)) {
        const dry = { stream: composeTrial(samples), from: LEAD_SILENCE_SAMPLES, length: samples.length };
        for await (const { stream } of mixer.everyCondition({ ...dry, key: nameOf(segment) })) {
          trials.push(...(await clipTrials(engine, words, segment, [stream])));
          onBlock(stream.length);
        }
      }
    }
    for (const manifest of corpora.negatives) {
      for (const [path, segments] of byRecording(manifest)) {
        const open = (): AsyncIterable<Float32Array> => options.openRecording(path);
        const again = others.length > 0 ? [mixed(open(), mixer, others, basename(path))] : [];
        for (const stream of [open(), ...again]) {
          for await (const trial of stretchTrials(engine, words, basename(path), segments, stream, onBlock)) {
            trials.push(trial);
          }
        }
      }
    }
  } finally {
    await mixer.dispose();
  }
  return trials;
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
    const { speaker } = segment;
    return [
      { word, score, quality, isTarget, group: groupOf(segment), session: speaker, source: nameOf(segment) },
    ];
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
        const session = speaking ? sessionOf(speaking) : recording;
        yield { word, score: peak.score, quality: peak.quality, isTarget: false, group, session, source };
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

/** A recording in stretches of 2 s, each under the next condition; a silent stretch stays as it is. */
async function* mixed(
  recording: AsyncIterable<Float32Array>,
  mixer: Mixer,
  specs: readonly ConditionSpec[],
  name: string,
): AsyncGenerator<Float32Array> {
  let index = 0;
  for await (const stream of stretches(recording)) {
    const { length } = stream;
    if (activeSpeechPower(stream) > 0) {
      const dry = { stream, from: 0, length, key: `${name}#${index}` };
      const wet = await mixer.underCondition(specs[index % specs.length] as ConditionSpec, dry);
      for (let i = 0; i < length; i++) {
        const fade = Math.min(1, i / FADE_SAMPLES, (length - i) / FADE_SAMPLES);
        const sample = stream[i] as number;
        stream[i] = sample + fade * ((wet.stream[i] as number) - sample);
      }
    }
    index++;
    yield stream;
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

export function groupOf(segment: Segment): string {
  return segment.speaker ?? segment.id ?? nameOf(segment);
}
