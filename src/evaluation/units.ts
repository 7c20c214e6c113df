import { basename } from 'node:path';
import type { Detection, Detector } from '../detector/index.js';
import { CorpusError } from '../errors.js';
import { type Corpora, spokenIn } from './corpora.js';
import type { MeasuredEngine, ScoreTap } from './detector-module.js';
import { byRecording, lineOf, type Manifest, nameOf, type Segment, sessionOf } from './manifest.js';
import type { Mixer } from './mixer.js';
import type {
  NearWord,
  Observations,
  PeakScore,
  PositiveTrial,
  TimedDetection,
  Turn,
} from './observations.js';
import {
  composeTrial,
  inBlocks,
  LEAD_SILENCE_SAMPLES,
  MeasuredStream,
  requireRate,
  type StreamResult,
  TAIL_SILENCE_SAMPLES,
} from './protocol.js';
import type { TracedEngine } from './score-track.js';
import { type CutSegment, cutSegments, END_TOLERANCE_SEC, type OpenRecording } from './segments.js';
import { activeSpeechPower, EVALUATION_RATE_HZ, estimateWordEnd } from './speech-level.js';
import { measureSpeed, SPEED_UNIT_SEC } from './speed.js';
import { clipTrials, stretchTrials, type WordTrial } from './trials.js';

/**
 * One recording of a manifest: what is streamed in one go, and can be given to any process. The last one may be the
 * beginning of a recording of negatives, to measure the engine's speed while nothing else is heard.
 */
export interface Unit {
  /** Place in the plan. */
  readonly index: number;
  readonly kind: 'positives' | 'negatives' | 'speed';
  /** Index of its manifest among the positives or negatives. */
  readonly manifestIndex: number;
  /** Absolute path of the recording. */
  readonly audioPath: string;
  /** About how much audio will be streamed, in seconds: a recording of negatives is taken to end with its segments. */
  readonly expectedSec: number;
}

/** What a positive trial adds to its segment, in seconds. */
const TRIAL_SILENCE_SEC = (LEAD_SILENCE_SAMPLES + TAIL_SILENCE_SAMPLES) / EVALUATION_RATE_HZ;

/**
 * The units of an evaluation, in the order of the manifests: the same manifests give the same list.
 *
 * @param nConditions how often each positive is heard
 */
export function planUnits(corpora: Corpora, nConditions: number): Unit[] {
  const unitsOf = (kind: 'positives' | 'negatives', expectedSec: (segments: readonly Segment[]) => number) =>
    corpora[kind].flatMap((manifest, manifestIndex) =>
      [...byRecording(manifest)].map(([audioPath, segments]) => ({
        kind,
        manifestIndex,
        audioPath,
        expectedSec: expectedSec(segments),
      })),
    );
  const trialsSec = (segments: readonly Segment[]) =>
    segments.reduce((sum, { durationSec }) => sum + durationSec + TRIAL_SILENCE_SEC, 0) * nConditions;
  const wholeSec = (segments: readonly Segment[]) =>
    segments.reduce((end, segment) => Math.max(end, endOf(segment)), 0);
  const negatives = unitsOf('negatives', wholeSec);
  const speed = negatives
    .filter(({ expectedSec }) => expectedSec >= SPEED_UNIT_SEC.from)
    .slice(0, 1)
    .map((unit) => ({
      ...unit,
      kind: 'speed' as const,
      expectedSec: SPEED_UNIT_SEC.warmUp + SPEED_UNIT_SEC.measured,
    }));
  const units = [...unitsOf('positives', trialsSec), ...negatives, ...speed];
  return units.map((unit, index) => ({ index, ...unit }));
}

/** What a unit is streamed with. */
export interface UnitContext {
  readonly detector: Detector;
  /** Null or left out where the engine tells events only. */
  readonly scores?: ScoreTap | null;
  readonly peakRssBytes?: MeasuredEngine['peakRssBytes'];
  readonly corpora: Corpora;
  readonly mixer: Mixer;
  readonly openRecording: OpenRecording;
}

/** One unit at work. */
interface Work {
  readonly context: UnitContext;
  readonly manifestIndex: number;
  readonly manifest: Manifest;
  /** The manifest's segments in this recording. */
  readonly segments: readonly Segment[];
  readonly recording: AsyncIterable<Float32Array>;
  /** Told the seconds of audio streamed so far. */
  readonly onProgress: (doneSec: number) => void;
}

/**
 * Streams one unit through a detector.
 *
 * @param onProgress told the seconds of audio streamed so far
 */
export async function runUnit(
  context: UnitContext,
  unit: Unit,
  onProgress: (doneSec: number) => void = () => {},
): Promise<Observations> {
  requireRate(context.detector);
  const { kind, manifestIndex, audioPath } = unit;
  if (kind === 'speed')
    return { trials: [], runs: [], alone: await measureSpeed(context, audioPath, onProgress) };
  const manifest = context.corpora[kind][manifestIndex] as Manifest;
  const segments = manifest.segments.filter((segment) => segment.audioPath === audioPath);
  const recording = context.openRecording(audioPath);
  const hear = kind === 'positives' ? hearPositives : hearNegatives;
  const heard = await hear({
    context,
    manifestIndex,
    manifest,
    segments,
    recording,
    onProgress,
  });
  return { ...heard, peakRssBytes: await (context.peakRssBytes ?? ownPeakRssBytes)() };
}

/** Of this process: Node, decoding and mixing included. */
async function ownPeakRssBytes(): Promise<number> {
  return process.resourceUsage().maxRSS * 1024;
}

async function hearPositives(work: Work): Promise<Observations> {
  const { manifestIndex, manifest, segments, recording, onProgress } = work;
  const trials: PositiveTrial[] = [];
  let doneSec = 0;
  for await (const cut of cutSegments(manifest.path, segments, recording)) {
    for await (const trial of hearSegment(work, cut)) {
      trials.push({ manifestIndex, ...trial });
      doneSec += trial.audioSec;
      onProgress(doneSec);
    }
  }
  return { trials, runs: [] };
}

/** Streams one positive segment under each condition. */
async function* hearSegment(
  { context, manifest }: Work,
  { segment, samples }: CutSegment,
): AsyncGenerator<Omit<PositiveTrial, 'manifestIndex'>> {
  if (activeSpeechPower(samples) === 0) {
    throw new CorpusError(manifest.path, lineOf(segment), { expected: 'a word', actual: 'digital silence' });
  }
  const { line, speaker, label, wordEndSec } = segment;
  const wordEnd = wordEndSec === null ? estimateWordEnd(samples) : wordEndSec * EVALUATION_RATE_HZ;
  const facts = { line, speaker, word: label as string, wordEndSec: toSec(LEAD_SILENCE_SAMPLES + wordEnd) };
  const dry = { stream: composeTrial(samples), from: LEAD_SILENCE_SAMPLES, length: samples.length };
  for await (const mixed of context.mixer.everyCondition({ ...dry, key: nameOf(segment) })) {
    const { stream, ...conditions } = mixed;
    yield { ...facts, ...conditions, ...(await hearTrial(context, segment, stream)) };
  }
}

/** Only what was streamed may count, as the silence after the word is stated: no flush. */
async function hearTrial({ detector, scores }: UnitContext, segment: Segment, audio: Float32Array) {
  const stream = await MeasuredStream.begin(detector);
  if (!scores) {
    for await (const block of inBlocks([audio])) await stream.push(block);
    return { peaks: [], ...observed(stream.result) };
  }
  const words = scores.words.map(({ word }) => word);
  const trials = await clipTrials(tapped(stream, scores), words, segment, inBlocks([audio]));
  return { peaks: trials.map((trial) => peakOf(trial, scores)), ...observed(stream.result) };
}

async function hearNegatives({ context, onProgress, ...work }: Work): Promise<Observations> {
  const { detector, corpora, scores } = context;
  const { manifestIndex, manifest, segments } = work;
  const name = basename((segments[0] as Segment).audioPath);
  const stream = await MeasuredStream.begin(detector);
  const blocks = inBlocks(work.recording);
  const onBlock = () => onProgress(toSec(stream.result.nSamples));
  const peaks: PeakScore[] = [];
  if (scores) {
    const words = scores.words.map(({ word }) => word);
    for await (const trial of stretchTrials(tapped(stream, scores), words, name, segments, blocks, onBlock)) {
      peaks.push(peakOf(trial, scores));
    }
  } else {
    for await (const block of blocks) {
      await stream.push(block);
      onBlock();
    }
  }
  await stream.flush();
  requireWithin(manifest, segments, toSec(stream.result.nSamples));
  const run = {
    manifestIndex,
    recording: name,
    spoken: Object.fromEntries(
      corpora.words.map((word) => [word, segments.flatMap((segment) => spokenIn(segment, word))]),
    ),
    peaks,
    turns: turnsOf(segments),
    nearWords: manifest.about.kind === 'near words' ? segments.map(nearWordOf) : [],
    segmentsSec: segments.reduce((sum, { durationSec }) => sum + durationSec, 0),
  };
  return { trials: [], runs: [{ ...run, ...observed(stream.result) }] };
}

/** An engine whose every block goes through a measured stream, for what collects scores along it. */
function tapped(stream: MeasuredStream, scores: ScoreTap): TracedEngine {
  scores.drain();
  return {
    words: scores.words,
    sampleRateHz: EVALUATION_RATE_HZ,
    push: async (block) => {
      await stream.push(block as Float32Array);
      return scores.drain();
    },
    reset: () => {},
  };
}

function peakOf({ word, score, quality, session }: WordTrial, scores: ScoreTap): PeakScore {
  return { word, score, llr: scores.llr(word, score, quality), session };
}

/** The sessions along a recording; what lies before the first segment and between two goes with the one before. */
function turnsOf(segments: readonly Segment[]): Turn[] {
  const turns: Turn[] = [];
  for (const segment of [...segments].sort((a, b) => a.offsetSec - b.offsetSec)) {
    const session = sessionOf(segment);
    if (turns.at(-1)?.session === session) continue;
    turns.push({ session, fromSec: turns.length === 0 ? 0 : segment.offsetSec });
  }
  return turns;
}

function nearWordOf(segment: Segment): NearWord {
  const said = segment.text ?? segment.label ?? 'unlabelled';
  return { said, startSec: segment.offsetSec, endSec: endOf(segment) };
}

function observed({ detections, nSamples, cpuMs }: StreamResult) {
  return { detections: detections.map(timed), audioSec: toSec(nSamples), cpuMs };
}

function timed({ word, atSample, endSample, score, llr, probability }: Detection): TimedDetection {
  return { word, timeSec: toSec(atSample), endSec: toSec(endSample), score, llr, probability };
}

function requireWithin(manifest: Manifest, segments: readonly Segment[], recordingSec: number): void {
  const beyond = segments.find((segment) => endOf(segment) > recordingSec + END_TOLERANCE_SEC);
  if (!beyond) return;
  throw new CorpusError(manifest.path, lineOf(beyond), {
    expected: `a segment within the recording (${recordingSec} s)`,
    actual: `${beyond.offsetSec} s + ${beyond.durationSec} s`,
  });
}

function endOf({ offsetSec, durationSec }: Segment): number {
  return offsetSec + durationSec;
}

function toSec(nSamples: number): number {
  return nSamples / EVALUATION_RATE_HZ;
}
