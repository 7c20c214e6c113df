import type { Detection, Detector } from './detector.js';
import type { EngineEvent } from './events.js';

/** What an engine of wake words must have: `WakeEngine` is one, and so is an engine of words by text. */
interface WordEngine {
  readonly sampleRateHz: number;
  readonly manifest: { readonly name: string; readonly version: string };
  readonly words: readonly { readonly word: string }[];
  push(block: Float32Array): Promise<readonly EngineEvent[]>;
  flush(): Promise<readonly EngineEvent[]>;
  reset(): void;
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
