import { z } from 'zod';
import { againstAll, fusedLlr } from '../calibration/index.js';
import { ModelError } from '../errors.js';
import type { DecoderEvidence } from './events.js';
import type { JointHearing } from './hearings.js';

const cap = z.tuple([z.number(), z.number()]);

/** llr = a · min(fillerLlr, rivalLlr) + b, held within `cap`, which is what the trials of its fit can carry. */
const intentMapSchema = z.strictObject({ a: z.number().positive(), b: z.number(), cap });

/** A way for a value not to be what was said, and how the LLRs of n hearings speak against it. */
const alternativeSchema = z
  .strictObject({
    /** Its share among all ways to be wrong. */
    share: z.number().positive().max(1),
    filler: z.number().nonnegative(),
    rival: z.number().nonnegative(),
    anyName: z.number().nonnegative(),
    b: z.number(),
  })
  .refine(({ filler, rival, anyName }) => filler + rival + anyName > 0, 'a weight above 0');

/**
 * What was said instead is another value, or none of them, and what speaks against the one need not speak against the other.
 * Of n hearings, whose LLRs are summed:
 *
 *     LLR_k = filler · fillerLlr/n + rival · min(rivalLlr/n, rivalMost) + anyName · anyNameLlr/n + b       of alternative k
 *     llr = −ln Σ_k share · e^(−LLR_k)
 */
const slotMapSchema = z.strictObject({
  alternatives: z.array(alternativeSchema).min(1),
  /** The most that the trials of the fit had over a runner-up: more, or none to be over, is not known to be worth more. */
  rivalMost: z.number(),
  cap,
});

type SlotMap = z.infer<typeof slotMapSchema>;

/** What one hearing is worth, two of one mouth, three and so on; of more than were fitted, as the last. */
const hearingMapsSchema = z.array(slotMapSchema).min(1);

const rangeSchema = z.tuple([z.number(), z.number()]);

const intentCalibrationSchema = z.strictObject({
  schema: z.literal('wakeproof-intent-calibration/5'),
  /** The model whose scores it was fitted on. */
  model: z.strictObject({ sha256: z.string() }),
  intent: intentMapSchema,
  slot: hearingMapsSchema,
  /** Of slots whose values are given at run time, with names of people at large against them; null for as the others. */
  givenSlot: hearingMapsSchema.nullable(),
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
      expected: 'a calibration of schema wakeproof-intent-calibration/5',
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
  joint: Omit<JointHearing, 'value'>,
  calibration?: Pick<IntentCalibration, 'slot' | 'givenSlot'> | null,
): number {
  const { fillerLlr, rivalLlr, anyNameLlr, nHearings } = joint;
  if (!calibration) return Math.min(fillerLlr, rivalLlr);
  const maps = (anyNameLlr === null ? null : calibration.givenSlot) ?? calibration.slot;
  const { alternatives, rivalMost, cap: held } = maps[Math.min(nHearings, maps.length) - 1] as SlotMap;
  const scores = hearingScores(joint, rivalMost);
  return within(
    held,
    againstAll(
      alternatives.map(({ share, filler, rival, anyName, b }) => ({
        share,
        llr: fusedLlr({ weights: [filler, rival, anyName], b }, scores),
      })),
    ),
  );
}

/** What a map weighs: the mean over the hearings of the LLRs against the filler, the runner-up and names of people at large. */
export function hearingScores(
  { fillerLlr, rivalLlr, anyNameLlr, nHearings: n }: Omit<JointHearing, 'value'>,
  rivalMost: number,
): [number, number, number] {
  return [fillerLlr / n, Math.min(rivalLlr / n, rivalMost), (anyNameLlr ?? 0) / n];
}

function within([least, most]: readonly [number, number], llr: number): number {
  return Math.min(most, Math.max(least, llr));
}
