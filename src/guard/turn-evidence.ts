import type { AnswerHeard, ConfirmationHeard, RequestHeard, WakeHeard } from './events.js';
import {
  type CountedEvidence,
  count,
  type Evidence,
  noEvidence,
  type Stage,
  type TurnName,
} from './evidence.js';

/**
 * All that one turn of a dialog says for or against it, as it counts.
 *
 * @param isAgain of a confirmation: whether it is the second one of its chain
 */
export function evidenceOf(
  event: WakeHeard | RequestHeard | AnswerHeard | ConfirmationHeard,
  cap: number,
  isAgain = false,
): CountedEvidence[] {
  const turn = isAgain ? 'confirmation again' : turnName(event);
  const counted = (stage: Stage, evidence: Evidence, slot?: string): CountedEvidence =>
    count(evidence, slot === undefined ? { stage, turn } : { stage, turn, slot }, cap);
  switch (event.type) {
    case 'wake':
      return [
        counted('wake', event.evidence),
        ...(event.secondLook ? [counted('secondLook', event.secondLook)] : []),
        ...(event.directedness ? [counted('directedness', event.directedness)] : []),
      ];
    case 'request':
      return [
        counted('intent', event.evidence),
        ...Object.entries(event.slots).map(([slot, { evidence }]) => counted('slot', evidence, slot)),
        ...talker(event, counted),
      ];
    case 'answer':
      return [counted('slot', event.evidence, event.slot), ...talker(event, counted)];
    case 'confirmation':
      return [
        counted('confirmation', event.evidence),
        ...Object.entries(event.slotEvidence ?? {}).map(([slot, evidence]) =>
          counted('slot', evidence, slot),
        ),
        ...talker(event, counted),
      ];
  }
}

/** Whether it is said to the device, and by whom: listed even where no model spoke, so that a decision shows the gap. */
function talker(
  { directedness, sameVoice }: RequestHeard | AnswerHeard | ConfirmationHeard,
  counted: (stage: Stage, evidence: Evidence) => CountedEvidence,
): CountedEvidence[] {
  return [counted('directedness', directedness ?? noEvidence), counted('sameVoice', sameVoice ?? noEvidence)];
}

function turnName(event: WakeHeard | RequestHeard | AnswerHeard | ConfirmationHeard): TurnName {
  return event.type === 'answer' ? `answer ${event.slot}` : event.type;
}
