export {
  type AcousticManifest,
  type AcousticModelSource,
  bundledAcousticModel,
  type LoadedAcousticModel,
  loadAcousticModel,
} from './acoustic.js';
export { bundledModel, type LoadedModel, loadModel, type ModelSource } from './load.js';
export {
  featuresPerFrame,
  type ManifestWord,
  type ModelManifest,
  modelIdentity,
  parseManifest,
} from './manifest.js';
export type { OrtRuntime } from './ort.js';
export { SecondLookSession } from './second-look-session.js';
export { StreamingSession } from './streaming-session.js';
