import { seededRandom } from './seeded-random.js';
import type { Trial } from './trial.js';

/** Who each trial is of. */
export interface GroupedTrials {
  readonly isTarget: Uint8Array;
  /** Index into `groupNames` for each trial. */
  readonly groups: Int32Array;
  readonly groupNames: readonly string[];
}

export function groupTrials(trials: readonly Pick<Trial, 'isTarget' | 'group'>[]): GroupedTrials {
  const groupNames = [...new Set(trials.map((trial) => trial.group))];
  const groupIndex = new Map(groupNames.map((name, index) => [name, index]));
  return {
    isTarget: Uint8Array.from(trials, (trial) => (trial.isTarget ? 1 : 0)),
    groups: Int32Array.from(trials, (trial) => groupIndex.get(trial.group) as number),
    groupNames,
  };
}

/**
 * Weight of each trial in the likelihood, such that classes count as the prior says.
 *
 * @returns null where a class has no trials
 */
export function weightsOf(
  { isTarget, groups, fitPrior = 0.5 }: GroupedTrials & { readonly fitPrior?: number },
  multiplicities?: ArrayLike<number>,
): Float64Array | null {
  const weights = Float64Array.from(groups, (group) => multiplicities?.[group] ?? 1);
  const counts: [number, number] = [0, 0];
  for (let i = 0; i < weights.length; i++) counts[isTarget[i] as 0 | 1] += weights[i] as number;
  const [nNonTargets, nTargets] = counts;
  if (nNonTargets === 0 || nTargets === 0) return null;
  const total = 4 / (1 / nTargets + 1 / nNonTargets);
  const classWeights = [((1 - fitPrior) * total) / nNonTargets, (fitPrior * total) / nTargets];
  return weights.map((weight, i) => weight * (classWeights[isTarget[i] as number] as number));
}

/** Groups without a target, then groups with one: drawn and dealt out apart, so that neither runs out by chance. */
export type Strata = readonly [readonly number[], readonly number[]];

/** The groups of each stratum, each once. */
export function groupsByClass(prepared: GroupedTrials): [number[], number[]] {
  const hasTarget = new Uint8Array(prepared.groupNames.length);
  prepared.groups.forEach((group, i) => {
    if (prepared.isTarget[i] === 1) hasTarget[group] = 1;
  });
  const all = [...hasTarget.keys()];
  return [all.filter((group) => hasTarget[group] === 0), all.filter((group) => hasTarget[group] === 1)];
}

/** As many groups as there are, drawn with replacement. */
export function resample(strata: Strata, random: () => number): Strata {
  const draw = (members: readonly number[]): number[] =>
    members.map(() => members[Math.floor(random() * members.length)] as number);
  return [draw(strata[0]), draw(strata[1])];
}

/** How often each group is in the strata, shape [nGroups]. */
export function multiplicitiesOf(prepared: GroupedTrials, strata: Strata): Uint32Array {
  const multiplicities = new Uint32Array(prepared.groupNames.length);
  for (const group of strata.flat()) multiplicities[group] = (multiplicities[group] as number) + 1;
  return multiplicities;
}

/**
 * Cuts the groups into folds of about equal numbers of groups with the word and of groups without it.
 *
 * @returns the fold of each group, shape [nGroups]
 */
export function foldsByGroup(prepared: GroupedTrials, nFolds: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const folds = new Int32Array(prepared.groupNames.length);
  for (const members of groupsByClass(prepared)) {
    for (let i = members.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [members[i], members[j]] = [members[j] as number, members[i] as number];
    }
    members.forEach((group, position) => {
      folds[group] = position % nFolds;
    });
  }
  return folds;
}
