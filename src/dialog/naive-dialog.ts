import {
  type Ending,
  type GuardDecision,
  type GuardEvent,
  type GuardState,
  type Question,
  type Reason,
  unweighed,
} from '../guard/index.js';

/** How a {@link NaiveDialog} is set. */
export interface NaiveDialogOptions {
  /** Slots that each act needs, by act. */
  readonly acts: Readonly<Record<string, readonly string[]>>;
  /** How long it waits for somebody to speak. Default 8000. */
  readonly windowMs?: number;
  /** How long an utterance and its recognition may take after that. Default 10,000, as a guard's. */
  readonly maxUtteranceMs?: number;
}

/**
 * A dialog as devices have it: every step takes the one before for certain, and any "yes" is a yes. It is here to be
 * compared with a `Guard`: same events, same decisions' form, none of the doubt.
 */
export class NaiveDialog {
  readonly #acts: NaiveDialogOptions['acts'];
  /** From where it listens to the end of the chain. */
  readonly #openMs: number;
  #state: GuardState = 'idle';
  #nChains = 0;
  #act = '';
  #slots: Record<string, string> = {};
  #deadlineMs = 0;

  constructor({ acts, windowMs = 8000, maxUtteranceMs = 10_000 }: NaiveDialogOptions) {
    this.#acts = acts;
    this.#openMs = windowMs + maxUtteranceMs;
  }

  /** Where the dialog stands. */
  get state(): GuardState {
    return this.#state;
  }

  /** Takes one event and says what is to be done. */
  push(event: GuardEvent): GuardDecision[] {
    const { atMs } = event;
    if (event.type === 'wake') {
      this.#nChains++;
      this.#state = 'awake';
      this.#deadlineMs = atMs + this.#openMs;
      return [this.#tell('listen', 'wake', atMs)];
    }
    if (this.#state === 'idle') return [];
    if (event.type === 'time') return atMs > this.#deadlineMs ? [this.#end('expire', 'noReply', atMs)] : [];
    if (event.type === 'prompt') {
      this.#deadlineMs = event.endMs + this.#openMs;
      return [this.#tell('listen', 'promptOver', atMs)];
    }
    if (event.type === 'cancel') return [this.#end('refuse', 'cancelled', atMs)];
    if (event.type === 'request' && this.#state === 'awake') {
      this.#act = event.act;
      this.#slots = Object.fromEntries(Object.entries(event.slots).map(([name, { value }]) => [name, value]));
      return [this.#askOn(atMs)];
    }
    if (event.type === 'answer' && this.#state === 'asking') {
      this.#slots[event.slot] = event.value;
      return [this.#askOn(atMs)];
    }
    if (event.type === 'confirmation' && this.#state === 'confirming') {
      return [
        event.reply.kind === 'no' ? this.#end('refuse', 'denied', atMs) : this.#end('act', 'confirmed', atMs),
      ];
    }
    return this.#state === 'awake' ? [] : [this.#end('refuse', 'unrecognisedReply', atMs)];
  }

  #askOn(atMs: number): GuardDecision {
    const missing = this.#acts[this.#act]?.find((slot) => !(slot in this.#slots));
    this.#state = missing === undefined ? 'confirming' : 'asking';
    this.#deadlineMs = atMs + 2 * this.#openMs;
    return missing === undefined
      ? this.#tell('ask', 'confirmationNeeded', atMs, {
          kind: 'confirmation',
          mode: 'explicit',
          named: { ...this.#slots },
        })
      : this.#tell('ask', 'slotMissing', atMs, { kind: 'slot', slot: missing });
  }

  #end(kind: Ending, reason: Reason, atMs: number): GuardDecision {
    this.#state = 'idle';
    const decision = this.#tell(kind, reason, atMs);
    this.#act = '';
    this.#slots = {};
    return decision;
  }

  #tell(
    kind: GuardDecision['kind'],
    reason: Reason,
    atMs: number,
    question: Question | null = null,
  ): GuardDecision {
    return unweighed({
      kind,
      reason,
      atMs,
      chain: this.#nChains,
      state: this.#state,
      request: this.#act === '' ? null : { act: this.#act, stake: 'none', slots: { ...this.#slots } },
      question,
    });
  }
}
