import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.js';
import { childRunner } from './child-runner.js';
import { conditionsOf, type Mixing, requireMixable } from './condition.js';
import { type Corpora, type CorporaPaths, loadCorpora } from './corpora.js';
import { createEngine, type DetectorSpec, type MeasuredEngine } from './detector-module.js';
import { Mixer } from './mixer.js';
import { joinObservations, type Observations } from './observations.js';
import { mergePartials, PartialFile, planDigest } from './partial.js';
import { type EvaluationPlan, planOf } from './plan.js';
import { openRecording } from './recording.js';
import { localRunner, type OnProgress, type RunHooks, runUnits } from './runners.js';
import { type EvaluationSummary, summarise } from './summary.js';
import { planUnits, type Unit } from './units.js';

/** What to measure, and on what. */
export interface EvaluationRequest extends CorporaPaths {
  readonly engine: DetectorSpec;
  readonly mixing: Mixing;
  /** Processes that share the work; 1 works in this process. */
  readonly nProcesses: number;
  readonly onProgress?: OnProgress;
  /** Stops the work; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Some of an evaluation's units: shard `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Where an evaluation keeps what it has heard, and which part of it it hears. */
export interface PartialRequest {
  /** Path of the partial; if it is there, the evaluation goes on where it was interrupted. */
  readonly path: string;
  readonly shard: Shard;
}

/**
 * Measures an engine: streams positives and negatives through it and counts.
 *
 * @throws CorpusError with file and line for a corpus that cannot be counted rightly: then nothing is counted
 */
export async function evaluate(request: EvaluationRequest): Promise<EvaluationSummary> {
  const { plan, observations } = await observe(request);
  return summarise(plan, observations);
}

/** What an engine was made to hear, and what it reported. */
export interface Observed {
  readonly plan: EvaluationPlan;
  readonly observations: Observations;
}

/** The first half of {@link evaluate}: streams everything and counts nothing. */
export async function observe(request: EvaluationRequest): Promise<Observed> {
  const prepared = await prepare(request);
  const observations = joinObservations(await hear(prepared, prepared.units, request));
  return { plan: prepared.plan, observations };
}

/**
 * Hears one shard of an evaluation and keeps each unit in a partial as soon as it is done.
 * {@link mergePartials} puts the shards together; the figures are then the same as those of one run.
 */
export async function evaluatePartially(
  request: EvaluationRequest,
  { path, shard }: PartialRequest,
): Promise<void> {
  const { index, count } = shard;
  if (!(Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count)) {
    throw new ConfigError('shard', { expected: 'i/n with 1 ≤ i ≤ n', actual: `${index}/${count}` });
  }
  await hearInto(path, shard, await prepare(request));
}

/**
 * {@link observe} that keeps what it hears in a partial, one for each engine and what it is made to hear. An
 * interrupted run goes on from it, and what has been heard in full is not heard again.
 *
 * @param folder for the partials; made where it is not there
 */
export async function observeKept(folder: string, request: EvaluationRequest): Promise<Observed> {
  const prepared = await prepare(request);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${planDigest(prepared.plan)}.partial`);
  await hearInto(path, { index: 1, count: 1 }, prepared);
  return mergePartials([path]);
}

async function hearInto(path: string, { index, count }: Shard, prepared: Prepared): Promise<void> {
  const partial = await PartialFile.open(path, prepared.plan, prepared.units.length).catch(async (error) => {
    await prepared.measured.detector.dispose();
    throw error;
  });
  const units = prepared.units.filter(
    (unit) => unit.index % count === index - 1 && !partial.heard.has(unit.index),
  );
  const onUnit = (unit: Unit, observations: Observations) => partial.append(unit.index, observations);
  await hear(prepared, units, { ...prepared.request, onUnit }).finally(() => partial.close());
}

/** An evaluation before anything was heard. */
interface Prepared {
  readonly request: EvaluationRequest;
  readonly measured: MeasuredEngine;
  readonly corpora: Corpora;
  readonly plan: EvaluationPlan;
  readonly units: readonly Unit[];
}

/** Loads the engine and the manifests and lays out the work. */
async function prepare(request: EvaluationRequest): Promise<Prepared> {
  const { mixing, noise, playback = [], rooms = [] } = request;
  requireMixable(mixing, { noise, playback });
  const measured = await createEngine(request.engine);
  try {
    const corpora = await loadCorpora(measured.detector.words, request);
    const conditions = conditionsOf(mixing, rooms.length > 0);
    const plan = planOf(measured, corpora, mixing.seed, conditions);
    return { request, measured, corpora, plan, units: planUnits(corpora, conditions.length) };
  } catch (error) {
    await measured.detector.dispose();
    throw error;
  }
}

/** Works off some of the units of a prepared evaluation, which is then used up. */
async function hear(prepared: Prepared, units: readonly Unit[], hooks: RunHooks): Promise<Observations[]> {
  const { request, measured, corpora } = prepared;
  const { engine, mixing } = request;
  const nProcesses = Math.min(request.nProcesses, units.length);
  const mixesNothing = !units.some(({ kind }) => kind === 'positives');
  const sources = mixesNothing ? { ...corpora, noise: [], playback: [], rooms: [] } : corpora;
  const mixer = await Mixer.create(sources, mixing, openRecording);
  try {
    if (nProcesses <= 1) {
      const runner = localRunner({ ...measured, corpora, mixer, openRecording });
      return await runUnits(units, [runner], hooks);
    }
    await measured.detector.dispose();
    const setup = { type: 'setup', engine, corpora, mixing, files: mixer.files } as const;
    return await runUnits(
      units,
      Array.from({ length: nProcesses }, () => childRunner(setup)),
      hooks,
    );
  } finally {
    await mixer.dispose();
  }
}
