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
export type {
  Answer,
  DecodedWord,
  DecoderOptions,
  GraphLabel,
  PhoneGraph,
} from './decoding/index.js';
export {
  type Detection,
  type Detector,
  type EngineEvent,
  type EngineWord,
  type ScoreEvent,
  StreamEngine,
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
export { type CompileOptions, Grammar } from './grammar/index.js';
export {
  type CompilableGrammar,
  type IntentCalibration,
  IntentEngine,
  type IntentEngineEvent,
  type IntentEngineEvents,
  type IntentEngineOptions,
  type IntentEvent,
  type IntentSettings,
  type IntentSlot,
  type IntentWord,
  pipeline,
  type WakeIntentEvents,
  WakeIntentPipeline,
} from './intent/index.js';
export { Lexicon, type LexiconOptions, type Phone, type Pronunciation, phones } from './lexicon/index.js';
export {
  type AcousticManifest,
  type AcousticModelSource,
  type LoadedModel,
  loadModel,
  type ModelManifest,
  type ModelSource,
} from './model/index.js';
