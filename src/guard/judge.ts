import { namedSlots, type OpenQuestion, pending, type RequestInHand } from './chain.js';
import { type Condition, type Question, type Reason, type Weighing, weightName } from './decision.js';
import type { ConfirmationHeard } from './events.js';
import type { CountedEvidence } from './evidence.js';
import type { GuardSettings } from './options.js';
import { floorConditions, replyConditions, wordingConditions } from './reply.js';
import { isReachable, weigh } from './weighing.js';

/** What a request or a confirmation leads to. */
export type Step =
  | { readonly kind: 'act' | 'refuse'; readonly reason: Reason; readonly conditions: readonly Condition[] }
  | {
      readonly kind: 'ask';
      readonly question: Question;
      readonly mode: OpenQuestion['mode'];
      readonly conditions: readonly Condition[];
    };

/** A further turn adds three pieces of evidence: what is said, that it is said to the device, and by whom. */
const piecesPerTurn = 3;

/**
 * After a request or an answer: what each stage shows by itself, what is missing, whether to ask and how. Asks only
 * where a good answer could let the act through: nobody is to be asked in vain, least of all a room that talks.
 *
 * More evidence moves the outcome along refuse → ask → act and never back. Which slot is asked for does not depend on
 * evidence.
 */
export function judgeRequest(
  request: RequestInHand,
  evidence: readonly CountedEvidence[],
  settings: GuardSettings,
): Step {
  const { stake, slots } = request.rule;
  const floors = floorConditions(evidence, stake);
  if (floors.some(({ met }) => !met)) return { kind: 'refuse', reason: 'stageTooWeak', conditions: floors };
  const weighing = weigh(evidence, stake, settings);
  const weight = weightCondition(weighing);
  const conditions = [...floors, weight];
  const missing = slots.filter((slot) => !request.slots.has(slot));
  const nPieces = piecesPerTurn * (missing.length + 1);
  if (stake.confirmation !== 'outOfBand' && !isReachable(evidence, weighing, nPieces, settings.capLlr)) {
    return { kind: 'refuse', reason: 'evidenceTooWeak', conditions };
  }
  const [slot] = missing;
  if (slot !== undefined) return { kind: 'ask', question: { kind: 'slot', slot }, mode: null, conditions };
  const isLoose = stake.confirmation === 'none' || stake.confirmation === 'implicit';
  const mode = isLoose && !weight.met ? 'explicit' : stake.confirmation;
  if (mode === 'none') return { kind: 'act', reason: 'evidenceSuffices', conditions };
  return {
    kind: 'ask',
    question: { kind: 'confirmation', mode, named: namedSlots(request) },
    mode,
    conditions,
  };
}

/** After a reply to the request for a confirmation: the way it was given, its words, each stage, and all together. */
export function judgeConfirmation(
  event: ConfirmationHeard,
  request: RequestInHand,
  question: OpenQuestion,
  evidence: readonly CountedEvidence[],
  settings: GuardSettings,
): Step {
  const { stake } = request.rule;
  const proper = [
    ...replyConditions(event, question.promptEndMs, stake.reply),
    ...wordingConditions(event.reply, question.mode === 'closed', pending(request), namedSlots(request)),
    ...floorConditions(evidence, stake),
  ];
  const weight = weightCondition(weigh(evidence, stake, settings));
  const conditions = [...proper, weight];
  if (proper.some(({ met }) => !met)) return { kind: 'refuse', reason: 'notConfirmed', conditions };
  if (!weight.met) return { kind: 'refuse', reason: 'evidenceTooWeak', conditions };
  return { kind: 'act', reason: 'confirmed', conditions };
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
