import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ModelError } from '../errors.js';
import { type ModelManifest, parseManifest } from './manifest.js';

/** A manifest and the bytes it vouches for. */
export interface LoadedModel {
  /** Names the model in errors: the manifest's file name, or the model's own name. */
  readonly source: string;
  readonly manifest: ModelManifest;
  /** The ONNX file; its SHA-256 is the manifest's. */
  readonly bytes: Uint8Array;
  /** The ONNX file of the second look, likewise; null where the model has none. */
  readonly secondLookBytes: Uint8Array | null;
}

/** Where a model comes from: its manifest's path or file URL, the folder that holds it, or its parts in memory. */
export type ModelSource =
  | string
  | URL
  | { manifest: unknown; bytes: Uint8Array; secondLookBytes?: Uint8Array };

/** The model that comes with this package. */
export const bundledModel = new URL('../../models/wake/manifest.json', import.meta.url);

/**
 * Loads a model and holds it to its manifest.
 *
 * @throws ModelError where a file is missing or empty, the manifest breaks its schema, or the SHA-256 differs
 */
export async function loadModel(from: ModelSource = bundledModel): Promise<LoadedModel> {
  if (typeof from === 'object' && 'bytes' in from) {
    const manifest = parseManifest(from.manifest, 'manifest');
    const { bytes, secondLookBytes = null } = from;
    return verified({ source: manifest.name, manifest, bytes, secondLookBytes });
  }
  const { path, source, json } = await readManifest(from);
  const manifest = parseManifest(json, source);
  const bytes = await readBeside(path, source, manifest.file);
  const { secondLook } = manifest;
  const secondLookBytes = secondLook ? await readBeside(path, source, secondLook.file) : null;
  return verified({ source, manifest, bytes, secondLookBytes });
}

/**
 * Reads a manifest as JSON.
 *
 * @param from its path or file URL, or those of its folder
 * @returns the manifest's own path and its name for errors as well
 */
export async function readManifest(
  from: string | URL,
): Promise<{ path: string; source: string; json: unknown }> {
  const given = typeof from === 'string' ? resolve(from) : fileURLToPath(from);
  const isFolder = await stat(given).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(given, 'manifest.json') : given;
  const source =
    basename(path) === 'manifest.json' ? `${basename(join(path, '..'))}/manifest.json` : basename(path);
  return { path, source, json: parseJson(await readBytes(path, source, 'a model manifest'), source) };
}

/** Reads a file that stands beside a manifest. */
export function readBeside(manifestPath: string, source: string, file: string): Promise<Uint8Array> {
  return readBytes(fileURLToPath(new URL(file, pathToFileURL(manifestPath))), source, file);
}

async function readBytes(path: string, source: string, what: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const actual = cause.code === 'ENOENT' ? `no file ${basename(path)} there` : cause.message;
    throw new ModelError(source, {
      expected: what,
      actual,
      remedy: 'Give the path of a manifest.json.',
      cause,
    });
  });
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new ModelError(source, {
      expected: 'a model manifest, which is JSON',
      actual: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Give the path of a manifest.json, not of the model itself.',
      cause,
    });
  }
}

async function verified(model: LoadedModel): Promise<LoadedModel> {
  const { manifest, bytes, secondLookBytes, source } = model;
  await expectDigest(source, manifest.file, bytes, manifest.sha256);
  const { secondLook } = manifest;
  if (secondLook) {
    if (!secondLookBytes) {
      const remedy = 'Give the bytes of the second look as well.';
      throw new ModelError(source, { expected: secondLook.file, actual: 'the first model alone', remedy });
    }
    await expectDigest(source, secondLook.file, secondLookBytes, secondLook.sha256);
  }
  return model;
}

/** Holds bytes to the SHA-256 that a manifest gives. */
export async function expectDigest(
  source: string,
  file: string,
  bytes: Uint8Array,
  expected: string,
): Promise<void> {
  if (bytes.length === 0) {
    throw new ModelError(source, { expected: `an ONNX model in ${file}`, actual: '0 bytes' });
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (actual === expected) return;
  throw new ModelError(source, {
    expected: `${file} with SHA-256 ${expected}`,
    actual,
    remedy:
      'The file was altered or is not the one this manifest describes: fetch both again from one place.',
  });
}
