import type { DialogStep } from '../dialog/index.js';
import type { Replay, ReplayRun } from '../evaluation/index.js';
import { explain } from '../guard/index.js';

/** One thing on a replay's timeline, in words. */
export interface ReplayMoment {
  readonly atMs: number;
  readonly endMs: number | null;
  readonly kind: DialogStep['kind'];
  readonly text: string;
  /** The whole reasoning, where a guard decided. */
  readonly detail: string | null;
}

/** The steps of a run that a person wants to see, in order of time. */
export function momentsOf({ steps }: ReplayRun): ReplayMoment[] {
  return steps.flatMap(told);
}

function told(step: DialogStep): ReplayMoment[] {
  switch (step.kind) {
    case 'speech':
      return [];
    case 'wake': {
      const { word, startMs, endMs, score, llr } = step.event;
      const evidence = llr == null ? '' : `, ${signed(llr)} nats`;
      return [moment(step, startMs, endMs, `heard “${word}”, score ${score.toFixed(2)}${evidence}`)];
    }
    case 'intent': {
      const { intent, slots, startMs, endMs, llr, inDomain } = step.event;
      const values = Object.entries(slots).map(
        ([name, { value, llr }]) => `${name} “${value}” ${signed(llr)}`,
      );
      const what = intent === null ? 'nothing of the grammar' : [intent, ...values].join(', ');
      return [
        moment(
          step,
          startMs,
          endMs,
          `heard ${what}${intent === null ? '' : `, ${signed(llr)} nats${inDomain === null ? ' raw' : ''}`}`,
        ),
      ];
    }
    case 'prompt': {
      const { startMs, endMs, question } = step;
      const asked =
        question.kind === 'slot' ? `“Which ${question.slot}?”` : promptFor(question.mode, question.named);
      return [moment(step, startMs, endMs, `asks ${asked}`)];
    }
    case 'decision': {
      const { kind, reason, atMs, weighing } = step.decision;
      if (kind === 'ignore' || (kind === 'listen' && reason === 'promptOver')) return [];
      const detail = weighing === null ? null : explain(step.decision);
      return [{ atMs, endMs: null, kind: step.kind, text: `${kind.toUpperCase()} (${reason})`, detail }];
    }
  }
}

/** The replay as lines of text: what was said, and what each dialog made of it. */
export function replayText(replay: Replay): string {
  const { script, naive, guarded, trueRequest } = replay;
  const said = script.lines.map(({ startMs, voice, text }) => `  ${seconds(startMs)}  ${voice}: ${text}`);
  const block = (title: string, run: ReplayRun) => [
    '',
    title,
    ...momentsOf(run).map(({ atMs, text }) => `  ${seconds(atMs)}  ${text}`),
    `  ${run.sent ? `SENT to ${Object.values(run.request?.slots ?? {}).join(', ')}` : `not sent (${run.reason ?? 'nothing was heard'})`}`,
  ];
  const lowered = script.lowered
    ? [
        '',
        `Thresholds below the models' own, as a careless maker ships them: ${JSON.stringify(script.lowered)}`,
      ]
    : [];
  return [
    'What is said (s, voice)',
    ...said,
    ...lowered,
    ...block('A naive dialog, on talk that is no request', naive),
    ...block('With the guard, on the same talk', guarded),
    ...block('With the guard, on a true request', trueRequest),
  ].join('\n');
}

/** The last line of `--json`. */
export function replayJson({ script, naive, guarded, trueRequest }: Replay) {
  const told = ({ sent, request, reason, turns }: ReplayRun) => ({ sent, request, reason, turns });
  return {
    schema: 'wakeproof-replay/1',
    naive: told(naive),
    guarded: told(guarded),
    trueRequest: told(trueRequest),
    lowered: script.lowered ?? null,
  };
}

function promptFor(mode: string, named: Readonly<Record<string, string>>): string {
  const values = Object.values(named).join(', ');
  return mode === 'closed' ? `“Say: send it to ${values}.”` : `“${values}, right?”`;
}

function moment(step: DialogStep, atMs: number, endMs: number, text: string): ReplayMoment {
  return { atMs, endMs, kind: step.kind, text, detail: null };
}

function signed(llr: number): string {
  return `${llr < 0 ? '−' : '+'}${Math.abs(llr).toFixed(1)}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2).padStart(6);
}
