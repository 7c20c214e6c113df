import { type Chain, pending, stateOf } from './chain.js';
import {
  type Condition,
  type DecisionKind,
  type GuardDecision,
  isEnding,
  type Question,
  type Reason,
} from './decision.js';
import type { GuardSettings } from './options.js';
import { turningPoints, weigh } from './weighing.js';

/** What a decision tells beside the chain that it is about. */
export interface Outcome {
  readonly kind: DecisionKind;
  readonly reason: Reason;
  readonly atMs: number;
  readonly conditions?: readonly Condition[];
  readonly question?: Question;
  readonly notZeroed?: readonly string[];
}

/** Puts an outcome together with its reasons. */
export function decisionOf(chain: Chain | null, outcome: Outcome, settings: GuardSettings): GuardDecision {
  const { kind, reason, atMs, conditions = [], question = null, notZeroed = [] } = outcome;
  const { evidence = [], request = null, number = 0 } = chain ?? {};
  const isOver = isEnding(kind);
  const weighing =
    request && (isOver || kind === 'ask') ? weigh(evidence, request.rule.stake, settings) : null;
  return {
    schema: 'wakeproof-guard-decision/1',
    kind,
    reason,
    atMs,
    chain: number,
    state: isOver ? 'idle' : stateOf(chain),
    request: request && pending(request),
    question,
    evidence: [...evidence],
    weighing,
    conditions,
    turningPoints: weighing ? turningPoints(evidence, weighing, settings.capLlr) : [],
    notZeroed,
  };
}
