import {
  type AffineMap,
  capped,
  cllr,
  crossValidatedLlrs,
  fitAffineMap,
  type LabelledLlrs,
  measureQuality,
  minCllr,
  prepareTrials,
  qualityWindowMs,
  type Trial,
} from '../calibration/index.js';
import { CorpusError } from '../errors.js';
import {
  type IntentCalibration,
  IntentEngine,
  type IntentEngineOptions,
  type IntentEvent,
  tailMs,
} from '../intent/index.js';
import type { AddedNoise } from './added-noise.js';
import { isSameValue } from './compare-asked.js';
import { expectAsked, type HeardSegment, hearSegments } from './hear-segments.js';
import { type Interval, quantile, ratePerHour } from './intervals.js';
import { type Manifest, nameOf, readManifest, sessionOf } from './manifest.js';
import type { OnProgress } from './runners.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';
import { openTape } from './tape.js';
import { groupOf } from './trials.js';

/** What to calibrate an acoustic model's intents and slots on. */
export interface IntentCalibrationRequest {
  /** Path of a manifest whose `text` holds `{ intent, slots }`. */
  readonly manifest: string;
  /** Manifests of talk that holds no command. */
  readonly negatives: readonly string[];
  /** The commands are heard clean, and once more at each ratio; empty for clean alone. */
  readonly mixing: {
    readonly noise: readonly string[];
    readonly snrDb: readonly number[];
    /** Ratios at which slots alone are fitted: where values are heard wrong often enough to learn what that looks like. */
    readonly slotSnrDb: readonly number[];
    readonly seed: number;
  };
  /** The engine; it listens always, and its calibration is not asked. */
  readonly engine: Omit<IntentEngineOptions, 'sampleRateHz' | 'listening' | 'threshold' | 'calibration'>;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the calibration with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What LLRs cost, in bits; 1 is no information. */
export interface LlrCosts {
  readonly cllr: number;
  /** After the best monotone recalibration in hindsight. */
  readonly minCllr: number;
}

/** How good a fitted map is. */
export interface MapGrades {
  readonly targets: number;
  readonly nonTargets: number;
  /** Speakers, or what stands for them: sessions and recordings of talk, segments of commands. */
  readonly targetSpeakers: number;
  readonly nonTargetSpeakers: number;
  /** Each trial by a map that was fitted without its speaker. */
  readonly heldOut: LlrCosts;
  /** The trials of the fit by the fit itself. */
  readonly fit: LlrCosts;
}

/** A calibration with its grades. */
export interface IntentCalibrationOutcome {
  readonly calibration: IntentCalibration;
  readonly intents: MapGrades;
  readonly slots: MapGrades;
  /** Commands, clean or in noise, of which nothing was heard: they are in no grade. */
  readonly unheard: number;
  /** Talk of LLR ≥ 0, by maps that were fitted without its speaker. */
  readonly falseIntents: {
    readonly hours: number;
    readonly accepted: number;
    readonly perHour: number;
    /** Poisson 95 % interval of perHour. */
    readonly interval: Interval;
  };
}

/** Parts of the cross-validation. */
const nFolds = 10;
/** Share of the commands left outside the domain at each end. */
const domainTail = 0.005;
/** How far the domain reaches beyond the commands, in dB. */
const domainMarginDb = { snrDb: 3, levelDbfs: 6 };
/** Highest ratio that the measure gives: speech cleaner than any of the fit's is taken to be no harder. */
const highestSnrDb = 40;

/**
 * Fits what the LLRs of intents and slots are worth: commands against talk, and values heard right against values heard
 * wrong. Deterministic.
 *
 * @throws CorpusError where a side is missing, or evidence does not rise with the truth
 */
export async function calibrateIntents(request: IntentCalibrationRequest): Promise<IntentCalibrationOutcome> {
  const { mixing, signal, onProgress = () => {} } = request;
  const commands = await readManifest(request.manifest);
  expectAsked(commands);
  const talk = await Promise.all(request.negatives.map(readManifest));
  const tape = await openTape(mixing.noise);
  const noisy = tape ? [...new Set([...mixing.snrDb, ...mixing.slotSnrDb])] : [];
  const totalSec = (1 + noisy.length) * durationSec([commands]) + durationSec(talk);
  const trials = new TrialCollection();
  const engine = await IntentEngine.create({
    ...request.engine,
    sampleRateHz: EVALUATION_RATE_HZ,
    threshold: Number.NEGATIVE_INFINITY,
    calibration: null,
  });
  let doneSec = 0;
  const hear = async (
    manifest: Manifest,
    added: AddedNoise | null,
    collect: (heard: HeardSegment) => void,
  ) => {
    for await (const heard of hearSegments(engine, manifest, added)) {
      signal?.throwIfAborted();
      collect(heard);
      doneSec += heard.segment.durationSec;
      onProgress(doneSec, totalSec);
    }
  };
  try {
    await hear(commands, null, (heard) => trials.addCommand(heard, true));
    for (const snrDb of noisy) {
      const added = tape && { tape, snrDb, seed: mixing.seed };
      const isForIntents = mixing.snrDb.includes(snrDb);
      await hear(commands, added, (heard) => trials.addCommand(heard, isForIntents));
    }
    for (const manifest of talk) await hear(manifest, null, (heard) => trials.addTalk(heard));
  } finally {
    await engine.dispose();
    await tape?.dispose();
  }
  const intents = fitMap('intents', trials.intents);
  const slots = fitMap('slots', trials.slots);
  const accepted = trials.intents.filter(
    (trial, i) => trials.talk.has(trial) && (intents.heldOut[i] as number) >= 0,
  ).length;
  const hours = durationSec(talk) / 3600;
  const { rate, interval } = ratePerHour(accepted, hours);
  return {
    calibration: {
      schema: 'wakeproof-intent-calibration/1',
      model: { sha256: engine.manifest.sha256 },
      intent: intents.map,
      slot: slots.map,
      domain: {
        snrDb: [trials.range('snrDb')[0], highestSnrDb],
        levelDbfs: trials.range('levelDbfs'),
      },
    },
    intents: intents.grades,
    slots: slots.grades,
    unheard: trials.unheard,
    falseIntents: { hours, accepted, perHour: rate, interval },
  };
}

/** What was heard, as trials of the two fits. */
class TrialCollection {
  readonly intents: Trial[] = [];
  readonly slots: Trial[] = [];
  /** Those of `intents` that are talk. */
  readonly talk = new Set<Trial>();
  unheard = 0;
  readonly #commands: Trial['quality'][] = [];

  /** As in an evaluation, the first event with an intent counts. */
  addCommand({ segment, stream, events }: HeardSegment, isForIntents: boolean): void {
    const event = events.find(({ intent }) => intent !== null);
    if (!event) {
      this.unheard++;
      return;
    }
    const { asked } = segment;
    const quality = qualityOf(stream, event);
    this.#commands.push(quality);
    const shared = { quality, group: groupOf(segment), source: nameOf(segment) };
    const isIntentRight = event.intent === asked?.intent;
    if (isForIntents) this.intents.push({ ...shared, score: event.llr, isTarget: isIntentRight });
    if (!isIntentRight) return;
    for (const [name, { value, llr }] of Object.entries(event.slots)) {
      if (!Number.isFinite(llr)) continue;
      this.slots.push({ ...shared, score: llr, isTarget: isSameValue(asked?.slots[name], value) });
    }
  }

  addTalk({ segment, stream, events }: HeardSegment): void {
    for (const event of events) {
      if (!Number.isFinite(event.llr)) continue;
      const trial = {
        score: event.llr,
        isTarget: false,
        quality: qualityOf(stream, event),
        group: sessionOf(segment),
        source: nameOf(segment),
      };
      this.intents.push(trial);
      this.talk.add(trial);
    }
  }

  /** Where nearly all commands lay, and some way beyond. */
  range(name: 'snrDb' | 'levelDbfs'): [number, number] {
    const values = this.#commands.map((quality) => quality[name]);
    const margin = domainMarginDb[name];
    return [
      Math.round((quantile(values, domainTail) as number) - margin),
      Math.round((quantile(values, 1 - domainTail) as number) + margin),
    ];
  }
}

/** Of the sound up to where the engine stops reading, so that domain and fit are measured alike. */
function qualityOf(stream: Float32Array, { endMs }: IntentEvent): Trial['quality'] {
  const perMs = EVALUATION_RATE_HZ / 1000;
  const end = Math.round((endMs + tailMs) * perMs);
  return measureQuality(stream.subarray(Math.max(0, end - qualityWindowMs * perMs), end));
}

/** Fits a map and grades it; quality is the domain's concern, not the map's. */
function fitMap(name: 'intents' | 'slots', trials: readonly Trial[]) {
  const of = (isTarget: boolean) => trials.filter((trial) => trial.isTarget === isTarget);
  const [targets, nonTargets] = [of(true), of(false)];
  if (targets.length === 0 || nonTargets.length === 0) {
    throw new CorpusError('calibration trials', name, {
      expected: `${name} that were asked for and ${name} that were not`,
      actual: `${targets.length} that were, ${nonTargets.length} that were not`,
      remedy:
        name === 'slots'
          ? 'Use a grammar with slots, and hear the commands in more noise, so that some values are heard wrong.'
          : 'Check that the grammar is that of the commands, and that the negatives hold speech.',
    });
  }
  const options = { useQuality: false };
  const map = fitAffineMap(prepareTrials(name, trials, options));
  if (!map) {
    throw new CorpusError('calibration trials', name, {
      expected: 'evidence that is higher for what was asked for',
      actual: 'evidence that is not',
      remedy: 'Check that the grammar and the model are the right ones.',
    });
  }
  const cap: [number, number] = [
    -rounded(Math.log(targets.length + 1)),
    rounded(Math.log(nonTargets.length + 1)),
  ];
  const fitted = { a: rounded(map.a), b: rounded(map.b), cap };
  const heldOut = crossValidatedLlrs(name, trials, { ...options, nFolds, seed: 0 });
  const costsOf = (llrs: readonly number[]): LlrCosts => {
    const llrOf = (isTarget: boolean) =>
      llrs.flatMap((llr, i) => (trials[i]?.isTarget === isTarget ? [capped(fitted, llr)] : []));
    const labelled: LabelledLlrs = { targets: llrOf(true), nonTargets: llrOf(false) };
    return { cllr: cllr(labelled), minCllr: minCllr(labelled) };
  };
  const grades: MapGrades = {
    targets: targets.length,
    nonTargets: nonTargets.length,
    targetSpeakers: new Set(targets.map(({ group }) => group)).size,
    nonTargetSpeakers: new Set(nonTargets.map(({ group }) => group)).size,
    heldOut: costsOf(heldOut),
    fit: costsOf(trials.map(({ score }) => linear(fitted, score))),
  };
  return { map: fitted, grades, heldOut };
}

function linear({ a, b }: Pick<AffineMap, 'a' | 'b'>, score: number): number {
  return a * score + b;
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

function durationSec(manifests: readonly Manifest[]): number {
  return manifests
    .flatMap(({ segments }) => segments)
    .reduce((sum, { durationSec: duration }) => sum + duration, 0);
}
