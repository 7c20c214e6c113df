import { logit } from '../calibration/index.js';
import type { Condition, GuardDecision, Reason, TurningPoint, Weighing } from './decision.js';
import type { CountedEvidence } from './evidence.js';

const sentences: Readonly<Record<Reason, string>> = {
  wake: 'a wake word was heard; listening for a request',
  promptOver: 'the prompt is over; listening for the reply',
  slotMissing: 'something needed was not heard',
  confirmationNeeded: 'a confirmation is needed',
  evidenceSuffices: 'the evidence suffices for what is at stake',
  nobodyObjected: 'it was announced and nobody objected',
  confirmed: 'it was confirmed',
  confirmedOutOfBand: 'it was confirmed by another channel than the microphone',
  unknownAct: 'no such act is known',
  undeclaredSlot: 'the request has a slot that the act does not have',
  stageTooWeak: 'one stage by itself is too weak',
  evidenceTooWeak: 'all evidence together is too weak for what is at stake',
  improperReply: 'the answer was not given as an answer is',
  notConfirmed: 'what was heard is no confirmation of this act',
  denied: 'somebody said no',
  unrecognisedReply: 'what was said after the prompt is not an answer',
  changedUnderWay: 'something else was said than what was asked for',
  anotherWake: 'another wake word was heard meanwhile',
  outOfOrder: 'it happened in an order that cannot be',
  secondPrompt: 'a prompt was played twice: background talk gets one chance',
  cancelled: 'it was cancelled',
  badEvent: 'an event made no sense',
  noRequest: 'no request came in time',
  noPrompt: 'no prompt was played in time',
  noReply: 'no reply came in time',
  noChain: 'no wake word was heard before',
  notAwaited: 'it was not awaited',
};

/** A decision in words for a person: what, why, and what would have changed it. */
export function explain(decision: GuardDecision): string {
  const { kind, reason, atMs, chain, request, question, evidence, weighing, conditions, notZeroed } =
    decision;
  const lines = [
    `${kind.toUpperCase()} at ${(atMs / 1000).toFixed(2)} s, chain ${chain}: ${sentences[reason]}.`,
  ];
  if (request) lines.push(`  request    ${request.act}${slotText(request.slots)}, stake ${request.stake}`);
  if (question?.kind === 'slot') lines.push(`  ask for    ${question.slot}`);
  if (question?.kind === 'confirmation') lines.push(`  ask for    confirmation, ${question.mode}`);
  if (evidence.length > 0) {
    lines.push('  evidence   nats');
    for (const piece of evidence) lines.push(`    ${evidenceText(piece)}`);
  }
  if (weighing) lines.push(...weighingLines(weighing));
  for (const condition of conditions)
    lines.push(`  ${condition.met ? 'holds ' : 'FAILS '} ${conditionText(condition)}`);
  lines.push(...changeLines(decision));
  for (const name of notZeroed) lines.push(`  WARNING: the audio "${name}" could not be zeroed`);
  return lines.join('\n');
}

function slotText(slots: Readonly<Record<string, string>>): string {
  return Object.entries(slots)
    .map(([slot, value]) => `, ${slot} "${value}"`)
    .join('');
}

function evidenceText({ stage, turn, slot, llr, note }: CountedEvidence): string {
  const name = slot === null ? stage : `${stage} ${slot}`;
  return `${name.padEnd(16)} ${signed(llr).padStart(6)}  ${turn}${note === null ? '' : ` (${note})`}`;
}

function weighingLines({ prior, beta, llr, productLlr, posterior, bound, needed }: Weighing): string[] {
  return [
    `  together   ${signed(llr)} with β = ${beta}; a plain product would claim ${signed(productLlr)}`,
    `  odds       before ${oddsText(prior)}, now ${oddsText(posterior)}, needed ${oddsText(needed)}`,
    `  at worst   ${oddsText(bound)}, if everything after the wake word had one cause`,
  ];
}

function conditionText({ name, have, relation, need, unit }: Condition): string {
  const text = (value: number | string | null): string => {
    if (value === null) return 'not known';
    if (typeof value === 'string') return `"${value}"`;
    return `${unit === 'ms' ? Math.round(value) : value.toFixed(1)}${unit === null ? '' : ` ${unit}`}`;
  };
  return `${name}: ${text(have)}, needs ${relation} ${text(need)}`;
}

/** What would have changed the decision: what fails, and how far each piece of evidence is from turning the weighing over. */
function changeLines({ kind, conditions, turningPoints }: GuardDecision): string[] {
  if (kind !== 'act' && kind !== 'refuse') return [];
  const unmet = conditions.filter(({ met }) => !met);
  const isWeighed = conditions.some(({ name }) => name === 'all evidence together');
  const isTooWeak = unmet.some(({ name }) => name === 'all evidence together');
  const changes = unmet.filter(({ name }) => name !== 'all evidence together').map(({ name }) => name);
  const turns = turningPoints.filter((point) => point.to !== null).map(turningText);
  if (kind === 'act') {
    return isWeighed && turns.length > 0 ? [`  would not have acted with ${turns.join(', or ')}`] : [];
  }
  if (isTooWeak) {
    changes.push(
      turns.length > 0 ? `more evidence: ${turns.join(', or ')}` : 'evidence of more than one stage at once',
    );
  }
  return changes.length > 0 ? [`  would have acted only with: ${changes.join('; ')}`] : [];
}

function turningText({ stage, turn, slot, from, to }: TurningPoint): string {
  const name = slot === null ? stage : `${stage} ${slot}`;
  return `${name} (${turn}) at ${signed(to ?? from)} in place of ${signed(from)}`;
}

function signed(nats: number): string {
  return `${nats < 0 ? '−' : '+'}${Math.abs(nats).toFixed(1)}`;
}

/** A probability as odds with two significant digits: "5 : 1" for, "1 : 360" against. */
function oddsText(probability: number): string {
  const logOdds = logit(Math.min(Math.max(probability, Number.MIN_VALUE), 1 - Number.EPSILON / 2));
  const ratio = Math.exp(Math.abs(logOdds));
  const rounded = Number(ratio.toPrecision(ratio < 100 ? 2 : 3)).toLocaleString('en');
  return logOdds < 0 ? `1 : ${rounded}` : `${rounded} : 1`;
}
