import createPffft from '@echogarden/pffft-wasm/simd';
import { cepstraOfPower, poveyWindow } from './tables.mjs';

const real = 0;
const forward = 0;

/** MFCC of one frame in JavaScript with PFFFT in WebAssembly SIMD for the transform; else as plain-js.mjs. */
export async function pffftChain(recipe) {
  const { nFft, preEmphasis } = recipe;
  const window = poveyWindow(recipe);
  const cepstra = cepstraOfPower(recipe);
  const module = await createPffft();
  const setup = module._pffft_new_setup(nFft, real);
  const buffer = () => module._pffft_aligned_malloc(nFft * 4);
  const [input, output, work] = [buffer(), buffer(), buffer()];
  const windowed = new Float32Array(module.HEAPF32.buffer, input, nFft).fill(0);
  const spectrum = new Float32Array(module.HEAPF32.buffer, output, nFft);
  const power = new Float64Array(nFft / 2 + 1);
  return (frame) => {
    let sum = 0;
    for (let n = 0; n < window.length; n++) sum += frame[n];
    const shift = (sum / window.length) * (1 - preEmphasis);
    windowed[0] = window[0] * (frame[0] - preEmphasis * frame[0] - shift);
    for (let n = 1; n < window.length; n++) {
      windowed[n] = window[n] * (frame[n] - preEmphasis * frame[n - 1] - shift);
    }
    module._pffft_transform_ordered(setup, input, output, work, forward);
    power[0] = spectrum[0] ** 2;
    power[nFft / 2] = spectrum[1] ** 2;
    for (let k = 1; k < nFft / 2; k++) power[k] = spectrum[2 * k] ** 2 + spectrum[2 * k + 1] ** 2;
    return cepstra(power);
  };
}
