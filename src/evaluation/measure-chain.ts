import { type EngineEvent, WakeEngine } from '../detector/index.js';
import { type DialogPolicy, NaiveDialog, type VoiceDialog } from '../dialog/index.js';
import { Guard } from '../guard/index.js';
import type { WakeSource } from '../intent/index.js';
import { loadAcousticModel } from '../model/index.js';
import type { MeasuredChain } from './chain-counts.js';
import { ChainProbe, CredulousListener, chainStages } from './chain-trials.js';
import {
  type DialogModels,
  type DialogScript,
  loadTurnModels,
  openDialog,
  openDialogEngines,
  readDialog,
  slotsOfActs,
} from './dialog-script.js';
import { readRecordings } from './manifest.js';
import { openRecording } from './recording.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** What to measure a chain on. */
export interface ChainRequest {
  /** Manifests of talk in which nobody asks the device for anything; recordings are heard whole. */
  readonly negatives: readonly string[];
  /** What the figures call them. */
  readonly corpus: string;
  /** A dialog as `replays/portland/script.json` has it. */
  readonly dialog: URL;
  /** The act that the chain ends in. */
  readonly act: string;
  readonly models?: DialogModels;
  /** Score at which talk is let through to the request. */
  readonly loweredWakeScore: number;
  /** Raw LLR at which a hypothesis is let through to the next stage. */
  readonly loweredLlr: number;
}

/** From one wake of a chain to the next, at least: what follows is one piece of audio, tried once. */
const apartMs = 30_000;

/**
 * Counts how often talk that asks for nothing passes each stage of a chain, for a dialog that takes each step for
 * certain and for a guard. Each stage is tried on audio that passed those before at lowered thresholds.
 *
 * @param onProgress told the hours heard so far, after each recording
 * @throws CorpusError for manifests that cannot be read, ConfigError for a dialog that lacks its form
 */
export async function measureChain(
  request: ChainRequest,
  onProgress: (hours: number) => void = () => {},
): Promise<MeasuredChain> {
  const { script: dialog, grammar } = await readDialog(request.dialog);
  const recordings = await readRecordings(request.negatives);
  const acoustic = await loadAcousticModel(request.models?.acoustic);
  const wakes = await openWakes(request, dialog);
  const naive = await openTrial(
    request,
    dialog,
    grammar,
    () => new NaiveDialog({ acts: slotsOfActs(dialog) }),
  );
  const guard = await openTrial(request, dialog, grammar, () => new Guard({ acts: dialog.acts }));
  const all: Ear[] = [wakes, naive, guard];
  let nSamples = 0;
  try {
    for (const path of recordings) {
      for (const { begin } of all) await begin();
      for await (const block of openRecording(path)) {
        nSamples += block.length;
        for (const { hear } of all) await hear(block);
      }
      for (const { end } of all) await end();
      onProgress(nSamples / EVALUATION_RATE_HZ / 3600);
    }
  } finally {
    for (const { dispose } of all) await dispose();
  }
  const common = {
    corpus: request.corpus,
    hours: nSamples / EVALUATION_RATE_HZ / 3600,
    falseWakes: wakes.count(),
  };
  const stages = (counts: ChainProbe['counts']) =>
    chainStages.map((stage) => ({ stage, ...counts[stage], reachedAt: reachedAt(stage, request) }));
  return {
    schema: 'wakeproof-chain-counts/1',
    models: { wake: wakes.sha256, acoustic: acoustic.manifest.sha256 },
    naive: { name: 'naive dialog', ...common, stages: stages(naive.counts) },
    guard: { name: 'guard', ...common, stages: stages(guard.counts) },
  };
}

function reachedAt(stage: string, { loweredWakeScore, loweredLlr }: ChainRequest): string {
  const wake = `at wake scores from ${loweredWakeScore}`;
  return stage === 'request' ? wake : `${wake} and hypotheses from ${loweredLlr} nats`;
}

/** Something that hears recordings, one after the other. */
interface Ear {
  readonly begin: () => void | Promise<void>;
  readonly hear: (block: Float32Array) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** Counts false wakes at the model's own threshold. */
async function openWakes({ models = {} }: ChainRequest, { word }: DialogScript) {
  const engine = await WakeEngine.create({
    sampleRateHz: EVALUATION_RATE_HZ,
    words: [word],
    ...(models.wake === undefined ? {} : { model: models.wake }),
  });
  let nWakes = 0;
  const count = (events: readonly EngineEvent[]) => {
    nWakes += events.filter(({ type }) => type === 'wake').length;
  };
  return {
    begin: () => engine.reset(),
    hear: async (block: Float32Array) => count(await engine.push(block)),
    end: async () => count(await engine.flush()),
    dispose: () => engine.dispose(),
    count: () => nWakes,
    sha256: engine.manifest.sha256,
  };
}

/** Leads one policy through chains that begin at a lowered wake score. */
async function openTrial(
  { models = {}, loweredWakeScore, loweredLlr, act }: ChainRequest,
  dialog: DialogScript,
  grammar: string,
  makePolicy: () => DialogPolicy,
) {
  const lowered = { wakeScore: loweredWakeScore };
  const spaced = (wake: WakeEngine) => new SpacedWakes(wake);
  const stream = await openDialogEngines(dialog, grammar, EVALUATION_RATE_HZ, models, lowered, spaced);
  const probe = new ChainProbe(makePolicy);
  const turnModels = await loadTurnModels();
  let hearer: VoiceDialog;
  return {
    begin: async () => {
      stream.reset();
      const credulous = new CredulousListener(stream, probe, dialog.roles, act, loweredLlr);
      hearer = await openDialog(dialog, credulous, probe.reset(), turnModels);
    },
    hear: async (block: Float32Array) => void (await hearer.push(block)),
    end: async () => void (await hearer.flush()),
    dispose: () => stream.dispose(),
    counts: probe.counts,
  };
}

/** A wake engine of which wakes count that do not follow another one too soon. */
class SpacedWakes implements WakeSource {
  readonly sampleRateHz: number;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(readonly engine: WakeEngine) {
    this.sampleRateHz = engine.sampleRateHz;
  }

  async push(block: Float32Array) {
    return this.#space(await this.engine.push(block));
  }

  async flush() {
    return this.#space(await this.engine.flush());
  }

  reset() {
    this.engine.reset();
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  dispose() {
    return this.engine.dispose();
  }

  #space(events: readonly EngineEvent[]): EngineEvent[] {
    return events.filter((event) => {
      if (event.type !== 'wake') return true;
      if (event.endMs < this.#lastMs + apartMs) return false;
      this.#lastMs = event.endMs;
      return true;
    });
  }
}
