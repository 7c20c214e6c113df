import {
  awaitedIntents,
  bestGuess,
  type DialogPlace,
  type DialogPolicy,
  type Listener,
  naiveGuess,
  type TurnHeard,
  turnEvent,
} from '../dialog/index.js';
import {
  type Evidence,
  type GuardDecision,
  type GuardEvent,
  type GuardState,
  type Question,
  type SlotHeard,
  type TurnFeatures,
  unweighed,
} from '../guard/index.js';
import type { IntentEvent } from '../intent/index.js';
import type { DialogScript } from './dialog-script.js';

/** Stages of a chain behind the wake word, in order. */
export const chainStages = ['request', 'slots', 'confirmation'] as const;
/** One of {@link chainStages}. */
export type ChainStage = (typeof chainStages)[number];

/** How often each stage was tried and passed. */
export type StageCounts = Record<ChainStage, { trials: number; passed: number }>;

/** The dialogs that are tried on the same chains. */
export type Tried = 'naive' | 'guard';

/** How to make a {@link ChainProbe}. */
export interface ChainProbeOptions {
  readonly makePolicy: Readonly<Record<Tried, () => DialogPolicy>>;
  readonly roles: DialogScript['roles'];
  /** The act that the chain is about: other requests are none. */
  readonly act: string;
  /** Slots that the act needs. */
  readonly slots: readonly string[];
  /** Raw LLR that a hypothesis must have to be let through to the next stage. */
  readonly loweredLlr: number;
}

/** As much as a calibration can carry: the guard caps it. */
const sure: Evidence = { llr: 1000, inDomain: true };
/** What surrounds an answer that is given as answers are. */
const proper: TurnFeatures = {
  silenceBeforeMs: 10_000,
  silenceBeforeWakeMs: 10_000,
  speechInPromptMs: 0,
  latencyMs: 500,
  levelDifferenceDb: 0,
  tiltDifferenceDb: 0,
  otherVoiceMs: 0,
  playbackMs: 0,
};

type Heard = TurnHeard & { readonly type: 'request' | 'answer' | 'confirmation' | 'unrecognised' };
const everyDialog: readonly Tried[] = ['naive', 'guard'];

/**
 * Leads talk through all stages of a chain, and counts at which of them each dialog would have gone on by what was really
 * heard: the naive one by its best guess, the guard by what was recognised.
 *
 * At each stage a fresh policy that believes all that came before hears the event as it is: that is the trial. Then the best
 * hypothesis is believed whatever it was, and the next stage is tried on what follows. So each stage is tried on audio that
 * passed those before, all at lowered thresholds, with evidence for them as strong as can be. The confirmation is tried as a
 * whole: a dialog that asks for it again hears what comes next.
 */
export class ChainProbe implements DialogPolicy {
  readonly counts: Readonly<Record<Tried, StageCounts>> = { naive: noCounts(), guard: noCounts() };
  readonly #options: ChainProbeOptions;
  #state: GuardState = 'idle';
  /** What was believed since the wake word, but for time that passed. */
  #told: GuardEvent[] = [];
  /** Slots of the request that is believed. */
  #named: Readonly<Record<string, string>> = {};
  /** Dialogs whose confirmation is still open; empty before it. */
  #open = new Map<Tried, DialogPolicy>();
  /** The last utterance, with all that it may have been. */
  #utterance: IntentEvent | null = null;

  constructor(options: ChainProbeOptions) {
    this.#options = options;
  }

  get state(): GuardState {
    return this.#state;
  }

  /** Begins a new stream; the counts go on. */
  reset(): void {
    this.#state = 'idle';
    this.#told = [];
    this.#open.clear();
    this.#utterance = null;
  }

  /** A listener through which the probe learns what else an utterance may have been. */
  listenBy(inner: Listener): Listener {
    const keep = <E extends { readonly type: string }>(events: readonly E[]): readonly E[] => {
      for (const event of events) if (isIntent(event)) this.#utterance = event;
      return events;
    };
    return {
      sampleRateHz: inner.sampleRateHz,
      push: async (block) => keep(await inner.push(block)),
      flush: async () => keep(await inner.flush()),
      listen: (options) => inner.listen(options),
    };
  }

  push(event: GuardEvent): readonly GuardDecision[] {
    switch (event.type) {
      case 'time':
      case 'cancel':
        for (const policy of this.#open.values()) policy.push(event);
        return [];
      case 'prompt':
        for (const policy of this.#open.values()) policy.push(event);
        this.#told.push(event);
        return [];
      case 'wake':
        this.reset();
        this.#told.push({ ...event, evidence: sure });
        this.#state = 'awake';
        return [];
      default:
        return this.#utterance && isMeasured(event) ? this.#turn(event, this.#utterance) : [];
    }
  }

  #turn(heard: Heard, utterance: IntentEvent): readonly GuardDecision[] {
    switch (this.#state) {
      case 'awake': {
        this.#try('request', heard, utterance);
        return this.#believeRequest(heard, utterance);
      }
      case 'asking': {
        this.#try('slots', heard, utterance);
        return this.#believeAnswer(heard, utterance);
      }
      case 'confirming':
        return this.#confirm(heard, utterance);
      default:
        return [];
    }
  }

  /** What an utterance is to a dialog. */
  #asHeardBy(dialog: Tried, { type: _, ...heard }: Heard, utterance: IntentEvent): GuardEvent {
    const { roles, act } = this.#options;
    const place: DialogPlace = { roles, state: this.#state, act };
    const said = dialog === 'guard' ? utterance : naiveGuess(utterance, roles, this.#state);
    return turnEvent(said, heard, place);
  }

  /** Whether each dialog goes on, if it believes all that was before; an answer asked for once more counts as passed. */
  #try(stage: ChainStage, heard: Heard, utterance: IntentEvent): void {
    for (const dialog of everyDialog) {
      const count = this.counts[dialog][stage];
      const event = this.#asHeardBy(dialog, heard, utterance);
      count.trials++;
      if (event.type === 'request' && event.act !== this.#options.act) continue;
      if (this.#believing(dialog).push(event).some(isPassed)) count.passed++;
    }
  }

  #believing(dialog: Tried): DialogPolicy {
    const policy = this.#options.makePolicy[dialog]();
    for (const event of this.#told) policy.push(event);
    return policy;
  }

  #believeRequest({ startMs, endMs, atMs }: Heard, utterance: IntentEvent): readonly GuardDecision[] {
    const { roles, act, slots: needed } = this.#options;
    const requests = awaitedIntents(roles, 'awake').filter((intent) => {
      const role = roles[intent];
      return role?.kind === 'request' && role.act === act;
    });
    const best = bestGuess(utterance, requests, this.#options.loweredLlr);
    if (best.intent === null) return this.#over();
    const slots: Record<string, SlotHeard> = Object.fromEntries(
      Object.entries(best.slots).map(([name, { value }]) => [name, { value, evidence: sure }]),
    );
    this.#named = Object.fromEntries(Object.entries(slots).map(([name, { value }]) => [name, value]));
    const span = { startMs, endMs, atMs };
    this.#told.push({ type: 'request', act, slots, evidence: sure, ...believed, ...span });
    const isComplete = needed.every((slot) => Object.hasOwn(slots, slot));
    // A request that names its slots has nothing to pass there.
    if (isComplete) {
      for (const dialog of everyDialog) {
        this.counts[dialog].slots.trials++;
        this.counts[dialog].slots.passed++;
      }
    }
    return this.#ask(atMs);
  }

  #believeAnswer({ startMs, endMs, atMs }: Heard, utterance: IntentEvent): readonly GuardDecision[] {
    const { roles, loweredLlr } = this.#options;
    const answers = awaitedIntents(roles, 'asking').filter((intent) => roles[intent]?.kind === 'answer');
    const best = bestGuess(utterance, answers, loweredLlr);
    const role = best.intent === null ? undefined : roles[best.intent];
    const slot = role?.kind === 'answer' ? role.slot : null;
    const value = slot === null ? undefined : best.slots[slot]?.value;
    if (slot === null || value === undefined) return this.#over();
    this.#named = { ...this.#named, [slot]: value };
    const promptEndMs = this.#told.findLast(({ type }) => type === 'prompt')?.atMs ?? 0;
    const span = { startMs: Math.min(endMs, Math.max(startMs, promptEndMs)), endMs, atMs };
    this.#told.push({ type: 'answer', slot, value, evidence: sure, ...believed, ...span });
    return this.#ask(atMs);
  }

  /** Asks for what is missing, else for the confirmation, which every dialog is then at. */
  #ask(atMs: number): readonly GuardDecision[] {
    const missing = this.#options.slots.find((slot) => !Object.hasOwn(this.#named, slot));
    if (missing !== undefined) {
      this.#state = 'asking';
      return [asks(atMs, { kind: 'slot', slot: missing })];
    }
    this.#state = 'confirming';
    for (const dialog of everyDialog) {
      this.counts[dialog].confirmation.trials++;
      this.#open.set(dialog, this.#believing(dialog));
    }
    return [asks(atMs, { kind: 'confirmation', mode: 'closed', named: this.#named })];
  }

  #confirm(heard: Heard, utterance: IntentEvent): readonly GuardDecision[] {
    let again: Question | null = null;
    for (const [dialog, policy] of this.#open) {
      const decisions = policy.push(this.#asHeardBy(dialog, heard, utterance));
      if (decisions.some(({ kind }) => kind === 'act')) this.counts[dialog].confirmation.passed++;
      const asked = decisions.find(({ kind }) => kind === 'ask');
      if (asked?.question) again = asked.question;
      else this.#open.delete(dialog);
    }
    if (again === null) return this.#over();
    if (again.kind === 'confirmation') this.#named = again.named;
    return [asks(heard.atMs, again)];
  }

  #over(): readonly GuardDecision[] {
    this.reset();
    return [];
  }
}

/** What is believed of who speaks a request or an answer. */
const believed = { directedness: sure, sameVoice: sure, turn: proper };

function noCounts(): StageCounts {
  const none = () => ({ trials: 0, passed: 0 });
  return { request: none(), slots: none(), confirmation: none() };
}

function isPassed({ kind }: GuardDecision): boolean {
  return kind === 'ask' || kind === 'act';
}

/** The decision to play a prompt: what leads a dialog on. */
function asks(atMs: number, question: Question): GuardDecision {
  return unweighed({
    kind: 'ask',
    reason: question.kind === 'slot' ? 'slotMissing' : 'confirmationNeeded',
    atMs,
    chain: 0,
    state: question.kind === 'slot' ? 'asking' : 'confirming',
    request: null,
    question,
  });
}

function isMeasured(event: GuardEvent): event is GuardEvent & Heard {
  return 'turn' in event && 'sameVoice' in event;
}

function isIntent(event: { readonly type: string }): event is IntentEvent {
  return event.type === 'intent';
}
