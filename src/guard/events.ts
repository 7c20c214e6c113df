import type { Evidence } from './evidence.js';

/** What surrounds a stretch of speech; each null where it is not known. */
export interface TurnFeatures {
  /** Silence of the talkers before the speech, ms; the device's own voice does not count as talk. */
  readonly silenceBeforeMs: number | null;
  /** Silence of the talkers before the wake word that began the chain, ms: who calls the device mostly stops to do so. */
  readonly silenceBeforeWakeMs: number | null;
  /** Talk during the prompt before, ms. */
  readonly speechInPromptMs: number | null;
  /** From the prompt's end to the onset, ms; null without a prompt. */
  readonly latencyMs: number | null;
  /** Level minus that of the wake word, dB. */
  readonly levelDifferenceDb: number | null;
  /** Spectral tilt minus that of the wake word, dB an octave: who turns away from the device sounds duller. */
  readonly tiltDifferenceDb: number | null;
  /** Speech of another voice within this one, ms. */
  readonly otherVoiceMs: number | null;
  /** The device's own playback within this speech, ms. */
  readonly playbackMs: number | null;
}

/** Speech that was heard. All times are on one clock, that of the input stream; `startMs` ≤ `endMs` ≤ `atMs`. */
interface Heard {
  /** When this became known: events come in this order. */
  readonly atMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** What surrounds it. */
  readonly turn?: TurnFeatures;
  /** Evidence that it is said to the device. */
  readonly directedness?: Evidence;
  /** Evidence that it is said by the voice that said the wake word. */
  readonly sameVoice?: Evidence;
}

/** A wake word. */
export interface WakeHeard extends Heard {
  readonly type: 'wake';
  readonly word: string;
  readonly evidence: Evidence;
  /** A second hearing of the same seconds, where it is calibrated by itself. */
  readonly secondLook?: Evidence;
}

/** A slot's value as it was heard. */
export interface SlotHeard {
  readonly value: string;
  /** What all hearings of the slot so far show together: it takes the place of what was told of the slot before. */
  readonly evidence: Evidence;
}

/** A request for an act. Leave out a slot that was not heard well: the guard then asks for it. */
export interface RequestHeard extends Heard {
  readonly type: 'request';
  readonly act: string;
  readonly slots: Readonly<Record<string, SlotHeard>>;
  readonly evidence: Evidence;
}

/** An answer to the question for a slot. */
export interface AnswerHeard extends Heard {
  readonly type: 'answer';
  readonly slot: string;
  readonly value: string;
  /** As of {@link SlotHeard}. */
  readonly evidence: Evidence;
}

/** What was said to a request for confirmation: "yes", "no", or a phrase that names act and slots. */
export type Reply =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  | { readonly kind: 'closed'; readonly act: string; readonly slots: Readonly<Record<string, string>> };

/** A reply to a request for confirmation. */
export interface ConfirmationHeard extends Heard {
  readonly type: 'confirmation';
  readonly reply: Reply;
  /** Evidence for the words: that the phrase was said, whomever it names. */
  readonly evidence: Evidence;
  /** Evidence for each value that a closed phrase names, by slot, as of {@link SlotHeard}: it is a further hearing of the slot. */
  readonly slotEvidence?: Readonly<Record<string, Evidence>>;
}

/** Speech that is nothing of the grammar. */
export interface UnrecognisedHeard extends Heard {
  readonly type: 'unrecognised';
}

/** The prompt that the guard asked for was played; told when it is over. */
export interface PromptPlayed {
  readonly type: 'prompt';
  readonly atMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Somebody pressed "cancel", or the app gives up. */
export interface Cancelled {
  readonly type: 'cancel';
  readonly atMs: number;
}

/** Time passed. Send it now and then: it lets windows end. */
export interface TimePassed {
  readonly type: 'time';
  readonly atMs: number;
}

/** A confirmation by another channel than the microphone. */
export interface OutOfBand {
  readonly atMs: number;
  /** The number of the chain that it confirms, as its decision told: a press for an older one counts for nothing. */
  readonly chain: number;
  /** Which channel: "button", "phone", "PIN". */
  readonly channel: string;
}

/** Speech with something in it. */
export type SpeechHeard = WakeHeard | RequestHeard | AnswerHeard | ConfirmationHeard | UnrecognisedHeard;

/** Anything that can be told to a guard. */
export type GuardEvent = SpeechHeard | PromptPlayed | Cancelled | TimePassed;
