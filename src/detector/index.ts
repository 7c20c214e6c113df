export type { Detection, Detector } from './detector.js';
export type { EngineWord, WakeEngineOptions } from './engine-options.js';
export type { EngineEvent, ScoreEvent, WakeEvent } from './events.js';
export { pieceMs, StreamEngine } from './stream-engine.js';
export { type WordEngine, wakeDetector } from './wake-detector.js';
export { WakeEngine, type WakeEngineEvents } from './wake-engine.js';
