import { z } from 'zod';
import { ModelError } from '../errors.js';
import type { DecoderEvidence } from './events.js';
import type { JointHearing } from './hearings.js';

const cap = z.tuple([z.number(), z.number()]);

/** llr = a · min(fillerLlr, rivalLlr) + b, held within `cap`, which is what the trials of its fit can carry. */
const intentMapSchema = z.strictObject({ a: z.number().positive(), b: z.number(), cap });

/**
 * llr = (filler · fillerLlr + rival · min(rivalLlr, n · rivalMost)) · (1 + again · (n − 1))/n + b, held within `cap`, of n
 * hearings, whose LLRs are summed.
 */
const slotMapSchema = z
  .strictObject({
    filler: z.number().nonnegative(),
    rival: z.number().nonnegative(),
    b: z.number(),
    /** The most that the trials of the fit had over a runner-up: more, or none to be over, is not known to be worth more. */
    rivalMost: z.number(),
    /** What a further hearing is worth of the first one: 0 where it only repeats it, 1 where it has nothing to do with it. */
    again: z.number().min(0).max(1),
    cap,
  })
  .refine(({ filler, rival }) => filler + rival > 0, 'a weight above 0');

const rangeSchema = z.tuple([z.number(), z.number()]);

const intentCalibrationSchema = z.strictObject({
  schema: z.literal('wakeproof-intent-calibration/3'),
  /** The model whose scores it was fitted on. */
  model: z.strictObject({ sha256: z.string() }),
  intent: intentMapSchema,
  slot: slotMapSchema,
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
      expected: 'a calibration of schema wakeproof-intent-calibration/3',
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

/** What the decoder's evidence for an intent is worth, nats; without a calibration, what it is. */
export function intentLlr(
  { fillerLlr, rivalLlr }: DecoderEvidence,
  map?: IntentCalibration['intent'],
): number {
  const least = Math.min(fillerLlr, rivalLlr);
  return map ? within(map.cap, map.a * least + map.b) : least;
}

/** What the decoder's evidence for a slot's value is worth, nats; without a calibration, the lesser of the two. */
export function slotLlr(
  { fillerLlr, rivalLlr, nHearings: n }: Omit<JointHearing, 'value'>,
  map?: IntentCalibration['slot'],
): number {
  if (!map) return Math.min(fillerLlr, rivalLlr);
  const { filler, rival, b, rivalMost, again, cap: held } = map;
  const summed = filler * fillerLlr + rival * Math.min(rivalLlr, n * rivalMost);
  return within(held, (summed * (1 + again * (n - 1))) / n + b);
}

function within([least, most]: readonly [number, number], llr: number): number {
  return Math.min(most, Math.max(least, llr));
}
