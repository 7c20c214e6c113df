import { ModelError } from '../errors.js';
import type { OrtRuntime } from './ort.js';

/**
 * Loads the WebAssembly runtime on first use, single-threaded, so that a page needs no cross-origin isolation.
 * Its scores differ from the native runtime's by up to 4e-6.
 *
 * @throws ModelError where it is not installed
 */
export async function loadRuntime(): Promise<OrtRuntime> {
  try {
    const runtime = await import('onnxruntime-web/wasm');
    runtime.env.wasm.numThreads = 1;
    return runtime;
  } catch (cause) {
    throw new ModelError('onnxruntime-web', {
      expected: 'the WebAssembly runtime',
      actual: cause instanceof Error ? (cause.message.split('\n')[0] as string) : String(cause),
      remedy: 'Install it with: npm install onnxruntime-web',
      cause,
    });
  }
}
