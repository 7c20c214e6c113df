/** A weighted binary regression problem. All arrays have one entry (or row) per trial. */
export interface LogisticProblem {
  /** Predictors, shape [nTrials × nPredictors], row major. A constant predictor must be given as a column of ones. */
  readonly design: Float64Array;
  readonly nPredictors: number;
  /** 1 where the trial is a target, 0 where it is not. */
  readonly isTarget: Uint8Array;
  /** Weight of each trial in the likelihood, ≥ 0. */
  readonly weights: Float64Array;
  /** Added to the linear predictor before the logistic function and never fitted, nats. */
  readonly offsets: Float64Array;
  /** Quadratic penalty ½·ridge·θ² on each coefficient; 0 for none. Shape [nPredictors]. */
  readonly ridge: readonly number[];
  /** Where to start from, such as the solution of a similar problem; default 0. Shape [nPredictors]. */
  readonly start?: Float64Array | undefined;
  /** A step in which no coefficient changes by more is the last. Default 1e-9. */
  readonly tolerance?: number | undefined;
}

/** ln(1 + eˣ) without overflow. */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** The logistic function 1 / (1 + e⁻ˣ): log odds in nats → probability. */
export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** Probability in (0, 1) → log odds in nats. */
export function logit(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}

/**
 * Coefficients θ that minimise
 *
 *     Σᵢ vᵢ·ln(1 + exp(∓(xᵢ·θ + oᵢ))) + ½·Σⱼ ridgeⱼ·θⱼ² − ½·ln det I(θ),      I(θ) = Σᵢ vᵢ·pᵢ(1 − pᵢ)·xᵢxᵢᵀ + diag(ridge)
 *
 * by Newton steps (IRLS) with step halving, in float64. The last term is Firth's (1993) penalty, the Jeffreys prior:
 * it removes the first-order bias of maximum likelihood and keeps θ finite when the classes separate
 * (Heinze & Schemper 2002). It is unchanged, up to a constant, by any invertible linear change of predictors, so a
 * fit on already calibrated scores gives the identity.
 *
 * The steps leave out the derivative of that term, so near the solution each is about a third of the one before.
 *
 * Allocates O(nPredictors² + nTrials). Cost O(nTrials · nPredictors²) a step, 10–25 steps.
 *
 * Source: Firth 1993, doi:10.1093/biomet/80.1.27; Heinze & Schemper 2002, doi:10.1002/sim.1047.
 */
export function fitLogistic(problem: LogisticProblem): Float64Array {
  const { nPredictors: d, tolerance = 1e-9 } = problem;
  let theta: Float64Array = problem.start ?? new Float64Array(d);
  let current = evaluate(problem, theta);
  for (let iteration = 0; iteration < 100; iteration++) {
    const gradient = penalisedGradient(problem, theta, current);
    const step = choleskySolve(current.factor, gradient, d);
    let scale = 1;
    let next = current;
    let candidate = theta;
    // Far from the optimum the quadratic model overshoots: halve until the objective falls, but for rounding.
    const highest = current.objective + 1e-12 * Math.abs(current.objective);
    for (; scale > 1e-10; scale /= 2) {
      const factor = scale;
      candidate = theta.map((value, j) => value - factor * (step[j] as number));
      next = evaluate(problem, candidate);
      if (next.objective <= highest) break;
    }
    if (scale <= 1e-10) break;
    theta = candidate;
    current = next;
    // Predictors are scaled by the caller, so an absolute tolerance is a relative one.
    if (Math.max(...step.map(Math.abs)) * scale < tolerance) break;
  }
  return theta;
}

/** A fit's surroundings. */
export interface LogisticExpansion {
  /** vᵢ(pᵢ − yᵢ): what a trial pulls at the fit with, along its predictors. Shape [nTrials]. */
  readonly residuals: Float64Array;
  /** I(θ)⁻¹·b, with b of shape [nPredictors]. */
  readonly solveInformation: (b: Float64Array) => Float64Array;
}

/** What each trial pulls at coefficients with, and how they give. */
export function expandLogistic(problem: LogisticProblem, theta: Float64Array): LogisticExpansion {
  const { factor, probabilities } = evaluate(problem, theta);
  const residuals = problem.weights.map((weight, i) =>
    weight === 0 ? 0 : weight * ((probabilities[i] as number) - (problem.isTarget[i] as number)),
  );
  return { residuals, solveInformation: (b) => choleskySolve(factor, b, problem.nPredictors) };
}

interface Evaluation {
  readonly objective: number;
  /** Lower Cholesky factor of the information matrix I(θ), shape [d × d]. */
  readonly factor: Float64Array;
  /** Probability of a target, for each trial of a weight above 0. */
  readonly probabilities: Float64Array;
}

function evaluate(problem: LogisticProblem, theta: Float64Array): Evaluation {
  const { design, isTarget, weights, offsets, ridge } = problem;
  const d = problem.nPredictors;
  const information = new Float64Array(d * d);
  const probabilities = new Float64Array(weights.length);
  let objective = 0;
  for (let i = 0, row = 0; i < weights.length; i++, row += d) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    let eta = offsets[i] as number;
    for (let j = 0; j < d; j++) eta += (design[row + j] as number) * (theta[j] as number);
    // One exponential for both: p = 1/(1 + e^−η), and ln(1 + e^η) = max(η, 0) + ln(1 + e^−|η|).
    const decay = Math.exp(-Math.abs(eta));
    const p = (eta >= 0 ? 1 : decay) / (1 + decay);
    probabilities[i] = p;
    objective += weight * (Math.log1p(decay) + (eta > 0 === (isTarget[i] === 1) ? 0 : Math.abs(eta)));
    const variance = weight * p * (1 - p);
    for (let j = 0; j < d; j++) {
      const scaled = variance * (design[row + j] as number);
      for (let k = 0; k <= j; k++) {
        const at = j * d + k;
        information[at] = (information[at] as number) + scaled * (design[row + k] as number);
      }
    }
  }
  for (let j = 0; j < d; j++) {
    const penalty = ridge[j] as number;
    const value = theta[j] as number;
    information[j * d + j] = (information[j * d + j] as number) + penalty;
    objective += 0.5 * penalty * value * value;
  }
  const factor = choleskyFactor(information, d);
  for (let j = 0; j < d; j++) objective -= Math.log(factor[j * d + j] as number);
  return { objective: Number.isNaN(objective) ? Number.POSITIVE_INFINITY : objective, factor, probabilities };
}

/** Gradient of the penalised objective: Σᵢ (vᵢ(pᵢ − yᵢ) − hᵢ(½ − pᵢ))·xᵢ + ridge·θ, with hᵢ the leverage of trial i. */
function penalisedGradient(problem: LogisticProblem, theta: Float64Array, at: Evaluation): Float64Array {
  const { design, isTarget, weights, ridge } = problem;
  const { factor, probabilities } = at;
  const d = problem.nPredictors;
  const gradient = theta.map((value, j) => (ridge[j] as number) * value);
  const z = new Float64Array(d);
  for (let i = 0, row = 0; i < weights.length; i++, row += d) {
    const weight = weights[i] as number;
    if (weight === 0) continue;
    const p = probabilities[i] as number;
    // |L⁻¹x|², by forward substitution.
    let leverage = 0;
    for (let j = 0; j < d; j++) {
      let sum = design[row + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[j * d + k] as number) * (z[k] as number);
      sum /= factor[j * d + j] as number;
      z[j] = sum;
      leverage += sum * sum;
    }
    leverage *= weight * p * (1 - p);
    const residual = weight * (p - (isTarget[i] as number)) - leverage * (0.5 - p);
    for (let j = 0; j < d; j++)
      gradient[j] = (gradient[j] as number) + residual * (design[row + j] as number);
  }
  return gradient;
}

/** Lower factor L of a symmetric positive matrix given by its lower triangle; NaN on the diagonal where it is not. */
function choleskyFactor(matrix: Float64Array, d: number): Float64Array {
  const factor = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = matrix[j * d + k] as number;
      for (let m = 0; m < k; m++) sum -= (factor[j * d + m] as number) * (factor[k * d + m] as number);
      factor[j * d + k] = j === k ? Math.sqrt(sum) : sum / (factor[k * d + k] as number);
    }
  }
  return factor;
}

/** Solves L·z = x in place. */
function forwardSubstitute(factor: Float64Array, x: Float64Array, d: number): void {
  for (let j = 0; j < d; j++) {
    let sum = x[j] as number;
    for (let k = 0; k < j; k++) sum -= (factor[j * d + k] as number) * (x[k] as number);
    x[j] = sum / (factor[j * d + j] as number);
  }
}

/** (LLᵀ)⁻¹·b. */
function choleskySolve(factor: Float64Array, b: Float64Array, d: number): Float64Array {
  const z = b.slice();
  forwardSubstitute(factor, z, d);
  for (let j = d - 1; j >= 0; j--) {
    let sum = z[j] as number;
    for (let k = j + 1; k < d; k++) sum -= (factor[k * d + j] as number) * (z[k] as number);
    z[j] = sum / (factor[j * d + j] as number);
  }
  return z;
}
