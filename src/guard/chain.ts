import type { GuardState, PendingRequest } from './decision.js';
import type { WakeHeard } from './events.js';
import type { CountedEvidence } from './evidence.js';
import type { SettledAct } from './options.js';
import type { ConfirmationMode } from './stakes.js';

/** What was asked of the device, so far. */
export interface RequestInHand {
  readonly act: string;
  readonly rule: SettledAct;
  readonly slots: Map<string, string>;
}

/** A prompt that was asked for. */
export interface OpenQuestion {
  /** The slot that is asked for; null where a confirmation is. */
  readonly slot: string | null;
  readonly mode: Exclude<ConfirmationMode, 'none'> | null;
  /** It was asked for before in this chain, and the reply was proper but fell short. */
  readonly isAgain: boolean;
  readonly askedAtMs: number;
  /** Null until the prompt is over. */
  promptEndMs: number | null;
}

/** From a wake word to an act, a refusal or the end of its time. */
export interface Chain {
  readonly number: number;
  readonly wake: WakeHeard;
  readonly evidence: CountedEvidence[];
  request: RequestInHand | null;
  question: OpenQuestion | null;
  /** When it is over if nothing comes. */
  deadlineMs: number;
}

/** Where a dialog with this chain stands. */
export function stateOf(chain: Chain | null): GuardState {
  if (chain === null) return 'idle';
  if (chain.question === null) return 'awake';
  return chain.question.slot === null ? 'confirming' : 'asking';
}

/** The request as decisions tell it. */
export function pending(request: RequestInHand): PendingRequest {
  return { act: request.act, stake: request.rule.stake.name, slots: Object.fromEntries(request.slots) };
}

/** The slots that a closed phrase must name, with their values. */
export function namedSlots(request: RequestInHand): Record<string, string> {
  return Object.fromEntries(request.rule.named.map((slot) => [slot, request.slots.get(slot) as string]));
}
