import { ConfigError } from '../errors.js';

/** The kinds of evidence that a guard weighs. */
export type Stage = 'wake' | 'secondLook' | 'directedness' | 'intent' | 'slot' | 'confirmation' | 'sameVoice';

/**
 * What a recogniser says, as an event of this package has it: `{ llr, inDomain }` of a wake or an intent event.
 * Later stages are to be calibrated on audio that passed the earlier ones, or they claim too much.
 */
export interface Evidence {
  /** Log-likelihood ratio, nats; null where nothing is known. −Infinity where nothing fits. */
  readonly llr: number | null;
  /** Whether the sound lies within what the calibration saw; null where there is no calibration. */
  readonly inDomain: boolean | null;
  /** Which calibration spoke. */
  readonly calibrationId?: string | null;
}

/** The note of evidence where there is no model to give any. */
export const silent = 'no model spoke';

/** The note of evidence for a slot that was heard again: the last hearing tells what all of them show together. */
export const heardAgain = 'heard again since';

/** Evidence that says nothing: what stands for a model that one does not have. */
export const noEvidence: Evidence = { llr: null, inDomain: null };

/** Where in a dialog evidence was heard. */
export type TurnName = 'wake' | 'request' | `answer ${string}` | 'confirmation' | 'confirmation again';

/** A piece of evidence as a guard counts it. */
export interface CountedEvidence {
  readonly stage: Stage;
  readonly turn: TurnName;
  /** Of stage `slot`: which. */
  readonly slot: string | null;
  /** What is counted, nats; finite. */
  readonly llr: number;
  /** Why that is not what was claimed; null where it is. */
  readonly note: string | null;
  readonly calibrationId: string | null;
}

/**
 * How much of a claim counts. Without calibration, or outside its domain, nothing does in favour, and what speaks
 * against still does. No claim goes beyond ±cap.
 */
export function count(
  { llr, inDomain, calibrationId = null }: Evidence,
  place: Pick<CountedEvidence, 'stage' | 'turn'> & { readonly slot?: string },
  cap: number,
): CountedEvidence {
  const { stage, turn, slot = null } = place;
  const tell = (counted: number, note: string | null): CountedEvidence => ({
    stage,
    turn,
    slot,
    llr: counted,
    note,
    calibrationId,
  });
  if (llr === null) return tell(0, silent);
  if (inDomain !== true && llr > 0) {
    const why = inDomain === null ? 'not calibrated' : 'unlike what the calibration heard';
    return tell(0, `${why}: ${llr.toFixed(1)} not counted`);
  }
  const counted = Math.min(Math.max(llr, -cap), cap);
  return tell(counted, counted === llr ? null : 'as much as a calibration can carry');
}

/** Refuses what is no evidence; `name` is how the caller wrote it. */
export function checkEvidence(evidence: Evidence, name: string): void {
  const { llr, inDomain } = evidence ?? {};
  if (llr !== null && !(typeof llr === 'number' && llr < Number.POSITIVE_INFINITY)) {
    throw new ConfigError(`${name}.llr`, { expected: 'nats below infinity, or null', actual: String(llr) });
  }
  if (inDomain !== null && typeof inDomain !== 'boolean') {
    throw new ConfigError(`${name}.inDomain`, {
      expected: 'true, false, or null where there is no calibration',
      actual: String(inDomain),
    });
  }
}
