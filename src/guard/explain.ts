import { logit } from '../calibration/index.js';
import { type Condition, type GuardDecision, type Reason, type Weighing, weightName } from './decision.js';
import { type CountedEvidence, silent } from './evidence.js';

const sentences: Readonly<Record<Reason, string>> = {
  wake: 'a wake word was heard; listening for a request',
  promptOver: 'the prompt is over; listening for the reply',
  slotMissing: 'something needed was not heard',
  confirmationNeeded: 'a confirmation is needed',
  onceMore: 'the reply was a proper one, but was not understood or fell short: it may be given once more',
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
  if (evidence.length > 0) lines.push('  evidence   nats', ...evidenceLines(evidence));
  if (weighing) lines.push(...weighingLines(weighing));
  const unmet = conditions.filter(({ met }) => !met);
  for (const condition of unmet) lines.push(`  FAILS      ${conditionText(condition)}`);
  const nHolding = conditions.length - unmet.length;
  if (nHolding > 0)
    lines.push(`  holds      ${unmet.length === 0 ? 'all' : 'the other'} ${nHolding} conditions`);
  lines.push(...changeLines(decision));
  for (const name of notZeroed) lines.push(`  WARNING: the audio "${name}" could not be zeroed`);
  return lines.join('\n');
}

function slotText(slots: Readonly<Record<string, string>>): string {
  return Object.entries(slots)
    .map(([slot, value]) => `, ${slot} "${value}"`)
    .join('');
}

function evidenceLines(evidence: readonly CountedEvidence[]): string[] {
  const lines = evidence
    .filter(({ note }) => note !== silent)
    .map((piece) => {
      const { turn, llr, note } = piece;
      return `    ${nameOf(piece).padEnd(16)} ${signed(llr).padStart(6)}  ${turn}${note === null ? '' : ` (${note})`}`;
    });
  const missing = new Set(evidence.filter(({ note }) => note === silent).map(nameOf));
  if (missing.size > 0) lines.push(`    nothing known of ${[...missing].join(', ')}: counts 0`);
  return lines;
}

function nameOf({ stage, slot }: { readonly stage: string; readonly slot: string | null }): string {
  return slot === null ? stage : `${stage} ${slot}`;
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
  return `${name}: ${text(have)}, needs ${relation === '=' ? '' : `${relation} `}${text(need)}`;
}

/** What would have changed it: what failed, and how far each piece of evidence was from turning the weighing over. */
function changeLines({ kind, conditions, turningPoints, evidence }: GuardDecision): string[] {
  const weight = conditions.find(({ name }) => name === weightName);
  const turns = turningPoints
    .filter(({ to }, i) => to !== null && evidence[i]?.note !== silent)
    .map((point) => `${nameOf(point)} of ${point.turn} at ${signed(point.to ?? 0)}`);
  if (kind === 'act') return weight && turns.length > 0 ? [`  turned by  ${turns.join(', or ')}`] : [];
  if (kind !== 'refuse') return [];
  const needs = conditions.filter(({ met, name }) => !met && name !== weightName).map(({ name }) => name);
  if (weight && !weight.met) needs.push(turns.join(', or ') || 'evidence of more than one stage');
  return needs.length > 0 ? [`  needed     ${needs.join('; ')}`] : [];
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
