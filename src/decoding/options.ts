import { ConfigError } from '../errors.js';

/** How a decoder weighs paths. Scores are in nats of the scaled logits. */
export interface DecoderOptions {
  /** Factor of the logits. Default 1. */
  readonly acousticScale?: number;
  /** Least score of a symbol at a row against the row's best: bounds what one misheard phone costs. Default −12. */
  readonly floor?: number;
  /** Taken off each blank, for models that put out too many. Default 0. */
  readonly blankPenalty?: number;
  /** What each phone of the filler costs: the less, the more is taken for none of the commands. Default 2. */
  readonly phonePenalty?: number;
  /** Cost of anything said before the command, besides its phones; Infinity for silence alone. Default 2. */
  readonly leadPenalty?: number;
  /** The same behind the command. Default 2. */
  readonly tailPenalty?: number;
  /**
   * What a path gains by each of its phones, besides what it hears: a model that names each frame by itself would
   * otherwise rather hear few long phones. Default 0.
   */
  readonly phoneScore?: number;
  /** What a path gains by each word. Default 0. */
  readonly wordScore?: number;
  /** What a path gains by each slot, besides its words. Default 0. */
  readonly slotScore?: number;
  /** Tokens further than this below the best one are dropped; Infinity decodes exactly. Default 40. */
  readonly beam?: number;
  /** Most rows of an utterance; memory is reserved for them. Default 500, which is 15 s. */
  readonly maxRows?: number;
}

/** Options with all defaults in place. */
export type DecoderWeights = Required<DecoderOptions>;

const defaults: DecoderWeights = {
  acousticScale: 1,
  floor: -12,
  blankPenalty: 0,
  phonePenalty: 2,
  leadPenalty: 2,
  tailPenalty: 2,
  phoneScore: 0,
  wordScore: 0,
  slotScore: 0,
  beam: 40,
  maxRows: 500,
};

/**
 * Puts defaults in place and checks ranges.
 *
 * @throws ConfigError that names the option
 */
export function settleWeights(options: DecoderOptions): DecoderWeights {
  const weights = { ...defaults, ...options };
  const expectOption = (name: keyof DecoderWeights, holds: boolean, expected: string) => {
    if (!holds) throw new ConfigError(`decoder.${name}`, { expected, actual: weights[name] });
  };
  const holdsNumber = (name: keyof DecoderWeights) => Number.isFinite(weights[name]);
  expectOption('acousticScale', holdsNumber('acousticScale') && weights.acousticScale > 0, '> 0');
  expectOption('floor', weights.floor <= 0, '≤ 0');
  expectOption('beam', weights.beam > 0, '> 0, or Infinity');
  for (const name of ['blankPenalty', 'phonePenalty', 'phoneScore', 'wordScore', 'slotScore'] as const) {
    expectOption(name, holdsNumber(name), 'a finite number');
  }
  for (const name of ['leadPenalty', 'tailPenalty'] as const) {
    expectOption(name, weights[name] >= 0, '≥ 0, or Infinity');
  }
  expectOption(
    'maxRows',
    Number.isInteger(weights.maxRows) && weights.maxRows > 0,
    'a whole number of rows ≥ 1',
  );
  return weights;
}
