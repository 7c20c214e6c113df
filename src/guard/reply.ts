import type { Condition, PendingRequest } from './decision.js';
import type { AnswerHeard, ConfirmationHeard, Reply, TurnFeatures, UnrecognisedHeard } from './events.js';
import { type CountedEvidence, heardAgain } from './evidence.js';
import type { ReplyRules, Stake } from './stakes.js';

/** What must hold of speech that is taken for a reply to a prompt, be it understood or not. */
export function replyConditions(
  event: AnswerHeard | ConfirmationHeard | UnrecognisedHeard,
  promptEndMs: number | null,
  rules: ReplyRules,
): Condition[] {
  const { startMs, turn } = event;
  const latencyMs = promptEndMs === null ? null : startMs - promptEndMs;
  const conditions: Condition[] = [
    bound('begins after the prompt has ended', latencyMs, '≥', 0, false),
    bound('begins in the window', latencyMs, '≤', rules.windowMs, false),
    bound('silence before', known(turn, 'silenceBeforeMs'), '≥', rules.minSilenceMs, !rules.mustBeKnown),
    bound(
      'talk through the prompt',
      known(turn, 'speechInPromptMs'),
      '≤',
      rules.maxSpeechInPromptMs,
      !rules.mustBeKnown,
    ),
    bound('another voice', known(turn, 'otherVoiceMs'), '≤', rules.maxOtherVoiceMs, !rules.mustBeKnown),
    bound('own playback', known(turn, 'playbackMs'), '≤', rules.maxPlaybackMs, !rules.mustBeKnown),
  ];
  if (rules.mustBeKnown && event.type !== 'unrecognised') {
    const { evidence } = event;
    const have =
      evidence.inDomain === null ? 'not calibrated' : evidence.inDomain ? 'yes' : 'unlike what it heard';
    conditions.push(equal('quality within the calibration', have, 'yes'));
  }
  return conditions;
}

/** What must hold of the words of a confirmation, whomever it names: a closed phrase names the act and all slots that it must. */
export function wordingConditions(
  reply: Reply,
  mustBeClosed: boolean,
  request: PendingRequest,
  named: Readonly<Record<string, string>>,
): Condition[] {
  if (reply.kind !== 'closed') {
    return [equal('wording', reply.kind, mustBeClosed ? 'a phrase that names the act' : 'yes')];
  }
  const conditions = [equal('names the act', reply.act, request.act)];
  for (const [slot, value] of Object.entries(named)) {
    if (!Object.hasOwn(reply.slots, slot)) conditions.push(equal(`names ${slot}`, null, value));
  }
  for (const [slot, value] of Object.entries(reply.slots)) {
    if (Object.hasOwn(named, slot)) continue;
    const wanted = Object.hasOwn(request.slots, slot) ? request.slots[slot] : undefined;
    const condition = equal(`names ${slot}`, value, wanted ?? 'not asked for');
    conditions.push(wanted === undefined ? { ...condition, met: false } : condition);
  }
  return conditions;
}

/** Whether a closed phrase names the very values that were asked for. */
export function nameConditions(reply: Reply, named: Readonly<Record<string, string>>): Condition[] {
  if (reply.kind !== 'closed') return [];
  return Object.entries(named)
    .filter(([slot]) => Object.hasOwn(reply.slots, slot))
    .map(([slot, value]) => equal(`names ${slot}`, reply.slots[slot] as string, value));
}

/** What each stage must show for itself; slots have {@link slotConditions}. */
export function stageConditions(evidence: readonly CountedEvidence[], { floors }: Stake): Condition[] {
  return evidence.flatMap(({ stage, turn, slot, llr }) => {
    const floor = floors[stage];
    return floor === undefined || slot !== null ? [] : [atLeast(`${stage} by itself, ${turn}`, llr, floor)];
  });
}

/** What each slot must show for itself, by its last hearing, which tells what all of them show together. */
export function slotConditions(
  evidence: readonly CountedEvidence[],
  { floors: { slot: floor } }: Stake,
): Condition[] {
  if (floor === undefined) return [];
  const heard = evidence.filter(({ slot }) => slot !== null);
  return [...new Set(heard.map(({ slot }) => slot))].map((name) => {
    const last = heard.findLast(({ slot, note }) => slot === name && note !== heardAgain);
    return atLeast(`slot ${name} by itself, ${last?.turn ?? 'no turn'}`, last?.llr ?? 0, floor);
  });
}

function atLeast(name: string, have: number, need: number): Condition {
  return { name, met: have >= need, have, relation: '≥', need, unit: 'nats' };
}

function known(turn: TurnFeatures | undefined, name: keyof TurnFeatures): number | null {
  return turn?.[name] ?? null;
}

function bound(
  name: string,
  have: number | null,
  relation: '≥' | '≤',
  need: number,
  isMetUnknown: boolean,
): Condition {
  const met = have === null ? isMetUnknown : relation === '≥' ? have >= need : have <= need;
  return { name, met, have, relation, need, unit: 'ms' };
}

function equal(name: string, have: string | null, need: string): Condition {
  return { name, met: have === need, have, relation: '=', need, unit: null };
}
