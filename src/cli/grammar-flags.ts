import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { ConfigError } from '../errors.js';
import type { IntentEngineOptions } from '../intent/index.js';
import { Lexicon } from '../lexicon/index.js';
import { parseNumber, parsePair } from './arguments.js';
import { type Pronunciations, pronunciationOption } from './pronunciations.js';

/** Flags of the commands that tell intents from an evidence on. */
export interface TellingFlags {
  grammar: string;
  slot?: Record<string, string>;
  model?: string;
  threshold?: number;
  pronunciation?: Pronunciations;
}

/** `--slot`. */
export function slotOption(): Option {
  return new Option('--slot <name=file>', 'values of a slot, one a line; can be repeated').argParser(
    parseSlot,
  );
}

/** `--model` of an acoustic model. */
export function modelOption(): Option {
  return new Option(
    '--model <manifest>',
    "an acoustic model's manifest.json, or its folder (default: the bundled model)",
  );
}

/** Adds the flags that choose grammar, values of slots, model and threshold. */
export function withTellingFlags(command: Command): Command {
  return command
    .requiredOption('--grammar <file>', 'what can be asked, in YAML')
    .addOption(slotOption())
    .addOption(modelOption())
    .addOption(pronunciationOption())
    .option('--threshold <llr>', 'evidence from which an intent is told (default: 0)', parseNumber);
}

/**
 * The flags as options of an engine.
 *
 * @throws ConfigError where a file cannot be read or has no values
 */
export async function intentOptions(flags: TellingFlags): Promise<Omit<IntentEngineOptions, 'sampleRateHz'>> {
  const slots = await Promise.all(
    Object.entries(flags.slot ?? {}).map(
      async ([name, path]) => [name, await readValues(name, path)] as const,
    ),
  );
  const { pronunciation: pronunciations } = flags;
  return {
    ...(pronunciations === undefined ? {} : { lexicon: await Lexicon.load({ pronunciations }) }),
    grammar: await readText('grammar', flags.grammar),
    slots: Object.fromEntries(slots),
    ...(flags.model === undefined ? {} : { model: flags.model }),
    ...(flags.threshold === undefined ? {} : { threshold: flags.threshold }),
  };
}

/** Values of a slot from a file, one a line. */
export async function readValues(slot: string, path: string): Promise<string[]> {
  const lines = (await readText(`slot ${slot}`, path)).split('\n').map((line) => line.trim());
  const values = lines.filter((line) => line !== '');
  if (values.length > 0) return values;
  throw new ConfigError(`slot ${slot}`, {
    expected: `values in ${basename(path)}, one a line`,
    actual: 'none',
  });
}

/**
 * A file's text.
 *
 * @throws ConfigError that names the option
 */
export async function readText(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    const actual = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(option, { expected: 'a readable file', actual, cause });
  });
}

function parseSlot(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [name, path] = parsePair(text, 'Expected a slot and a file, such as contact=names.txt.');
  return { ...previous, [name]: path };
}
