import {
  type AnswerHeard,
  type ConfirmationHeard,
  type Evidence,
  Guard,
  type GuardDecision,
  type GuardEvent,
  type GuardOptions,
  type PromptPlayed,
  type RequestHeard,
  type TurnFeatures,
  type WakeHeard,
} from '../../src/guard/index.js';

/** Acts of a small voice assistant, one a stake. */
export const acts: GuardOptions['acts'] = {
  lamp: { stake: 'light', optionalSlots: ['colour'] },
  call: { stake: 'call', slots: ['contact'] },
  send: { stake: 'send', slots: ['contact'] },
  unlock: { stake: 'unlock' },
};

export const guardOf = (options: Partial<GuardOptions> = {}): Guard => new Guard({ acts, ...options });

/** Calibrated evidence within its domain. */
export const nats = (llr: number): Evidence => ({ llr, inDomain: true, calibrationId: 'test' });

/** A reply as a person gives it who was asked. */
export const properTurn: TurnFeatures = {
  silenceBeforeMs: 1500,
  silenceBeforeWakeMs: 2000,
  speechInPromptMs: 0,
  latencyMs: 400,
  levelDifferenceDb: 0,
  tiltDifferenceDb: 0,
  otherVoiceMs: 0,
  playbackMs: 0,
};

/** "Alexa", 0.5 s long, known 0.2 s after its end at `endMs`. */
export const wake = (endMs = 1000, change: Partial<WakeHeard> = {}): WakeHeard => ({
  type: 'wake',
  word: 'alexa',
  startMs: endMs - 500,
  endMs,
  atMs: endMs + 200,
  evidence: nats(8),
  ...change,
});

/** "send a message to Anna", 1.5…3 s, known at 3.3 s. */
export const request = (change: Partial<RequestHeard> = {}): RequestHeard => ({
  type: 'request',
  act: 'send',
  startMs: 1500,
  endMs: 3000,
  atMs: 3300,
  slots: { contact: { value: 'Anna', evidence: nats(5) } },
  evidence: nats(7),
  ...change,
});

/** A prompt that ends at `endMs`, 1 s long. */
export const prompt = (endMs = 5000): PromptPlayed => ({
  type: 'prompt',
  startMs: endMs - 1000,
  endMs,
  atMs: endMs,
});

/** "Anna", beginning at `startMs`. */
export const answer = (startMs = 5400, change: Partial<AnswerHeard> = {}): AnswerHeard => ({
  type: 'answer',
  slot: 'contact',
  value: 'Anna',
  startMs,
  endMs: startMs + 600,
  atMs: startMs + 900,
  evidence: nats(5),
  turn: properTurn,
  ...change,
});

/** "send it to Anna", beginning at `startMs`. */
export const confirmation = (startMs = 5400, change: Partial<ConfirmationHeard> = {}): ConfirmationHeard => ({
  type: 'confirmation',
  reply: { kind: 'closed', act: 'send', slots: { contact: 'Anna' } },
  startMs,
  endMs: startMs + 1000,
  atMs: startMs + 1300,
  evidence: nats(8.5),
  turn: properTurn,
  ...change,
});

/** What a guard decides on events, as "kind reason". */
export const run = (guard: Guard, events: readonly GuardEvent[]): string[] =>
  told(events.flatMap((event) => guard.push(event)));

/** Decisions as "kind reason". */
export const told = (decisions: readonly GuardDecision[]): string[] =>
  decisions.map(({ kind, reason }) => `${kind} ${reason}`);

/** The last decision on events. */
export const last = (guard: Guard, events: readonly GuardEvent[]): GuardDecision =>
  events.flatMap((event) => guard.push(event)).at(-1) as GuardDecision;

/** A request to send, up to the end of the prompt for its confirmation at 5 s. */
export const asked: readonly GuardEvent[] = [wake(), request(), prompt()];
