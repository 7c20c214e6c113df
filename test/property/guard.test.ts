import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import {
  defaultStakes,
  type Evidence,
  Guard,
  type GuardDecision,
  type GuardEvent,
  type GuardOptions,
} from '../../src/guard/index.js';
import { eventOf } from '../support/guard-sequences.js';

const nSequences = 100_000;
// A twentieth of the events are errors on purpose: their traces would take longer than the guard.
Error.stackTraceLimit = 0;
const seeds = fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { minLength: 4, maxLength: 9, size: 'max' });

/** An act of each stake, and one that is announced and then done unless somebody objects. */
const options: GuardOptions = {
  acts: {
    send: { stake: 'send', slots: ['contact'] },
    call: { stake: 'call', slots: ['contact'] },
    lamp: { stake: 'light', optionalSlots: ['contact'] },
    dim: { stake: 'announced', optionalSlots: ['contact'] },
    unlock: { stake: 'unlock', optionalSlots: ['contact'] },
  },
  stakes: defaultStakes
    .filter(({ name }) => name === 'light')
    .map((stake) => ({ ...stake, name: 'announced', confirmation: 'implicit' })),
};
/** What a dialog is about: mostly to send. */
const wanted = ['send', 'send', 'send', 'send', 'send', 'call', 'lamp', 'dim'];

interface Told {
  readonly event: GuardEvent;
  readonly decisions: readonly GuardDecision[];
}

/** Tells a guard events; an event that it refuses by a named error tells nothing. */
function tell(guard: Guard, event: GuardEvent): Told {
  try {
    return { event, decisions: guard.push(event) };
  } catch (error) {
    // Plain throws in place of expect(): this runs a million times.
    if (!(error instanceof ConfigError) || guard.state !== 'idle') throw error;
    return { event, decisions: [] };
  }
}

/** A dialog made of integers; events fit the guard's state more often than not. */
function dialogOf(sequence: readonly number[]): Told[] {
  const guard = new Guard(options);
  const act = wanted[(sequence[0] ?? 0) % wanted.length] as string;
  let nowMs = 0;
  return sequence.map((seed) => {
    const told = tell(guard, eventOf(seed, guard.state, nowMs, act));
    nowMs = Math.max(nowMs, told.event.atMs);
    return told;
  });
}

const nothing: Evidence = { llr: null, inDomain: null };
/** What counts of evidence, capped at ln 10,001. */
const counted = ({ llr, inDomain }: Evidence = nothing): number => {
  if (llr === null || (inDomain !== true && llr > 0)) return 0;
  return Math.min(Math.max(llr, -Math.log(10_001)), Math.log(10_001));
};

interface Hearing {
  readonly evidence: Evidence;
}
/** Evidence under the β model with β = 0.05. */
const joined = (llrs: readonly number[]): number => {
  const p = llrs.filter((x) => x > 0).map((x) => Math.exp(-x));
  const joint = 0.05 * Math.min(1, ...p) + 0.95 * p.reduce((all, x) => all * x, 1);
  return llrs.filter((x) => x < 0).reduce((sum, x) => sum + x, 0) - Math.log(joint);
};

/**
 * Why a decision to send is not to be had, by the rules alone and from the events alone: nothing of the guard's own
 * reasons is used. Null where it is.
 */
function faultOf(history: readonly GuardEvent[], decision: GuardDecision): string | null {
  const reply = history.at(-1);
  const wakeIndex = history.findLastIndex(({ type }) => type === 'wake');
  const wake = history[wakeIndex];
  if (wake?.type !== 'wake') return 'no wake word';
  if (reply?.type !== 'confirmation') return 'not at a confirmation';
  const chain = history.slice(wakeIndex + 1, -1);
  const requestIndex = chain.findIndex(({ type }) => type === 'request');
  const request = chain[requestIndex];
  if (request?.type !== 'request' || request.act !== 'send') return 'no request to send';
  if (chain.some(({ type }) => type === 'cancel')) return 'cancelled';
  const before = chain.slice(requestIndex).filter(({ type }) => type === 'confirmation') as (typeof reply)[];
  const corrections = before.flatMap(({ reply: said }) => (said.kind === 'closed' ? [said] : []));
  if (before.length > 1 || corrections.length !== before.length) return 'a second attempt';
  if (corrections.some(({ act }) => act !== 'send')) return 'corrected by a phrase for another act';
  const lastPrompt = chain.findLastIndex(({ type }) => type === 'prompt');
  const prompt = chain[lastPrompt];
  if (prompt?.type !== 'prompt') return 'no prompt';
  const isSpeech = ({ type }: GuardEvent) => type !== 'prompt' && type !== 'time';
  if (chain.slice(lastPrompt + 1).some(isSpeech)) return 'other speech between prompt and reply';
  const answers = chain.slice(requestIndex).filter((event) => event.type === 'answer');
  if (answers.some((event) => event.type === 'answer' && event.slot !== 'contact'))
    return 'another slot was told';
  const told = [request.slots.contact, ...answers].filter((slot) => slot !== undefined) as {
    value: string;
  }[];
  const contact = corrections[0]?.slots.contact ?? told.at(-1)?.value;
  const lastSpeech = chain.slice(0, lastPrompt).findLastIndex(isSpeech);
  const spoken = chain[lastSpeech];
  if (chain.slice(lastSpeech + 1, lastPrompt).some(({ type }) => type === 'prompt')) return 'prompted twice';
  if (spoken && prompt.startMs < spoken.atMs) return 'the prompt began before what it answers';
  if (decision.request?.slots.contact !== contact) return 'another person than was told';
  if (reply.reply.kind !== 'closed') return 'not closed';
  if (reply.reply.act !== 'send' || reply.reply.slots.contact !== contact)
    return 'names another act or person';
  if (reply.startMs < prompt.endMs || reply.startMs > prompt.endMs + 5000) return 'not inside the window';
  const { turn } = reply;
  if (!turn || turn.silenceBeforeMs === null || turn.silenceBeforeMs < 300) return 'not fresh';
  if (turn.speechInPromptMs === null || turn.speechInPromptMs > 200) return 'talk through the prompt';
  if (turn.otherVoiceMs !== 0 || turn.playbackMs !== 0) return 'not directed';
  const least = -Math.log(5);
  if (counted(reply.directedness) < least || counted(reply.sameVoice) < least)
    return 'evidence against directed';
  if (reply.evidence.inDomain !== true || counted(reply.evidence) < Math.log(10))
    return 'confirmation in doubt';
  const isReplaced = corrections[0] !== undefined && corrections[0].slots.contact !== told.at(-1)?.value;
  // The last hearing of the name tells what all of them show.
  const hearings = [
    ...(isReplaced
      ? []
      : [request.slots.contact, ...answers].map((slot) => slot && (slot as Hearing).evidence)),
    ...[...before, reply].map((said) => said.slotEvidence?.contact),
  ].flatMap((evidence) => (evidence === undefined ? [] : [counted(evidence)]));
  const names = hearings.slice(-1);
  if ((names[0] ?? 0) < Math.log(5)) return 'the name in doubt';
  const heard = [request, ...before, reply].flatMap((event) => {
    const { evidence, directedness, sameVoice } = event as typeof reply;
    return [evidence, directedness, sameVoice];
  });
  const asked = answers.flatMap(({ directedness, sameVoice }) => [directedness, sameVoice]);
  const rest = [...[...heard, ...asked].map(counted), ...names];
  const wakeLlrs = [counted(wake.evidence), ...(wake.secondLook ? [counted(wake.secondLook)] : [])];
  const against = wakeLlrs.filter((x) => x < 0).reduce((sum, x) => sum + x, 0);
  const logOdds = -Math.log(359) + Math.max(0, ...wakeLlrs) + against + joined(rest);
  return logOdds >= Math.log(100_000) - 1e-9 ? null : 'odds below 100,000 : 1';
}

describe('Guard', () => {
  it('sends on no sequence of events without a fresh, directed, closed confirmation inside the window, and whatever it lets through it still does when an LLR is raised', () => {
    let [nSent, nOther, nEnded, nRaised] = [0, 0, 0, 0];
    const rises = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(seeds, fc.nat(), rises, (sequence, which, rise) => {
        const dialog = dialogOf(sequence);
        const events = dialog.map(({ event }) => event);
        dialog.forEach(({ decisions }, i) => {
          for (const decision of decisions) {
            if (decision.kind === 'refuse' || decision.kind === 'expire') nEnded++;
            if (decision.kind !== 'act') continue;
            if (decision.request?.stake !== 'send') {
              nOther++;
              continue;
            }
            nSent++;
            const fault = faultOf(events.slice(0, i + 1), decision);
            if (fault !== null) throw new Error(`sent though ${fault}`);
          }
        });
        const through = actsOf(dialog);
        if (through.length === 0) return;
        const order = events.map((_, i) => (i + which) % events.length);
        const at = order.find((i) => raise(events[i] as GuardEvent, which, rise) !== null);
        if (at === undefined) return;
        nRaised++;
        const raised = raise(events[at] as GuardEvent, which, rise) as GuardEvent;
        const guard = new Guard(options);
        const again = actsOf(events.map((event, i) => tell(guard, i === at ? raised : event)));
        const lost = through.find((act) => !again.includes(act));
        if (lost !== undefined) throw new Error(`${lost} was lost`);
      }),
      { numRuns: nSequences },
    );
    // Both would hold of a guard that never acts: sequences must reach each end often.
    expect(nSent).toBeGreaterThan(nSequences / 40);
    expect(nOther).toBeGreaterThan(nSequences / 20);
    expect(nEnded).toBeGreaterThan(nSequences / 4);
    expect(nRaised).toBeGreaterThan(nSequences / 20);
  }, 600_000);
});

/** Acts with what they are for and the chain that they are of, in words. */
function actsOf(dialog: readonly Told[]): string[] {
  return dialog
    .flatMap(({ decisions }) => decisions)
    .filter(({ kind }) => kind === 'act')
    .map(({ request, chain }) => `${request?.act} ${request?.slots.contact} of chain ${chain}`);
}

/** The event with one of its LLRs raised; null where it has none. */
function raise(event: GuardEvent, which: number, rise: number): GuardEvent | null {
  const fields = Object.entries(event).filter(([name, value]) => name !== 'turn' && isEvidence(value));
  const slots = event.type === 'request' ? Object.entries(event.slots) : [];
  const names = event.type === 'confirmation' ? Object.entries(event.slotEvidence ?? {}) : [];
  const index = (which >>> 4) % Math.max(fields.length + slots.length + names.length, 1);
  const higher = (evidence: Evidence): Evidence =>
    evidence.llr === null ? evidence : { ...evidence, llr: evidence.llr + rise };
  const field = fields[index];
  if (field) return { ...event, [field[0]]: higher(field[1] as Evidence) };
  const name = names[index - fields.length];
  if (name && event.type === 'confirmation')
    return { ...event, slotEvidence: { ...event.slotEvidence, [name[0]]: higher(name[1]) } };
  const slot = slots[index - fields.length];
  if (!slot || event.type !== 'request') return null;
  const [slotName, { value, evidence }] = slot;
  return { ...event, slots: { ...event.slots, [slotName]: { value, evidence: higher(evidence) } } };
}

function isEvidence(value: unknown): value is Evidence {
  return typeof value === 'object' && value !== null && 'llr' in value;
}
