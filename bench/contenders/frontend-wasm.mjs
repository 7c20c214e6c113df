import { readFileSync } from 'node:fs';
import { configureRecipe } from '../../dist/dsp/configure.js';

/** An instance of build/stages.wasm (assembly/stages.ts), configured; with `samples` at its `stretchPtr()`. */
export function stagesInstance(recipe, samples) {
  const module = new WebAssembly.Module(readFileSync(new URL('../../build/stages.wasm', import.meta.url)));
  const abort = () => {
    throw new Error('the module aborted');
  };
  const exports = new WebAssembly.Instance(module, { env: { abort } }).exports;
  if (configureRecipe(exports, recipe) !== 0) throw new Error('recipe was refused');
  new Float32Array(exports.memory.buffer, exports.stretchPtr(), samples.length).set(samples);
  return exports;
}
