export {
  type Assessment,
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  type Estimate,
  type FittedWord,
} from './assess.js';
export {
  type Calibrated,
  Calibration,
  type CalibrationJson,
  capped,
  type WordCalibration,
} from './calibration.js';
export { type Coverage, type CoverageOptions, intervalCoverage } from './coverage.js';
export {
  bayesThreshold,
  type Costs,
  checkedPrior,
  type Decision,
  decide,
  defaultPrior,
  priorPerStretch,
  type StakeClass,
  stakeClasses,
  stretchSec,
} from './decide.js';
export { type AffineMap, crossValidatedLlrs, type FitOptions, prepareTrials } from './fit.js';
export {
  againstAll,
  crossValidatedFusion,
  type Fusion,
  type FusionTrial,
  fitFusion,
  fusedLlr,
} from './fusion.js';
export { fitLogistic, logit, sigmoid } from './logistic.js';
export {
  type BayesErrorPoint,
  bayesErrorCurve,
  cllr,
  type DetectionCost,
  detectionCost,
  minCllr,
  type Reliability,
  type ReliabilityBin,
  reliability,
} from './metrics.js';
export type { LabelledLlrs } from './pav.js';
export { measureQuality, qualityNames, qualityWindowMs, type SignalQuality } from './quality.js';
export { seededRandom } from './seeded-random.js';
export type { Trial } from './trial.js';
export { defaultDraws, fitWordCalibration, type WordFitOptions } from './word-calibration.js';
