import { decide, logit, sigmoid } from '../calibration/index.js';
import { combineEvidence, neededLlr } from './common-cause.js';
import type { TurningPoint, Weighing } from './decision.js';
import { type CountedEvidence, heardAgain } from './evidence.js';
import type { Stake } from './stakes.js';

/** How a guard weighs. */
export interface WeighingRules {
  /** Probability, before anything is heard, that a stretch of talk holds a request. */
  readonly prior: number;
  readonly beta: number;
}

/** Two hearings of the same seconds have one cause: the second can lower the first, and adds only what it exceeds it by. */
const gateBeta = 1;

/**
 * Puts the evidence of a chain together:
 *
 *     ln posterior odds = ln prior odds + gate + Λ_β(the rest)
 *
 * The gate, wake and second look, stands outside of β: it is the rate at which chains begin, and the evidence of the
 * rest is about audio that has passed it (docs/adr/0012). The rest is combined by {@link combineEvidence}.
 */
export function weigh(
  evidence: readonly CountedEvidence[],
  stake: Stake,
  { prior, beta }: WeighingRules,
): Weighing {
  const { gate, rest } = parts(evidence);
  const gateLlr = combineEvidence(gate, gateBeta);
  const llr = gateLlr + combineEvidence(rest, beta);
  const { threshold } = decide(llr, { ...stake, prior });
  const priorLogOdds = logit(prior);
  return {
    prior,
    beta,
    llr,
    productLlr: gateLlr + combineEvidence(rest, 0),
    thresholdLlr: threshold,
    posterior: sigmoid(priorLogOdds + llr),
    bound: sigmoid(priorLogOdds + gateLlr + combineEvidence(rest, 1)),
    needed: sigmoid(priorLogOdds + threshold),
  };
}

/** Whether more evidence, each piece as strong as a calibration can carry, could reach the threshold. */
export function isReachable(
  evidence: readonly CountedEvidence[],
  { thresholdLlr, beta }: Weighing,
  nPieces: number,
  cap: number,
): boolean {
  const { gate, rest } = parts(evidence);
  const best = [...rest, ...Array<number>(nPieces).fill(cap)];
  return combineEvidence(gate, gateBeta) + combineEvidence(best, beta) >= thresholdLlr;
}

/** For each piece of evidence the LLR at which it alone would turn the weighing over; none of what was heard again since. */
export function turningPoints(
  evidence: readonly CountedEvidence[],
  { thresholdLlr, beta }: Weighing,
  cap: number,
): TurningPoint[] {
  const { gate, rest } = parts(evidence);
  const gateTarget = thresholdLlr - combineEvidence(rest, beta);
  const restTarget = thresholdLlr - combineEvidence(gate, gateBeta);
  let [gateIndex, restIndex] = [0, 0];
  return evidence.map((piece) => {
    const to = isGate(piece)
      ? neededLlr(gate.toSpliced(gateIndex++, 1), gateTarget, gateBeta)
      : neededLlr(rest.toSpliced(restIndex++, 1), restTarget, beta);
    const { stage, turn, slot, llr, note } = piece;
    const isTurning = note !== heardAgain && Math.abs(to) <= cap;
    return { stage, turn, slot, from: llr, to: isTurning ? to : null };
  });
}

function isGate({ stage, turn }: CountedEvidence): boolean {
  return turn === 'wake' && (stage === 'wake' || stage === 'secondLook');
}

function parts(evidence: readonly CountedEvidence[]): { gate: number[]; rest: number[] } {
  const gate: number[] = [];
  const rest: number[] = [];
  for (const piece of evidence) (isGate(piece) ? gate : rest).push(piece.llr);
  return { gate, rest };
}
