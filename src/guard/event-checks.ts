import { ConfigError } from '../errors.js';
import type { GuardEvent, Reply, SlotHeard, SpeechHeard, TurnFeatures } from './events.js';
import { checkEvidence } from './evidence.js';

/**
 * Refuses an event that means nothing: no such type, times that are not in order, evidence that is no number.
 *
 * @throws ConfigError that names the field
 */
export function checkEvent(event: GuardEvent): void {
  switch (event?.type) {
    case 'time':
    case 'cancel':
      checkTime(event.atMs, 'atMs');
      return;
    case 'prompt':
      checkSpan(event);
      return;
    case 'unrecognised':
      checkSpeech(event);
      return;
    case 'wake':
      checkSpeech(event);
      checkName(event.word, 'word');
      checkEvidence(event.evidence, 'event.evidence');
      if (event.secondLook !== undefined) checkEvidence(event.secondLook, 'event.secondLook');
      return;
    case 'request':
      checkSpeech(event);
      checkName(event.act, 'act');
      checkEvidence(event.evidence, 'event.evidence');
      for (const [name, slot] of Object.entries(record(event.slots, 'slots')))
        checkSlot(slot, `slots.${name}`);
      return;
    case 'answer':
      checkSpeech(event);
      checkName(event.slot, 'slot');
      checkName(event.value, 'value');
      checkEvidence(event.evidence, 'event.evidence');
      return;
    case 'confirmation':
      checkSpeech(event);
      checkReply(event.reply);
      checkEvidence(event.evidence, 'event.evidence');
      for (const [name, evidence] of Object.entries(record(event.slotEvidence ?? {}, 'slotEvidence')))
        checkEvidence(evidence, `event.slotEvidence.${name}`);
      return;
    default:
      throw new ConfigError('event.type', {
        expected: 'wake, request, answer, confirmation, unrecognised, prompt, cancel or time',
        actual: String((event as { type?: unknown } | null | undefined)?.type),
      });
  }
}

/** Refuses what is no time. */
export function checkTime(ms: number, name: string): void {
  if (!Number.isFinite(ms)) {
    throw new ConfigError(`event.${name}`, {
      expected: 'milliseconds of the input clock',
      actual: String(ms),
    });
  }
}

function checkSpan({ startMs, endMs, atMs }: { startMs: number; endMs: number; atMs: number }): void {
  checkTime(startMs, 'startMs');
  checkTime(endMs, 'endMs');
  checkTime(atMs, 'atMs');
  if (!(startMs <= endMs && endMs <= atMs)) {
    throw new ConfigError('event', {
      expected: 'startMs ≤ endMs ≤ atMs',
      actual: `${startMs}, ${endMs}, ${atMs}`,
    });
  }
}

function checkSpeech(event: SpeechHeard): void {
  checkSpan(event);
  if (event.directedness !== undefined) checkEvidence(event.directedness, 'event.directedness');
  if (event.sameVoice !== undefined) checkEvidence(event.sameVoice, 'event.sameVoice');
  if (event.turn !== undefined) checkTurn(event.turn);
}

const durations = [
  'silenceBeforeMs',
  'silenceBeforeWakeMs',
  'speechInPromptMs',
  'otherVoiceMs',
  'playbackMs',
] as const satisfies readonly (keyof TurnFeatures)[];

function checkTurn(turn: TurnFeatures): void {
  for (const name of durations) {
    const ms = turn?.[name];
    if (ms !== null && !(ms >= 0)) {
      throw new ConfigError(`event.turn.${name}`, { expected: 'ms ≥ 0, or null', actual: String(ms) });
    }
  }
}

function checkSlot(slot: SlotHeard, name: string): void {
  checkName(slot?.value, `${name}.value`);
  checkEvidence(slot.evidence, `event.${name}.evidence`);
}

function checkReply(reply: Reply): void {
  if (reply?.kind === 'closed') {
    checkName(reply.act, 'reply.act');
    for (const [name, value] of Object.entries(record(reply.slots, 'reply.slots'))) {
      checkName(value, `reply.slots.${name}`);
    }
  } else if (reply?.kind !== 'yes' && reply?.kind !== 'no') {
    throw new ConfigError('event.reply.kind', {
      expected: 'yes, no or closed',
      actual: String((reply as { kind?: unknown } | null | undefined)?.kind),
    });
  }
}

function checkName(text: string, name: string): void {
  if (typeof text !== 'string' || text === '') {
    throw new ConfigError(`event.${name}`, { expected: 'text', actual: String(text) });
  }
}

function record<T>(value: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  if (value === null || typeof value !== 'object') {
    throw new ConfigError(`event.${name}`, { expected: 'an object', actual: String(value) });
  }
  return value;
}
