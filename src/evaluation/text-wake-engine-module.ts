import { wakeDetector } from '../detector/index.js';
import { TextWakeEngine, type TextWakeEngineOptions } from '../intent/index.js';
import { Lexicon, type LexiconOptions } from '../lexicon/index.js';
import type { DetectorSpec, MeasuredEngine } from './detector-module.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** What evaluation lets one choose of an engine of words by text; its acoustic model by path. */
export type TextWakeEngineChoice = Pick<TextWakeEngineOptions, 'words' | 'thresholds'> & {
  readonly model?: string;
  /** In ARPAbet by word, in place of the dictionary's. */
  readonly pronunciations?: LexiconOptions['pronunciations'];
};

/** An engine of words by text, for `createEngine` in any process. */
export function textWakeEngineSpec(options: TextWakeEngineChoice): DetectorSpec {
  return { module: import.meta.url, options };
}

/** Makes the engine. */
export async function openTextWakeEngine(
  { pronunciations, ...choice }: TextWakeEngineChoice,
  sampleRateHz: number,
): Promise<TextWakeEngine> {
  const lexicon = pronunciations ? { lexicon: await Lexicon.load({ pronunciations }) } : {};
  return TextWakeEngine.create({ ...choice, ...lexicon, sampleRateHz });
}

/** Makes it at the rate at which evaluation runs. It tells events only. */
export async function createEngine(choice: TextWakeEngineChoice): Promise<MeasuredEngine> {
  const engine = await openTextWakeEngine(choice, EVALUATION_RATE_HZ);
  return {
    detector: wakeDetector(engine),
    modelSha256: engine.manifest.sha256,
    operatingPoint: {
      name: choice.thresholds ? 'custom' : 'default',
      thresholds: Object.fromEntries(engine.words.map(({ word, threshold }) => [word, threshold])),
    },
  };
}
