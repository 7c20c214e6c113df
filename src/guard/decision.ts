import type { CountedEvidence, Stage, TurnName } from './evidence.js';
import type { ConfirmationMode } from './stakes.js';

/** Where a dialog stands. */
export type GuardState = 'idle' | 'awake' | 'asking' | 'confirming';

/**
 * What the app is to do.
 *
 * | decision | app |
 * |---|---|
 * | `listen` | listens: for a request, or for the reply to a prompt |
 * | `ask` | plays a prompt and tells its end by a `prompt` event |
 * | `act` | does it: the only decision that lets anything happen |
 * | `refuse`, `expire` | says at most that it will not; the chain is over, everything held was zeroed |
 * | `ignore` | nothing |
 */
export type DecisionKind = 'listen' | 'ask' | 'act' | 'refuse' | 'expire' | 'ignore';

/** Decisions that end a chain. */
export type Ending = 'act' | 'refuse' | 'expire';

/** A decision that weighed nothing, such as a dialog makes that takes all it hears for certain. */
export function unweighed(
  decision: Pick<GuardDecision, 'kind' | 'reason' | 'atMs' | 'chain' | 'state' | 'request' | 'question'>,
): GuardDecision {
  return {
    schema: 'wakeproof-guard-decision/1',
    ...decision,
    evidence: [],
    weighing: null,
    conditions: [],
    turningPoints: [],
    notZeroed: [],
  };
}

/** Whether a decision ends its chain. */
export function isEnding(kind: DecisionKind): kind is Ending {
  return kind === 'act' || kind === 'refuse' || kind === 'expire';
}

/** Why, in one word; {@link explain} says it in a sentence. */
export type Reason =
  | 'wake'
  | 'promptOver'
  | 'slotMissing'
  | 'confirmationNeeded'
  | 'onceMore'
  | 'evidenceSuffices'
  | 'nobodyObjected'
  | 'confirmed'
  | 'confirmedOutOfBand'
  | 'unknownAct'
  | 'undeclaredSlot'
  | 'stageTooWeak'
  | 'evidenceTooWeak'
  | 'improperReply'
  | 'notConfirmed'
  | 'denied'
  | 'unrecognisedReply'
  | 'changedUnderWay'
  | 'anotherWake'
  | 'outOfOrder'
  | 'secondPrompt'
  | 'cancelled'
  | 'badEvent'
  | 'noRequest'
  | 'noPrompt'
  | 'noReply'
  | 'noChain'
  | 'notAwaited';

/** One thing that had to hold. */
export interface Condition {
  readonly name: string;
  readonly met: boolean;
  /** What was found; null where it is not known. */
  readonly have: number | string | null;
  readonly relation: '≥' | '≤' | '=';
  readonly need: number | string;
  readonly unit: 'ms' | 'nats' | null;
}

/** The name of the condition that all evidence together must suffice. */
export const weightName = 'all evidence together';

/** All evidence of a chain put together. */
export interface Weighing {
  /** Probability, before anything is heard, that a stretch of talk holds a request. */
  readonly prior: number;
  readonly beta: number;
  /** Evidence under the β model, nats. */
  readonly llr: number;
  /** What a plain product would claim, nats; decides nothing. */
  readonly productLlr: number;
  /** Evidence from which on acting is the cheaper mistake, nats. */
  readonly thresholdLlr: number;
  /** Probability that the request is meant. */
  readonly posterior: number;
  /** The same if all that was heard after the wake word had one single cause (β = 1): the lowest that it can be. */
  readonly bound: number;
  /** Probability from which on acting is the cheaper mistake. */
  readonly needed: number;
}

/** The LLR at which one piece of evidence alone would turn the weighing over. */
export interface TurningPoint {
  readonly stage: Stage;
  readonly turn: TurnName;
  readonly slot: string | null;
  /** What is counted now, nats. */
  readonly from: number;
  /** Where the weighing would turn, nats; null where no calibration can carry that, or it was heard again since. */
  readonly to: number | null;
}

/** What was asked for. */
export interface PendingRequest {
  readonly act: string;
  readonly stake: string;
  readonly slots: Readonly<Record<string, string>>;
}

/** What to ask. */
export type Question =
  | { readonly kind: 'slot'; readonly slot: string }
  | {
      readonly kind: 'confirmation';
      readonly mode: Exclude<ConfirmationMode, 'none'>;
      /** The slots that a closed phrase must name beside the act. */
      readonly named: Readonly<Record<string, string>>;
    };

/** What a guard decided and why. Plain data, for `JSON.stringify`. */
export interface GuardDecision {
  readonly schema: 'wakeproof-guard-decision/1';
  readonly kind: DecisionKind;
  readonly reason: Reason;
  readonly atMs: number;
  /** Counts wakes since the start; 0 where no chain is concerned. */
  readonly chain: number;
  /** After the decision. */
  readonly state: GuardState;
  readonly request: PendingRequest | null;
  readonly question: Question | null;
  readonly evidence: readonly CountedEvidence[];
  /** Null before a request was heard, for stakes are not known then, and where nothing is asked or ended. */
  readonly weighing: Weighing | null;
  /** Everything that had to hold for this step. */
  readonly conditions: readonly Condition[];
  /** What else would have changed it, beside the conditions that are not met. */
  readonly turningPoints: readonly TurningPoint[];
  /** Names of handles whose buffer could not be zeroed. */
  readonly notZeroed: readonly string[];
}
