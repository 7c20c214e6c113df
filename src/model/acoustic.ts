import { z } from 'zod';
import { expectDigest, readBeside, readManifest } from './load.js';
import { frontendSchema, onnxFile, parsedBy, sha256Hex } from './manifest.js';

const count = z.int().positive();

const acousticSchema = z
  .strictObject({
    schema: z.literal('wakeproof-acoustic/1'),
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
    /** Phones of outputs 1, 2 …; output 0 is CTC's blank. */
    phones: z.array(z.string().min(1)).min(1),
    /** How much later than it is said a phone is put out, typically, in ms. */
    delayMs: z.number().default(0),
    /** Weights of the decoder that suit this model's posteriors, by name; read by `decoding`. */
    decoder: z.record(z.string(), z.number()).default({}),
    /** Read by `intent`, which owns its form. */
    calibration: z.record(z.string(), z.json()).nullable().default(null),
    licences: z.strictObject({
      code: z.string(),
      weights: z.string(),
      data: z.array(z.strictObject({ name: z.string(), licence: z.string() })),
    }),
  })
  .refine((m) => m.framesPerCall % m.stride === 0, {
    path: ['stride'],
    error: 'framesPerCall must be a multiple of stride',
  });

/** What stands beside an acoustic model: how to feed it, and which phones its outputs are. */
export type AcousticManifest = z.infer<typeof acousticSchema>;

/** A manifest and the bytes it vouches for. */
export interface LoadedAcousticModel {
  /** Names the model in errors. */
  readonly source: string;
  readonly manifest: AcousticManifest;
  readonly bytes: Uint8Array;
}

/** Where an acoustic model comes from: its manifest's path or file URL, its folder, or its parts in memory. */
export type AcousticModelSource = string | URL | { manifest: unknown; bytes: Uint8Array };

/** The acoustic model that comes with this package. */
export const bundledAcousticModel = new URL('../../models/acoustic/manifest.json', import.meta.url);

/**
 * Loads an acoustic model and holds it to its manifest.
 *
 * @throws ModelError where a file is missing or empty, the manifest breaks its schema, or the SHA-256 differs
 */
export async function loadAcousticModel(
  from: AcousticModelSource = bundledAcousticModel,
): Promise<LoadedAcousticModel> {
  const model = await (typeof from === 'object' && 'bytes' in from ? inMemory(from) : onDisk(from));
  await expectDigest(model.source, model.manifest.file, model.bytes, model.manifest.sha256);
  return model;
}

async function onDisk(from: string | URL): Promise<LoadedAcousticModel> {
  const { path, source, json } = await readManifest(from);
  const manifest = parseAcousticManifest(json, source);
  return { source, manifest, bytes: await readBeside(path, source, manifest.file) };
}

function inMemory({ manifest: json, bytes }: { manifest: unknown; bytes: Uint8Array }): LoadedAcousticModel {
  const manifest = parseAcousticManifest(json, 'manifest');
  return { source: manifest.name, manifest, bytes };
}

/**
 * Checks a manifest.
 *
 * @param source names it in errors
 * @throws ModelError with every field that is wrong
 */
export function parseAcousticManifest(json: unknown, source: string): AcousticManifest {
  return parsedBy(acousticSchema, 'wakeproof-acoustic/1', json, source);
}
