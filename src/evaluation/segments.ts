import { CorpusError } from '../errors.js';
import { byRecording, lineOf, type Manifest, type Segment } from './manifest.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** A recording as a stream: blocks of mono float32 at 16 kHz, ±1, of any length. */
export type OpenRecording = (path: string) => AsyncIterable<Float32Array>;

/** A segment with its samples at 16 kHz, a copy. */
export interface CutSegment {
  readonly segment: Segment;
  readonly samples: Float32Array;
}

/** Segments may run past the recording's end by the rounding of `offset` and `duration`, in seconds. */
export const END_TOLERANCE_SEC = 0.001;

/**
 * Cuts segments out of one recording in a single pass, so that memory holds the segments that are open at a time
 * and never the recording. Segments may overlap; they come in the order in which they end.
 *
 * A segment is samples [round(offset · 16000), that + round(duration · 16000)).
 *
 * @param corpus the manifest's path, for errors
 * @throws CorpusError with the line of a segment that reaches past the recording's end
 */
export async function* cutSegments(
  corpus: string,
  segments: readonly Segment[],
  recording: AsyncIterable<Float32Array>,
): AsyncGenerator<CutSegment> {
  const waiting = segments.map(place).sort((a, b) => a.from - b.from);
  let open: ReturnType<typeof place>[] = [];
  let position = 0;
  for await (const block of recording) {
    const end = position + block.length;
    while (waiting.length > 0 && (waiting[0]?.from as number) < end)
      open.push(waiting.shift() as (typeof open)[0]);
    for (const cut of open) {
      const from = Math.max(cut.from, position);
      const to = Math.min(cut.from + cut.length, end);
      cut.samples ??= new Float32Array(cut.length);
      cut.samples.set(block.subarray(from - position, to - position), from - cut.from);
    }
    const done = open.filter((cut) => cut.from + cut.length <= end);
    open = open.filter((cut) => cut.from + cut.length > end);
    for (const cut of done) yield { segment: cut.segment, samples: cut.samples as Float32Array };
    position = end;
    if (open.length === 0 && waiting.length === 0) return;
  }
  for (const cut of [...open, ...waiting]) {
    if (cut.from + cut.length - position > END_TOLERANCE_SEC * EVALUATION_RATE_HZ) {
      throw new CorpusError(corpus, lineOf(cut.segment), {
        expected: `a segment within the recording (${position / EVALUATION_RATE_HZ} s)`,
        actual: `${cut.segment.offsetSec} s + ${cut.segment.durationSec} s`,
      });
    }
    yield {
      segment: cut.segment,
      samples: (cut.samples ?? new Float32Array(0)).subarray(0, position - cut.from),
    };
  }
}

/** Cuts all segments of a manifest out of its recordings, one recording after the other. */
export async function* cutManifest(
  manifest: Manifest,
  openRecording: OpenRecording,
): AsyncGenerator<CutSegment> {
  for (const [audioPath, segments] of byRecording(manifest)) {
    yield* cutSegments(manifest.path, segments, openRecording(audioPath));
  }
}

interface Place {
  readonly segment: Segment;
  readonly from: number;
  readonly length: number;
  samples: Float32Array | null;
}

function place(segment: Segment): Place {
  return {
    segment,
    from: Math.round(segment.offsetSec * EVALUATION_RATE_HZ),
    length: Math.round(segment.durationSec * EVALUATION_RATE_HZ),
    samples: null,
  };
}
