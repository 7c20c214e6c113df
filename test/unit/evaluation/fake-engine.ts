import type { MeasuredEngine } from '../../../src/evaluation/detector-module.js';
import { FakeDetector } from './fake-detector.js';

/** A detector module, as engines plug into evaluation. */
export async function createEngine(options: { words?: string[] }): Promise<MeasuredEngine> {
  const detector = new FakeDetector(options.words);
  return {
    detector,
    modelSha256: 'f'.repeat(64),
    operatingPoint: { name: 'default', thresholds: { alexa: 0.5 } },
  };
}

/** URL of this module, for a spec. */
export const fakeEngineModule = import.meta.url;
