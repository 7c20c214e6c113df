import { ConfigError } from '../errors.js';
import { type Chain, stateOf } from './chain.js';
import type { Condition, Ending, GuardDecision, GuardState, Reason } from './decision.js';
import { decisionOf, type Outcome } from './decision-of.js';
import { checkEvent, checkTime } from './event-checks.js';
import type {
  GuardEvent,
  OutOfBand,
  PromptPlayed,
  RequestHeard,
  SpeechHeard,
  UnrecognisedHeard,
  WakeHeard,
} from './events.js';
import { type CountedEvidence, heardAgain } from './evidence.js';
import { explain } from './explain.js';
import { judgeConfirmation, judgeRequest, type Step } from './judge.js';
import { type GuardOptions, type GuardSettings, settle } from './options.js';
import { replyConditions, slotConditions, stageConditions } from './reply.js';
import { type AudioHandle, type AuditEntry, Retention } from './retention.js';
import { evidenceOf } from './turn-evidence.js';

type Turn = Exclude<SpeechHeard, WakeHeard>;
/** A chain at a state that only a request leads to. */
type RequestedChain = Chain & {
  request: NonNullable<Chain['request']>;
  question: NonNullable<Chain['question']>;
};

/**
 * Stands between recognition and the dialog: keeps the evidence of a chain of utterances, asks for what is missing,
 * and lets an act through only when its stakes allow.
 *
 * | state | event | next | decision |
 * |---|---|---|---|
 * | any | wake | awake | `listen`; a chain that was open is refused first |
 * | awake | request, complete and sure enough for its stake | idle | `act` |
 * | awake | request with a slot missing | asking | `ask` for it |
 * | awake | request that wants confirmation | confirming | `ask` |
 * | asking, confirming | end of the prompt | the same | `listen` |
 * | asking | a proper answer | as after a request | |
 * | asking | speech that is not understood, in the manner of an answer | the same, once | `ask` for it again |
 * | confirming | a proper confirmation | idle | `act` |
 * | confirming | a proper closed phrase that names another, or is too little evidence | the same, once | `ask` for it again |
 * | asking, confirming | any other speech | idle | `refuse`: there is one attempt |
 * | not idle | time past the window | idle | `expire` |
 *
 * Deterministic, without clock, audio, input or output: events and time in, decisions out. Evidence decides at a
 * request, an answer and a confirmation only, and there more of it never leads to less.
 */
export class Guard {
  readonly #settings: GuardSettings;
  readonly #retention = new Retention();
  #chain: Chain | null = null;
  #nChains = 0;
  #nowMs = Number.NEGATIVE_INFINITY;
  #last: GuardDecision | null = null;

  /** @throws ConfigError that names the option */
  constructor(options: GuardOptions) {
    this.#settings = settle(options);
  }

  /** Where the dialog stands. */
  get state(): GuardState {
    return stateOf(this.#chain);
  }

  /**
   * Takes one event.
   *
   * @returns what is to be done about it: mostly one decision; two where it ended a chain and began another; none
   *   for time that ends nothing
   * @throws ConfigError where the event means nothing or time runs backwards. An open chain is then refused and its
   *   audio zeroed; call {@link reset} before the clock starts anew.
   */
  push(event: GuardEvent): GuardDecision[] {
    this.#admit(() => {
      checkEvent(event);
      return event.atMs;
    });
    return [...this.#expire(event.atMs), ...this.#take(event)];
  }

  /**
   * A confirmation by another channel than the microphone. It acts on its own authority: who pressed the button saw
   * what it stands for. It must come while a confirmation is awaited, and for that very chain.
   */
  confirmOutOfBand({ atMs, chain: number, channel }: OutOfBand): GuardDecision[] {
    this.#admit(() => {
      checkTime(atMs, 'atMs');
      return atMs;
    });
    const expired = this.#expire(atMs);
    const chain = this.#chain;
    if (stateOf(chain) !== 'confirming' || chain?.number !== number) {
      return [...expired, this.#tell(chain, { kind: 'ignore', reason: 'notAwaited', atMs })];
    }
    const condition: Condition = {
      name: 'confirmed out of band',
      met: true,
      have: channel,
      relation: '=',
      need: channel,
      unit: null,
    };
    return [...expired, this.#end('act', 'confirmedOutOfBand', atMs, chain, [condition])];
  }

  /**
   * Puts a buffer of audio into the guard's care: it is zeroed when the chain ends, and at once where none is open.
   *
   * @throws StateError for a `message` without a confirmed act; its buffer was zeroed
   */
  hold(handle: AudioHandle): void {
    this.#retention.hold(handle, this.#chain?.number ?? 0, this.#nowMs);
  }

  /** Which audio is held and what became of the last 256 buffers, each with its reason. */
  audit(): AuditEntry[] {
    return this.#retention.audit();
  }

  /** The given decision, or the last one, in words for a person. */
  explain(decision: GuardDecision | null = this.#last): string {
    return decision === null ? 'Nothing was decided yet.' : explain(decision);
  }

  /** Forgets everything, zeroes what is held, and lets the clock start anew. */
  reset(): void {
    this.#retention.zeroAll(this.#nowMs, 'the guard was reset');
    this.#retention.revoke();
    this.#chain = null;
    this.#last = null;
    this.#nowMs = Number.NEGATIVE_INFINITY;
  }

  /** Checks an event and moves the clock; where it fails, ends the open chain before it throws. */
  #admit(checkedTime: () => number): void {
    try {
      const atMs = checkedTime();
      if (atMs < this.#nowMs) {
        throw new ConfigError('event.atMs', {
          expected: `not before ${this.#nowMs} ms`,
          actual: atMs,
          remedy: 'Call reset() when the input clock starts anew.',
        });
      }
      this.#nowMs = atMs;
    } catch (error) {
      if (this.#chain === null) throw error;
      this.#end('refuse', 'badEvent', this.#nowMs, this.#chain);
      if (!(error instanceof ConfigError)) throw error;
      const { option, expected, actual } = error;
      throw new ConfigError(option, { expected, actual, stateChanged: true, cause: error });
    }
  }

  #expire(atMs: number): GuardDecision[] {
    const chain = this.#chain;
    if (chain === null || atMs <= chain.deadlineMs) return [];
    const { question } = chain;
    const reason = question === null ? 'noRequest' : question.promptEndMs === null ? 'noPrompt' : 'noReply';
    return [this.#end('expire', reason, atMs, chain)];
  }

  #take(event: GuardEvent): GuardDecision[] {
    const chain = this.#chain;
    const { atMs } = event;
    if (event.type === 'wake') {
      const refused = chain ? [this.#end('refuse', 'anotherWake', atMs, chain)] : [];
      return [...refused, this.#wake(event)];
    }
    if (event.type === 'time') return this.#time(chain, atMs);
    if (chain === null) return [this.#tell(null, { kind: 'ignore', reason: 'noChain', atMs })];
    if (event.type === 'cancel') return [this.#end('refuse', 'cancelled', atMs, chain)];
    if (!isRequested(chain)) {
      return [
        event.type === 'request'
          ? this.#request(chain, event)
          : this.#tell(chain, { kind: 'ignore', reason: 'notAwaited', atMs }),
      ];
    }
    if (event.type === 'prompt') return [this.#prompt(chain, event)];
    return [chain.question.slot === null ? this.#confirming(chain, event) : this.#asking(chain, event)];
  }

  #wake(event: WakeHeard): GuardDecision {
    const { requestWindowMs, maxUtteranceMs, capLlr } = this.#settings;
    this.#retention.revoke();
    this.#chain = {
      number: ++this.#nChains,
      wake: event,
      evidence: evidenceOf(event, capLlr),
      request: null,
      question: null,
      deadlineMs: event.endMs + requestWindowMs + maxUtteranceMs,
    };
    return this.#tell(this.#chain, { kind: 'listen', reason: 'wake', atMs: event.atMs });
  }

  /** An implicit confirmation takes silence for consent, but only silence that a `time` event has told of. */
  #time(chain: Chain | null, atMs: number): GuardDecision[] {
    if (!isRequested(chain) || chain.question.mode !== 'implicit') return [];
    const { promptEndMs } = chain.question;
    const { stake } = chain.request.rule;
    if (promptEndMs === null || atMs < promptEndMs + stake.reply.windowMs) return [];
    const conditions = [...stageConditions(chain.evidence, stake), ...slotConditions(chain.evidence, stake)];
    return [this.#end('act', 'nobodyObjected', atMs, chain, conditions)];
  }

  #request(chain: Chain, event: RequestHeard): GuardDecision {
    const { atMs, startMs, act, slots } = event;
    const { wake } = chain;
    const { acts, requestWindowMs, capLlr } = this.#settings;
    if (startMs < wake.startMs) return this.#end('refuse', 'outOfOrder', atMs, chain);
    if (startMs > wake.endMs + requestWindowMs) return this.#end('expire', 'noRequest', atMs, chain);
    const rule = acts.get(act);
    if (!rule) return this.#end('refuse', 'unknownAct', atMs, chain);
    const heard = Object.entries(slots);
    if (!heard.every(([slot]) => rule.allowed.has(slot))) {
      return this.#end('refuse', 'undeclaredSlot', atMs, chain);
    }
    chain.request = { act, rule, slots: new Map(heard.map(([slot, { value }]) => [slot, value])) };
    chain.evidence.push(...evidenceOf(event, capLlr));
    return this.#apply(chain, atMs, judgeRequest(chain.request, chain.evidence, this.#settings));
  }

  #asking(chain: RequestedChain, event: Turn): GuardDecision {
    const { question, request } = chain;
    const { atMs } = event;
    if (event.type === 'unrecognised') return this.#misheard(chain, event);
    if (event.type === 'confirmation' && event.reply.kind === 'no') {
      return this.#end('refuse', 'denied', atMs, chain);
    }
    if (event.type !== 'answer' || event.slot !== question.slot) {
      return this.#end('refuse', 'changedUnderWay', atMs, chain);
    }
    request.slots.set(event.slot, event.value);
    hear(chain, evidenceOf(event, this.#settings.capLlr));
    const conditions = replyConditions(event, question.promptEndMs, request.rule.stake.reply);
    if (conditions.some(({ met }) => !met)) {
      return this.#end('refuse', 'improperReply', atMs, chain, conditions);
    }
    return this.#apply(chain, atMs, judgeRequest(request, chain.evidence, this.#settings), conditions);
  }

  /** An answer that was given as one is and not understood may be given once more: nothing is done on it alone. */
  #misheard(chain: RequestedChain, event: UnrecognisedHeard): GuardDecision {
    const { question, request } = chain;
    const conditions = replyConditions(event, question.promptEndMs, request.rule.stake.reply);
    const isProper = conditions.every(({ met }) => met);
    if (question.slot === null || question.isAgain || !isProper) {
      return this.#end('refuse', 'unrecognisedReply', event.atMs, chain, isProper ? [] : conditions);
    }
    const asked = { kind: 'slot', slot: question.slot } as const;
    return this.#apply(chain, event.atMs, {
      kind: 'ask',
      reason: 'onceMore',
      question: asked,
      mode: null,
      conditions,
    });
  }

  #prompt(chain: RequestedChain, { atMs, startMs, endMs }: PromptPlayed): GuardDecision {
    const { question, request } = chain;
    if (question.promptEndMs !== null) return this.#end('refuse', 'secondPrompt', atMs, chain);
    if (startMs < question.askedAtMs) return this.#end('refuse', 'outOfOrder', atMs, chain);
    question.promptEndMs = endMs;
    if (question.mode !== 'outOfBand') {
      chain.deadlineMs = endMs + request.rule.stake.reply.windowMs + this.#settings.maxUtteranceMs;
    }
    return this.#tell(chain, { kind: 'listen', reason: 'promptOver', atMs });
  }

  #confirming(chain: RequestedChain, event: Turn): GuardDecision {
    const { request, question } = chain;
    const { atMs } = event;
    if (event.type === 'request' || event.type === 'answer') {
      return this.#end('refuse', 'changedUnderWay', atMs, chain);
    }
    if (event.type === 'confirmation' && event.reply.kind === 'no') {
      return this.#end('refuse', 'denied', atMs, chain);
    }
    if (question.mode === 'outOfBand')
      return this.#tell(chain, { kind: 'ignore', reason: 'notAwaited', atMs });
    if (event.type === 'unrecognised') {
      // Talk that is no objection does not stop what was announced.
      return question.mode === 'implicit'
        ? this.#tell(chain, { kind: 'ignore', reason: 'notAwaited', atMs })
        : this.#end('refuse', 'unrecognisedReply', atMs, chain);
    }
    hear(chain, evidenceOf(event, this.#settings.capLlr, question.isAgain));
    const step = judgeConfirmation(event, request, question, chain.evidence, this.#settings);
    if (step.kind === 'ask' && step.question.kind === 'confirmation') correct(chain, step.question.named);
    return this.#apply(chain, atMs, step);
  }

  #apply(chain: Chain, atMs: number, step: Step, before: readonly Condition[] = []): GuardDecision {
    const conditions = [...before, ...step.conditions];
    if (step.kind !== 'ask') return this.#end(step.kind, step.reason, atMs, chain, conditions);
    const { question, mode } = step;
    const { promptTimeoutMs, outOfBandWindowMs } = this.#settings;
    const slot = question.kind === 'slot' ? question.slot : null;
    chain.question = { slot, mode, isAgain: step.reason === 'onceMore', askedAtMs: atMs, promptEndMs: null };
    chain.deadlineMs = atMs + (mode === 'outOfBand' ? outOfBandWindowMs : promptTimeoutMs);
    return this.#tell(chain, { kind: 'ask', reason: step.reason, atMs, conditions, question });
  }

  /** Ends a chain: whatever was held is zeroed, and nothing of it can be confirmed any more. */
  #end(
    kind: Ending,
    reason: Reason,
    atMs: number,
    chain: Chain,
    conditions: readonly Condition[] = [],
  ): GuardDecision {
    this.#chain = null;
    const notZeroed = this.#retention.zeroAll(atMs, `the chain ended: ${kind}, ${reason}`);
    if (kind === 'act' && chain.request) this.#retention.permit(chain.number, chain.request.act);
    return this.#tell(chain, { kind, reason, atMs, conditions, notZeroed });
  }

  #tell(chain: Chain | null, outcome: Outcome): GuardDecision {
    this.#last = decisionOf(chain, outcome, this.#settings);
    return this.#last;
  }
}

function isRequested(chain: Chain | null): chain is RequestedChain {
  return chain !== null && chain.question !== null;
}

/** Adds what a further turn says; of a slot that is heard again, the last hearing alone counts. */
function hear({ evidence }: Chain, pieces: readonly CountedEvidence[]): void {
  forget(evidence, ({ slot }) => slot !== null && pieces.some((piece) => piece.slot === slot));
  evidence.push(...pieces);
}

/** The person names another: what was heard of the one before counts no longer, neither for nor against. */
function correct({ request, evidence }: RequestedChain, named: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(named)) {
    if (request.slots.get(name) === value) continue;
    request.slots.set(name, value);
    forget(evidence, ({ slot, turn }) => slot === name && turn !== 'confirmation');
  }
}

function forget(evidence: CountedEvidence[], isPast: (piece: CountedEvidence) => boolean): void {
  evidence.forEach((piece, i) => {
    if (isPast(piece)) evidence[i] = { ...piece, llr: 0, note: heardAgain };
  });
}
