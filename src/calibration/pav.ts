/** LLRs of trials by truth, nats. ±Infinity is allowed: it is the boldest claim there is. */
export interface LabelledLlrs {
  readonly targets: readonly number[];
  readonly nonTargets: readonly number[];
}

/**
 * Best monotone recalibration in hindsight, by pooling adjacent violators (PAV) over the sorted scores; equal scores
 * are one step. For diagnosis only: it over-fits, and its ends are ±Infinity wherever one class stands alone.
 *
 * @returns LLRs in nats, each class in ascending order of its scores
 *
 * Source: Ayer et al. 1955; as the reference for Cllr: Brümmer & du Preez 2006, doi:10.1016/j.csl.2005.08.001.
 */
export function optimalCalibration(scores: LabelledLlrs): { targets: number[]; nonTargets: number[] } {
  const pools: Pool[] = [];
  for (const step of stepsByScore(scores)) {
    let pool = step;
    // A pool must hold a larger share of targets than the one before; NaN cannot arise, as no pool is empty.
    for (let last = pools.at(-1); last && share(last) >= share(pool); last = pools.at(-1)) {
      pools.pop();
      pool = { nTargets: last.nTargets + pool.nTargets, nNonTargets: last.nNonTargets + pool.nNonTargets };
    }
    pools.push(pool);
  }
  const priorLogOdds = Math.log(scores.targets.length / scores.nonTargets.length);
  const targets: number[] = [];
  const nonTargets: number[] = [];
  for (const { nTargets, nNonTargets } of pools) {
    const llr = Math.log(nTargets / nNonTargets) - priorLogOdds;
    for (let i = 0; i < nTargets; i++) targets.push(llr);
    for (let i = 0; i < nNonTargets; i++) nonTargets.push(llr);
  }
  return { targets, nonTargets };
}

/** Errors at one threshold. */
export interface OperatingCounts {
  readonly nMisses: number;
  readonly nFalseAccepts: number;
}

/** Errors at every threshold that makes a difference, from "accept all" to "accept none". */
export function operatingCounts(scores: LabelledLlrs): OperatingCounts[] {
  let nMisses = 0;
  let nFalseAccepts = scores.nonTargets.length;
  const points = [{ nMisses, nFalseAccepts }];
  for (const step of stepsByScore(scores)) {
    nMisses += step.nTargets;
    nFalseAccepts -= step.nNonTargets;
    points.push({ nMisses, nFalseAccepts });
  }
  return points;
}

interface Pool {
  readonly nTargets: number;
  readonly nNonTargets: number;
}

function share(pool: Pool): number {
  return pool.nTargets / (pool.nTargets + pool.nNonTargets);
}

/** Trials at each distinct score, ascending. */
function stepsByScore(scores: LabelledLlrs): Pool[] {
  const trials = [
    ...scores.targets.map((score) => ({ score, nTargets: 1, nNonTargets: 0 })),
    ...scores.nonTargets.map((score) => ({ score, nTargets: 0, nNonTargets: 1 })),
  ].sort((p, q) => (p.score < q.score ? -1 : p.score > q.score ? 1 : 0));
  const steps: (Pool & { score: number })[] = [];
  for (const trial of trials) {
    const last = steps.at(-1);
    if (last && last.score === trial.score) {
      steps[steps.length - 1] = {
        score: trial.score,
        nTargets: last.nTargets + trial.nTargets,
        nNonTargets: last.nNonTargets + trial.nNonTargets,
      };
    } else {
      steps.push(trial);
    }
  }
  return steps;
}
