import { Calibration, type CalibrationJson } from '../calibration/index.js';
import { type ScoreEvent, WakeEngine, type WakeEngineOptions, wakeDetector } from '../detector/index.js';
import type { DetectorSpec, MeasuredEngine, ScoreTap } from './detector-module.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** What evaluation lets one choose of our own engine; a model by its path, so that any process can load it. */
export type WakeEngineChoice = Pick<
  WakeEngineOptions,
  'words' | 'thresholds' | 'operatingPoint' | 'prior'
> & {
  readonly model?: string;
  /** In place of the model's own. */
  readonly calibration?: CalibrationJson;
};

/** Our own engine, for `createEngine` in any process. */
export function wakeEngineSpec(options: WakeEngineChoice): DetectorSpec {
  return { module: import.meta.url, options };
}

/** Makes our own engine at the rate at which evaluation runs. */
export async function createEngine({
  calibration: json,
  ...choice
}: WakeEngineChoice): Promise<MeasuredEngine> {
  const engine = await WakeEngine.create({
    ...choice,
    ...(json === undefined ? {} : { calibration: Calibration.parse(json) }),
    sampleRateHz: EVALUATION_RATE_HZ,
    trace: true,
  });
  const given = choice.thresholds ?? {};
  const isCustom = Object.keys(given).length > 0;
  const { calibration, manifest } = engine;
  const usesManifest = engine.words.some(({ word }) => given[word] === undefined);
  const chosenOn = [
    ...(usesManifest ? (manifest.chosenOn ?? []) : []),
    ...(calibration?.json.corpora ?? []),
  ].map(({ sha256 }) => sha256);
  return {
    detector: wakeDetector(engine),
    modelSha256: engine.modelSha256,
    calibrationId: calibration?.id ?? null,
    operatingPoint: {
      name: isCustom ? 'custom' : (choice.operatingPoint ?? 'default'),
      thresholds: Object.fromEntries(engine.words.map(({ word, threshold }) => [word, threshold])),
    },
    chosenOn: [...new Set(chosenOn)],
    scores: tapOf(engine),
  };
}

function tapOf(engine: WakeEngine): ScoreTap {
  let scores: ScoreEvent[] = [];
  engine.on('score', (event) => scores.push(event));
  const { calibration } = engine;
  return {
    words: engine.words,
    drain: () => {
      const drained = scores;
      scores = [];
      return drained;
    },
    llr: (word, score, quality) => {
      if (!calibration?.words.includes(word)) return null;
      const { llr, inDomain } = calibration.apply(word, score, quality, engine.prior);
      return inDomain ? llr : null;
    },
  };
}
