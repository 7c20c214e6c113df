import Meyda from 'meyda';

/** MFCC of one frame by meyda, which has a recipe of its own: 512 samples, Hann, as many bands and cepstra. */
export function meydaMfcc(recipe) {
  Meyda.bufferSize = 512;
  Meyda.sampleRate = recipe.sampleRateHz;
  Meyda.melBands = recipe.nMels;
  Meyda.numberOfMFCCCoefficients = recipe.nMfcc;
  return (frame) => Meyda.extract('mfcc', frame);
}
