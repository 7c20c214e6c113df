import {
  type ChainAssumptions,
  type ChainFigures,
  type ChainRate,
  chainRate,
  formatChainRate,
  type MeasuredChain,
} from '../evaluation/index.js';

/** The chain rates of both dialogs. */
export interface ChainReport {
  readonly schema: 'wakeproof-chain/1';
  readonly models: MeasuredChain['models'];
  readonly naive: ChainRate;
  readonly guard: ChainRate;
  /** Upper bound of the guard over that of the naive dialog, by each figure. */
  readonly ratio: ChainFigures;
  /** The same over what was counted of the naive dialog, which may be less than its bound: the stricter comparison. */
  readonly ratioToCounted: ChainFigures;
}

/** Bounds what was counted. */
export function chainReport(measured: MeasuredChain, assumptions: ChainAssumptions): ChainReport {
  const [naive, guard] = [chainRate(measured.naive, assumptions), chainRate(measured.guard, assumptions)];
  const over = (of: ChainFigures): ChainFigures => ({
    independent: guard.upper.independent / of.independent,
    beta: guard.upper.beta / of.beta,
    frechet: guard.upper.frechet / of.frechet,
  });
  return {
    schema: 'wakeproof-chain/1',
    models: measured.models,
    naive,
    guard,
    ratio: over(naive.upper),
    ratioToCounted: over(naive.observed),
  };
}

/** A chain report in words for a person. */
export function chainText({ naive, guard, ratio, ratioToCounted }: ChainReport): string {
  return [
    formatChainRate(naive),
    formatChainRate(guard),
    `guard over naive dialog, bound over bound: ${ratio.beta.toPrecision(2)} (independent ${ratio.independent.toPrecision(2)})`,
    `guard's bound over what was counted of the naive dialog: ${ratioToCounted.beta.toPrecision(2)}, β = ${guard.beta}`,
    '',
    ...[naive, guard].flatMap(countLines),
  ].join('\n');
}

function countLines({ counts, stages, falseWakesPerHourUpper, limits }: ChainRate): string[] {
  const { name, falseWakes, hours } = counts;
  const rows = stages.map(
    ({ stage, passed, trials, upper }) =>
      `  ${stage.padEnd(14)} ${`${passed} of ${trials}`.padStart(13)}   at most ${(100 * upper).toPrecision(2)} %`,
  );
  return [
    `${name}, passed falsely:`,
    `  ${'wake'.padEnd(14)} ${`${falseWakes} in ${hours.toFixed(1)} h`.padStart(13)}   at most ${falseWakesPerHourUpper.toPrecision(2)} an hour`,
    ...rows,
    ...limits.map((limit) => `  · ${limit}`),
    '',
  ];
}
