export { Frontend, type FrontendOptions } from './frontend.js';
export { checkRecipe, type FrontendRecipe, kaldiRecipe, librosaRecipe, type RecipeName } from './recipe.js';
export { inputRatesHz } from './resampler.js';
export type { VadEvent, VadOptions } from './speech-segmenter.js';
