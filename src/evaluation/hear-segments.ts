import { CorpusError } from '../errors.js';
import type { IntentEngine, IntentEvent } from '../intent/index.js';
import { byRecording, lineOf, type Manifest, nameOf, type Segment } from './manifest.js';
import { noiseGain } from './mixer.js';
import { composeTrial } from './protocol.js';
import { openRecording } from './recording.js';
import { cutSegments } from './segments.js';
import type { Tape } from './tape.js';

/** Noise to add to each segment; the seed fixes where on the tape it is taken from. */
export interface AddedNoise {
  readonly tape: Tape;
  readonly snrDb: number;
  readonly seed: number;
}

/** A segment and what an engine made of it. */
export interface HeardSegment {
  readonly segment: Segment;
  /** All that the engine was given, at 16 kHz. */
  readonly stream: Float32Array;
  /** Times count from the stream's start. */
  readonly events: readonly IntentEvent[];
  /** CPU time of the process within the engine's calls. */
  readonly cpuMs: number;
}

/**
 * Lets an engine hear each segment of a manifest by itself: 1.5 s of silence, the segment, 1 s of silence, the end of the
 * stream, all of it in the noise where there is one. The power of speech is that of its loudest frames, that of noise its
 * mean: docs/evaluation.md.
 *
 * @param engine listens always, at 16 kHz
 */
export async function* hearSegments(
  engine: IntentEngine,
  manifest: Manifest,
  added: AddedNoise | null,
): AsyncGenerator<HeardSegment> {
  for (const [audioPath, segments] of byRecording(manifest)) {
    for await (const { segment, samples } of cutSegments(manifest.path, segments, openRecording(audioPath))) {
      const stream = composeTrial(samples);
      if (added) {
        const noise = await added.tape.excerpt(added.seed, nameOf(segment), stream.length);
        const gain = noiseGain(samples, noise, added.snrDb);
        noise.forEach((sample, i) => {
          stream[i] = (stream[i] as number) + gain * sample;
        });
      }
      const before = process.cpuUsage();
      engine.reset();
      const told = [...(await engine.push(stream)), ...(await engine.flush())];
      const { user, system } = process.cpuUsage(before);
      const events = told.filter((event): event is IntentEvent => event.type === 'intent');
      yield { segment, stream, events, cpuMs: (user + system) / 1000 };
    }
  }
}

/**
 * Checks that each segment says what is asked in it.
 *
 * @throws CorpusError with the line of one that does not
 */
export function expectAsked({ path, segments }: Manifest): void {
  for (const segment of segments) {
    if (segment.asked) continue;
    throw new CorpusError(path, lineOf(segment), {
      expected: '"text" with an intent and its slots: { "intent": …, "slots": { … } }',
      actual: segment.text === null ? 'none' : `"${segment.text}"`,
    });
  }
}
