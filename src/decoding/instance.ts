import { WasmAbiError } from '../errors.js';
import { abiVersion, type DecoderExports } from './abi.js';
import { decoderBinary } from './decoder-binary.js';

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * A fresh instance of the decoder; the module is compiled once a process.
 *
 * @throws WasmAbiError when the binary is of another ABI version than this wrapper
 */
export async function instantiateDecoder(): Promise<DecoderExports> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(decoderBinary), (char) => char.charCodeAt(0)));
  const instance = await WebAssembly.instantiate(await compiled);
  const exports = instance.exports as unknown as DecoderExports;
  if (exports.ABI_VERSION.value !== abiVersion) {
    throw new WasmAbiError({
      expected: `decoder ABI version ${abiVersion}`,
      actual: exports.ABI_VERSION.value,
      remedy: 'Run npm run build:wasm.',
    });
  }
  return exports;
}
