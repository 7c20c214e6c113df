import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { WakeEngineOptions } from '../detector/index.js';
import { ConfigError } from '../errors.js';
import {
  CODECS,
  type Codec,
  type CorporaPaths,
  type Mixing,
  type NoiseMixing,
  requireMixable,
} from '../evaluation/index.js';
import type { Pronunciations } from './pronunciations.js';

/** Flags of all commands that listen for words. */
export interface EngineFlags {
  model?: string;
  words?: string[];
  threshold?: Record<string, number>;
  operatingPoint?: string;
  prior?: number;
  byText?: boolean;
  pronunciation?: Pronunciations;
}

/** Adds the flags that choose the model and its decisions. */
export function withEngineFlags(command: Command): Command {
  return command
    .option('--model <manifest>', "a model's manifest.json, or its folder (default: the bundled model)")
    .option('--words <word,...>', 'words to listen for (default: all of the model)', parseList)
    .option('--prior <p>', 'probability that 2 s of talk hold the word (default: 1/360)', parseNumber)
    .option(
      '--threshold <word=score>',
      "score to reach, in place of the model's; can be repeated",
      parseThreshold,
    )
    .option('--operating-point <name>', 'which thresholds of the manifest to use (default: default)');
}

/** Options of an engine that flags can give: neither the rate, which is the audio's, nor a calibration. */
export type EngineChoice = Omit<WakeEngineOptions, 'sampleRateHz' | 'model' | 'calibration'> & {
  model?: string;
};

/** The flags as options of an engine, without those not given. */
export function engineOptions(flags: EngineFlags): EngineChoice {
  const { model, words, threshold, operatingPoint, prior } = flags;
  return {
    ...(threshold === undefined ? {} : { thresholds: threshold }),
    ...(model === undefined ? {} : { model }),
    ...(words === undefined ? {} : { words }),
    ...(operatingPoint === undefined ? {} : { operatingPoint }),
    ...(prior === undefined ? {} : { prior }),
  };
}

/** Flags that say under which conditions recordings are heard. */
export interface MixingFlags {
  noise: string[];
  snr: number[];
  rooms: string[];
  playback: string[];
  playbackRatio: number[];
  level: number[];
  codec: Codec[];
  seed: number;
}

/** Adds the flags that say under which conditions recordings are heard. */
export function withMixingFlags(command: Command): Command {
  return command
    .option('--noise <manifest...>', 'noise to add, at each SNR of --snr', [])
    .option('--snr <dB,...>', 'SNRs in dB besides the recordings as they are, such as 10,5,0', parseSnrs, [])
    .option('--playback <manifest...>', "the device's own playback to add, at each --playback-ratio", [])
    .option(
      '--playback-ratio <dB,...>',
      'ratios of speech to playback in dB, such as 0,-10',
      parseNumbers,
      [],
    )
    .option('--level <dBFS,...>', 'levels of far speech, such as -40,-50', parseNumbers, [])
    .option('--codec <name,...>', `codecs: ${CODECS.join(', ')} (telephone)`, parseCodecs, [])
    .option('--rooms <manifest...>', 'impulse responses; all of the above is heard once more in a room', [])
    .option('--seed <n>', 'fixes which noise, playback and room each recording gets', parseWhole, 0);
}

/** Flags that say in which noise recordings are heard. */
export interface NoiseFlags {
  noise: string[];
  snr?: number;
  seed: number;
}

/** Adds the flags that say in which noise recordings are heard. */
export function withNoiseFlags(command: Command): Command {
  return command
    .option('--noise <manifest...>', 'noise to add, at the ratio of --snr', [])
    .option('--snr <dB>', 'ratio of speech to noise', parseNumber)
    .option('--seed <n>', 'fixes where the noise is taken from', parseWhole, 0);
}

/**
 * The noise that the flags ask for; null for none.
 *
 * @throws ConfigError for noise without a ratio, or a ratio without noise
 */
export function noiseOf({ noise, snr, seed }: NoiseFlags): NoiseMixing | null {
  requireMixable({ snrDb: snr === undefined ? [] : [snr] }, { noise });
  return snr === undefined ? null : { noise, snrDb: snr, seed };
}

/** The conditions that the flags ask for. */
export function mixingOf({ snr, playbackRatio, level, codec, seed }: MixingFlags): Mixing {
  return { snrDb: snr, playbackDb: playbackRatio, levelDbfs: level, codecs: codec, seed };
}

/** Flags of the commands that measure engines on corpora. */
export interface CorpusFlags extends MixingFlags {
  positives: string[];
  negatives: string[];
  jobs: number;
}

/** The manifests that the flags name. */
export function corporaPaths({
  positives,
  negatives,
  noise,
  playback,
  rooms,
}: Omit<CorpusFlags, 'jobs'>): CorporaPaths {
  return { positives, negatives, noise, playback, rooms };
}

/** Adds the flags that choose corpora, how they are mixed, and how the work is shared. */
export function withCorpusFlags(command: Command): Command {
  return withMixingFlags(
    command
      .option('--positives <manifest...>', 'segments that each hold the word in their label', [])
      .option('--negatives <manifest...>', 'recordings that hold none of the words; heard whole', []),
  ).option(
    '--jobs <n>',
    'processes that share the work (default: one for each core)',
    parseWhole,
    availableParallelism(),
  );
}

/**
 * Checks what the parser of single flags cannot.
 *
 * @throws ConfigError where there is nothing to hear, or nobody to hear it
 */
export function expectCorpora(command: string, { positives, negatives, jobs }: CorpusFlags): void {
  if (positives.length + negatives.length === 0) {
    throw new ConfigError(command, { expected: '--positives or --negatives', actual: 'neither' });
  }
  if (jobs < 1) throw new ConfigError('jobs', { expected: 'at least 1', actual: jobs });
}

/** `--rate`, for audio without a header. */
export function rateOption(): Option {
  return new Option(
    '--rate <Hz>',
    'sample rate of raw 16-bit PCM; a file with a header needs none',
  ).argParser(parseNumber);
}

/** `a,b,c` as a list. */
export function parseList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** A finite number. */
export function parseNumber(text: string): number {
  if (text.trim() === '' || !Number.isFinite(Number(text)))
    throw new InvalidArgumentError('Expected a number.');
  return Number(text);
}

/** A whole number. */
export function parseWhole(text: string): number {
  const value = parseNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

/** `word=score`, added to those before it. */
export function parseThreshold(text: string, previous: Record<string, number> = {}): Record<string, number> {
  const expected = 'Expected a word and a score, such as alexa=2.5.';
  const [word, score] = parsePair(text, expected);
  if (!Number.isFinite(Number(score))) throw new InvalidArgumentError(expected);
  return { ...previous, [word]: Number(score) };
}

/** `name=value`; otherwise refuses with what was expected. */
export function parsePair(text: string, expected: string): [string, string] {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError(expected);
  return [name, value];
}

/** `a,b,c` as finite numbers. */
export function parseNumbers(text: string): number[] {
  return parseList(text).map(parseNumber);
}

/** Codecs by name. */
export function parseCodecs(text: string): Codec[] {
  return parseList(text).map((name) => {
    const codec = CODECS.find((known) => known === name);
    if (!codec) throw new InvalidArgumentError(`Expected ${CODECS.join(', ')}.`);
    return codec;
  });
}

/** SNRs in dB as a list; `clean` may be named, and is heard in any case. */
export function parseSnrs(text: string): number[] {
  return parseList(text)
    .filter((item) => item !== 'clean')
    .map(parseNumber);
}
