import type { PcmBlock } from '../audio/index.js';
import type { GuardState } from '../guard/index.js';
import type { IntentEvent, ListenOptions } from '../intent/index.js';
import { awaitedIntents, bestGuess, type Roles } from './turn-event.js';
import type { DialogPolicy, Listener } from './voice-dialog.js';

/**
 * Raw LLR, nats, that a request must have against any other sounds for an engine of closed grammars to take it: loose, as such
 * engines are shipped, so that nobody has to repeat himself in noise (docs/guard.md).
 */
const requestLlr = -10;
/** The same of a reply: behind a prompt something is expected, and whatever is like it at all is taken for it. */
const replyLlr = -40;

/** An utterance as a naive dialog hears it: the best of what can be said in its state, against a loose threshold. */
export function naiveGuess(event: IntentEvent, roles: Roles, state: GuardState): IntentEvent {
  return bestGuess(event, awaitedIntents(roles, state), state === 'awake' ? requestLlr : replyLlr);
}

/**
 * Hears as devices with a closed grammar do, which a {@link NaiveDialog} is made for: in each state the best of what can be
 * said there, against a customary loose threshold. The calibration's "none of these" is not asked.
 */
export class NaiveListener implements Listener {
  readonly sampleRateHz: number;

  /** @param policy the dialog that it hears for: its state says what can be said */
  constructor(
    readonly inner: Listener,
    readonly policy: Pick<DialogPolicy, 'state'>,
    readonly roles: Roles,
  ) {
    this.sampleRateHz = inner.sampleRateHz;
  }

  async push(block: PcmBlock) {
    return (await this.inner.push(block)).map((event) => this.#guess(event));
  }

  async flush() {
    return (await this.inner.flush()).map((event) => this.#guess(event));
  }

  listen(options: ListenOptions): Promise<void> {
    return this.inner.listen(options);
  }

  #guess<E extends { readonly type: string }>(event: E | IntentEvent): E | IntentEvent {
    if (!isIntent(event)) return event;
    return naiveGuess(event, this.roles, this.policy.state);
  }
}

function isIntent(event: { readonly type: string }): event is IntentEvent {
  return event.type === 'intent';
}
