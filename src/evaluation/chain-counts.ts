import { z } from 'zod';
import { ConfigError } from '../errors.js';

const whole = z.int().nonnegative();
const countsSchema = z.strictObject({
  name: z.string(),
  corpus: z.string(),
  hours: z.number().positive(),
  falseWakes: whole,
  stages: z
    .array(
      z.strictObject({ stage: z.string(), passed: whole, trials: whole, reachedAt: z.string().optional() }),
    )
    .min(1),
});
const measuredSchema = z.strictObject({
  schema: z.literal('wakeproof-chain-counts/1'),
  /** Names of the models' weights: `modelSha256` of the wake engine, its second look's among them, and SHA-256 of the acoustic model. */
  models: z.strictObject({ wake: z.string(), acoustic: z.string() }),
  naive: countsSchema,
  guard: countsSchema,
});

/** Counts of both dialogs, and what they were measured with. */
export type MeasuredChain = z.infer<typeof measuredSchema>;

/** Counts of the models that come with this package. */
export const bundledChain = new URL('../../models/guard/chain.json', import.meta.url);

/**
 * Reads counts from their JSON.
 *
 * @throws ConfigError where it does not have its form
 */
export function parseChain(text: string): MeasuredChain {
  try {
    return measuredSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigError('counts', {
      expected: 'JSON of schema wakeproof-chain-counts/1',
      actual: cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause),
      cause,
    });
  }
}

/**
 * Adds counts that were measured on different talk with the same models, such as the parts of one measurement.
 *
 * @param all at least one
 * @throws ConfigError where they are of different models or stages
 */
export function addChains(all: readonly MeasuredChain[]): MeasuredChain {
  let [sum, ...others] = all as [MeasuredChain, ...MeasuredChain[]];
  for (const next of others) {
    if (JSON.stringify(next.models) !== JSON.stringify(sum.models)) {
      throw new ConfigError('counts', {
        expected: `counts of the same models: ${JSON.stringify(sum.models)}`,
        actual: JSON.stringify(next.models),
      });
    }
    sum = { ...sum, naive: add(sum.naive, next.naive), guard: add(sum.guard, next.guard) };
  }
  return sum;
}

function add(a: MeasuredChain['naive'], b: MeasuredChain['naive']): MeasuredChain['naive'] {
  const stages = a.stages.map((stage, i) => {
    const other = b.stages[i];
    if (other?.stage !== stage.stage || b.stages.length !== a.stages.length) {
      throw new ConfigError('counts', {
        expected: `stages ${a.stages.map((each) => each.stage).join(', ')}`,
        actual: b.stages.map((each) => each.stage).join(', '),
      });
    }
    return { ...stage, passed: stage.passed + other.passed, trials: stage.trials + other.trials };
  });
  const corpus = a.corpus === b.corpus ? a.corpus : `${a.corpus} and ${b.corpus}`;
  return { ...a, corpus, hours: a.hours + b.hours, falseWakes: a.falseWakes + b.falseWakes, stages };
}
