import type { Answer, DecodedWord } from '../decoding/index.js';
import type { VadEvent } from '../dsp/index.js';
import type { SlotHearing } from './hearings.js';

/** What speaks for an intent, or for a slot's value: the decoder's own log-likelihood ratios in nats, never calibrated. */
export interface DecoderEvidence {
  /** Against anything at all that is not in the grammar, over the same stretch; −Infinity where no path fits. */
  readonly fillerLlr: number;
  /** Against the runner-up: the next intent, or the best way to hear another value or none. Infinity where there is none. */
  readonly rivalLlr: number;
}

/**
 * A slot's value as it was heard; times on the input clock. Where the slot was heard before (`heard` of
 * {@link ListenOptions}), value and evidence are those of all hearings together; `candidates` are this one's.
 */
export interface IntentSlot extends DecoderEvidence, SlotHearing {
  readonly value: string;
  /**
   * Log-likelihood ratio in nats: what the two are worth together by the model's calibration; without one, the lesser of
   * them.
   */
  readonly llr: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** A word of the command; times on the input clock. */
export interface IntentWord {
  readonly word: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** An utterance was heard, and what it asks for, or that it is nothing of the grammar. */
export interface IntentEvent extends DecoderEvidence {
  readonly type: 'intent';
  /** Null where nothing of the grammar was said. */
  readonly intent: string | null;
  /** By name; empty without an intent. */
  readonly slots: Readonly<Record<string, IntentSlot>>;
  /**
   * Log-likelihood ratio of the best intent in nats: what the lesser of the two is worth by the model's calibration, and 0
   * outside its domain; without one, the lesser itself, −Infinity where no path fits at all.
   */
  readonly llr: number;
  /** Probability that the intent was asked for, under the declared prior; null without calibration. */
  readonly probability: number | null;
  /** Whether the sound lies within what the calibration saw; null without calibration. */
  readonly inDomain: boolean | null;
  /** Start and end of the command; of the utterance where there is none. */
  readonly startMs: number;
  readonly endMs: number;
  /** Words of the command. */
  readonly words: readonly IntentWord[];
  /** All answers that were weighed, best first, "none of these" among them; rows of the utterance, raw LLRs. */
  readonly answers: readonly Answer[];
}

/** Anything an intent engine tells. */
export type IntentEngineEvent = IntentEvent | VadEvent;

/** Rows of words as times. */
export function timedWord({ word, fromRow, toRow }: DecodedWord, toMs: (row: number) => number): IntentWord {
  return { word, startMs: toMs(fromRow), endMs: toMs(toRow) };
}
