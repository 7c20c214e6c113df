import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ModelError } from '../../src/errors.js';
import { loadModel, type ModelManifest, parseManifest, StreamingSession } from '../../src/model/index.js';
import { loadRuntime as loadWebRuntime } from '../../src/model/ort-web.js';

const fixture = new URL('../fixtures/tone-model/', import.meta.url).pathname;
const bytes = new Uint8Array(readFileSync(join(fixture, 'model.onnx')));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

// biome-ignore lint/suspicious/noExplicitAny: tests break the manifest in ways its type forbids
const manifest = (change: (m: any) => void = () => {}): any => {
  const copy = JSON.parse(readFileSync(join(fixture, 'manifest.json'), 'utf8'));
  change(copy);
  return copy;
};

const folder = mkdtempSync(join(tmpdir(), 'wakeproof-model-'));
beforeEach(() => cpSync(fixture, folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(ModelError);
  return (error as ModelError).message;
}

describe('loadModel', () => {
  test('takes a path, a folder, a URL, or both parts in memory', async () => {
    const path = join(folder, 'manifest.json');
    for (const source of [path, folder, pathToFileURL(path), { manifest: manifest(), bytes }]) {
      const model = await loadModel(source);
      expect(model.manifest.name).toBe('tone-model');
      expect(model.bytes.length).toBe(bytes.length);
    }
  });

  test('refuses a missing manifest and a missing model', async () => {
    expect(await refusal(loadModel(join(folder, 'none.json')))).toContain(
      'none.json: expected a model manifest; got no file',
    );
    rmSync(join(folder, 'model.onnx'));
    expect(await refusal(loadModel(folder))).toContain('expected model.onnx; got no file model.onnx there');
  });

  test('refuses the model where its manifest belongs', async () => {
    expect(await refusal(loadModel(join(folder, 'model.onnx')))).toContain(
      'Give the path of a manifest.json',
    );
  });

  test('refuses a model of 0 bytes', async () => {
    writeFileSync(join(folder, 'model.onnx'), '');
    expect(await refusal(loadModel(folder))).toMatch(/expected an ONNX model in model\.onnx; got 0 bytes/);
  });

  test('refuses a tampered model: one bit', async () => {
    const tampered = Uint8Array.from(bytes);
    tampered[200] = (tampered[200] as number) ^ 1;
    writeFileSync(join(folder, 'model.onnx'), tampered);
    const message = await refusal(loadModel(folder));
    expect(message).toContain(`expected model.onnx with SHA-256 ${sha256(bytes)}; got ${sha256(tampered)}`);
  });

  test('refuses a manifest that is no JSON', async () => {
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(await refusal(loadModel(folder))).toContain('expected a model manifest, which is JSON');
  });
});

describe('parseManifest refuses', () => {
  test.each<[string, (m: ModelManifest & Record<string, unknown>) => void, string]>([
    ['another schema', (m) => Object.assign(m, { schema: 'wakeproof-model/2' }), 'schema: '],
    [
      'an unknown recipe',
      (m) => Object.assign(m.frontend, { recipe: 'htk' }),
      'frontend.recipe: Invalid option',
    ],
    [
      'an FFT the front end cannot do',
      (m) => Object.assign(m.frontend, { nFft: 1024 }),
      'frontend.nFft: expected 512',
    ],
    [
      'another rate',
      (m) => Object.assign(m.frontend, { sampleRateHz: 8000 }),
      'frontend.sampleRateHz: expected 16000',
    ],
    [
      'more cepstra than bands',
      (m) => Object.assign(m.frontend, { nMfcc: 21 }),
      'nMfcc must not exceed nMels',
    ],
    ['an empty band', (m) => Object.assign(m.frontend, { lowHz: 7700 }), 'lowHz must be below highHz'],
    [
      'a stride that does not divide',
      (m) => Object.assign(m, { stride: 4 }),
      'framesPerCall must be a multiple of stride',
    ],
    [
      'a word that stands twice',
      (m) => Object.assign(m.words[1] ?? {}, { word: 'low' }),
      'a word stands twice',
    ],
    ['two words on one output', (m) => Object.assign(m.words[1] ?? {}, { output: 0 }), 'outputs must be 0'],
    [
      'a word without a default',
      (m) => Object.assign(m.words[0] ?? {}, { operatingPoints: {} }),
      'named default',
    ],
    ['no words', (m) => Object.assign(m, { words: [] }), 'words: '],
    [
      'a file elsewhere',
      (m) => Object.assign(m, { file: '../other.onnx' }),
      'must name an .onnx file beside',
    ],
    ['an unknown field', (m) => Object.assign(m, { smothing: 3 }), 'smothing'],
  ])('%s', (_, change, message) => {
    expect(() => parseManifest(manifest(change), 'manifest')).toThrow(message);
    expect(() => parseManifest(manifest(change), 'manifest')).toThrow(ModelError);
  });

  test('what is no object', () => {
    expect(() => parseManifest(null, 'm')).toThrow('the whole: expected object, received null');
  });
});

describe('StreamingSession', () => {
  const open = async (m = manifest(), data = bytes) =>
    StreamingSession.create(await loadModel({ manifest: m, bytes: data }));
  const counts = (logits: Float32Array) => [logits[2], logits[5], logits[8]];

  test('keeps the state from call to call, and resets it', async () => {
    const session = await open();
    expect(counts(await session.run())).toEqual([0, 1, 2]);
    expect(counts(await session.run())).toEqual([3, 4, 5]);
    session.reset();
    expect(counts(await session.run())).toEqual([0, 1, 2]);
    await session.dispose();
  });

  test('reads the features as they are filled in', async () => {
    const session = await open();
    session.features.fill(1);
    const first = Float32Array.from(await session.run());
    session.features.fill(2);
    const second = await session.run();
    expect([first[0], second[0]]).toEqual([1, 2]);
    await session.dispose();
  });

  test('refuses bytes that are no ONNX', async () => {
    const text = new TextEncoder().encode('not a model');
    const message = await refusal(
      open(
        manifest((m) => Object.assign(m, { sha256: sha256(text) })),
        text,
      ),
    );
    expect(message).toContain('tone-model: expected an ONNX model in model.onnx');
  });

  test('refuses other tensor names', async () => {
    const renamed = new Uint8Array(
      Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('features', 'featurez'), 'latin1'),
    );
    const message = await refusal(
      open(
        manifest((m) => Object.assign(m, { sha256: sha256(renamed) })),
        renamed,
      ),
    );
    expect(message).toContain('expected inputs named features, state; got featurez, state');
  });

  test.each([
    ['state', { stateSize: 2 }, 'state [1,2]'],
    ['frames', { framesPerCall: 12 }, 'features [1, 12, 20]'],
    ['outputs', { stride: 9 }, 'expected output logits of float32 [1, 1, 3]; got float32 [1, 3, 3]'],
  ])('refuses another shape: %s', async (_, fields, message) => {
    expect(await refusal(open(manifest((m) => Object.assign(m, fields))))).toContain(message);
  });

  test('refuses weights that give NaN', async () => {
    const one = Buffer.from(Float32Array.of(1).buffer).toString('latin1');
    const nan = Buffer.from(Float32Array.of(Number.NaN).buffer).toString('latin1');
    const poisoned = new Uint8Array(
      Buffer.from(Buffer.from(bytes).toString('latin1').replace(one, nan), 'latin1'),
    );
    const message = await refusal(
      open(
        manifest((m) => Object.assign(m, { sha256: sha256(poisoned) })),
        poisoned,
      ),
    );
    expect(message).toContain('expected finite logits; got NaN');
  });

  test('gives the same on the WebAssembly runtime, within 4e-6', async () => {
    const model = await loadModel({ manifest: manifest(), bytes });
    const [native, web] = await Promise.all([
      StreamingSession.create(model),
      StreamingSession.create(model, loadWebRuntime),
    ]);
    for (const session of [native, web])
      for (let i = 0; i < session.features.length; i++) session.features[i] = Math.sin(i);
    const [a, b] = [await native.run(), await web.run()];
    expect(a.length).toBe(9);
    for (let i = 0; i < a.length; i++)
      expect(Math.abs((a[i] as number) - (b[i] as number))).toBeLessThan(4e-6);
    await Promise.all([native.dispose(), web.dispose()]);
  });
});
