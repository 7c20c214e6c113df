import { z } from 'zod';
import { ModelError } from '../errors.js';
import type { TurnFeatures } from './events.js';
import { type Evidence, noEvidence } from './evidence.js';

/** Measures of two pieces of speech, for whether one voice said both. */
export interface VoiceFeatures {
  /** Likeness of their speaker embeddings, −1…1. */
  readonly similarity: number | null;
  /** Speech in the shorter piece, ms. */
  readonly shorterMs: number | null;
}

const evidenceModelSchema = z.strictObject({
  schema: z.literal('wakeproof-evidence-model/1'),
  /** Which model, and of which fit: told with all evidence that it gives. */
  id: z.string().min(1),
  /** What it gives evidence of. */
  stage: z.enum(['directedness', 'sameVoice']),
  /** Nats. */
  b: z.number(),
  /** Nats per unit of each feature, and the range where both classes were seen, after `magnitude` and `atMost`. */
  features: z
    .record(
      z.string(),
      z.strictObject({
        w: z.number(),
        from: z.number(),
        to: z.number(),
        /** Whether its size alone counts, not its sign. */
        magnitude: z.boolean().optional(),
        /** More counts as this much. */
        atMost: z.number().optional(),
      }),
    )
    .refine((features) => Object.keys(features).length > 0, 'at least one feature'),
  /** Trials of its fit: what the LLR is capped by. */
  nTargets: z.int().positive(),
  nNonTargets: z.int().positive(),
  /** What it was fitted on, for a person. */
  corpora: z.array(z.string()).min(1),
});

/** An evidence model as a plain JSON value. */
export type EvidenceModelJson = z.infer<typeof evidenceModelSchema>;

/**
 * An affine map from features to an LLR, with all coefficients as data:
 *
 *     llr = b + Σ wⱼ·featureⱼ, held within −ln(nTargets + 1) … ln(nNonTargets + 1)
 *
 * Where a feature is not known, or outside the range that its fit has seen, it gives no evidence.
 *
 * @typeParam F the features: {@link TurnFeatures} for directedness, {@link VoiceFeatures} for the same voice
 */
export class EvidenceModel<F extends TurnFeatures | VoiceFeatures> {
  private constructor(readonly json: EvidenceModelJson) {}

  /** @throws ModelError where the value does not have the schema, or knows other features than its stage has */
  static directedness(json: unknown): EvidenceModel<TurnFeatures> {
    return new EvidenceModel<TurnFeatures>(parse(json, 'directedness', turnFeatureNames));
  }

  /** @throws ModelError where the value does not have the schema, or knows other features than its stage has */
  static sameVoice(json: unknown): EvidenceModel<VoiceFeatures> {
    return new EvidenceModel<VoiceFeatures>(parse(json, 'sameVoice', voiceFeatureNames));
  }

  /** What the features say. */
  evidence(features: F): Evidence {
    const { id, b, nTargets, nNonTargets } = this.json;
    const values = new Map<string, number | null>(Object.entries(features));
    let llr = b;
    for (const [name, { w, from, to, magnitude = false, atMost = Infinity }] of Object.entries(
      this.json.features,
    )) {
      const raw = values.get(name) ?? null;
      if (raw === null) return { ...noEvidence, calibrationId: id };
      const value = Math.min(magnitude ? Math.abs(raw) : raw, atMost);
      if (!(value >= from && value <= to)) return { llr: 0, inDomain: false, calibrationId: id };
      llr += w * value;
    }
    const capped = Math.min(Math.max(llr, -Math.log(nTargets + 1)), Math.log(nNonTargets + 1));
    return { llr: capped, inDomain: true, calibrationId: id };
  }

  /** For `JSON.stringify`. */
  toJSON(): EvidenceModelJson {
    return this.json;
  }
}

const turnFeatureNames = [
  'silenceBeforeMs',
  'silenceBeforeWakeMs',
  'speechInPromptMs',
  'latencyMs',
  'levelDifferenceDb',
  'tiltDifferenceDb',
  'otherVoiceMs',
  'playbackMs',
] as const satisfies readonly (keyof TurnFeatures)[];

const voiceFeatureNames = ['similarity', 'shorterMs'] as const satisfies readonly (keyof VoiceFeatures)[];

function parse(
  json: unknown,
  stage: EvidenceModelJson['stage'],
  known: readonly string[],
): EvidenceModelJson {
  const parsed = evidenceModelSchema.safeParse(json);
  if (!parsed.success) {
    throw new ModelError(`evidence model for ${stage}`, {
      expected: 'a value of schema wakeproof-evidence-model/1',
      actual: z.prettifyError(parsed.error),
    });
  }
  const { data } = parsed;
  const stranger = Object.keys(data.features).find((name) => !known.includes(name));
  if (data.stage !== stage || stranger !== undefined) {
    throw new ModelError(`evidence model ${data.id}`, {
      expected: `stage ${stage} with features of ${known.join(', ')}`,
      actual: `stage ${data.stage}${stranger === undefined ? '' : ` with ${stranger}`}`,
    });
  }
  return data;
}
