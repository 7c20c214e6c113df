import FFT from 'fft.js';
import { cepstraOfPower, poveyWindow } from './tables.mjs';

/** MFCC of one frame in plain JavaScript with the package fft.js. Takes frames of the Kaldi recipe's length. */
export function plainJs(recipe) {
  const { nFft, preEmphasis } = recipe;
  const window = poveyWindow(recipe);
  const cepstra = cepstraOfPower(recipe);
  const fft = new FFT(nFft);
  // Arrays of doubles, as the package makes them: 8 % faster here than Float64Array.
  const windowed = new Array(nFft).fill(0);
  const spectrum = fft.createComplexArray();
  const power = new Float64Array(nFft / 2 + 1);
  return (frame) => {
    let sum = 0;
    for (let n = 0; n < window.length; n++) sum += frame[n];
    const shift = (sum / window.length) * (1 - preEmphasis);
    windowed[0] = window[0] * (frame[0] - preEmphasis * frame[0] - shift);
    for (let n = 1; n < window.length; n++) {
      windowed[n] = window[n] * (frame[n] - preEmphasis * frame[n - 1] - shift);
    }
    fft.realTransform(spectrum, windowed);
    for (let k = 0; k < power.length; k++) {
      const re = spectrum[2 * k];
      const im = spectrum[2 * k + 1];
      power[k] = re * re + im * im;
    }
    return cepstra(power);
  };
}
