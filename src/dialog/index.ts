export { type DirectednessJson, DirectednessModel } from './directedness.js';
export { NaiveDialog, type NaiveDialogOptions } from './naive-dialog.js';
export type { SpeechSound } from './speech-sound.js';
export { type MeasuredTurn, type Span, TurnMeter } from './turn-meter.js';
export { VoiceModel } from './voice.js';
export {
  type DialogPolicy,
  type DialogStep,
  type Listener,
  type Role,
  VoiceDialog,
  type VoiceDialogOptions,
} from './voice-dialog.js';
