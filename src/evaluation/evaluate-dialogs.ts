import type { DialogStep, VoiceDialog } from '../dialog/index.js';
import { CorpusError } from '../errors.js';
import { Guard } from '../guard/index.js';
import { type NoiseMixing, noiseBehind, openNoise } from './added-noise.js';
import { compareAsked } from './compare-asked.js';
import { decisionsIn } from './dialog-decisions.js';
import {
  type DialogModels,
  loadTurnModels,
  openDialog,
  openDialogEngines,
  openNaiveDialog,
  readDialog,
} from './dialog-script.js';
import { groupBy } from './group-by.js';
import { requireAsked } from './hear-segments.js';
import { type Interval, wilsonInterval } from './intervals.js';
import { lineOf, readManifest, type Segment } from './manifest.js';
import { openRecording } from './recording.js';
import { cutManifest } from './segments.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** True requests to be heard. */
export interface DialogEvaluationRequest {
  /**
   * Manifest of dialogs: each session is one, with segments labelled `wake`, `request`, `answer` and `confirmation`. The
   * text of `confirmation` holds what is asked, `{ intent, slots }`; that of `request` what of it the request says.
   */
  readonly manifest: string;
  /** A dialog as `replays/portland/script.json` has it. */
  readonly dialog: URL;
  /** In place of the dialog's contacts. */
  readonly contacts?: readonly string[];
  /** Noise to add; null for none. */
  readonly mixing: NoiseMixing | null;
  readonly models?: DialogModels;
}

/** What one policy made of one dialog. */
export interface DialogOutcome {
  readonly woken: boolean;
  /** To whom it was meant to go. */
  readonly sent: boolean;
  /** Something else was done than what was asked for. */
  readonly sentAmiss: boolean;
  /** How often the wake word and the request were said: twice by who got no answer at first. */
  readonly calls: number;
  /** Prompts that were answered or were to be. */
  readonly turns: number;
  /**
   * A second call, and prompts beyond those that a dialog without doubts needs: one for each slot that the request does not name, and
   * one to confirm.
   */
  readonly extraTurns: number;
  /** What a request that did not go through failed by; null where it did. */
  readonly failedBy: string | null;
}

/** One dialog, heard by both policies. */
export interface DialogTrial {
  readonly type: 'trial';
  readonly session: string;
  readonly naive: DialogOutcome;
  readonly guard: DialogOutcome;
}

/** Counts of one policy. */
export interface DialogCounts {
  readonly woken: number;
  readonly sent: number;
  readonly sentAmiss: number;
  /** Wilson 95 % interval of sent / dialogs. */
  readonly interval: Interval;
  /** Dialogs that were sent by the first call. */
  readonly sentAtOnce: number;
  /** Wilson 95 % interval of sentAtOnce / dialogs. */
  readonly intervalAtOnce: Interval;
  /** Dialogs that were sent with at most one extra turn: a prompt more than a dialog without doubts needs, or a second call. */
  readonly sentInTime: number;
  /** Wilson 95 % interval of sentInTime / dialogs. */
  readonly intervalInTime: Interval;
  /** Dialogs that were sent, by how many prompts they took. */
  readonly turns: Readonly<Record<string, number>>;
  /** Dialogs that did not go through, by what they failed by, most first. */
  readonly failedBy: Readonly<Record<string, number>>;
}

/** How many true requests go through. */
export interface DialogEvaluation {
  readonly schema: 'wakeproof-dialog-eval/1';
  readonly dialogs: number;
  readonly naive: DialogCounts;
  readonly guard: DialogCounts;
}

/** Noise before the wake word, between it and the request, and between the end of a prompt and the reply. */
const [leadMs, gapMs, replyMs] = [2000, 300, 600];
/** Who wakes nothing, or is refused before he is asked anything, calls again so long after he has spoken, once. */
const patienceMs = 2000;
const mostCalls = 2;
/** A dialog that is not over by then never is. */
const longestMs = 30_000;
/** Longest step in which the dialog's prompts are looked for. */
const stepSamples = EVALUATION_RATE_HZ / 20;

/** The four utterances of a dialog, at 16 kHz. */
type Utterances = Readonly<Record<'wake' | 'request' | 'answer' | 'confirmation', Float32Array>>;

/**
 * Lets a person's dialogs with the device be heard, by a dialog that takes each step for certain and by a guard: the wake
 * word, the request, and an answer to each prompt. Who wakes nothing, or is refused before he is asked anything, calls once more:
 * the same sound in other noise.
 *
 * @param onTrial told each dialog as it is over
 * @throws CorpusError for a session that lacks an utterance
 */
export async function evaluateDialogs(
  { manifest: path, dialog: url, contacts, mixing, models = {} }: DialogEvaluationRequest,
  onTrial: (trial: DialogTrial) => void = () => {},
): Promise<DialogEvaluation> {
  const { script, grammar } = await readDialog(url);
  const sampleRateHz = EVALUATION_RATE_HZ;
  const dialogs = await readDialogs(path);
  const added = await openNoise(mixing);
  const engines = await openDialogEngines(
    { ...script, contacts: [...(contacts ?? script.contacts)] },
    grammar,
    sampleRateHz,
    models,
  );
  const turnModels = await loadTurnModels();
  const trials: DialogTrial[] = [];
  const nSamples = (longestMs * sampleRateHz) / 1000;
  try {
    for (const [session, { said, asked, nNeeded }] of dialogs) {
      const background = added
        ? await noiseBehind(said.request, added, session, nSamples)
        : new Float32Array(nSamples);
      const outcome = async (open: () => Promise<VoiceDialog>) => {
        engines.reset();
        return outcomeOf(await converse(await open(), said, background), asked, nNeeded);
      };
      const naive = await outcome(() => openNaiveDialog(script, engines, turnModels));
      const guard = await outcome(() =>
        openDialog(script, engines, new Guard({ acts: script.acts }), turnModels),
      );
      const trial: DialogTrial = { type: 'trial', session, naive, guard };
      trials.push(trial);
      onTrial(trial);
    }
  } finally {
    await engines.dispose();
    await added?.tape.dispose();
  }
  return {
    schema: 'wakeproof-dialog-eval/1',
    dialogs: trials.length,
    naive: countOutcomes(trials.map(({ naive }) => naive)),
    guard: countOutcomes(trials.map(({ guard }) => guard)),
  };
}

/** Counts outcomes. */
export function countOutcomes(outcomes: readonly DialogOutcome[]): DialogCounts {
  const tally = (keys: readonly string[]) => {
    const groups = [...groupBy(keys, (key) => key)].map(([key, { length }]) => [key, length] as const);
    return Object.fromEntries(groups.sort(([, a], [, b]) => b - a));
  };
  const sent = outcomes.filter((outcome) => outcome.sent);
  const inTime = sent.filter(({ extraTurns }) => extraTurns <= 1).length;
  const atOnce = sent.filter(({ calls }) => calls === 1).length;
  return {
    woken: outcomes.filter(({ woken }) => woken).length,
    sent: sent.length,
    sentAmiss: outcomes.filter(({ sentAmiss }) => sentAmiss).length,
    interval: wilsonInterval(sent.length, outcomes.length),
    sentAtOnce: atOnce,
    intervalAtOnce: wilsonInterval(atOnce, outcomes.length),
    sentInTime: inTime,
    intervalInTime: wilsonInterval(inTime, outcomes.length),
    turns: tally(sent.map(({ turns }) => String(turns))),
    failedBy: tally(outcomes.flatMap(({ failedBy }) => (failedBy === null ? [] : [failedBy]))),
  };
}

type AskedSlots = Readonly<Record<string, string>>;

/** One person's dialog. */
interface Dialog {
  readonly said: Utterances;
  readonly asked: AskedSlots;
  /** Prompts that a dialog without doubts needs. */
  readonly nNeeded: number;
}

async function readDialogs(path: string): Promise<Map<string, Dialog>> {
  const manifest = await readManifest(path);
  const audio = new Map<Segment, Float32Array>();
  for await (const { segment, samples } of cutManifest(manifest, openRecording)) audio.set(segment, samples);
  const dialogs = new Map<string, Dialog>();
  for (const [session, group] of groupBy(manifest.segments, (segment) => segment.session ?? '')) {
    const first = group[0] as Segment;
    const labelled = (label: keyof Utterances) => {
      const segment = group.find((candidate) => candidate.label === label);
      if (segment && session !== '') return segment;
      throw new CorpusError(path, lineOf(first), {
        expected: 'a session with segments labelled wake, request, answer and confirmation',
        actual: session === '' ? 'no session' : `"${session}" without ${label}`,
      });
    };
    const { slots } = requireAsked(path, labelled('confirmation'));
    const named = requireAsked(path, labelled('request')).slots;
    const nNeeded = 1 + Object.keys(slots).filter((slot) => !Object.hasOwn(named, slot)).length;
    const cut = (label: keyof Utterances) => audio.get(labelled(label)) as Float32Array;
    const said = {
      wake: cut('wake'),
      request: cut('request'),
      answer: cut('answer'),
      confirmation: cut('confirmation'),
    };
    dialogs.set(session, { said, asked: slots, nNeeded });
  }
  return dialogs;
}

/** Calls, and answers each prompt, until the chain is over; calls again where the first call comes to nothing. */
async function converse(dialog: VoiceDialog, said: Utterances, background: Float32Array): Promise<Heard> {
  const stream = background.slice();
  const toSample = (ms: number) => Math.round((ms * EVALUATION_RATE_HZ) / 1000);
  const say = (speech: Float32Array, at: number) => {
    speech.forEach((sample, i) => {
      if (at + i < stream.length) stream[at + i] = (stream[at + i] as number) + sample;
    });
    return at + speech.length;
  };
  const call = (at: number) => say(said.request, say(said.wake, at) + toSample(gapMs));
  let calls = 1;
  let calledTo = call(toSample(leadMs));
  let [isWoken, isAsked] = [false, false];
  const steps: DialogStep[] = [];
  for (let at = 0; at < stream.length; at += stepSamples) {
    const now = at + stepSamples;
    const heard = await dialog.push(stream.slice(at, now));
    steps.push(...heard);
    for (const step of heard) {
      if (step.kind !== 'prompt') continue;
      const reply = step.question.kind === 'slot' ? said.answer : said.confirmation;
      say(reply, Math.max(now, toSample(step.endMs + replyMs)));
    }
    const { ending, turns } = decisionsIn(heard);
    isWoken ||= heard.some(({ kind }) => kind === 'wake');
    isAsked ||= turns > 0;
    const again = calledTo + toSample(patienceMs);
    const isUnanswered = !isAsked && (ending ? ending.kind !== 'act' : !isWoken && now >= again);
    if (isUnanswered && calls < mostCalls) {
      calls++;
      calledTo = call(Math.max(now, again));
      isWoken = false;
    } else if (ending) return { steps, calls };
  }
  return { steps: [...steps, ...(await dialog.flush())], calls };
}

/** All that happened in a dialog, and how often the person called. */
interface Heard {
  readonly steps: readonly DialogStep[];
  readonly calls: number;
}

function outcomeOf({ steps, calls }: Heard, asked: AskedSlots, nNeeded: number): DialogOutcome {
  const woken = steps.some(({ kind }) => kind === 'wake');
  const { ending: end, turns } = decisionsIn(steps);
  const done = end?.kind === 'act' ? end.request : null;
  const isMeant =
    done != null && compareAsked({ intent: '', slots: asked }, { intent: '', slots: done.slots }).isAllRight;
  const unmet = end?.conditions.find(({ met }) => !met);
  const failure = end ? `${end.reason}${unmet ? `: ${unmet.name}` : ''}` : 'nothing was asked';
  return {
    woken,
    sent: isMeant,
    sentAmiss: done != null && !isMeant,
    calls,
    turns,
    extraTurns: calls - 1 + Math.max(0, turns - nNeeded),
    failedBy: isMeant ? null : !woken ? 'not woken' : done ? 'sent amiss' : failure,
  };
}
