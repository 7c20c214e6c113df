import type { DialogStep } from '../dialog/index.js';
import { type GuardDecision, isEnding } from '../guard/index.js';

/** What was decided in a dialog, or in a piece of it. */
export interface DialogDecisions {
  readonly decisions: readonly GuardDecision[];
  /** The last that ended a chain; undefined where none did. */
  readonly ending: GuardDecision | undefined;
  /** Prompts that were asked for. */
  readonly turns: number;
}

/** The decisions among the steps of a dialog. */
export function decisionsIn(steps: readonly DialogStep[]): DialogDecisions {
  const decisions = steps.flatMap((step) => (step.kind === 'decision' ? [step.decision] : []));
  return {
    decisions,
    ending: decisions.findLast(({ kind }) => isEnding(kind)),
    turns: decisions.filter(({ kind }) => kind === 'ask').length,
  };
}
