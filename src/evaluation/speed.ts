import type { Detector } from '../detector/index.js';
import type { CpuTime } from './observations.js';
import { inBlocks, MeasuredStream } from './protocol.js';
import type { OpenRecording } from './segments.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** How speed is measured, in seconds of audio. */
export const SPEED_UNIT_SEC = {
  /** On a recording that is at least this long: … */
  from: 300,
  /** … so much of it first, since V8 takes twice the time while it runs and replaces baseline code, … */
  warmUp: 120,
  /** … then so much. */
  measured: 60,
} as const;

/**
 * The CPU time of an engine whose code is warm, over a part of a recording and with nothing else to do.
 *
 * @param onProgress told the seconds of audio streamed so far
 * @returns null where the recording ends before
 */
export async function measureSpeed(
  { detector, openRecording }: { readonly detector: Detector; readonly openRecording: OpenRecording },
  audioPath: string,
  onProgress: (doneSec: number) => void,
): Promise<CpuTime | null> {
  const stream = await MeasuredStream.begin(detector);
  let warm: CpuTime | null = null;
  for await (const block of inBlocks(openRecording(audioPath))) {
    await stream.push(block);
    const { nSamples, cpuMs } = stream.result;
    const audioSec = nSamples / EVALUATION_RATE_HZ;
    onProgress(audioSec);
    if (!warm && audioSec >= SPEED_UNIT_SEC.warmUp) warm = { audioSec, cpuMs };
    if (warm && audioSec >= warm.audioSec + SPEED_UNIT_SEC.measured) {
      return { audioSec: audioSec - warm.audioSec, cpuMs: cpuMs - warm.cpuMs };
    }
  }
  return null;
}
