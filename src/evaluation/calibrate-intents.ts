import { type IntentCalibration, IntentEngine, type IntentEngineOptions } from '../intent/index.js';
import type { AcousticModelSource } from '../model/index.js';
import { isSameValue } from './compare-asked.js';
import { fitGivenSlots, fitIntents, fitSlots, type MapGrades } from './fit-intent-maps.js';
import { expectAsked, hearSegments, openConditions } from './hear-segments.js';
import { hearTalk, type IntentTrial, TrialCollection } from './intent-trials.js';
import { type Interval, ratePerHour } from './intervals.js';
import { type Manifest, readManifest } from './manifest.js';
import type { OnProgress } from './runners.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** Commands of one grammar. */
export interface CommandSet {
  /** Names the grammar in the report, such as its file. */
  readonly name: string;
  readonly grammar: IntentEngineOptions['grammar'];
  /** Values of the slots that it leaves to run time. */
  readonly slots?: Readonly<Record<string, readonly string[]>>;
  /** Paths of manifests whose `text` holds `{ intent, slots }`. */
  readonly manifests: readonly string[];
}

/** What to calibrate an acoustic model's intents and slots on. */
export interface IntentCalibrationRequest {
  /** By grammar: commands of several kinds, so that what is fitted holds for a grammar that is none of them. */
  readonly commands: readonly CommandSet[];
  /** Manifests of talk that holds no command; their recordings are heard whole, by each grammar. */
  readonly negatives: readonly string[];
  /** The commands are heard as they are, and once more at each ratio; empty for as they are alone. */
  readonly mixing: {
    readonly noise: readonly string[];
    readonly snrDb: readonly number[];
    /** Ratios at which slots alone are fitted: where values are heard wrong often enough to learn what that looks like. */
    readonly slotSnrDb: readonly number[];
    /** Levels of far speech in dBFS, at which the fit is graded: the domain reaches down to there. */
    readonly levelDbfs: readonly number[];
    readonly seed: number;
  };
  /** The acoustic model; the bundled one by default. */
  readonly model?: AcousticModelSource | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Stops the calibration with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A calibration with its grades. */
export interface IntentCalibrationOutcome {
  readonly calibration: IntentCalibration;
  readonly intents: MapGrades;
  /** By how many hearings together. */
  readonly slots: readonly MapGrades[];
  /** Slots whose values are given at run time, with names of people at large against them; null where a side is missing. */
  readonly givenSlots: readonly MapGrades[] | null;
  /** Commands, clean or in noise, of which nothing was heard: they are in no grade. */
  readonly unheard: number;
  /** Talk of LLR ≥ 0 by grammar, by maps that were fitted without its speaker. */
  readonly falseIntents: Readonly<Record<string, FalseIntentRate>>;
}

/** How often talk is taken for a command. */
export interface FalseIntentRate {
  readonly hours: number;
  readonly accepted: number;
  readonly perHour: number;
  /** Poisson 95 % interval of perHour. */
  readonly interval: Interval;
}

/** Highest ratio that the measure gives: speech cleaner than any of the fit's is taken to be no harder. */
const highestSnrDb = 40;

/**
 * Fits what the LLRs of intents and slots are worth: commands against talk, and values heard right against values heard
 * wrong. Deterministic.
 *
 * Commands are heard as `evaluateIntents` hears them, talk as `countFalseIntents` does. A command is what was told of the
 * stretch in which it is said: noise before it is an utterance too, and was long taken for the command's evidence.
 *
 * @throws CorpusError where a side is missing, or evidence does not rise with the truth
 */
export async function calibrateIntents(request: IntentCalibrationRequest): Promise<IntentCalibrationOutcome> {
  const { mixing, signal, onProgress = () => {} } = request;
  const sets = await Promise.all(
    request.commands.map(async (set) => ({
      ...set,
      manifests: await Promise.all(set.manifests.map(readManifest)),
    })),
  );
  for (const { manifests } of sets) manifests.forEach(expectAsked);
  const talk = await Promise.all(request.negatives.map(readManifest));
  const { snrDb, slotSnrDb, levelDbfs, seed } = mixing;
  const mixer = await openConditions(mixing.noise, { snrDb: [...snrDb, ...slotSnrDb], levelDbfs, seed });
  const commandSec = sets.reduce((sum, { manifests }) => sum + durationSec(manifests), 0);
  const totalSec = mixer.conditions.length * commandSec + sets.length * durationSec(talk);
  let doneSec = 0;
  const failed = new AbortController();
  const progress = (sec: number) => {
    signal?.throwIfAborted();
    failed.signal.throwIfAborted();
    doneSec += sec;
    onProgress(Math.min(doneSec, totalSec), totalSec);
  };
  /** All that one grammar hears, in a fixed order. */
  const hear = async ({ name, grammar, slots, manifests }: (typeof sets)[number]) => {
    const trials = new TrialCollection();
    const given = Object.values(slots ?? {}).flat();
    const isListed = (value: string | undefined) => given.some((one) => isSameValue(one, value));
    const engine = await IntentEngine.create({
      grammar,
      ...(slots ? { slots } : {}),
      ...(request.model === undefined ? {} : { model: request.model }),
      sampleRateHz: EVALUATION_RATE_HZ,
      threshold: Number.NEGATIVE_INFINITY,
      calibration: null,
    });
    try {
      for (const condition of mixer.conditions) {
        const { effect } = condition;
        const isForIntents = effect?.kind !== 'snr' || snrDb.includes(effect.db);
        for (const manifest of manifests) {
          for await (const heard of hearSegments(engine, manifest, mixer, condition)) {
            trials.addCommand(name, heard, condition, isForIntents, isListed);
            progress(heard.segment.durationSec);
          }
        }
      }
      const talkSec = await hearTalk(engine, talk, (heard) => trials.addTalk(name, heard), progress);
      return { trials, hours: talkSec / 3600, sha256: engine.manifest.sha256 };
    } finally {
      await engine.dispose();
    }
  };
  // Grammars hear side by side: the acoustic models run in threads of their own. Where one fails, the others stop.
  const hearings = sets.map((set) =>
    hear(set).catch((error) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(hearings);
  await mixer.dispose();
  const heard = await Promise.all(hearings);
  const trials = TrialCollection.joined(heard.map((one) => one.trials));
  const { hours, sha256 } = heard[0] as (typeof heard)[number];
  const intents = fitIntents(trials.intents, trials.faint.intents);
  const slots = fitSlots(trials.hearings, trials.faint.slots);
  const givenSlots = fitGivenSlots(trials.hearings, trials.faint.slots);
  const rateOf = (name: string): FalseIntentRate => {
    const isAccepted = (trial: IntentTrial, i: number) =>
      trial.isTalk && trial.grammar === name && (intents.heldOut[i] as number) >= 0;
    const accepted = trials.intents.filter(isAccepted).length;
    const { rate, interval } = ratePerHour(accepted, hours);
    return { hours, accepted, perHour: rate, interval };
  };
  return {
    calibration: {
      schema: 'wakeproof-intent-calibration/5',
      model: { sha256 },
      intent: intents.map,
      slot: slots.maps,
      givenSlot: givenSlots?.maps ?? null,
      domain: {
        snrDb: [trials.range('snrDb')[0], highestSnrDb],
        levelDbfs: trials.range('levelDbfs'),
      },
    },
    intents: intents.grades,
    slots: slots.grades,
    givenSlots: givenSlots?.grades ?? null,
    unheard: trials.unheard,
    falseIntents: Object.fromEntries(sets.map(({ name }) => [name, rateOf(name)])),
  };
}

function durationSec(manifests: readonly Manifest[]): number {
  return manifests
    .flatMap(({ segments }) => segments)
    .reduce((sum, { durationSec: duration }) => sum + duration, 0);
}
