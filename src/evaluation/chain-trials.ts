import type { DialogPolicy, Listener } from '../dialog/index.js';
import type { Evidence, GuardDecision, GuardEvent, SlotHeard, TurnFeatures } from '../guard/index.js';
import type { IntentEvent } from '../intent/index.js';
import type { DialogScript } from './dialog-script.js';

/** Stages of a chain behind the wake word, in order. */
export const chainStages = ['request', 'slots', 'confirmation'] as const;
/** One of {@link chainStages}. */
export type ChainStage = (typeof chainStages)[number];

/** How often each stage was tried and passed. */
export type StageCounts = Record<ChainStage, { trials: number; passed: number }>;

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

/**
 * Leads a policy through all stages of a chain, and counts which of them it would have passed by what was really heard.
 *
 * At each stage a fresh policy that believes all that came before hears the event as it is: that is the trial. Then the
 * policy that goes on hears it as believed, so that the next stage is tried on this audio as well. So each stage is
 * tried on audio that passed those before, all at lowered thresholds, with evidence for them as strong as can be.
 */
export class ChainProbe implements DialogPolicy {
  readonly counts: StageCounts = {
    request: { trials: 0, passed: 0 },
    slots: { trials: 0, passed: 0 },
    confirmation: { trials: 0, passed: 0 },
  };
  readonly #makePolicy: () => DialogPolicy;
  #policy: DialogPolicy;
  /** What the policy was told since the wake word, but for time that passed. */
  #told: GuardEvent[] = [];

  constructor(makePolicy: () => DialogPolicy) {
    this.#makePolicy = makePolicy;
    this.#policy = makePolicy();
  }

  get state(): DialogPolicy['state'] {
    return this.#policy.state;
  }

  /** Begins a new stream; the counts go on. */
  reset(): this {
    this.#policy = this.#makePolicy();
    this.#told = [];
    return this;
  }

  push(event: GuardEvent): readonly GuardDecision[] {
    const { state } = this;
    if (event.type === 'wake') {
      this.#policy = this.#makePolicy();
      this.#told = [];
      this.counts.request.trials++;
    }
    const stage = stageOf(event, state);
    if (stage && this.#passes(event)) this.counts[stage].passed++;
    const promptEndMs = this.#told.findLast(({ type }) => type === 'prompt')?.atMs ?? 0;
    const believed = believe(event, promptEndMs);
    if (event.type !== 'time') this.#told.push(believed);
    const decisions = this.#policy.push(believed);
    this.#countReached(state);
    return decisions;
  }

  /** What the event, as it was heard, leads a policy to that believes all that was before. */
  #passes(event: GuardEvent): boolean {
    const policy = this.#makePolicy();
    for (const before of this.#told) policy.push(before);
    return policy.push(asHeard(event)).some(({ kind }) => kind === 'ask' || kind === 'act');
  }

  #countReached(from: DialogPolicy['state']): void {
    const { slots, confirmation } = this.counts;
    const to = this.state;
    if (from === 'awake' && (to === 'asking' || to === 'confirming')) slots.trials++;
    // A request that names its slots has nothing to pass there.
    if (from === 'awake' && to === 'confirming') slots.passed++;
    if (from !== 'confirming' && to === 'confirming') confirmation.trials++;
  }
}

function stageOf(event: GuardEvent, state: DialogPolicy['state']): ChainStage | null {
  if (event.type === 'time' || event.type === 'prompt' || event.type === 'cancel') return null;
  if (state === 'awake' && event.type === 'request') return 'request';
  if (state === 'asking') return 'slots';
  return state === 'confirming' ? 'confirmation' : null;
}

/** An event without belief in it: what was only let through is nothing that was recognised. */
function asHeard(event: GuardEvent): GuardEvent {
  if (!('evidence' in event) || event.evidence.llr !== Number.NEGATIVE_INFINITY) return event;
  const { startMs, endMs, atMs, turn } = event;
  return { type: 'unrecognised', startMs, endMs, atMs, ...(turn ? { turn } : {}) };
}

/**
 * An event that passes its stage, whatever was heard and however it lay about the prompt; confirmations are the last stage
 * and stay as they are.
 */
function believe(event: GuardEvent, promptEndMs: number): GuardEvent {
  if (event.type === 'wake') return { ...event, evidence: sure };
  if (event.type !== 'request' && event.type !== 'answer') return event;
  const talker = { directedness: sure, sameVoice: sure, turn: proper };
  if (event.type === 'answer') {
    const startMs = Math.min(event.endMs, Math.max(event.startMs, promptEndMs));
    return { ...event, ...talker, startMs, evidence: sure };
  }
  const slots: Record<string, SlotHeard> = Object.fromEntries(
    Object.entries(event.slots).map(([name, { value }]) => [name, { value, evidence: sure }]),
  );
  return { ...event, ...talker, evidence: sure, slots };
}

/**
 * A listener that lets requests and answers through that were not recognised: the best hypothesis that fits the state
 * of the dialog, marked by an LLR of −Infinity.
 */
export class CredulousListener implements Listener {
  readonly sampleRateHz: number;

  /**
   * @param act the act that the chain is about: other requests are none
   * @param floorLlr raw LLR that a hypothesis must have to be let through
   */
  constructor(
    readonly inner: Listener,
    readonly policy: Pick<DialogPolicy, 'state'>,
    readonly roles: DialogScript['roles'],
    readonly act: string,
    readonly floorLlr: number,
  ) {
    this.sampleRateHz = inner.sampleRateHz;
  }

  async push(block: Parameters<Listener['push']>[0]) {
    return (await this.inner.push(block)).map((event) => this.#admit(event));
  }

  async flush() {
    return (await this.inner.flush()).map((event) => this.#admit(event));
  }

  listen(options: Parameters<Listener['listen']>[0]) {
    return this.inner.listen(options);
  }

  #admit<E extends { readonly type: string }>(event: E | IntentEvent): E | IntentEvent {
    if (!isIntent(event) || this.#fits(event.intent)) return event;
    const hypothesis = event.answers.find(({ intent, llr }) => this.#fits(intent) && llr >= this.floorLlr);
    if (hypothesis === undefined) return { ...event, intent: this.#unlessRequest(event.intent) };
    const { startMs, endMs } = event;
    const llr = Number.NEGATIVE_INFINITY;
    const slots = Object.fromEntries(
      Object.entries(hypothesis.slots).map(([name, value]) => [name, { value, llr, startMs, endMs }]),
    );
    return { ...event, intent: hypothesis.intent, slots, llr, words: [] };
  }

  #fits(intent: string | null): boolean {
    const role = intent === null ? undefined : this.roles[intent];
    switch (this.policy.state) {
      case 'awake':
        return role?.kind === 'request' && role.act === this.act;
      case 'asking':
        return role?.kind === 'answer';
      default:
        return true;
    }
  }

  #unlessRequest(intent: string | null): string | null {
    return intent !== null && this.roles[intent]?.kind === 'request' ? null : intent;
  }
}

function isIntent(event: { readonly type: string }): event is IntentEvent {
  return event.type === 'intent';
}
