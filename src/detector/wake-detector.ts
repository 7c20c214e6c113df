import type { Detection, Detector } from './detector.js';
import type { EngineEvent } from './events.js';

/** What an engine of wake words must have to be measured: a `WakeEngine` has it, and a `TextWakeEngine`. */
export interface WordEngine {
  /** Rate of the samples that `push` is given, in Hz. */
  readonly sampleRateHz: number;
  /** What its model says of itself. */
  readonly manifest: { readonly name: string; readonly version: string };
  /** The words listened for. */
  readonly words: readonly { readonly word: string }[];
  /** Hears the next block. */
  push(block: Float32Array): Promise<readonly EngineEvent[]>;
  /** Ends the stream. */
  flush(): Promise<readonly EngineEvent[]>;
  /** Forgets everything heard. */
  reset(): void;
  /** Frees the model. */
  dispose(): Promise<void>;
}

/** Lets evaluation see an engine of ours as it sees any other. The engine should be used by nothing else. */
export function wakeDetector(engine: WordEngine): Detector {
  const detections = (events: readonly EngineEvent[]): Detection[] =>
    events
      .filter((event) => event.type === 'wake')
      .map(({ word, endSample, detectedAtMs, score, llr, probability }) => {
        const atSample = Math.round((detectedAtMs * engine.sampleRateHz) / 1000);
        return { word, endSample, atSample, score, llr, probability };
      });
  return {
    name: `${engine.manifest.name} ${engine.manifest.version}`,
    words: engine.words.map(({ word }) => word),
    sampleRateHz: engine.sampleRateHz,
    process: async (block) => detections(await engine.push(block)),
    flush: async () => detections(await engine.flush()),
    reset: () => engine.reset(),
    dispose: () => engine.dispose(),
  };
}
