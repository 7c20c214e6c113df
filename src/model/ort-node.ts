import { ModelError } from '../errors.js';
import type { OrtRuntime } from './ort.js';

/**
 * Loads the native runtime, on first use, since it takes tens of milliseconds and 60 MB.
 *
 * From 1.30 on its builds hold a client that reports usage to their maker; on Linux it left a session id and a log in
 * the temporary folder. The variable turns it off, and must be set before the library loads: nothing leaves the machine.
 *
 * @throws ModelError where it is not installed or has no binary for this machine
 */
export async function loadRuntime(): Promise<OrtRuntime> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  try {
    return (await import('onnxruntime-node')).default;
  } catch (cause) {
    throw new ModelError('onnxruntime-node', {
      expected: `a native runtime for ${process.platform} on ${process.arch}`,
      actual: cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause),
      remedy: 'Install it with: npm install onnxruntime-node',
      cause,
    });
  }
}
