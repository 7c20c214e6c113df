export { type DirectednessJson, DirectednessModel } from './directedness.js';
export { NaiveDialog, type NaiveDialogOptions } from './naive-dialog.js';
export { NaiveListener, naiveGuess } from './naive-listener.js';
export type { SpeechSound } from './speech-sound.js';
export {
  awaitedIntents,
  bestGuess,
  type DialogPlace,
  type Role,
  type Roles,
  type TurnHeard,
  turnEvent,
} from './turn-event.js';
export { type MeasuredTurn, type Span, TurnMeter } from './turn-meter.js';
export { VoiceModel } from './voice.js';
export {
  type DialogPolicy,
  type DialogStep,
  type Listener,
  VoiceDialog,
  type VoiceDialogOptions,
} from './voice-dialog.js';
