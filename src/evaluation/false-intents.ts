import { IntentEngine, type IntentEngineOptions } from '../intent/index.js';
import { type Interval, ratePerHour } from './intervals.js';
import { readRecordings } from './manifest.js';
import { openRecording } from './recording.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Intents that were told of talk that holds none. */
export interface FalseIntents {
  readonly schema: 'wakeproof-false-intents/1';
  readonly hours: number;
  /** Utterances that were weighed. */
  readonly utterances: number;
  readonly accepted: number;
  readonly perHour: number;
  /** Poisson 95 % interval of perHour. */
  readonly interval: Interval;
  /** Accepted by intent; intents that never were are left out. */
  readonly byIntent: Readonly<Record<string, { accepted: number; perHour: number; interval: Interval }>>;
}

/**
 * Lets an engine hear recordings whole, as if the microphone stood open, and counts each intent that it tells.
 *
 * @param manifests of talk that holds no command; each recording is heard once
 */
export async function countFalseIntents(
  manifests: readonly string[],
  options: Omit<IntentEngineOptions, 'sampleRateHz' | 'listening'>,
): Promise<FalseIntents> {
  const recordings = await readRecordings(manifests);
  const engine = await IntentEngine.create({ ...options, sampleRateHz: EVALUATION_RATE_HZ });
  const counts = new Map<string, number>();
  let [nSamples, utterances] = [0, 0];
  engine.on('intent', ({ intent }) => {
    utterances++;
    if (intent !== null) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  });
  try {
    for (const path of recordings) {
      engine.reset();
      for await (const block of openRecording(path)) {
        nSamples += block.length;
        await engine.push(block);
      }
      await engine.flush();
    }
  } finally {
    await engine.dispose();
  }
  const hours = nSamples / EVALUATION_RATE_HZ / 3600;
  const rateOf = (accepted: number) => {
    const { rate, interval } = ratePerHour(accepted, hours);
    return { accepted, perHour: rate, interval };
  };
  const byIntent = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([intent, n]) => [intent, rateOf(n)] as const);
  const accepted = [...counts.values()].reduce((sum, n) => sum + n, 0);
  return {
    schema: 'wakeproof-false-intents/1',
    hours,
    utterances,
    ...rateOf(accepted),
    byIntent: Object.fromEntries(byIntent),
  };
}
