import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../errors.js';
import { type OrtRuntime, sessionOptions } from './ort.js';

/**
 * Opens a session.
 *
 * @throws ModelError where the bytes are no ONNX model
 */
export function openSession(
  runtime: OrtRuntime,
  bytes: Uint8Array,
  source: string,
  file: string,
): Promise<InferenceSession> {
  return runtime.InferenceSession.create(bytes, sessionOptions).catch((cause: unknown) => {
    const expected = `an ONNX model in ${file}`;
    throw new ModelError(source, { expected, actual: messageOf(cause), cause });
  });
}

/** What an error says, whatever was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause);
}

/** Holds the names of a session's inputs or outputs to what a manifest promises. */
export function expectNames(
  source: string,
  what: string,
  expected: readonly string[],
  actual: readonly string[],
): void {
  if (expected.length === actual.length && expected.every((name) => actual.includes(name))) return;
  throw new ModelError(source, {
    expected: `${what} named ${expected.join(', ')}`,
    actual: actual.join(', '),
  });
}

/** Holds an output to its promised type and shape. */
export function expectShape(source: string, name: string, expected: readonly number[], actual: Tensor): void {
  if (actual.type === 'float32' && String(actual.dims) === String(expected)) return;
  throw new ModelError(source, {
    expected: `output ${name} of float32 [${expected.join(', ')}]`,
    actual: `${actual.type} [${actual.dims.join(', ')}]`,
  });
}

/** Holds logits to be numbers: a model can be damaged in ways that no hash of ours foresees. */
export function expectFinite(source: string, logits: Tensor): void {
  const fault = (logits.data as Float32Array).find((value) => !Number.isFinite(value));
  if (fault !== undefined) throw new ModelError(source, { expected: 'finite logits', actual: fault });
}
