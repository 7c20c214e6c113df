import { type Calibration, checkedPrior, defaultPrior } from '../calibration/index.js';
import { ConfigError } from '../errors.js';
import type { ManifestWord, ModelManifest, ModelSource } from '../model/index.js';

/** How to make a {@link WakeEngine}. */
export interface WakeEngineOptions {
  /** Rate of the samples that `push` is given, in Hz: 8000, 16000, 22050, 24000, 32000, 44100 or 48000. */
  sampleRateHz: number;
  /** The model; the bundled one by default. */
  model?: ModelSource;
  /** Words to listen for; by default all that the model knows. */
  words?: readonly string[];
  /** Probability that 2 s of talk hold the word, before anything is heard. Default 1/360. */
  prior?: number;
  /** Smoothed score to reach, by word, in place of the operating point's. */
  thresholds?: Readonly<Record<string, number>>;
  /** The manifest's operating point that gives the thresholds. Default `default`. */
  operatingPoint?: string;
  /** Length of `preRoll` in wake events, 0 … 2500 ms. Default 1500. */
  preRollMs?: number;
  /** In place of the manifest's calibration; null for none. */
  calibration?: Calibration | null;
  /** Send a {@link ScoreEvent} for each output of the model. Default false. */
  trace?: boolean;
}

/** A word that is listened for. */
export interface EngineWord extends ManifestWord {
  /** Smoothed score to reach. */
  readonly threshold: number;
}

/** Options with all defaults in place. */
export interface EngineSettings {
  readonly words: readonly EngineWord[];
  readonly prior: number;
  readonly preRollMs: number;
  readonly trace: boolean;
}

/** The ring holds at least 3 s; what is left over covers the model's own delay. */
const maxPreRollMs = 2500;

/**
 * Checks options against the model.
 *
 * @throws ConfigError
 */
export function settle(options: WakeEngineOptions, manifest: ModelManifest): EngineSettings {
  const known = manifest.words.map((word) => word.word);
  const { operatingPoint = 'default', thresholds = {}, preRollMs = 1500, words = known } = options;
  for (const word of words) expectKnown('words', word, known);
  for (const word of Object.keys(thresholds)) expectKnown('thresholds', word, known);
  if (words.length === 0) throw new ConfigError('words', { expected: 'at least one word', actual: 'none' });
  if (!(preRollMs >= 0 && preRollMs <= maxPreRollMs)) {
    throw new ConfigError('preRollMs', { expected: `0 … ${maxPreRollMs} ms`, actual: preRollMs });
  }
  return {
    words: manifest.words
      .filter(({ word }) => words.includes(word))
      .map((word) => ({ ...word, threshold: thresholdOf(word, thresholds, operatingPoint) })),
    prior: checkedPrior(options.prior ?? defaultPrior),
    preRollMs,
    trace: options.trace ?? false,
  };
}

function thresholdOf(
  word: ManifestWord,
  thresholds: Readonly<Record<string, number>>,
  operatingPoint: string,
): number {
  const given = thresholds[word.word];
  if (given !== undefined && !Number.isFinite(given)) {
    throw new ConfigError(`thresholds.${word.word}`, { expected: 'a finite score', actual: given });
  }
  const point = word.operatingPoints[operatingPoint];
  if (!point) {
    const names = Object.keys(word.operatingPoints).join(', ');
    throw new ConfigError('operatingPoint', {
      expected: `one of ${names} for ${word.word}`,
      actual: operatingPoint,
    });
  }
  return given ?? point.score;
}

function expectKnown(option: string, word: string, known: readonly string[]): void {
  if (!known.includes(word)) {
    throw new ConfigError(option, { expected: `words of this model: ${known.join(', ')}`, actual: word });
  }
}
