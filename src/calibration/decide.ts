import { ConfigError } from '../errors.js';
import { logit } from './logistic.js';

/** Length of the stretch that a prior and an LLR speak of, seconds: the detector's default refractory time. */
export const stretchSec = 2;

/**
 * Prior probability that a stretch of talk holds the wake word.
 *
 * @param habits how often the word is said, and how many hours of speech the microphone hears, in a day
 */
export function priorPerStretch(habits: { wordsPerDay: number; talkHoursPerDay: number }): number {
  const prior = habits.wordsPerDay / ((habits.talkHoursPerDay * 3600) / stretchSec);
  if (!(prior > 0 && prior < 1)) {
    throw new ConfigError('wordsPerDay, talkHoursPerDay', {
      expected: `more than 0 and less than one word in each stretch of ${stretchSec} s`,
      actual: `${habits.wordsPerDay} words in ${habits.talkHoursPerDay} h`,
    });
  }
  return prior;
}

/**
 * The prior that is declared where the consumer declares none: 1/360. A household that calls its device 20 times a day
 * and talks for 4 hours within its hearing says the word in 20 of 7,200 stretches.
 */
export const defaultPrior = priorPerStretch({ wordsPerDay: 20, talkHoursPerDay: 4 });

/** What being wrong costs. Only the ratio counts. */
export interface Costs {
  /** Cost of acting although the word was not said, > 0. */
  readonly costFalseAccept: number;
  /** Cost of not acting although it was, > 0, in the same unit. */
  readonly costMiss: number;
}

/** A kind of act with its costs. */
export interface StakeClass extends Costs {
  readonly name: string;
  /** What belongs here. */
  readonly acts: string;
}

/** Three stakes to start from, in units of one missed word. Costs are the consumer's: these are data, to be replaced. */
export const stakeClasses: readonly StakeClass[] = [
  { name: 'light', acts: 'switch a lamp, start to listen', costFalseAccept: 1, costMiss: 1 },
  {
    name: 'call',
    acts: 'place a call, order something that can be sent back',
    costFalseAccept: 100,
    costMiss: 1,
  },
  { name: 'send', acts: 'send a recording, unlock a door, pay', costFalseAccept: 100_000, costMiss: 1 },
];

/** The outcome of {@link decide}. */
export interface Decision {
  /** Whether acting has the lower expected cost. */
  readonly act: boolean;
  /** The LLR from which on acting is cheaper, nats. */
  readonly threshold: number;
}

/** The LLR from which on acting has the lower expected cost: ln(costFalseAccept/costMiss) − ln(prior odds), nats. */
export function bayesThreshold(stakes: Costs & { readonly prior: number }): number {
  for (const name of ['costFalseAccept', 'costMiss'] as const) {
    const cost = stakes[name];
    if (!(cost > 0 && Number.isFinite(cost)))
      throw new ConfigError(name, { expected: 'a cost > 0', actual: cost });
  }
  return Math.log(stakes.costFalseAccept / stakes.costMiss) - logit(checkedPrior(stakes.prior));
}

/**
 * Whether to act on evidence, so that the expected cost is least.
 *
 * @param llr evidence in nats; 0 where there is none, and then the prior alone decides
 */
export function decide(llr: number, stakes: Costs & { readonly prior: number }): Decision {
  if (Number.isNaN(llr)) throw new ConfigError('llr', { expected: 'a number of nats', actual: llr });
  const threshold = bayesThreshold(stakes);
  return { act: llr >= threshold, threshold };
}

/** The prior itself, or a `ConfigError` where it is no probability strictly between 0 and 1. */
export function checkedPrior(prior: number): number {
  if (!(prior > 0 && prior < 1)) {
    throw new ConfigError('prior', {
      expected: 'a probability between 0 and 1, both excluded',
      actual: prior,
    });
  }
  return prior;
}
