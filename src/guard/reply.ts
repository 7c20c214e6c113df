import type { Condition, PendingRequest } from './decision.js';
import type { AnswerHeard, ConfirmationHeard, Reply, TurnFeatures } from './events.js';
import type { CountedEvidence } from './evidence.js';
import type { ReplyRules, Stake } from './stakes.js';

/** What must hold of speech that is taken for a reply to a prompt. */
export function replyConditions(
  { startMs, turn, evidence }: AnswerHeard | ConfirmationHeard,
  promptEndMs: number | null,
  rules: ReplyRules,
): Condition[] {
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
  if (rules.mustBeKnown) {
    const have =
      evidence.inDomain === null ? 'not calibrated' : evidence.inDomain ? 'yes' : 'unlike what it heard';
    conditions.push(equal('quality within the calibration', have, 'yes'));
  }
  return conditions;
}

/** What must hold of the words of a confirmation: a closed phrase names the act and every slot that it must. */
export function wordingConditions(
  reply: Reply,
  mustBeClosed: boolean,
  request: PendingRequest,
  named: Readonly<Record<string, string>>,
): Condition[] {
  if (reply.kind !== 'closed') {
    return [equal('wording', reply.kind, mustBeClosed ? 'a phrase that names the act' : 'yes')];
  }
  const slots = new Map(Object.entries(reply.slots));
  const conditions = [equal('names the act', reply.act, request.act)];
  for (const [slot, value] of Object.entries(named)) {
    conditions.push(equal(`names ${slot}`, slots.get(slot) ?? null, value));
  }
  const asked = new Map(Object.entries(request.slots));
  for (const [slot, value] of slots) {
    if (Object.hasOwn(named, slot)) continue;
    const wanted = asked.get(slot);
    const condition = equal(`names ${slot}`, value, wanted ?? 'not asked for');
    conditions.push(wanted === undefined ? { ...condition, met: false } : condition);
  }
  return conditions;
}

/** What each stage must show for itself. */
export function floorConditions(evidence: readonly CountedEvidence[], { floors }: Stake): Condition[] {
  const conditions: Condition[] = [];
  for (const { stage, turn, slot, llr } of evidence) {
    const floor = floors[stage];
    if (floor === undefined) continue;
    const name = `${slot === null ? stage : `${stage} ${slot}`} by itself, ${turn}`;
    conditions.push({ name, met: llr >= floor, have: llr, relation: '≥', need: floor, unit: 'nats' });
  }
  return conditions;
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
