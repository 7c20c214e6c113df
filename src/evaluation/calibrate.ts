import { basename } from 'node:path';
import {
  type Assessment,
  Calibration,
  type CalibrationJson,
  type Coverage,
  crossValidate,
  defaultDraws,
  fitWordCalibration,
  intervalCoverage,
  stretchSec,
  type Trial,
} from '../calibration/index.js';
import { WakeEngine } from '../detector/index.js';
import { CorpusError } from '../errors.js';
import { conditionsOf, type Mixing } from './condition.js';
import { type CorporaPaths, loadCorpora } from './corpora.js';
import { openRecording } from './recording.js';
import type { OnProgress } from './runners.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';
import { collectTrials } from './trials.js';
import type { WakeEngineChoice } from './wake-engine-module.js';

/** What to calibrate on. */
export interface CalibrationRequest extends CorporaPaths {
  /** The engine and its words; words without positives are left out. */
  readonly engine: WakeEngineChoice;
  /** Noise and rooms for everything; its seed fixes the bootstrap and the folds too. */
  readonly mixing: Mixing;
  /** Bootstrap draws. Default 200. */
  readonly nDraws?: number;
  /** Resamples that the intervals are checked on, each a bootstrap of its own: minutes. Default none. */
  readonly nResamples?: number;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the calibration with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A calibration with its grades, word by word. */
export interface CalibrationOutcome {
  readonly calibration: Calibration;
  /** By cross-validation over speakers and sessions. */
  readonly assessments: ReadonlyMap<string, Assessment>;
  /** Of the LLRs of all words together. */
  readonly all: Assessment;
  /** How often the 95 % interval held on resamples of the speakers; empty where it was not checked. */
  readonly coverage: ReadonlyMap<string, Coverage>;
}

/**
 * Fits what an engine's scores mean in the rooms that the corpora were recorded in, and grades it on speakers that
 * each fit did not hear. The same corpora, model and seed give the same calibration, byte for byte.
 *
 * @throws CorpusError where no word has positives, or a word cannot be fitted
 */
export async function calibrate(request: CalibrationRequest): Promise<CalibrationOutcome> {
  const { mixing, nDraws = defaultDraws, nResamples = 0, onProgress, signal } = request;
  const { seed } = mixing;
  const engine = await WakeEngine.create({
    ...request.engine,
    sampleRateHz: EVALUATION_RATE_HZ,
    calibration: null,
    trace: true,
  });
  const byWord = new Map<string, Trial[]>(engine.words.map(({ word }) => [word, []]));
  const corpora = await loadCorpora([...byWord.keys()], request);
  const trials = await collectTrials(engine, corpora, {
    ...mixing,
    openRecording,
    onProgress,
    signal,
  }).finally(() => engine.dispose());
  for (const trial of trials) byWord.get(trial.word)?.push(trial);
  const fitted = [...byWord].filter(([, ofWord]) => ofWord.some((trial) => trial.isTarget));
  if (fitted.length === 0) {
    throw new CorpusError('positives', 'words', {
      expected: `clips of ${[...byWord.keys()].join(', ')}`,
      actual: 'none',
    });
  }
  const words = fitted.map(([word, trials]) => ({
    entry: fitWordCalibration(word, trials, { nDraws, seed }),
    trials,
  }));
  const { byWord: assessments, all } = crossValidate(words, { nDraws, seed });
  const coverage = words.flatMap(({ entry, trials }) =>
    nResamples > 0 ? [intervalCoverage(entry, trials, { nResamples, seed })] : [],
  );
  const { name } = engine.manifest;
  const calibration = Calibration.of({
    model: { name, sha256: engine.modelSha256 },
    fitPrior: 0.5,
    stretchSec,
    nDraws,
    seed,
    conditions: conditionsOf(mixing, corpora.rooms.length > 0).map(({ name }) => name),
    corpora: [corpora.positives, corpora.negatives, corpora.noise, corpora.playback, corpora.rooms]
      .flat()
      .map((manifest) => ({ manifest: basename(manifest.path), sha256: manifest.sha256 })),
    words: words.map(({ entry }) => entry),
    ...(Number.isFinite(all.cllr.value) && { heldOut: heldOut(all, coverage) }),
  });
  const named = <T>(values: readonly T[]) =>
    new Map(values.map((value, i) => [(fitted[i] as (typeof fitted)[number])[0], value]));
  return { calibration, assessments: named(assessments), all, coverage: named(coverage) };
}

function heldOut(all: Assessment, coverage: readonly Coverage[]): CalibrationJson['heldOut'] {
  const { cllr, minCllr, ece, nTargets, nNonTargets, nOutOfDomain } = all;
  const total = (count: 'held' | 'asked') => coverage.reduce((sum, ofWord) => sum + ofWord[count], 0);
  return {
    cllr: cllr.value,
    minCllr: minCllr.value,
    ece: ece.value,
    nTargets,
    nNonTargets,
    nOutOfDomain,
    coverage: total('asked') > 0 ? total('held') / total('asked') : null,
  };
}
