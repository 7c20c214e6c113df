import { melFilters } from '../../dist/dsp/mel-table.js';

const energyFloor = 1.1920929e-7;

/** Povey window of a Kaldi recipe's frame. */
export function poveyWindow(recipe) {
  const length = recipe.frameLengthMs * 16;
  return Float64Array.from(
    { length },
    (_, n) => (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (length - 1))) ** 0.85,
  );
}

/**
 * The part of a Kaldi recipe behind the power spectrum in plain JavaScript: float64, filters as runs of bins,
 * `Math.log`, a dense DCT with the lifter in it, nothing allocated per frame.
 *
 * @returns a function from power [257] to cepstra [nMfcc], the same array each time.
 */
export function cepstraOfPower(recipe) {
  const { nMels, nMfcc, lifter } = recipe;
  const filters = melFilters(recipe).map(({ firstBin, weights }) => ({
    firstBin,
    weights: Float64Array.from(weights),
  }));
  const dct = Float64Array.from({ length: nMfcc * nMels }, (_, i) => {
    const k = Math.floor(i / nMels);
    const lift = lifter > 0 ? 1 + (lifter / 2) * Math.sin((Math.PI * k) / lifter) : 1;
    return (
      lift * Math.sqrt((k === 0 ? 1 : 2) / nMels) * Math.cos((Math.PI * k * ((i % nMels) + 0.5)) / nMels)
    );
  });
  const logMel = new Float64Array(nMels);
  const cepstra = new Float64Array(nMfcc);
  return (power) => {
    for (let m = 0; m < nMels; m++) {
      const { firstBin, weights } = filters[m];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * power[firstBin + i];
      logMel[m] = Math.log(Math.max(sum, energyFloor));
    }
    for (let k = 0, row = 0; k < nMfcc; k++, row += nMels) {
      let sum = 0;
      for (let m = 0; m < nMels; m++) sum += dct[row + m] * logMel[m];
      cepstra[k] = sum;
    }
    return cepstra;
  };
}
