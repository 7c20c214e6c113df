import type { SlotCandidate } from '../decoding/index.js';

/** What one hearing of a slot says of its values, by the decoder's own log-likelihood ratios in nats. */
export interface SlotHearing {
  /** Values that it may have been, best first, up to 9, and how far each is behind the best: 0 for the best. */
  readonly candidates: readonly Pick<SlotCandidate, 'value' | 'behindLlr' | 'fillerLlr'>[];
  /** How far behind the best is all else at least; Infinity where there is nothing else. */
  readonly beyondLlr: number;
  /** The best against the best name of people at large in its place; null where none was weighed against it. */
  readonly anyNameLlr: number | null;
}

/** A slot's value by all hearings of it. */
export interface JointHearing {
  readonly value: string;
  /** The value against the filler: the sum over the hearings, of each −8 nats at least where names of people at large are weighed as well. */
  readonly fillerLlr: number;
  /** The value against the runner-up of all hearings together. */
  readonly rivalLlr: number;
  /**
   * How far the value is behind names of people at large: the sum over the hearings of its LLR against the best of them,
   * at most 0. Null where none was weighed against it.
   */
  readonly anyNameLlr: number | null;
  readonly nHearings: number;
}

/** In noise any name is far behind the filler: that it is farther says no more against it than names at large do. Nats. */
const leastFillerLlr = -8;

/**
 * Which value a slot holds by several hearings of it:
 *
 *     behind(v) = Σ over hearings of how far v is behind the best there
 *     rivalLlr  = min over all other w of behind(w) − behind(v)
 *
 * The value is the foremost one that the last hearing knows. Runners-up that differ from hearing to hearing are behind in
 * the sum. What it is all worth is the calibration's to say: hearings of one mouth in one room repeat each other.
 */
export function hearTogether(last: SlotHearing, before: readonly SlotHearing[]): JointHearing {
  const all = [...before, last];
  const { value } = last.candidates
    .map((candidate) => ({ value: candidate.value, behindLlr: behindOf(candidate.value, all) }))
    .reduce((best, one) => (one.behindLlr < best.behindLlr ? one : best));
  return {
    value,
    fillerLlr: all.reduce((sum, hearing) => sum + fillerOf(value, hearing), 0),
    rivalLlr: leadOf(value, all),
    anyNameLlr: againstNames(value, all),
    nHearings: all.length,
  };
}

function behindOf(value: string | null, hearings: readonly SlotHearing[]): number {
  return hearings.reduce((sum, { candidates, beyondLlr }) => {
    const candidate = candidates.find((known) => known.value === value);
    return sum + (candidate?.behindLlr ?? beyondLlr);
  }, 0);
}

/** Of a value that a hearing does not know, no better than the worst that it knows. */
function fillerOf(value: string, { candidates, anyNameLlr }: SlotHearing): number {
  const known = candidates.filter((candidate) => candidate.value === value);
  const least = Math.min(...(known.length > 0 ? known : candidates).map(({ fillerLlr }) => fillerLlr));
  return anyNameLlr === null ? least : Math.max(leastFillerLlr, least);
}

/** That a value is ahead of all names that are weighed against it says no more than that it is none of them. */
function againstNames(value: string, hearings: readonly SlotHearing[]): number | null {
  return hearings.reduce<number | null>((sum, hearing) => {
    if (sum === null || hearing.anyNameLlr === null) return null;
    return sum + Math.min(0, hearing.anyNameLlr - behindOf(value, [hearing]));
  }, 0);
}

/** How far all others are behind a value; below 0 where another is ahead. Null stands for all that no hearing names. */
function leadOf(value: string, hearings: readonly SlotHearing[]): number {
  const own = behindOf(value, hearings);
  if (own === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  const named = hearings.flatMap(({ candidates }) => candidates.map((candidate) => candidate.value));
  const others = [null, ...new Set(named)].filter((other) => other !== value);
  return Math.min(...others.map((other) => behindOf(other, hearings))) - own;
}
