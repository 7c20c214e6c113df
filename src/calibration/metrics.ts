import { bayesThreshold, type Costs } from './decide.js';
import { logit, sigmoid, softplus } from './logistic.js';
import { type LabelledLlrs, type OperatingCounts, operatingCounts, optimalCalibration } from './pav.js';

/**
 * Cost of the LLRs over all priors and costs, bits (Brümmer & du Preez 2006):
 *
 *     Cllr = ½·mean_targets log₂(1 + e^−llr) + ½·mean_nonTargets log₂(1 + e^llr)
 *
 * 0 is perfect, 1 is what saying nothing (LLR 0 always) costs, more than 1 is worse than nothing. NaN without trials
 * of both classes.
 *
 * Source: doi:10.1016/j.csl.2005.08.001.
 */
export function cllr(llrs: LabelledLlrs): number {
  const { targets, nonTargets } = llrs;
  return (mean(targets.map((llr) => softplus(-llr))) + mean(nonTargets.map(softplus))) / (2 * Math.LN2);
}

/** Cllr after the best monotone recalibration in hindsight (PAV): what discrimination alone costs, bits. */
export function minCllr(llrs: LabelledLlrs): number {
  return cllr(optimalCalibration(llrs));
}

/** Costs of decisions at one stake, each divided by the cost of the better of "always act" and "never act". */
export interface DetectionCost {
  /** At the Bayes threshold: what a consumer pays that believes the LLRs. */
  readonly actual: number;
  /** At the best threshold in hindsight. */
  readonly minimum: number;
  /** Bayes threshold, nats. */
  readonly threshold: number;
  /** Targets below the threshold. */
  readonly nMisses: number;
  /** Non-targets at or above it. */
  readonly nFalseAccepts: number;
}

/**
 * Normalised detection cost at a stake:
 *
 *     DCF(t) = (π·costMiss·Pmiss(t) + (1 − π)·costFalseAccept·Pfa(t)) / min(π·costMiss, (1 − π)·costFalseAccept)
 */
export function detectionCost(llrs: LabelledLlrs, stakes: Costs & { readonly prior: number }): DetectionCost {
  const threshold = bayesThreshold(stakes);
  // Only this effective prior of equal costs counts: its log odds are minus the threshold.
  const effectivePrior = sigmoid(-threshold);
  const nMisses = llrs.targets.filter((llr) => llr < threshold).length;
  const nFalseAccepts = llrs.nonTargets.filter((llr) => llr >= threshold).length;
  const cost = (counts: OperatingCounts): number =>
    normalisedError(
      counts.nMisses / llrs.targets.length,
      counts.nFalseAccepts / llrs.nonTargets.length,
      effectivePrior,
    );
  return {
    actual: cost({ nMisses, nFalseAccepts }),
    minimum: Math.min(...operatingCounts(llrs).map(cost)),
    threshold,
    nMisses,
    nFalseAccepts,
  };
}

function normalisedError(missRate: number, falseAcceptRate: number, prior: number): number {
  return (prior * missRate + (1 - prior) * falseAcceptRate) / Math.min(prior, 1 - prior);
}

/** A point of the normalised Bayes-error curve. */
export interface BayesErrorPoint {
  /** Effective prior log odds, nats: ln(π/(1 − π)) + ln(costMiss/costFalseAccept). */
  readonly priorLogOdds: number;
  /** Normalised error of the LLRs at their Bayes threshold. 1 is what deciding without listening costs. */
  readonly actual: number;
  /** The same after the best monotone recalibration in hindsight. */
  readonly minimum: number;
}

/** Normalised Bayes-error curve: the detection cost at each effective prior, with all that it sums up. */
export function bayesErrorCurve(llrs: LabelledLlrs, priorLogOdds: readonly number[]): BayesErrorPoint[] {
  return priorLogOdds.map((logOdds) => {
    const stakes = { prior: sigmoid(logOdds), costMiss: 1, costFalseAccept: 1 };
    const { actual, minimum } = detectionCost(llrs, stakes);
    return { priorLogOdds: logOdds, actual, minimum };
  });
}

/** One bin of a reliability diagram. */
export interface ReliabilityBin {
  /** Probabilities from `from` (included) up to `to` (excluded, but for 1). */
  readonly from: number;
  readonly to: number;
  readonly nTargets: number;
  readonly nNonTargets: number;
  /** Share of all weight that falls in this bin. */
  readonly weight: number;
  /** Mean claimed probability, or null in an empty bin. */
  readonly claimed: number | null;
  /** Weighted share of targets: what it should have been. Null in an empty bin. */
  readonly observed: number | null;
}

/** How far claimed probabilities are from what came true, at a prior. */
export interface Reliability {
  readonly prior: number;
  /** Expected calibration error: Σ weight·|claimed − observed| over the bins, 0…1. */
  readonly ece: number;
  /** Weighted mean squared difference of claim and truth, 0…1. */
  readonly brier: number;
  readonly bins: readonly ReliabilityBin[];
}

/**
 * Reliability at a prior. Trials weigh as if targets were drawn with that prior, whatever their number in the corpus.
 *
 * @param prior default 0.5, where errors show most: at a small prior nearly all claims are near 0 and any ECE is small
 * @param nBins bins of equal width over 0…1. Default 10: a few hundred targets fill no more
 */
export function reliability(llrs: LabelledLlrs, prior = 0.5, nBins = 10): Reliability {
  const sums = Array.from({ length: nBins }, () => ({
    nTargets: 0,
    nNonTargets: 0,
    claimed: 0,
    observed: 0,
    weight: 0,
  }));
  const priorLogOdds = logit(prior);
  let brier = 0;
  const add = (values: readonly number[], isTarget: 0 | 1): void => {
    const weight = (isTarget ? prior : 1 - prior) / values.length;
    for (const llr of values) {
      const probability = sigmoid(llr + priorLogOdds);
      const bin = sums[Math.min(Math.floor(probability * nBins), nBins - 1)] as (typeof sums)[number];
      bin[isTarget ? 'nTargets' : 'nNonTargets']++;
      bin.weight += weight;
      bin.claimed += weight * probability;
      bin.observed += weight * isTarget;
      brier += weight * (probability - isTarget) ** 2;
    }
  };
  add(llrs.targets, 1);
  add(llrs.nonTargets, 0);
  const bins = sums.map(({ nTargets, nNonTargets, weight, claimed, observed }, index) => ({
    from: index / nBins,
    to: (index + 1) / nBins,
    nTargets,
    nNonTargets,
    weight,
    claimed: weight > 0 ? claimed / weight : null,
    observed: weight > 0 ? observed / weight : null,
  }));
  const ece = sums.reduce((sum, bin) => sum + Math.abs(bin.claimed - bin.observed), 0);
  return { prior, ece, brier, bins };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
