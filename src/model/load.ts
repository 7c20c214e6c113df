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
}

/** Where a model comes from: its manifest's path or file URL, the folder that holds it, or both parts in memory. */
export type ModelSource = string | URL | { manifest: unknown; bytes: Uint8Array };

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
    return verified({ source: manifest.name, manifest, bytes: from.bytes });
  }
  const given = typeof from === 'string' ? resolve(from) : fileURLToPath(from);
  const isFolder = await stat(given).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(given, 'manifest.json') : given;
  const source =
    basename(path) === 'manifest.json' ? `${basename(join(path, '..'))}/manifest.json` : basename(path);
  const manifest = parseManifest(
    parseJson(await readBytes(path, source, 'a model manifest'), source),
    source,
  );
  const bytes = await readBytes(
    fileURLToPath(new URL(manifest.file, pathToFileURL(path))),
    source,
    manifest.file,
  );
  return verified({ source, manifest, bytes });
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
  const { manifest, bytes, source } = model;
  if (bytes.length === 0)
    throw new ModelError(source, { expected: `an ONNX model in ${manifest.file}`, actual: '0 bytes' });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (sha256 !== manifest.sha256) {
    throw new ModelError(source, {
      expected: `${manifest.file} with SHA-256 ${manifest.sha256}`,
      actual: sha256,
      remedy:
        'The file was altered or is not the one this manifest describes: fetch both again from one place.',
    });
  }
  return model;
}
