import { bayesThreshold, defaultPrior, type StakeClass } from '../calibration/index.js';
import { ConfigError } from '../errors.js';
import type { Stage } from './evidence.js';

/**
 * How an act is confirmed.
 *
 * | mode | acts |
 * |---|---|
 * | `none` | at once where the evidence suffices; where one reply could make it suffice, asks as `explicit` |
 * | `implicit` | after the act was announced and nobody objected in the window; too weak for that, as `explicit` |
 * | `explicit` | after "yes" or the closed phrase |
 * | `closed` | after a phrase that names the act and what it is for, such as "send it to Anna"; never after "yes" or "right" |
 * | `outOfBand` | after `confirmOutOfBand` alone: a button, a PIN, a phone |
 */
export type ConfirmationMode = 'none' | 'implicit' | 'explicit' | 'closed' | 'outOfBand';

/** What makes a reply to a prompt a reply: it is not led by a wake word, so nothing else says that it is meant. */
export interface ReplyRules {
  /** The reply begins at most this long after the prompt's end. */
  readonly windowMs: number;
  /** Silence of the talkers (the device's own voice does not count) before the reply, at least. */
  readonly minSilenceMs: number;
  /** Talk during the prompt, at most: what runs through a prompt does not answer it. */
  readonly maxSpeechInPromptMs: number;
  /** Speech of another voice during the reply, at most. */
  readonly maxOtherVoiceMs: number;
  /** The device's own playback during the reply, at most. */
  readonly maxPlaybackMs: number;
  /** Whether all of these must be known, and the reply's quality be within its calibration. Not known then means no. */
  readonly mustBeKnown: boolean;
}

/** A kind of act: what being wrong costs, and what it takes to be let through. */
export interface Stake extends StakeClass {
  readonly confirmation: ConfirmationMode;
  /**
   * What each stage must show for itself, nats, whatever the others show: a request that is surely meant may still
   * be for the wrong person. A stage that is not listed need not show anything; one that said nothing shows 0.
   */
  readonly floors: Readonly<Partial<Record<Stage, number>>>;
  readonly reply: ReplyRules;
}

/** Sound that is shorter is no word: a knock, a bark. */
const shortestWordMs = 200;

const strictReply: ReplyRules = {
  windowMs: 5000,
  minSilenceMs: 300,
  maxSpeechInPromptMs: shortestWordMs,
  maxOtherVoiceMs: 0,
  maxPlaybackMs: 0,
  mustBeKnown: true,
};

const ten = Math.log(10);
/**
 * For a name that is said at least twice. Weighed against names at large, five to one lets fewer strangers' names through than ten to one did without
 * (docs/adr/0014-names-at-large.md).
 */
const five = Math.log(5);
/** Five to one against: what weak models, wrong one time in four, may say of a request that is meant. */
const doubtful = -Math.log(5);

/**
 * Four stakes to start from. Costs are in units of one request that was not carried out. All numbers are choices to
 * begin with, not measurements: they are data, to be replaced by yours.
 */
export const defaultStakes: readonly Stake[] = [
  {
    name: 'light',
    acts: 'switch a lamp, set a timer',
    costFalseAccept: 1,
    costMiss: 1,
    confirmation: 'none',
    floors: { intent: 0, slot: 0 },
    reply: {
      ...strictReply,
      minSilenceMs: 0,
      maxSpeechInPromptMs: 1000,
      maxOtherVoiceMs: 1000,
      mustBeKnown: false,
    },
  },
  {
    name: 'call',
    acts: 'place a call, order something that can be sent back',
    costFalseAccept: 100,
    costMiss: 1,
    confirmation: 'explicit',
    floors: { intent: 0, slot: ten, confirmation: ten, directedness: doubtful },
    reply: { ...strictReply, minSilenceMs: 200 },
  },
  {
    name: 'send',
    acts: 'send a recording or a message',
    costFalseAccept: 100_000,
    costMiss: 1,
    confirmation: 'closed',
    floors: { intent: ten, slot: five, confirmation: ten, directedness: doubtful, sameVoice: doubtful },
    reply: strictReply,
  },
  {
    name: 'unlock',
    acts: 'unlock a door, pay',
    costFalseAccept: 1_000_000,
    costMiss: 1,
    confirmation: 'outOfBand',
    floors: { intent: ten, slot: ten, directedness: doubtful },
    reply: strictReply,
  },
];

const modes: readonly ConfirmationMode[] = ['none', 'implicit', 'explicit', 'closed', 'outOfBand'];

/** Refuses a stake whose numbers mean nothing. */
export function checkStake(stake: Stake): void {
  const option = `stakes.${stake.name}`;
  bayesThreshold({ ...stake, prior: defaultPrior });
  if (!modes.includes(stake.confirmation)) {
    throw new ConfigError(`${option}.confirmation`, {
      expected: modes.join(', '),
      actual: stake.confirmation,
    });
  }
  for (const [stage, floor] of Object.entries(stake.floors)) {
    if (!Number.isFinite(floor)) {
      throw new ConfigError(`${option}.floors.${stage}`, { expected: 'a number of nats', actual: floor });
    }
  }
  const { mustBeKnown: _, ...durations } = stake.reply;
  for (const [name, ms] of Object.entries(durations)) {
    if (!(ms >= 0 && Number.isFinite(ms))) {
      throw new ConfigError(`${option}.reply.${name}`, { expected: 'milliseconds ≥ 0', actual: ms });
    }
  }
}
