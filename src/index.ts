/**
 * Open wake-word engine: PCM to calibrated wake events.
 *
 * @packageDocumentation
 */
export {
  type AudioContainer,
  type AudioSource,
  type OpenAudioOptions,
  openAudio,
  type PcmBlock,
} from './audio/index.js';
export {
  type Assessment,
  type Calibrated,
  Calibration,
  type CalibrationJson,
  type Costs,
  type Decision,
  type DetectionCost,
  decide,
  defaultPrior,
  type Estimate,
  priorPerStretch,
  type SignalQuality,
  type StakeClass,
} from './calibration/index.js';
export {
  type Detection,
  type Detector,
  type EngineEvent,
  type EngineWord,
  type ScoreEvent,
  WakeEngine,
  type WakeEngineEvents,
  type WakeEngineOptions,
  type WakeEvent,
  wakeDetector,
} from './detector/index.js';
export {
  Frontend,
  type FrontendOptions,
  type FrontendRecipe,
  kaldiRecipe,
  librosaRecipe,
  type RecipeName,
  type VadEvent,
  type VadOptions,
} from './dsp/index.js';
export * from './errors.js';
export { type LoadedModel, loadModel, type ModelManifest, type ModelSource } from './model/index.js';
