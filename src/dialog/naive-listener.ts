import type { PcmBlock } from '../audio/index.js';
import type { IntentEvent, ListenOptions } from '../intent/index.js';
import { awaitedIntents, bestGuess, type Roles } from './turn-event.js';
import type { DialogPolicy, Listener } from './voice-dialog.js';

/**
 * Raw LLR, nats, that a hypothesis must have for an engine of closed grammars to take it. Loose, as such engines are shipped:
 * nearly all true requests in noise reach it (docs/guard.md), so that nobody has to repeat himself.
 */
export const customaryLlr = -10;

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
    readonly leastLlr: number = customaryLlr,
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
    return bestGuess(event, awaitedIntents(this.roles, this.policy.state), this.leastLlr);
  }
}

function isIntent(event: { readonly type: string }): event is IntentEvent {
  return event.type === 'intent';
}
