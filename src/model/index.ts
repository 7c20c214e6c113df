export { bundledModel, type LoadedModel, loadModel, type ModelSource } from './load.js';
export { featuresPerFrame, type ManifestWord, type ModelManifest, parseManifest } from './manifest.js';
export type { OrtRuntime } from './ort.js';
export { WakeSession } from './wake-session.js';
