import { ConfigError } from '../errors.js';
import { jointFalsePass } from '../guard/index.js';
import { clopperPearsonUpper } from './clopper-pearson.js';
import { CONFIDENCE, poissonUpper } from './intervals.js';

/** How often a stage was passed falsely, among audio that had passed every stage before it falsely. */
export interface StageCount {
  readonly stage: string;
  readonly passed: number;
  /** Pieces of audio that reached the stage. Independent ones: what one session gives twice counts once. */
  readonly trials: number;
  /** At which threshold the audio was let through to this stage, where it was lowered to get enough of it. */
  readonly reachedAt?: string | undefined;
}

/** What was counted of a chain from a false wake to an unintended act. */
export interface ChainCounts {
  /** What the figures call the chain: "naive dialog", "guard". */
  readonly name: string;
  readonly corpus: string;
  /** Hours of talk in which false wakes were counted. */
  readonly hours: number;
  readonly falseWakes: number;
  /** In order; each counted on audio that passed those before. */
  readonly stages: readonly StageCount[];
}

/** Assumptions that turn counts into a rate. */
export interface ChainAssumptions {
  /** Share of false passes with one common cause, 0…1. */
  readonly beta: number;
  /** Talk within the device's hearing. Default 4, as in the default prior. */
  readonly talkHoursPerDay?: number;
}

/** Unintended acts per device and year under three models of how stages depend on each other. */
export interface ChainFigures {
  /** Stages independent: the lowest, and never to be relied on. */
  readonly independent: number;
  /** β model: the headline. */
  readonly beta: number;
  /** Fréchet bound: the most that any dependence can do. */
  readonly frechet: number;
}

/** A stage's count with its upper bound. */
export interface BoundedStage extends StageCount {
  /** Upper bound of the probability of a false pass, at this stage's part of the error. */
  readonly upper: number;
}

/** How often a chain of misrecognitions becomes an act, at most. */
export interface ChainRate {
  readonly counts: ChainCounts;
  readonly beta: number;
  readonly talkHoursPerDay: number;
  /** 0.95: probability that all bounds hold together. */
  readonly confidence: number;
  /** What each bound may be wrong with: 0.05 divided among false wakes and stages (Bonferroni). */
  readonly errorPerStage: number;
  /** Upper bound of false wakes per hour. */
  readonly falseWakesPerHourUpper: number;
  readonly stages: readonly BoundedStage[];
  /** Upper bounds, per device and year. */
  readonly upper: ChainFigures;
  /** What was counted, without allowance for chance: for comparison, proves nothing. */
  readonly observed: ChainFigures;
  /** What the hours and trials cannot carry, in sentences. */
  readonly limits: readonly string[];
}

const daysPerYear = 365;

/**
 * Rate of unintended acts under the three models:
 *
 *     wakes · Π pᵢ  ≤  wakes · (β · min pᵢ + (1 − β) · Π pᵢ)  ≤  wakes · min pᵢ
 *
 * @param wakes false wakes per device and year
 * @param passes conditional probabilities of the stages after the wake word
 */
export function chainFigures(wakes: number, passes: readonly number[], beta: number): ChainFigures {
  return {
    independent: wakes * jointFalsePass(passes, 0),
    beta: wakes * jointFalsePass(passes, beta),
    frechet: wakes * jointFalsePass(passes, 1),
  };
}

/**
 * Bounds the rate of unintended acts from stage counts: exact upper bounds, Garwood's for the wakes and Clopper and
 * Pearson's for the stages, that hold all together with 95 %.
 *
 * @throws ConfigError where counts or assumptions mean nothing
 */
export function chainRate(counts: ChainCounts, assumptions: ChainAssumptions): ChainRate {
  const { beta, talkHoursPerDay = 4 } = assumptions;
  if (!(talkHoursPerDay > 0 && talkHoursPerDay <= 24)) {
    throw new ConfigError('talkHoursPerDay', { expected: 'hours in (0, 24]', actual: talkHoursPerDay });
  }
  if (!(counts.hours > 0)) throw new ConfigError('hours', { expected: '> 0', actual: counts.hours });
  const errorPerStage = (1 - CONFIDENCE) / (counts.stages.length + 1);
  const stages = counts.stages.map((stage) => ({
    ...stage,
    upper: clopperPearsonUpper(stage.passed, stage.trials, errorPerStage),
  }));
  const hoursPerYear = talkHoursPerDay * daysPerYear;
  const falseWakesPerHourUpper = poissonUpper(counts.falseWakes, errorPerStage) / counts.hours;
  const uppers = stages.map(({ upper }) => upper);
  const upper = chainFigures(falseWakesPerHourUpper * hoursPerYear, uppers, beta);
  // A stage that nothing reached is taken as always passed.
  const shares = stages.map(({ passed, trials }) => (trials === 0 ? 1 : passed / trials));
  return {
    counts,
    beta,
    talkHoursPerDay,
    confidence: CONFIDENCE,
    errorPerStage,
    falseWakesPerHourUpper,
    stages,
    upper,
    observed: chainFigures((counts.falseWakes / counts.hours) * hoursPerYear, shares, beta),
    limits: limitsOf(counts, uppers, beta, errorPerStage),
  };
}

function limitsOf(
  { falseWakes, hours, stages }: ChainCounts,
  uppers: readonly number[],
  beta: number,
  error: number,
): string[] {
  const limits: string[] = [];
  if (falseWakes === 0)
    limits.push(`no false wake in ${hours.toFixed(1)} h: the wake rate is bounded by the hours alone`);
  for (const { stage, passed, trials, reachedAt } of stages) {
    if (trials === 0) limits.push(`nothing reached ${stage}: it is taken as always passed`);
    else if (passed === 0) {
      const least = Math.ceil(Math.log(error) / Math.log1p(-0.01));
      const more = trials < least ? `; ${least} without a pass would show 1 %` : '';
      limits.push(`no pass of ${stage} in ${trials} trials: bounded by their number alone${more}`);
    }
    if (reachedAt !== undefined)
      limits.push(`${stage} was reached ${reachedAt}: it is taken to be no easier to pass at the real one`);
  }
  const common = beta * Math.min(1, ...uppers);
  if (stages.length > 1 && common > (1 - beta) * uppers.reduce((all, p) => all * p, 1)) {
    limits.push('the common cause governs: better stages gain little, only another kind of evidence does');
  }
  limits.push(`β = ${beta} is an assumption unless it was measured; trials are taken as independent`);
  return limits;
}

/**
 * The rate as a sentence: "guard: at most 0.41 unintended sends per device-year, 95 %, over 5.3 h of corpus dev, β = 0.05
 * (independent 0.038, worst case 7.6)". Bounds are rounded up.
 *
 * @param acts what happens, in the plural
 */
export function formatChainRate(rate: ChainRate, acts = 'unintended sends'): string {
  const { counts, upper, beta, confidence } = rate;
  const percent = Math.round(confidence * 100);
  return (
    `${counts.name}: at most ${roundUp(upper.beta)} ${acts} per device-year, ${percent} %, ` +
    `over ${counts.hours.toFixed(1)} h of corpus ${counts.corpus}, β = ${beta} ` +
    `(independent ${roundUp(upper.independent)}, worst case ${roundUp(upper.frechet)})`
  );
}

/** Two significant digits, upwards: a bound may not shrink in print. */
function roundUp(value: number): string {
  if (value === 0) return '0';
  const digits = Math.floor(Math.log10(value)) - 1;
  // 1e-9 undoes the error of the division, or 0.41 would become 0.42.
  const scaled = Math.ceil(value / 10 ** digits - 1e-9);
  return Number((scaled * 10 ** digits).toPrecision(2)).toString();
}
