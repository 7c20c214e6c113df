import { checkedPrior, defaultPrior } from '../calibration/index.js';
import { ConfigError } from '../errors.js';
import { checkedBeta, defaultBeta } from './common-cause.js';
import { checkStake, defaultStakes, type Stake } from './stakes.js';

/** An act that can be asked for. */
export interface ActRule {
  /** Name of its stake. */
  readonly stake: string;
  /** Slots that must be known before it is confirmed; the guard asks for those that were not heard. Default none. */
  readonly slots?: readonly string[];
  /** Slots that may be given. Default none. */
  readonly optionalSlots?: readonly string[];
  /** Slots that a closed phrase must name. Default: all of `slots`. */
  readonly named?: readonly string[];
}

/** How a guard is set. */
export interface GuardOptions {
  /** What can be asked for, by name. */
  readonly acts: Readonly<Record<string, ActRule>>;
  /** Stakes of your own; one with the name of a default stake replaces it. */
  readonly stakes?: readonly Stake[];
  /** Probability that a stretch of talk holds a request, before anything is heard. Default `defaultPrior`. */
  readonly prior?: number;
  /** Share of false passes with one common cause, 0…1. Default `defaultBeta`, an assumption. */
  readonly beta?: number;
  /** No piece of evidence counts for more, nats. Default ln 10,001: what 10,000 stretches of talk can carry. */
  readonly capLlr?: number;
  /** A request begins at most this long after the wake word. Default 8000. */
  readonly requestWindowMs?: number;
  /** How long an utterance and its recognition may take after the window for its onset. Default 10,000. */
  readonly maxUtteranceMs?: number;
  /** A prompt is over at most this long after it was asked for. Default 20,000. */
  readonly promptTimeoutMs?: number;
  /** How long a confirmation out of band is waited for. Default 60,000. */
  readonly outOfBandWindowMs?: number;
}

/** An act with its stake and its slots. */
export interface SettledAct {
  readonly stake: Stake;
  readonly slots: readonly string[];
  readonly allowed: ReadonlySet<string>;
  readonly named: readonly string[];
}

/** Options with every default filled in. */
export interface GuardSettings extends Required<Omit<GuardOptions, 'acts' | 'stakes'>> {
  readonly acts: ReadonlyMap<string, SettledAct>;
}

/** @throws ConfigError that names the option */
export function settle(options: GuardOptions): GuardSettings {
  const stakes = new Map(defaultStakes.map((stake) => [stake.name, stake]));
  for (const stake of options.stakes ?? []) {
    checkStake(stake);
    stakes.set(stake.name, stake);
  }
  const acts = Object.entries(options.acts ?? {}).map(
    ([act, rule]) => [act, settleAct(act, rule, stakes)] as const,
  );
  if (acts.length === 0) throw new ConfigError('acts', { expected: 'at least one act', actual: 'none' });
  const settings: GuardSettings = {
    acts: new Map(acts),
    prior: checkedPrior(options.prior ?? defaultPrior),
    beta: checkedBeta(options.beta ?? defaultBeta),
    capLlr: options.capLlr ?? Math.log(10_001),
    requestWindowMs: options.requestWindowMs ?? 8000,
    maxUtteranceMs: options.maxUtteranceMs ?? 10_000,
    promptTimeoutMs: options.promptTimeoutMs ?? 20_000,
    outOfBandWindowMs: options.outOfBandWindowMs ?? 60_000,
  };
  const positive = [
    'capLlr',
    'requestWindowMs',
    'maxUtteranceMs',
    'promptTimeoutMs',
    'outOfBandWindowMs',
  ] as const;
  for (const name of positive) {
    const value = settings[name];
    if (!(value > 0 && Number.isFinite(value))) {
      throw new ConfigError(name, { expected: 'a number > 0', actual: value });
    }
  }
  return settings;
}

function settleAct(act: string, rule: ActRule, stakes: ReadonlyMap<string, Stake>): SettledAct {
  const stake = stakes.get(rule.stake);
  if (!stake) {
    throw new ConfigError(`acts.${act}.stake`, {
      expected: [...stakes.keys()].join(', '),
      actual: rule.stake,
    });
  }
  const { slots = [], optionalSlots = [], named = slots } = rule;
  const unknown = named.find((slot) => !slots.includes(slot));
  if (unknown !== undefined) {
    throw new ConfigError(`acts.${act}.named`, {
      expected: `slots that must be known: ${slots.join(', ') || 'none are'}`,
      actual: unknown,
    });
  }
  return { stake, slots, allowed: new Set([...slots, ...optionalSlots]), named };
}
