import { CorpusError } from '../errors.js';
import type { IntentEngine, IntentEvent } from '../intent/index.js';
import type { Asked } from './compare-asked.js';
import type { ConditionSpec, Mixing } from './condition.js';
import { lineOf, type Manifest, nameOf, readManifest, type Segment } from './manifest.js';
import { Mixer } from './mixer.js';
import { composeTrial, LEAD_SILENCE_SAMPLES } from './protocol.js';
import { openRecording } from './recording.js';
import { cutManifest } from './segments.js';

/** A segment and what an engine made of it. */
export interface HeardSegment {
  readonly segment: Segment;
  /** All that the engine was given, at 16 kHz. */
  readonly stream: Float32Array;
  /** Times count from the stream's start. */
  readonly events: readonly IntentEvent[];
  /** Sound behind the end of speech that the engine reads, in ms. */
  readonly tailMs: number;
  /** CPU time of the process within the engine's calls. */
  readonly cpuMs: number;
}

/**
 * What segments can be heard under: as recorded, in noise, at a level. Its maker disposes of it.
 *
 * @param noise manifests, decoded once
 * @throws CorpusError for manifests that cannot be read
 */
export async function openConditions(
  noise: readonly string[],
  mixing: Pick<Mixing, 'snrDb' | 'levelDbfs' | 'seed'>,
): Promise<Mixer> {
  const manifests = await Promise.all(noise.map(readManifest));
  return Mixer.create({ noise: manifests, playback: [], rooms: [] }, mixing, openRecording);
}

/**
 * Lets an engine hear each segment of a manifest by itself, under a condition: 1.5 s of silence, the segment, 1 s of
 * silence, the end of the stream. The power of speech is that of its loudest frames, that of noise its mean: docs/evaluation.md.
 *
 * @param engine listens always, at 16 kHz
 */
export async function* hearSegments(
  engine: IntentEngine,
  manifest: Manifest,
  mixer: Mixer,
  condition: ConditionSpec,
): AsyncGenerator<HeardSegment> {
  for await (const { segment, samples } of cutManifest(manifest, openRecording)) {
    const { stream } = await mixer.underCondition(condition, {
      stream: composeTrial(samples),
      from: LEAD_SILENCE_SAMPLES,
      length: samples.length,
      key: nameOf(segment),
    });
    const before = process.cpuUsage();
    engine.reset();
    const told = [...(await engine.push(stream)), ...(await engine.flush())];
    const { user, system } = process.cpuUsage(before);
    const events = told.filter((event): event is IntentEvent => event.type === 'intent');
    yield { segment, stream, events, tailMs: engine.tailMs, cpuMs: (user + system) / 1000 };
  }
}

/**
 * What a segment asks for.
 *
 * @param corpus the manifest's path, for errors
 * @throws CorpusError with the line of a segment whose text holds no intent
 */
export function requireAsked(corpus: string, segment: Segment): Asked {
  if (segment.asked) return segment.asked;
  throw new CorpusError(corpus, lineOf(segment), {
    expected: '"text" with an intent and its slots: { "intent": …, "slots": { … } }',
    actual: segment.text === null ? 'none' : `"${segment.text}"`,
  });
}

/** Checks that each segment of a manifest says what is asked in it. */
export function expectAsked({ path, segments }: Manifest): void {
  for (const segment of segments) requireAsked(path, segment);
}
