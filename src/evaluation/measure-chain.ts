import type { EngineEvent, ScoreEvent, WakeEngine, WakeEvent } from '../detector/index.js';
import { NaiveDialog, type VoiceDialog } from '../dialog/index.js';
import { ConfigError } from '../errors.js';
import { Guard } from '../guard/index.js';
import type { WakeSource } from '../intent/index.js';
import { loadAcousticModel } from '../model/index.js';
import type { MeasuredChain } from './chain-counts.js';
import { ChainProbe, chainStages, type Tried } from './chain-trials.js';
import {
  type DialogModels,
  loadTurnModels,
  openDialog,
  openDialogEngines,
  readDialog,
  slotsOfActs,
} from './dialog-script.js';
import { eveningSec, Household, type HouseholdCorpora } from './household-talk.js';
import { readRecordings } from './manifest.js';
import { openRecording } from './recording.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Talk that is simulated. */
export interface SimulatedTalk {
  readonly corpora: HouseholdCorpora;
  readonly hours: number;
  readonly seed: number;
}

/** What to measure a chain on. */
export interface ChainRequest {
  /** Manifests of talk in which nobody asks the device for anything; recordings are heard whole. */
  readonly negatives: readonly string[];
  /** Talk to simulate besides; null for none. */
  readonly simulated: SimulatedTalk | null;
  /** What the figures call all of it. */
  readonly corpus: string;
  /** Of all recordings and evenings, in order, only each n-th from the i-th on is heard: [i, n], i from 1. */
  readonly part: readonly [number, number];
  /** A dialog as `replays/portland/script.json` has it. */
  readonly dialog: URL;
  /** The act that the chain ends in. */
  readonly act: string;
  readonly models?: DialogModels;
  /** Raw LLR at which a hypothesis is let through to the next stage. */
  readonly loweredLlr: number;
}

/** From the place where one chain begins to the next, at least: what follows is one piece of talk, tried once. */
const apartMs = 10_000;
/** Score from which a place is where a chain begins, at first, and how fast that falls until one is found, a second. */
const [firstScore, fallPerSec] = [5, 2];

/**
 * Counts how often talk that asks for nothing passes each stage of a chain, for a dialog that takes each step for
 * certain and for a guard, both on the same chains. Each stage is tried on audio that passed those before at lowered
 * thresholds; the wake word's falls until somebody who talks says something like it.
 *
 * @param onProgress told the hours heard so far, after each recording and evening
 * @throws CorpusError for corpora that cannot be read, ConfigError for a dialog that lacks its form or the act
 */
export async function measureChain(
  request: ChainRequest,
  onProgress: (hours: number) => void = () => {},
): Promise<MeasuredChain> {
  const { models = {}, act, corpus, loweredLlr } = request;
  const { script, grammar } = await readDialog(request.dialog);
  const slots = slotsOfActs(script)[act];
  if (slots === undefined) {
    throw new ConfigError('act', { expected: Object.keys(script.acts).join(', '), actual: act });
  }
  const acoustic = await loadAcousticModel(models.acoustic);
  const turnModels = await loadTurnModels();
  const probe = new ChainProbe({
    makePolicy: {
      naive: () => new NaiveDialog({ acts: slotsOfActs(script) }),
      guard: () => new Guard({ acts: script.acts }),
    },
    roles: script.roles,
    act,
    slots,
    loweredLlr,
  });
  const places: LikelyPlaces[] = [];
  const through = (wake: WakeEngine) => {
    const place = new LikelyPlaces(wake, () => probe.state === 'idle');
    places.push(place);
    return place;
  };
  const engines = await openDialogEngines(
    script,
    grammar,
    EVALUATION_RATE_HZ,
    models,
    { trace: true },
    through,
  );
  const [wake] = places as [LikelyPlaces];
  const listener = probe.listenBy(engines);
  let nSamples = 0;
  try {
    for await (const blocks of talkOf(request)) {
      engines.reset();
      probe.reset();
      const dialog: VoiceDialog = await openDialog(script, listener, probe, turnModels);
      for await (const block of blocks) {
        nSamples += block.length;
        await dialog.push(block);
      }
      await dialog.flush();
      onProgress(nSamples / EVALUATION_RATE_HZ / 3600);
    }
  } finally {
    await engines.dispose();
  }
  const hours = nSamples / EVALUATION_RATE_HZ / 3600;
  const countsOf = (name: string, dialog: Tried) => ({
    name,
    corpus,
    hours,
    falseWakes: wake.nWakes,
    stages: chainStages.map((stage) => ({
      stage,
      ...probe.counts[dialog][stage],
      reachedAt: reachedAt(stage, loweredLlr),
    })),
  });
  return {
    schema: 'wakeproof-chain-counts/1',
    models: { wake: wake.engine.modelSha256, acoustic: acoustic.manifest.sha256 },
    naive: countsOf('naive dialog', 'naive'),
    guard: countsOf('guard', 'guard'),
  };
}

function reachedAt(stage: string, loweredLlr: number): string {
  const wake = 'at the places of the talk that are most like the wake word';
  return stage === 'request' ? wake : `${wake}, with hypotheses from ${loweredLlr} nats`;
}

/** Each recording, then each simulated evening, as a stream of its own; those of the part alone. */
async function* talkOf({
  negatives,
  simulated,
  part: [i, n],
}: ChainRequest): AsyncGenerator<AsyncIterable<Float32Array> | Iterable<Float32Array>> {
  let index = 0;
  const isOfPart = () => index++ % n === i - 1;
  for (const path of await readRecordings(negatives)) if (isOfPart()) yield openRecording(path);
  if (simulated === null) return;
  const household = await Household.create(simulated.corpora, simulated.seed);
  try {
    for (let evening = 0; evening < Math.round((simulated.hours * 3600) / eveningSec); evening++)
      if (isOfPart()) yield secondsOf(await household.evening(evening));
  } finally {
    await household.dispose();
  }
}

function* secondsOf(samples: Float32Array): Generator<Float32Array> {
  for (let at = 0; at < samples.length; at += EVALUATION_RATE_HZ)
    yield samples.subarray(at, at + EVALUATION_RATE_HZ);
}

/**
 * A wake engine that counts its wakes and tells others in their place: where somebody talks and the score reaches a
 * threshold that falls, from the last chain on, until it does.
 */
class LikelyPlaces implements WakeSource {
  readonly sampleRateHz: number;
  /** Wakes at the model's own threshold. */
  nWakes = 0;
  readonly #isIdle: () => boolean;
  #fallsFromMs = 0;
  #isSpeech = false;

  constructor(
    readonly engine: WakeEngine,
    isIdle: () => boolean,
  ) {
    this.sampleRateHz = engine.sampleRateHz;
    this.#isIdle = isIdle;
  }

  async push(block: Float32Array) {
    return this.#place(await this.engine.push(block));
  }

  async flush() {
    return this.#place(await this.engine.flush());
  }

  reset() {
    this.engine.reset();
    this.#fallsFromMs = 0;
    this.#isSpeech = false;
  }

  dispose() {
    return this.engine.dispose();
  }

  #place(events: readonly EngineEvent[]): EngineEvent[] {
    return events.flatMap((event): EngineEvent[] => {
      if (event.type === 'wake') this.nWakes++;
      else if (event.type !== 'score') {
        this.#isSpeech = event.type === 'speechStart';
        return [event];
      } else if (!this.#isIdle()) this.#fallsFromMs = Math.max(this.#fallsFromMs, event.ms);
      else if (this.#isSpeech && this.#isLikely(event)) {
        this.#fallsFromMs = event.ms + apartMs;
        return [this.#wakeAt(event)];
      }
      return [];
    });
  }

  #isLikely({ ms, scores }: ScoreEvent): boolean {
    const fallenSec = (ms - this.#fallsFromMs) / 1000;
    return fallenSec >= 0 && (scores[0] as number) >= firstScore - fallPerSec * fallenSec;
  }

  /** What an engine would tell that woke here. */
  #wakeAt({ sample, ms, scores }: ScoreEvent): WakeEvent {
    const [word] = this.engine.words;
    const lengthMs = Math.min(ms, word?.durationMs.typical ?? 0);
    return {
      type: 'wake',
      word: word?.word ?? '',
      startSample: Math.round(sample - (lengthMs * this.sampleRateHz) / 1000),
      endSample: sample,
      startMs: ms - lengthMs,
      endMs: ms,
      detectedAtMs: ms,
      score: scores[0] as number,
      threshold: word?.threshold ?? 0,
      llr: null,
      probability: null,
      interval: null,
      inDomain: null,
      calibrationId: null,
      preRoll: new Float32Array(0),
    };
  }
}
