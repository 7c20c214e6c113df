import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { joinBlocks, openAudio } from '../audio/index.js';
import type { DialogStep, VoiceDialog } from '../dialog/index.js';
import { type ActRule, Guard, type GuardDecision } from '../guard/index.js';
import { decisionsIn } from './dialog-decisions.js';
import {
  type DialogModels,
  dialogFields,
  loadTurnModels,
  openDialog,
  openDialogEngines,
  openNaiveDialog,
  readScript,
} from './dialog-script.js';

const scriptSchema = z.strictObject({
  schema: z.literal('wakeproof-replay-script/1'),
  ...dialogFields,
  /** File beside the script. */
  recording: z.string(),
  lengthMs: z.number().positive(),
  /** The talk that is nobody's request ends here, and a true request begins. */
  trueRequestFromMs: z.number().positive(),
  /** Thresholds below the models' own, as a careless maker ships them; left out: the models' own. */
  lowered: z.strictObject({ wakeScore: z.number().optional(), intentLlr: z.number().optional() }).optional(),
  lines: z.array(
    z.strictObject({
      startMs: z.number(),
      endMs: z.number().optional(),
      voice: z.string(),
      levelDb: z.number().optional(),
      text: z.string(),
    }),
  ),
});

/** What is said in a replay's recording, and how a device takes part in it. */
export type ReplayScript = z.infer<typeof scriptSchema>;

/** One dialog's way through a stretch of the recording; times are those of the recording. */
export interface ReplayRun {
  readonly sent: boolean;
  /** What was sent, to whom; null where nothing was. */
  readonly request: GuardDecision['request'];
  /** Why it ended as it did: the reason of the last decision that ended a chain; null where no chain began. */
  readonly reason: string | null;
  /** Questions that were asked. */
  readonly turns: number;
  readonly steps: readonly DialogStep[];
}

/** A replay: what two dialogs make of one recording. */
export interface Replay {
  readonly script: ReplayScript;
  /** 16 kHz or as recorded, mono. */
  readonly audio: Float32Array;
  readonly sampleRateHz: number;
  /** On the talk that is nobody's request. */
  readonly naive: ReplayRun;
  readonly guarded: ReplayRun;
  /** With the guard, on the request of a person who means it. */
  readonly trueRequest: ReplayRun;
}

/** The replay that comes with this package. */
export const portlandReplay = new URL('../../replays/portland/script.json', import.meta.url);

/**
 * Plays a recording to a naive dialog and to a guard, on the same engines. Deterministic.
 *
 * @throws ConfigError where the script cannot be read or does not have its form
 */
export async function replay(url: URL = portlandReplay, models: DialogModels = {}): Promise<Replay> {
  const { script, grammar } = await readScript(
    url,
    scriptSchema,
    'a value of schema wakeproof-replay-script/1',
  );
  const { audio, sampleRateHz } = await wholeRecording(new URL(script.recording, url));
  const turnModels = await loadTurnModels();
  const engines = await openDialogEngines(script, grammar, sampleRateHz, models, script.lowered);
  const acts: Record<string, ActRule> = script.acts;
  const run = async (open: () => Promise<VoiceDialog>, fromMs: number, toMs: number): Promise<ReplayRun> => {
    engines.reset();
    const dialog = await open();
    const part = audio.subarray(toSample(fromMs), toSample(toMs));
    const steps = [...(await dialog.push(part)), ...(await dialog.flush())];
    return summary(steps.map((step) => moved(step, fromMs)));
  };
  const naive = () => openNaiveDialog(script, engines, turnModels);
  const guarded = () => openDialog(script, engines, new Guard({ acts }), turnModels);
  const toSample = (ms: number) => Math.round((ms * sampleRateHz) / 1000);
  const { trueRequestFromMs, lengthMs } = script;
  try {
    return {
      script,
      audio,
      sampleRateHz,
      naive: await run(naive, 0, trueRequestFromMs),
      guarded: await run(guarded, 0, trueRequestFromMs),
      trueRequest: await run(guarded, trueRequestFromMs, lengthMs),
    };
  } finally {
    await engines.dispose();
  }
}

async function wholeRecording(url: URL): Promise<{ audio: Float32Array; sampleRateHz: number }> {
  const { sampleRateHz, blocks } = await openAudio(fileURLToPath(url));
  return { audio: await joinBlocks(blocks), sampleRateHz };
}

function summary(steps: readonly DialogStep[]): ReplayRun {
  const { decisions, ending, turns } = decisionsIn(steps);
  const acted = decisions.find(({ kind }) => kind === 'act');
  return {
    sent: acted !== undefined,
    request: acted?.request ?? null,
    reason: (acted ?? ending)?.reason ?? null,
    turns,
    steps,
  };
}

/** A step on the clock of the whole recording. */
function moved(step: DialogStep, byMs: number): DialogStep {
  switch (step.kind) {
    case 'decision':
      return { ...step, decision: { ...step.decision, atMs: step.decision.atMs + byMs } };
    case 'prompt':
      return { ...step, startMs: step.startMs + byMs, endMs: step.endMs + byMs };
    case 'speech':
      return { ...step, event: { ...step.event, ms: step.event.ms + byMs } };
    case 'wake':
      return {
        ...step,
        event: { ...step.event, startMs: step.event.startMs + byMs, endMs: step.event.endMs + byMs },
      };
    case 'intent':
      return {
        ...step,
        event: { ...step.event, startMs: step.event.startMs + byMs, endMs: step.event.endMs + byMs },
      };
  }
}
