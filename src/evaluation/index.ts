export type { NoiseMixing } from './added-noise.js';
export { BOOTSTRAP_DRAWS, bootstrapInterval } from './bootstrap.js';
export { type CalibrationOutcome, type CalibrationRequest, calibrate } from './calibrate.js';
export {
  calibrateDirectedness,
  type DirectednessCheck,
  type DirectednessRequest,
  type TurnCorpora,
} from './calibrate-directedness.js';
export {
  type CommandSet,
  calibrateIntents,
  type FalseIntentRate,
  type IntentCalibrationOutcome,
  type IntentCalibrationRequest,
} from './calibrate-intents.js';
export { type CalibrationGrades, type CalibrationSummary, gradeLlrs, peaksOf } from './calibration-grades.js';
export { addChains, bundledChain, type MeasuredChain, parseChain } from './chain-counts.js';
export {
  type BoundedStage,
  type ChainAssumptions,
  type ChainCounts,
  type ChainFigures,
  type ChainRate,
  chainFigures,
  chainRate,
  formatChainRate,
  type StageCount,
} from './chain-rate.js';
export { clopperPearsonUpper } from './clopper-pearson.js';
export {
  type ComparisonRequest,
  type ComparisonSummary,
  compare,
  type Pair,
  type PairedFalseWakes,
  type PairedMisses,
} from './compare.js';
export { type Asked, compareAsked } from './compare-asked.js';
export {
  CODECS,
  type Codec,
  type Condition,
  type ConditionSpec,
  conditionsOf,
  type Effect,
  type EffectName,
  type Mixing,
  requireMixable,
} from './condition.js';
export { type Corpora, type CorporaPaths, loadCorpora, spokenIn } from './corpora.js';
export { type DetPoint, detCurve, missRateAt } from './det.js';
export type {
  DetectorModule,
  DetectorSpec,
  MeasuredEngine,
  OperatingPointInUse,
  ScoreTap,
} from './detector-module.js';
export type { DialogModels, DialogScript } from './dialog-script.js';
export {
  type EvaluationRequest,
  evaluate,
  evaluatePartially,
  type Observed,
  observe,
  type PartialRequest,
  type Shard,
} from './evaluate.js';
export {
  type DialogCounts,
  type DialogEvaluation,
  type DialogEvaluationRequest,
  type DialogOutcome,
  type DialogTrial,
  evaluateDialogs,
} from './evaluate-dialogs.js';
export {
  evaluateIntents,
  type IntentEvaluation,
  type IntentEvaluationRequest,
  type IntentTrial,
  type SlotCounts,
} from './evaluate-intents.js';
export { countFalseIntents, type FalseIntents } from './false-intents.js';
export {
  falseWakesIn,
  type KindSummary,
  type NearWordSummary,
  type NegativeSummary,
  type RatePerHour,
} from './false-wakes.js';
export type { LlrCosts, MapGrades } from './fit-intent-maps.js';
export { groupBy } from './group-by.js';
export type { HouseholdCorpora } from './household-talk.js';
export {
  CONFIDENCE,
  type Interval,
  poissonInterval,
  poissonUpper,
  quantile,
  ratePerHour,
  wilsonInterval,
  zeroRateBound,
} from './intervals.js';
export {
  byRecording,
  CORPUS_KINDS,
  type CorpusFacts,
  type CorpusKind,
  type Manifest,
  readManifest,
  type Segment,
} from './manifest.js';
export {
  dropRepeats,
  MATCH_TOLERANCE_SEC,
  type Matching,
  matchEvents,
  type Occurrence,
  REFRACTORY_SEC,
  type Timed,
} from './matching.js';
export { type ChainRequest, measureChain, type SimulatedTalk } from './measure-chain.js';
export { type DrySpeech, type MixedSpeech, Mixer, type MixerFiles, noiseGain } from './mixer.js';
export type {
  CpuTime,
  NearWord,
  NegativeRun,
  Observations,
  PeakScore,
  PositiveTrial,
  TimedDetection,
  Turn,
} from './observations.js';
export { sessionAt } from './observations.js';
export { mergePartials } from './partial.js';
export type { CorpusRef, EvaluationPlan } from './plan.js';
export { type ProcessEngineChoice, processEngineSpec } from './process-engine-module.js';
export {
  BLOCK_SAMPLES,
  composeTrial,
  inBlocks,
  LEAD_SILENCE_SAMPLES,
  MeasuredStream,
  type StreamResult,
  TAIL_SILENCE_SAMPLES,
} from './protocol.js';
export { openRecording } from './recording.js';
export {
  portlandReplay,
  type Replay,
  type ReplayRun,
  type ReplayScript,
  replay,
} from './replay.js';
export type { OnProgress } from './runners.js';
export type { TracedEngine } from './score-track.js';
export { type CutSegment, cutSegments, type OpenRecording } from './segments.js';
export { activeSpeechPower, EVALUATION_RATE_HZ, estimateWordEnd, meanPower } from './speech-level.js';
export {
  type ConditionSummary,
  type EvaluationSummary,
  type PositiveSummary,
  type RoomSummary,
  summarise,
} from './summary.js';
export { Tape, type TapeFile, type TapeSection } from './tape.js';
export { fromMuLaw, toMuLaw } from './telephone.js';
export {
  openTextWakeEngine,
  type TextWakeEngineChoice,
  textWakeEngineSpec,
} from './text-wake-engine-module.js';
export { collectTrials, type TrialOptions, type WordTrial } from './trials.js';
export { type WakeEngineChoice, wakeEngineSpec } from './wake-engine-module.js';
