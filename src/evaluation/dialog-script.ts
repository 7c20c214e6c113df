import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { WakeEngine } from '../detector/index.js';
import {
  type DialogPolicy,
  DirectednessModel,
  type Listener,
  NaiveDialog,
  NaiveListener,
  VoiceDialog,
  VoiceModel,
} from '../dialog/index.js';
import { ConfigError } from '../errors.js';
import { IntentEngine, pipeline, type WakeIntentPipeline, type WakeSource } from '../intent/index.js';
import type { AcousticModelSource, ModelSource } from '../model/index.js';

const role = z.union([
  z.strictObject({ kind: z.literal('request'), act: z.string() }),
  z.strictObject({ kind: z.literal('answer'), slot: z.string() }),
  z.strictObject({ kind: z.literal('yes') }),
  z.strictObject({ kind: z.literal('no') }),
  z.strictObject({ kind: z.literal('closed'), act: z.string() }),
]);

/** What a device understands and does, and what its prompts take: the part of a script that knows no recording. */
export const dialogFields = {
  /** File beside the script. */
  grammar: z.string(),
  word: z.string(),
  contacts: z.array(z.string()).min(1),
  acts: z.record(z.string(), z.strictObject({ stake: z.string(), slots: z.array(z.string()) })),
  roles: z.record(z.string(), role),
  /** How long the device's own prompts play; they are not in the recording, as after echo cancellation. */
  promptMs: z.strictObject({ slot: z.number().positive(), confirmation: z.number().positive() }),
};
/** A script may hold more than the dialog, such as what is said in a recording. */
const dialogSchema = z.object(dialogFields);

/** A device's dialog as data. */
export type DialogScript = z.infer<typeof dialogSchema>;

/**
 * Reads a script and its grammar.
 *
 * @param form what the schema asks for, in words
 * @throws ConfigError where either cannot be read, or the script does not have its form
 */
export async function readScript<T extends DialogScript>(
  url: URL,
  schema: z.ZodType<T>,
  form: string,
): Promise<{ script: T; grammar: string }> {
  const refuse = (actual: string, cause: unknown): never => {
    throw new ConfigError('dialog', { expected: form, actual, cause });
  };
  const read = (place: URL) => readFile(place, 'utf8').catch((cause: Error) => refuse(cause.message, cause));
  const text = await read(url);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    refuse(String(cause), cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return refuse(z.prettifyError(parsed.error), parsed.error);
  const script = parsed.data;
  return { script, grammar: await read(new URL(script.grammar, url)) };
}

/**
 * Reads a dialog and its grammar.
 *
 * @throws ConfigError where either cannot be read, or the dialog does not have its form
 */
export function readDialog(url: URL): Promise<{ script: DialogScript; grammar: string }> {
  return readScript(url, dialogSchema, 'JSON with word, grammar, contacts, acts, roles and promptMs');
}

/** The slots that each act needs, by act. */
export function slotsOfActs({ acts }: DialogScript): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(acts).map(([act, { slots }]) => [act, slots]));
}

/** Which models a dialog hears with; the bundled ones by default. */
export interface DialogModels {
  readonly wake?: ModelSource;
  readonly acoustic?: AcousticModelSource;
}

/** Thresholds in place of the models' own. */
export interface LoweredThresholds {
  readonly wakeScore?: number | undefined;
  readonly intentLlr?: number | undefined;
}

/** How the engines of a dialog differ from those of a device. */
export interface EngineChanges extends LoweredThresholds {
  /** Whether the wake engine tells its scores, for whom it is heard through. */
  readonly trace?: boolean;
}

/** What is asked of a device takes no longer, and a dialog waits no longer for it. */
const maxUtteranceMs = 8000;

/**
 * The engines of a dialog on one stream.
 *
 * @param grammar the text of the script's grammar
 * @param through what the wake words go through before they are listened behind
 */
export async function openDialogEngines(
  { word, contacts, roles }: DialogScript,
  grammar: string,
  sampleRateHz: number,
  models: DialogModels,
  lowered: EngineChanges = {},
  through: (wake: WakeEngine) => WakeSource = (wake) => wake,
): Promise<WakeIntentPipeline> {
  const wake = await WakeEngine.create({
    sampleRateHz,
    words: [word],
    trace: lowered.trace ?? false,
    ...(models.wake === undefined ? {} : { model: models.wake }),
    ...(lowered.wakeScore === undefined ? {} : { thresholds: { [word]: lowered.wakeScore } }),
  });
  const intent = await IntentEngine.create({
    sampleRateHz,
    grammar,
    slots: { contact: contacts },
    listening: 'onCall',
    maxUtteranceMs,
    ...(models.acoustic === undefined ? {} : { model: models.acoustic }),
    ...(lowered.intentLlr === undefined ? {} : { threshold: lowered.intentLlr }),
  });
  const requests = Object.keys(roles).filter((name) => roles[name]?.kind === 'request');
  return pipeline({ wake: through(wake), intent, requests });
}

/** The bundled models of who speaks and to whom. */
export interface TurnModels {
  readonly voice: VoiceModel;
  readonly directedness: DirectednessModel;
}

/** @throws ModelError where the package lacks them */
export async function loadTurnModels(): Promise<TurnModels> {
  return { voice: await VoiceModel.load(), directedness: await DirectednessModel.load() };
}

/** A dialog of the script: its prompts are taken to play at once. */
export function openDialog(
  { roles, promptMs }: DialogScript,
  listener: Listener,
  policy: DialogPolicy,
  models: TurnModels,
): Promise<VoiceDialog> {
  return VoiceDialog.create({
    pipeline: listener,
    policy,
    roles,
    ...models,
    promptMs: ({ kind }) => promptMs[kind],
  });
}

/** The dialog as devices have it: the best of what can be said, and each step taken for certain. */
export function openNaiveDialog(
  script: DialogScript,
  listener: Listener,
  models: TurnModels,
): Promise<VoiceDialog> {
  const policy = new NaiveDialog({ acts: slotsOfActs(script) });
  return openDialog(script, new NaiveListener(listener, policy, script.roles), policy, models);
}
