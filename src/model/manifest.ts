import { z } from 'zod';
import { ModelError } from '../errors.js';

const count = z.int().positive();
const durationMs = z.number().nonnegative();
/** @internal */
export const onnxFile = z.string().regex(/^[\w.-]+\.onnx$/, 'must name an .onnx file beside the manifest');
/** @internal */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits');

/** The front end that a model was trained on; `dsp` names the same fields `FrontendRecipe`. */
export const frontendSchema = z
  .strictObject({
    recipe: z.enum(['kaldi', 'librosa']),
    sampleRateHz: z.literal(16000),
    frameLengthMs: z.literal([25, 32]),
    frameShiftMs: z.literal(10),
    nFft: z.literal(512),
    windowFunction: z.enum(['povey', 'hann', 'hamming']),
    preEmphasis: z.number().min(0).lt(1),
    removeDcOffset: z.boolean(),
    nMels: z.int().min(20).max(80),
    lowHz: z.number().nonnegative(),
    highHz: z.number().max(8000),
    nMfcc: z.int().nonnegative(),
    lifter: z.number().nonnegative(),
  })
  .refine((f) => f.nMfcc <= f.nMels, { path: ['nMfcc'], error: 'nMfcc must not exceed nMels' })
  .refine((f) => f.lowHz < f.highHz, { path: ['lowHz'], error: 'lowHz must be below highHz' });

const wordSchema = z.strictObject({
  word: z.string().min(1),
  /** Index into the last axis of `logits`. */
  output: z.int().nonnegative(),
  /** With a second look: the score of the first net from which the second is asked. */
  candidateScore: z.number().optional(),
  /** How long after the word's end its score peaks, typically. */
  endOffsetMs: z.number(),
  durationMs: z
    .strictObject({ min: durationMs, typical: durationMs, max: durationMs })
    .refine((d) => d.min <= d.typical && d.typical <= d.max, { error: 'must hold min ≤ typical ≤ max' }),
  /** Smoothed score to reach, by name of the operating point. */
  operatingPoints: z.record(z.string(), z.strictObject({ score: z.number() })),
});

const manifestSchema = z
  .strictObject({
    schema: z.literal('wakeproof-model/1'),
    name: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+/, 'must be a version such as 0.1.0'),
    /** The ONNX file, beside the manifest. */
    file: onnxFile,
    sha256: sha256Hex,
    frontend: frontendSchema,
    /** T: feature frames of one call. */
    framesPerCall: count,
    /** Feature frames for each output. */
    stride: count,
    /** S: floats in the state tensor. */
    stateSize: count,
    parameters: z.int().nonnegative(),
    /** The score of a word is the mean of its last `smoothingOutputs` logits. */
    score: z.strictObject({ smoothingOutputs: count }),
    words: z.array(wordSchema).min(1),
    /** A larger net that hears the last frames again whenever the first one's score of a word reaches its candidate score. */
    secondLook: z
      .strictObject({
        /** The ONNX file, beside the manifest. */
        file: onnxFile,
        sha256: sha256Hex,
        /** Feature frames that it hears at once. */
        frames: count,
        /** Its share in the score that decides; the rest is the first net's. */
        share: z.number().min(0).max(1),
        parameters: z.int().nonnegative(),
      })
      .nullish(),
    /** Corpora on which the operating points were chosen: what is measured there is no result. */
    chosenOn: z.array(z.strictObject({ manifest: z.string().min(1), sha256: sha256Hex })).optional(),
    decision: z.strictObject({ refractoryMs: durationMs, peakWaitMs: durationMs }),
    /** Read by `calibration`, which owns its form. */
    calibration: z.record(z.string(), z.json()).nullable(),
    licences: z.strictObject({
      code: z.string(),
      weights: z.string(),
      data: z.array(z.strictObject({ name: z.string(), licence: z.string() })),
    }),
  })
  .refine((m) => m.framesPerCall % m.stride === 0, {
    path: ['stride'],
    error: 'framesPerCall must be a multiple of stride',
  })
  .refine((m) => new Set(m.words.map((w) => w.word)).size === m.words.length, {
    path: ['words'],
    error: 'a word stands twice',
  })
  .refine((m) => m.words.every((w) => 'default' in w.operatingPoints), {
    path: ['words'],
    error: 'each word needs an operating point named default',
  })
  .refine((m) => !m.secondLook || m.secondLook.frames % m.stride === 0, {
    path: ['secondLook', 'frames'],
    error: 'must be a multiple of stride',
  })
  .refine((m) => !m.secondLook || m.words.every((w) => w.candidateScore !== undefined), {
    path: ['words'],
    error: 'a second look needs a candidateScore of each word',
  })
  .refine((m) => hasEachIndexOnce(m.words.map((w) => w.output)), {
    path: ['words'],
    error: 'outputs must be 0 … number of words − 1, each once',
  });

function hasEachIndexOnce(indices: number[]): boolean {
  return [...indices].sort((a, b) => a - b).every((index, place) => index === place);
}

/** What stands beside a model file: how to feed it, how to read it, what it may claim. */
export type ModelManifest = z.infer<typeof manifestSchema>;

/** One word of a model. */
export type ManifestWord = ModelManifest['words'][number];

/**
 * Checks a manifest.
 *
 * @param json the parsed JSON
 * @param source names it in errors
 * @throws ModelError with every field that is wrong
 */
export function parseManifest(json: unknown, source: string): ModelManifest {
  return parsedBy(manifestSchema, 'wakeproof-model/1', json, source);
}

/** Checks a manifest against a schema. */
export function parsedBy<T>(schema: z.ZodType<T>, name: string, json: unknown, source: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message.replace(/^Invalid input: /, '')}`,
  );
  throw new ModelError(source, {
    expected: `a model manifest of schema ${name}`,
    actual: faults.join('; '),
    remedy: 'Export the model again, or take the version of this package that its manifest was written for.',
    cause: result.error,
  });
}

/** Names the weights that make a model's scores, those of its second look among them: 64 hexadecimal digits. */
export function modelIdentity({ sha256, secondLook }: ModelManifest): string {
  return secondLook ? sha256.slice(0, 32) + secondLook.sha256.slice(0, 32) : sha256;
}

/** K: values in each feature frame that the model takes. */
export function featuresPerFrame(manifest: Pick<ModelManifest, 'frontend'>): number {
  return manifest.frontend.nMfcc || manifest.frontend.nMels;
}
