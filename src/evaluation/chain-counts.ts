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
  /** SHA-256 of the models' files. */
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
