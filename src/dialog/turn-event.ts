import type { Evidence, GuardEvent, GuardState, SlotHeard, TurnFeatures } from '../guard/index.js';
import type { IntentEvent, SlotHearing } from '../intent/index.js';

/** What an intent of the grammar is to the dialog. */
export type Role =
  | { readonly kind: 'request'; readonly act: string }
  /** A slot's value alone, as an answer to the question for it. */
  | { readonly kind: 'answer'; readonly slot: string }
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' }
  /** A phrase that names the act and its slots. */
  | { readonly kind: 'closed'; readonly act: string };

/** Roles by intent of the grammar. */
export type Roles = Readonly<Record<string, Role>>;

/** Where a dialog stands when something is said. */
export interface DialogPlace {
  readonly roles: Roles;
  readonly state: GuardState;
  /** The act of the request in hand; null where there is none. */
  readonly act: string | null;
}

/** When a turn was said, and what surrounds it. */
export interface TurnHeard {
  readonly startMs: number;
  readonly endMs: number;
  readonly atMs: number;
  readonly turn: TurnFeatures;
  readonly directedness?: Evidence;
  readonly sameVoice: Evidence;
}

const awaitedKinds: Readonly<Record<GuardState, readonly Role['kind'][]>> = {
  idle: [],
  awake: ['request'],
  asking: ['answer', 'no'],
  confirming: ['yes', 'no', 'closed'],
};

/** The intents that can be meant in a state: others are no rivals of them. */
export function awaitedIntents(roles: Roles, state: GuardState): string[] {
  return Object.keys(roles).filter((intent) => awaitedKinds[state].includes((roles[intent] as Role).kind));
}

/** What an utterance is to a guard. */
export function turnEvent(event: IntentEvent, heard: TurnHeard, place: DialogPlace): GuardEvent {
  const role = event.intent === null ? undefined : place.roles[event.intent];
  if (role === undefined) return { type: 'unrecognised', ...heard };
  const { inDomain } = event;
  const evidence = { llr: event.llr, inDomain };
  const slots: Record<string, SlotHeard> = Object.fromEntries(
    Object.entries(event.slots).map(([name, { value, llr }]) => [
      name,
      { value, evidence: { llr, inDomain } },
    ]),
  );
  switch (role.kind) {
    case 'request': {
      const [named, ...others] = Object.entries(slots);
      // Who is asked "to whom?" may say the request once more, with the name; without it nothing is answered, and nothing changed.
      if (place.state === 'asking' && place.act === role.act && others.length === 0) {
        if (!named) return { type: 'unrecognised', ...heard };
        const [slot, value] = named;
        return { type: 'answer', slot, ...value, ...heard };
      }
      return { type: 'request', act: role.act, slots, evidence, ...heard };
    }
    case 'answer': {
      const slot = slots[role.slot];
      return slot === undefined || place.state !== 'asking'
        ? { type: 'unrecognised', ...heard }
        : { type: 'answer', slot: role.slot, ...slot, ...heard };
    }
    case 'closed': {
      const each = <T>(of: (slot: SlotHeard) => T) =>
        Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, of(slot)]));
      const reply = { kind: 'closed', act: role.act, slots: each(({ value }) => value) } as const;
      const slotEvidence = each((slot) => slot.evidence);
      return { type: 'confirmation', reply, evidence, slotEvidence, ...heard };
    }
    default:
      return { type: 'confirmation', reply: { kind: role.kind }, evidence, ...heard };
  }
}

/**
 * An utterance as an engine hears it that knows no "none of these": the best that can be meant in the state, whatever
 * speaks against it; as it was where nothing of the kind reaches the threshold.
 *
 * @param leastLlr raw LLR against anything else that the best must have
 */
export function bestGuess(event: IntentEvent, awaited: readonly string[], leastLlr: number): IntentEvent {
  const best = event.answers.find(
    ({ intent, llr }) => intent !== null && awaited.includes(intent) && llr >= leastLlr,
  );
  if (best === undefined) return { ...event, intent: null, slots: {}, words: [] };
  const { startMs, endMs } = event;
  const evidence = { llr: best.llr, fillerLlr: best.llr, rivalLlr: Number.POSITIVE_INFINITY };
  const slots = Object.fromEntries(
    Object.entries(best.slots).map(([name, value]) => [
      name,
      { value, ...evidence, ...alone(value), startMs, endMs },
    ]),
  );
  // Nothing of this is calibrated.
  return {
    ...event,
    intent: best.intent,
    slots,
    ...evidence,
    probability: null,
    inDomain: null,
    words: [],
  };
}

/** The hearing of a slot by who knows of no other value. */
function alone(value: string): SlotHearing {
  return {
    candidates: [{ value, behindLlr: 0, fillerLlr: 0 }],
    beyondLlr: Number.POSITIVE_INFINITY,
    anyNameLlr: null,
  };
}
