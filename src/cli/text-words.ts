import type { Command } from 'commander';
import { ConfigError } from '../errors.js';
import type { TextWakeEngineChoice } from '../evaluation/index.js';
import { loadModel } from '../model/index.js';
import type { EngineFlags } from './arguments.js';
import { pronunciationOption } from './pronunciations.js';

/** Adds `--by-text` and `--pronunciation`. */
export function withTextFlags(command: Command): Command {
  return command
    .option(
      '--by-text',
      'hear the words of --words by the acoustic model, untrained; so are all of them where the bundled model lacks one',
      false,
    )
    .addOption(pronunciationOption());
}

/**
 * The flags as options of an engine of words by text; null where the wake model is to hear them.
 *
 * @throws ConfigError for a flag that such an engine has no use for
 */
export async function textChoice(
  flags: EngineFlags & { calibration?: string },
): Promise<TextWakeEngineChoice | null> {
  const { words, model, threshold, pronunciation, byText = false } = flags;
  if (words === undefined && byText) {
    throw new ConfigError('words', { expected: '--words, to be heard by text', actual: 'none' });
  }
  if (words === undefined || (!byText && (model !== undefined || (await isKnown(words))))) {
    if (pronunciation === undefined) return null;
    throw new ConfigError('pronunciation', {
      expected: 'none for words that the wake model hears, which knows no phones',
      actual: Object.keys(pronunciation).join(', '),
      remedy: 'Add --by-text.',
    });
  }
  const useless = (['operatingPoint', 'prior', 'calibration'] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (useless !== undefined) {
    throw new ConfigError(useless, {
      expected: 'none for words by text, which have no calibration',
      actual: 'one',
    });
  }
  return {
    words,
    ...(model === undefined ? {} : { model }),
    ...(threshold === undefined ? {} : { thresholds: threshold }),
    ...(pronunciation === undefined ? {} : { pronunciations: pronunciation }),
  };
}

/** Whether the bundled wake model has all words. */
async function isKnown(words: readonly string[]): Promise<boolean> {
  const known = (await loadModel()).manifest.words.map(({ word }) => word);
  return words.every((word) => known.includes(word));
}
