export { combineEvidence, defaultBeta, jointFalsePass, neededLlr } from './common-cause.js';
export {
  type Condition,
  type DecisionKind,
  type Ending,
  type GuardDecision,
  type GuardState,
  isEnding,
  type PendingRequest,
  type Question,
  type Reason,
  type TurningPoint,
  unweighed,
  type Weighing,
} from './decision.js';
export type {
  AnswerHeard,
  Cancelled,
  ConfirmationHeard,
  GuardEvent,
  OutOfBand,
  PromptPlayed,
  Reply,
  RequestHeard,
  SlotHeard,
  SpeechHeard,
  TimePassed,
  TurnFeatures,
  UnrecognisedHeard,
  WakeHeard,
} from './events.js';
export { type CountedEvidence, type Evidence, noEvidence, type Stage, type TurnName } from './evidence.js';
export { EvidenceModel, type EvidenceModelJson, type VoiceFeatures } from './evidence-model.js';
export { explain } from './explain.js';
export { Guard } from './guard.js';
export type { ActRule, GuardOptions } from './options.js';
export type { AudioFate, AudioHandle, AudioPurpose, AuditEntry } from './retention.js';
export { type ConfirmationMode, defaultStakes, type ReplyRules, type Stake } from './stakes.js';
