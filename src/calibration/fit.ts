import { CorpusError } from '../errors.js';
import { checkedPrior } from './decide.js';
import {
  foldsByGroup,
  type GroupedTrials,
  groupsByClass,
  groupTrials,
  multiplicitiesOf,
  resample,
  type Strata,
  weightsOf,
} from './groups.js';
import { expandLogistic, fitLogistic, type LogisticProblem, logit } from './logistic.js';
import { qualityNames, type SignalQuality } from './quality.js';
import type { Trial } from './trial.js';

/** Affine map from (score, quality) to LLR in nats: `a·score + b + Σ w[j]·quality[qualityNames[j]]`. */
export interface AffineMap {
  /** Nats per unit of score, > 0 in a fitted map. */
  readonly a: number;
  /** Nats. */
  readonly b: number;
  /** Nats per unit of each quality, in the order of `qualityNames`; 0 for one that did not vary or was not used. */
  readonly w: readonly number[];
}

/** How to fit. */
export interface FitOptions {
  /**
   * Prior of a target that the cross-entropy is weighted to, so that the numbers of trials do not matter. It sets
   * where on the LLR axis the map is most exact; 0.5, the default, minimises Cllr.
   */
  readonly fitPrior?: number;
  /** Whether quality enters the map. Default true. */
  readonly useQuality?: boolean;
}

/**
 * The change of each quality that the ridges on its weights are counted in. Not the spread of the trials: a quality
 * that hardly varies in them, such as clipping, would be taken at its word far outside of what it has shown.
 */
const qualityScale: SignalQuality = { snrDb: 10, levelDbfs: 10, clippedFraction: 0.01, bandLimitHz: 1000 };
/** Ridge on g: a step of `qualityScale` is expected to move it by about a nat, unless the trials say otherwise. */
const confounderRidge = 1;
/**
 * Ridge on the weights of quality in the LLR: a step moves it by about a third of a nat. A recording's quality goes
 * with its speaker, and of speakers there are few: weights learnt more freely fit those, and do worse on others.
 */
const qualityRidge = 10;

/** Standard deviations of the score: far below what resamples differ by. */
const resampleTolerance = 1e-3;

/** Trials in the form that fits want: scaled columns. One preparation serves all resamples of the same trials. */
export interface PreparedTrials extends GroupedTrials {
  /** Columns [quality…, 1, score], row major, each but the ones centred and divided by its scale. */
  readonly design: Float64Array;
  /** The same without the score: [quality…, 1]. */
  readonly qualityDesign: Float64Array;
  /** Of the qualities that are used, then of the score. */
  readonly scales: readonly Scale[];
  readonly fitPrior: number;
}

interface Scale {
  readonly centre: number;
  readonly unit: number;
}

/**
 * Checks and scales trials.
 *
 * @throws CorpusError where a class is missing, a number is not finite, or all scores are equal
 */
export function prepareTrials(
  word: string,
  trials: readonly Trial[],
  { useQuality = true, fitPrior = 0.5 }: FitOptions = {},
): PreparedTrials {
  const nTargets = trials.filter((trial) => trial.isTarget).length;
  if (nTargets === 0 || nTargets === trials.length) {
    throw new CorpusError('calibration trials', `word "${word}"`, {
      expected: 'trials with the word and trials without it',
      actual: `${nTargets} with, ${trials.length - nTargets} without`,
    });
  }
  const scores = trials.map((trial) => trial.score);
  const scoreMean = mean(scores);
  const scoreDeviation = Math.sqrt(mean(scores.map((score) => (score - scoreMean) ** 2)));
  const qualityMeans = qualityNames.map((name) => mean(trials.map((trial) => trial.quality[name])));
  if (![scoreMean, ...qualityMeans].every(Number.isFinite) || scoreDeviation === 0) {
    throw new CorpusError('calibration trials', `word "${word}"`, {
      expected: 'finite qualities, and finite scores that differ',
      actual: `scores of mean ${scoreMean} and standard deviation ${scoreDeviation}`,
    });
  }
  const qualities = useQuality ? qualityNames : [];
  const qualityRow = ({ quality }: Trial): number[] => [
    ...qualities.map((name, j) => (quality[name] - (qualityMeans[j] as number)) / qualityScale[name]),
    1,
  ];
  const scaled = (score: number): number => (score - scoreMean) / scoreDeviation;
  return {
    ...groupTrials(trials),
    design: Float64Array.from(trials.flatMap((trial) => [...qualityRow(trial), scaled(trial.score)])),
    qualityDesign: Float64Array.from(trials.flatMap(qualityRow)),
    scales: [
      ...qualities.map((name, j) => ({ centre: qualityMeans[j] as number, unit: qualityScale[name] })),
      { centre: scoreMean, unit: scoreDeviation },
    ],
    fitPrior: checkedPrior(fitPrior),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Fits the affine map by prior-weighted logistic regression (Brümmer), on two linear predictors:
 *
 *     g(q)    = ln p(q | target) / p(q | non-target)                  fitted first, on quality alone
 *     LLR + g = a·s + b + w·q + g(q)  = ln p(s, q | target) / p(s, q | non-target)
 *
 * By Bayes' rule the difference is the evidence of the score *given* the quality. Without g, the map would take a
 * chance difference between the recordings (positives recorded closer to the microphone, say) for evidence of the
 * word. Without quality there is no g. Both fits carry Firth's penalty with the trials weighted to the harmonic mean
 * of the class counts, the number that the precision of the fit goes with; the weights of quality carry a ridge
 * besides. A stretch under each condition is a trial: with one count for all of them the penalty is too strong, and
 * the map too flat.
 *
 * @param multiplicities how often each group counts (bootstrap), or how often it is left out (0); default once each
 * @param near solution of a similar problem, to start from
 * @returns null where a class has no weight, or where the score does not rise with the word (a ≤ 0)
 */
export function fitAffineMap(
  prepared: PreparedTrials,
  multiplicities?: ArrayLike<number>,
  near?: Solution,
): AffineMap | null {
  return mapOf(prepared, solve(prepared, multiplicities, near));
}

function mapOf(prepared: PreparedTrials, solution: Solution | null): AffineMap | null {
  const slope = solution?.theta.at(-1) ?? 0;
  return solution && slope > 0 ? toRawUnits(prepared, solution.theta) : null;
}

/** Coefficients on scaled predictors. */
interface Solution {
  /** Of g, on [quality…, 1]; empty where no quality is used. */
  readonly g: Float64Array;
  /** Of the LLR, on [quality…, 1, score]. */
  readonly theta: Float64Array;
}

/** @param centre weights of quality on scaled predictors that the ridge draws towards, shape [nQualities]; default 0 */
function solve(
  prepared: PreparedTrials,
  multiplicities?: ArrayLike<number>,
  near?: Solution,
  centre: ArrayLike<number> = [],
): Solution | null {
  const { isTarget, qualityDesign, scales, fitPrior } = prepared;
  const nQualities = scales.length - 1;
  const weights = weightsOf(prepared, multiplicities);
  if (!weights) return null;
  const tolerance = near && resampleTolerance;
  let g: Float64Array = new Float64Array(0);
  if (nQualities > 0) {
    const offsets = new Float64Array(weights.length).fill(logit(fitPrior));
    const nPredictors = nQualities + 1;
    const ridge = [...Array<number>(nQualities).fill(confounderRidge), 0];
    const start = near?.g;
    g = fitLogistic({
      isTarget,
      weights,
      offsets,
      design: qualityDesign,
      nPredictors,
      ridge,
      start,
      tolerance,
    });
  }
  const start = near?.theta.map((value, j) => value - (centre[j] ?? 0));
  const theta = fitLogistic({ ...evidenceProblem(prepared, weights, g, centre), start, tolerance });
  return { g, theta: theta.map((value, j) => value + (centre[j] ?? 0)) };
}

/** The regression of LLR + g, in which what the weights differ from the centre by is fitted. */
function evidenceProblem(
  { isTarget, design, qualityDesign, scales, fitPrior }: PreparedTrials,
  weights: Float64Array,
  g: Float64Array,
  centre: ArrayLike<number> = [],
): LogisticProblem {
  const nQualities = scales.length - 1;
  const nPredictors = nQualities + 2;
  const offsets = new Float64Array(weights.length).fill(logit(fitPrior));
  const add = (i: number, x: Float64Array, rowLength: number, factors: ArrayLike<number>): void => {
    for (let j = 0; j < factors.length; j++) {
      offsets[i] = (offsets[i] as number) + (x[i * rowLength + j] as number) * (factors[j] as number);
    }
  };
  for (let i = 0; i < offsets.length; i++) {
    add(i, qualityDesign, nQualities + 1, g);
    add(i, design, nPredictors, centre);
  }
  const ridge = [...Array<number>(nQualities).fill(qualityRidge), 0, 0];
  return { isTarget, weights, offsets, design, nPredictors, ridge };
}

/** Mean fourth power of a normal deviate, over the square of its mean square. */
const normalKurtosis = 3;

/**
 * Degrees of freedom of a bootstrap's estimate of what the LLR varies by, by Satterthwaite: where few groups hold most
 * of the doubt, the estimate is as uncertain as if there were only those. With v_g the part of the variance that group g
 * brings, as one deviate squared tells it, and v₀ that of the ridge's expectation, which is known,
 *
 *     ν = (v₀ + Σ v_g)² / (Σ v_g² / 3)
 *
 * @param points where the LLR is asked; ν is the harmonic mean over them
 * @param multiplicities as of `fitAffineMap`
 * @returns at least 1; 1 where nothing could be fitted
 *
 * Source: Satterthwaite 1946, doi:10.2307/3002019; for clustered variances Bell & McCaffrey 2002.
 */
export function degreesOfFreedom(
  prepared: PreparedTrials,
  points: readonly Pick<Trial, 'score' | 'quality'>[],
  multiplicities?: ArrayLike<number>,
): number {
  const solution = solve(prepared, multiplicities);
  const weights = weightsOf(prepared, multiplicities);
  if (!solution || !weights || points.length === 0) return 1;
  const problem = evidenceProblem(prepared, weights, solution.g);
  const { residuals, solveInformation } = expandLogistic(problem, solution.theta);
  const influences = groupInfluences(prepared, residuals, multiplicities);
  const inverseSum = points.reduce((sum, point) => {
    // What a step of each group's gradient moves the LLR at this point by.
    const direction = solveInformation(scaledRow(prepared, point));
    const dot = (u: ArrayLike<number>): number =>
      direction.reduce((total, value, j) => total + value * (u[j] as number), 0);
    const expected = direction.reduce(
      (total, value, j) => total + value ** 2 * (problem.ridge[j] as number),
      0,
    );
    let [variance, squares] = [expected, 0];
    for (const { multiplicity, gradient } of influences) {
      const part = dot(gradient) ** 2;
      variance += multiplicity * part;
      squares += multiplicity * part ** 2;
    }
    return sum + squares / normalKurtosis / variance ** 2;
  }, 0);
  return Math.max(points.length / inverseSum, 1);
}

/** Each group's part of the gradient, less what its trials would have brought at the mean of their classes. */
function groupInfluences(
  { isTarget, groups, groupNames, design }: PreparedTrials,
  residuals: Float64Array,
  multiplicities?: ArrayLike<number>,
): { multiplicity: number; gradient: Float64Array }[] {
  const d = design.length / groups.length;
  const sums = groupNames.map(() => new Float64Array(d));
  const counts = groupNames.map(() => [0, 0] as [number, number]);
  const means = [new Float64Array(d), new Float64Array(d)] as const;
  const totals: [number, number] = [0, 0];
  const multiplicityOf = (group: number): number => multiplicities?.[group] ?? 1;
  for (let i = 0; i < groups.length; i++) {
    const [group, kind] = [groups[i] as number, isTarget[i] as 0 | 1];
    const multiplicity = multiplicityOf(group);
    if (multiplicity === 0) continue;
    const [sum, mean] = [sums[group] as Float64Array, means[kind]];
    (counts[group] as [number, number])[kind]++;
    totals[kind] += multiplicity;
    // A residual holds the trial's weight, and so its group's multiplicity.
    for (let j = 0; j < d; j++) {
      const part = (residuals[i] as number) * (design[i * d + j] as number);
      sum[j] = (sum[j] as number) + part / multiplicity;
      mean[j] = (mean[j] as number) + part;
    }
  }
  return sums.flatMap((sum, group) => {
    const multiplicity = multiplicityOf(group);
    if (multiplicity === 0) return [];
    const [without, having] = counts[group] as [number, number];
    const gradient = sum.map(
      (value, j) =>
        value -
        (without * (means[0][j] as number)) / totals[0] -
        (having * (means[1][j] as number)) / totals[1],
    );
    return [{ multiplicity, gradient }];
  });
}

/** A point as a row of the design, shape [quality…, 1, score]. */
function scaledRow(
  { scales }: PreparedTrials,
  { score, quality }: Pick<Trial, 'score' | 'quality'>,
): Float64Array {
  const scaled = (value: number, j: number): number => {
    const { centre, unit } = scales[j] as Scale;
    return (value - centre) / unit;
  };
  const qualities = qualityNames.slice(0, scales.length - 1).map((name, j) => scaled(quality[name], j));
  return Float64Array.from([...qualities, 1, scaled(score, scales.length - 1)]);
}

function toRawUnits({ scales }: PreparedTrials, theta: Float64Array): AffineMap {
  const nQualities = scales.length - 1;
  const inRawUnits = (coefficient: number | undefined, scale: number): number =>
    (coefficient as number) / (scales[scale] as Scale).unit;
  const a = inRawUnits(theta[nQualities + 1], nQualities);
  const w = qualityNames.map((_, j) => (j < nQualities ? inRawUnits(theta[j], j) : 0));
  const atCentre = scales.reduce(
    (sum, { centre }, j) => sum + centre * (j < nQualities ? (w[j] as number) : a),
    0,
  );
  return { a, b: (theta[nQualities] as number) - atCentre, w };
}

/**
 * Refits on groups drawn with replacement, so that what differs between speakers and rooms shows in the spread. The
 * ridge on the weights of quality stands for what is expected of them; in each draw its centre is drawn from that
 * expectation, so that the spread holds the doubt that the trials leave about them, which the ridge alone would hide.
 * A draw whose score does not rise with the word counts as the map without evidence, LLR 0.
 *
 * @param random the same one gives the same draws
 * @param strata the groups to draw from, one as often as it counts; default all once
 * @returns `nDraws` maps
 */
export function bootstrapMaps(
  prepared: PreparedTrials,
  nDraws: number,
  random: () => number,
  strata: Strata = groupsByClass(prepared),
): AffineMap[] {
  const near = solve(prepared, multiplicitiesOf(prepared, strata)) ?? undefined;
  return Array.from({ length: nDraws }, () => {
    const multiplicities = multiplicitiesOf(prepared, resample(strata, random));
    const centre = Float64Array.from(
      prepared.scales.slice(0, -1),
      () => standardNormal(random) / Math.sqrt(qualityRidge),
    );
    return mapOf(prepared, solve(prepared, multiplicities, near, centre)) ?? noEvidence;
  });
}

/** By the Box–Muller transform. */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const noEvidence: AffineMap = { a: 0, b: 0, w: qualityNames.map(() => 0) };

/** LLR in nats by a map, before any cap. */
export function mapToLlr(map: AffineMap, score: number, quality: SignalQuality): number {
  return qualityNames.reduce(
    (llr, name, j) => llr + (map.w[j] as number) * quality[name],
    map.a * score + map.b,
  );
}

/**
 * LLR of each trial by a map fitted without the trial's group.
 *
 * @returns nats, before any cap, in the order of `trials`; 0 where a fold could not be fitted
 */
export function crossValidatedLlrs(
  word: string,
  trials: readonly Trial[],
  options: FitOptions & { readonly nFolds: number; readonly seed: number },
): number[] {
  const prepared = prepareTrials(word, trials, options);
  const folds = foldsByGroup(prepared, options.nFolds, options.seed);
  const near = solve(prepared) ?? undefined;
  const maps = Array.from({ length: options.nFolds }, (_, fold) =>
    fitAffineMap(
      prepared,
      folds.map((f) => (f === fold ? 0 : 1)),
      near,
    ),
  );
  return trials.map((trial, i) => {
    const map = maps[folds[prepared.groups[i] as number] as number];
    return map ? mapToLlr(map, trial.score, trial.quality) : 0;
  });
}
