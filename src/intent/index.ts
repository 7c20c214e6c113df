export { hearingScores, type IntentCalibration, intentLlr } from './calibration.js';
export type { DecoderEvidence, IntentEngineEvent, IntentEvent, IntentSlot, IntentWord } from './events.js';
export { hearTogether, type JointHearing, type SlotHearing } from './hearings.js';
export { IntentEngine, type IntentEngineEvents } from './intent-engine.js';
export type { CompilableGrammar, IntentEngineOptions, IntentSettings, ListenOptions } from './options.js';
export { pipeline, type WakeIntentEvents, WakeIntentPipeline, type WakeSource } from './pipeline.js';
export { TextWakeEngine, type TextWakeEngineOptions, type TextWakeWord } from './text-wake-engine.js';
