import { z } from 'zod';
import { ModelError } from '../errors.js';

const mapSchema = z.strictObject({
  /** llr = a · raw + b, held within `cap`, which is what the trials of its fit can carry. */
  a: z.number().positive(),
  b: z.number(),
  cap: z.tuple([z.number(), z.number()]),
});

const rangeSchema = z.tuple([z.number(), z.number()]);

const intentCalibrationSchema = z.strictObject({
  schema: z.literal('wakeproof-intent-calibration/1'),
  /** The model whose scores it was fitted on. */
  model: z.strictObject({ sha256: z.string() }),
  intent: mapSchema,
  slot: mapSchema,
  /** Qualities of sound that the fit saw; outside, nothing is claimed. */
  domain: z.strictObject({ snrDb: rangeSchema, levelDbfs: rangeSchema }),
});

/** What a decoder's log-likelihood ratios are worth: maps and domain as a manifest holds them. */
export type IntentCalibration = z.infer<typeof intentCalibrationSchema>;

/**
 * Reads a calibration.
 *
 * @param source names the model in errors
 * @param sha256 of the model that it must be of
 * @throws ModelError where its form is wrong, or it belongs to another model
 */
export function parseIntentCalibration(json: unknown, source: string, sha256: string): IntentCalibration {
  const result = intentCalibrationSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ModelError(source, {
      expected: 'a calibration of schema wakeproof-intent-calibration/1',
      actual: `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
      cause: result.error,
    });
  }
  if (result.data.model.sha256 !== sha256) {
    throw new ModelError(source, {
      expected: `a calibration of model ${sha256.slice(0, 16)}…`,
      actual: `one of model ${result.data.model.sha256.slice(0, 16)}…`,
    });
  }
  return result.data;
}

/** A raw log-likelihood ratio as the calibration's. */
export function calibratedLlr(raw: number, { a, b, cap }: IntentCalibration['intent']): number {
  return Math.min(cap[1], Math.max(cap[0], a * raw + b));
}
