import { namedSlots, type OpenQuestion, pending, type RequestInHand } from './chain.js';
import { type Condition, type Question, type Reason, type Weighing, weightName } from './decision.js';
import type { ConfirmationHeard, Reply } from './events.js';
import type { CountedEvidence } from './evidence.js';
import type { GuardSettings } from './options.js';
import {
  nameConditions,
  replyConditions,
  slotConditions,
  stageConditions,
  wordingConditions,
} from './reply.js';
import { isReachable, weigh } from './weighing.js';

/** What a request or a confirmation leads to. */
export type Step =
  | { readonly kind: 'act' | 'refuse'; readonly reason: Reason; readonly conditions: readonly Condition[] }
  | {
      readonly kind: 'ask';
      readonly reason: 'slotMissing' | 'confirmationNeeded' | 'onceMore';
      readonly question: Question;
      readonly mode: OpenQuestion['mode'];
      readonly conditions: readonly Condition[];
    };

/** A further turn adds four pieces of evidence: what is said, whom it names, that it is said to the device, and by whom. */
const piecesPerTurn = 4;

/**
 * After a request or an answer: what each stage shows by itself, what is missing, whether to ask and how. Asks only
 * where a good answer could let the act through: nobody is to be asked in vain, least of all a room that talks.
 *
 * More evidence moves the outcome along refuse → ask → act and never back. Which slot is asked for does not depend on
 * evidence. A slot that is heard again, in the phrase that confirms, need not suffice before.
 */
export function judgeRequest(
  request: RequestInHand,
  evidence: readonly CountedEvidence[],
  settings: GuardSettings,
): Step {
  const { stake, slots } = request.rule;
  const isNamedAgain = stake.confirmation === 'closed';
  const floors = [
    ...stageConditions(evidence, stake),
    ...(isNamedAgain ? [] : slotConditions(evidence, stake)),
  ];
  if (floors.some(({ met }) => !met)) return { kind: 'refuse', reason: 'stageTooWeak', conditions: floors };
  const weighing = weigh(evidence, stake, settings);
  const weight = weightCondition(weighing);
  const conditions = [...floors, weight];
  const missing = slots.filter((slot) => !request.slots.has(slot));
  const nPieces = piecesPerTurn * (missing.length + 1);
  const lasting = isNamedAgain ? withoutSlots(evidence) : evidence;
  if (stake.confirmation !== 'outOfBand' && !isReachable(lasting, weighing, nPieces, settings.capLlr)) {
    return { kind: 'refuse', reason: 'evidenceTooWeak', conditions };
  }
  const [slot] = missing;
  if (slot !== undefined) {
    return { kind: 'ask', reason: 'slotMissing', question: { kind: 'slot', slot }, mode: null, conditions };
  }
  const isLoose = stake.confirmation === 'none' || stake.confirmation === 'implicit';
  const mode = isLoose && !weight.met ? 'explicit' : stake.confirmation;
  if (mode === 'none') return { kind: 'act', reason: 'evidenceSuffices', conditions };
  return {
    kind: 'ask',
    reason: 'confirmationNeeded',
    question: { kind: 'confirmation', mode, named: namedSlots(request) },
    mode,
    conditions,
  };
}

/**
 * After a reply to the request for a confirmation: the way it was given, its words, each stage, whom it names, and all
 * together.
 *
 * There is one attempt. But a closed phrase that is proper in its manner and its words, and only names another person or
 * is too little evidence, may be said once more, for whom it named: somebody who is misheard corrects the device so. More
 * evidence moves the outcome along refuse → ask → act and never back; whom is asked for does not depend on evidence.
 */
export function judgeConfirmation(
  event: ConfirmationHeard,
  request: RequestInHand,
  question: OpenQuestion,
  evidence: readonly CountedEvidence[],
  settings: GuardSettings,
): Step {
  const { stake } = request.rule;
  const named = namedSlots(request);
  const proper = [
    ...replyConditions(event, question.promptEndMs, stake.reply),
    ...wordingConditions(event.reply, question.mode === 'closed', pending(request), named),
    ...stageConditions(evidence, stake),
  ];
  const names = [...nameConditions(event.reply, named), ...slotConditions(evidence, stake)];
  const weighing = weigh(evidence, stake, settings);
  const weight = weightCondition(weighing);
  const conditions = [...proper, ...names, weight];
  const areMet = (some: readonly Condition[]) => some.every(({ met }) => met);
  if (!areMet(proper)) return { kind: 'refuse', reason: 'notConfirmed', conditions };
  if (areMet(names) && weight.met) return { kind: 'act', reason: 'confirmed', conditions };
  const isWorthIt = isReachable(withoutSlots(evidence), weighing, piecesPerTurn, settings.capLlr);
  if (question.mode === 'closed' && !question.isAgain && isWorthIt) {
    const question = { kind: 'confirmation', mode: 'closed', named: heardNames(event.reply, named) } as const;
    return { kind: 'ask', reason: 'onceMore', question, mode: 'closed', conditions };
  }
  return { kind: 'refuse', reason: areMet(names) ? 'evidenceTooWeak' : 'notConfirmed', conditions };
}

/** What still counts once the slots are heard again. */
function withoutSlots(evidence: readonly CountedEvidence[]): CountedEvidence[] {
  return evidence.filter(({ slot }) => slot === null);
}

/** The slots that a phrase must name, with the values that it names. */
function heardNames(reply: Reply, named: Readonly<Record<string, string>>): Record<string, string> {
  const heard = reply.kind === 'closed' ? reply.slots : {};
  return Object.fromEntries(Object.entries(named).map(([slot, value]) => [slot, heard[slot] ?? value]));
}

/** Whether everything together suffices. */
function weightCondition({ llr, thresholdLlr }: Weighing): Condition {
  return {
    name: weightName,
    met: llr >= thresholdLlr,
    have: llr,
    relation: '≥',
    need: thresholdLlr,
    unit: 'nats',
  };
}
