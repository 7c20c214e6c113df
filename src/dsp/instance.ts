import { WasmAbiError } from '../errors.js';
import { abiVersion, type FrontendExports } from './abi.js';
import { frontendBinary } from './frontend-binary.js';

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * A fresh instance of the front end; the module is compiled once a process.
 *
 * @throws {WasmAbiError} when the binary is of another ABI version than this wrapper.
 */
export async function instantiateFrontend(): Promise<FrontendExports> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(frontendBinary), (char) => char.charCodeAt(0)));
  const instance = await WebAssembly.instantiate(await compiled);
  const exports = instance.exports as unknown as FrontendExports;
  if (exports.ABI_VERSION.value !== abiVersion) {
    throw new WasmAbiError({
      expected: `ABI version ${abiVersion}`,
      actual: exports.ABI_VERSION.value,
      remedy: 'Run npm run build:wasm.',
    });
  }
  return exports;
}
