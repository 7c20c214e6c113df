import {
  againstAll,
  capped,
  cllr,
  crossValidatedFusion,
  type Fusion,
  fitFusion,
  fusedLlr,
  type LabelledLlrs,
  minCllr,
} from '../calibration/index.js';
import { CorpusError } from '../errors.js';
import {
  hearingScores,
  type IntentCalibration,
  IntentEngine,
  type IntentEngineOptions,
} from '../intent/index.js';
import type { AcousticModelSource } from '../model/index.js';
import { isSameValue } from './compare-asked.js';
import { expectAsked, hearSegments, openConditions } from './hear-segments.js';
import { hearTalk, type IntentTrial, type SlotTrial, TrialCollection } from './intent-trials.js';
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
  /**
   * The trials of each grammar by a map that was fitted on the other grammars alone, by name; null where one side is
   * missing. What talk they have in common is heard by both.
   */
  readonly otherGrammars: Readonly<Record<string, LlrCosts | null>>;
  /** The commands at `levelDbfs`, which the fit did not hear, and all talk, by the fit; null where one side is missing. */
  readonly faint: LlrCosts | null;
}

/** How good the maps of slots are. */
export interface SlotGrades {
  readonly once: MapGrades;
  /** Slots that were heard twice in a session, by both hearings together; null where a side is missing. */
  readonly again: MapGrades | null;
}

/** A calibration with its grades. */
export interface IntentCalibrationOutcome {
  readonly calibration: IntentCalibration;
  readonly intents: MapGrades;
  readonly slots: SlotGrades;
  /** Slots whose values are given at run time, with names of people at large against them; null where a side is missing. */
  readonly givenSlots: SlotGrades | null;
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

/** Parts of the cross-validation. */
const nFolds = 10;
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
  const intents = fitMap('intents', trials.intents, trials.faint.intents, [anyAlternative]);
  const slots = fitSlots(trials.slots, trials.again, trials.faint.slots, [knownEvidence]);
  const given = ({ joint }: SlotTrial) => joint.anyNameLlr !== null;
  const givenSlots = hasBoth(trials.slots.filter(given))
    ? fitSlots(trials.slots.filter(given), trials.again.filter(given), trials.faint.slots.filter(given), [
        anotherValue,
        noneOfThem,
      ])
    : null;
  const [{ weights, b }] = intents.map.alternatives as [FittedAlternative];
  const rateOf = (name: string): FalseIntentRate => {
    const isAccepted = (trial: IntentTrial, i: number) =>
      trial.isTalk && trial.grammar === name && (intents.heldOut[i] as number) >= 0;
    const accepted = trials.intents.filter(isAccepted).length;
    const { rate, interval } = ratePerHour(accepted, hours);
    return { hours, accepted, perHour: rate, interval };
  };
  return {
    calibration: {
      schema: 'wakeproof-intent-calibration/4',
      model: { sha256 },
      intent: { a: weights[0] as number, b, cap: intents.map.cap },
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

/** A way to be wrong: the trials of it, and the scores that speak against it. */
interface Alternative {
  /** Its share among all ways to be wrong; scaled up where others have no trials. */
  readonly share: number;
  readonly isWrongSo: (trial: FittedTrial) => boolean;
  /** Whether a score, by its place, counts. */
  readonly counts: (score: number) => boolean;
}

/** A trial of a map; whether what was said is a value that a slot can have. */
interface FittedTrial extends IntentTrial {
  readonly isListed?: boolean;
}

interface FittedAlternative extends Fusion {
  readonly share: number;
}

const anyAlternative: Alternative = { share: 1, isWrongSo: () => true, counts: () => true };
/** Without names of people at large, which not all slots have against them. */
const knownEvidence: Alternative = { ...anyAlternative, counts: (score) => score < 2 };
/**
 * Of ten values that are heard wrong one is taken for another of the list, and nine were on none: a choice, since among the trials as many are
 * strangers as their maker let be asked for.
 */
const [ofAnotherValue, ofNoneOfThem] = [0.1, 0.9];
/** Another value was said: only what the value has over the runner-up tells it. */
const anotherValue: Alternative = {
  share: ofAnotherValue,
  isWrongSo: ({ isListed }) => isListed === true,
  counts: (score) => score === 1,
};
/** None of the values was said. */
const noneOfThem: Alternative = {
  share: ofNoneOfThem,
  isWrongSo: ({ isListed }) => isListed === false,
  counts: () => true,
};

/** Fits a map and grades it. Alternatives of which there are no trials are left out. */
function fitMap(
  name: 'intents' | 'slots',
  trials: readonly FittedTrial[],
  faint: readonly FittedTrial[],
  alternatives: readonly Alternative[],
) {
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
  const fitted = fitAlternatives(trials, alternatives);
  if (!fitted) {
    throw new CorpusError('calibration trials', name, {
      expected: 'evidence that is higher for what was asked for',
      actual: 'evidence that is not',
      remedy: 'Check that the grammar and the model are the right ones.',
    });
  }
  const cap: [number, number] = [-capOf(targets), capOf(nonTargets)];
  const map = { alternatives: fitted, cap };
  const costsOf = (llrs: readonly number[], graded: readonly FittedTrial[] = trials): LlrCosts => {
    const llrOf = (isTarget: boolean) =>
      llrs.flatMap((llr, i) => (graded[i]?.isTarget === isTarget ? [capped(map, llr)] : []));
    const labelled: LabelledLlrs = { targets: llrOf(true), nonTargets: llrOf(false) };
    return { cllr: cllr(labelled), minCllr: minCllr(labelled) };
  };
  const withoutGrammar = (grammar: string): LlrCosts | null => {
    const own = trials.filter((trial) => trial.grammar === grammar);
    const others = trials.filter((trial) => trial.grammar !== grammar);
    const other = hasBoth(own) && hasBoth(others) ? fitAlternatives(others, alternatives) : null;
    return other && costsOf(llrsOf(own, other), own);
  };
  const graded = [...faint, ...trials.filter(({ isTalk }) => isTalk)];
  const heldOut = heldOutLlrs(trials, alternatives);
  const grades: MapGrades = {
    targets: targets.length,
    nonTargets: nonTargets.length,
    targetSpeakers: new Set(targets.map(({ group }) => group)).size,
    nonTargetSpeakers: new Set(nonTargets.map(({ group }) => group)).size,
    heldOut: costsOf(heldOut),
    fit: costsOf(llrsOf(trials, fitted)),
    otherGrammars: Object.fromEntries(
      [...new Set(trials.map(({ grammar }) => grammar))].map((grammar) => [grammar, withoutGrammar(grammar)]),
    ),
    faint: faint.length > 0 && hasBoth(graded) ? costsOf(llrsOf(graded, fitted), graded) : null,
  };
  return { map, grades, heldOut };
}

/** Each alternative by the trials of it, against those that were right; null where none can be fitted. */
function fitAlternatives(
  trials: readonly FittedTrial[],
  alternatives: readonly Alternative[],
): FittedAlternative[] | null {
  const shares = sharesOf(trials, alternatives);
  const fitted = alternatives.flatMap((alternative, k) => {
    const fusion = fitFusion(trialsOf(trials, alternative).map((trial) => scoredFor(alternative, trial)));
    return fusion
      ? [{ share: shares[k] as number, weights: fusion.weights.map(rounded), b: rounded(fusion.b) }]
      : [];
  });
  return fitted.length === 0 ? null : fitted;
}

/** By maps that were fitted without the trial's group. */
function heldOutLlrs(trials: readonly FittedTrial[], alternatives: readonly Alternative[]): number[] {
  const shares = sharesOf(trials, alternatives);
  const byAlternative = alternatives.flatMap((alternative, k) => {
    const share = shares[k] as number;
    const { isWrongSo } = alternative;
    const scored = trials.map((trial) => scoredFor(alternative, trial));
    const isFitted = (trial: FittedTrial) => trial.isTarget || isWrongSo(trial);
    return share === 0 ? [] : [{ share, llrs: crossValidatedFusion(scored, { nFolds, seed: 0, isFitted }) }];
  });
  return trials.map((_, i) =>
    againstAll(byAlternative.map(({ share, llrs }) => ({ share, llr: llrs[i] as number }))),
  );
}

function trialsOf(trials: readonly FittedTrial[], { isWrongSo }: Alternative): FittedTrial[] {
  return trials.filter((trial) => trial.isTarget || isWrongSo(trial));
}

/** Share of each alternative; 0 where there are no trials of it. */
function sharesOf(trials: readonly FittedTrial[], alternatives: readonly Alternative[]): number[] {
  const found = alternatives.map(({ share, isWrongSo }) =>
    trials.some((trial) => !trial.isTarget && isWrongSo(trial)) ? share : 0,
  );
  const all = found.reduce((sum, share) => sum + share, 0);
  return found.map((share) => rounded(share / all));
}

/** With 0 for scores that do not count: what never differs is left out of a fit. */
function scoredFor({ counts }: Alternative, trial: FittedTrial): FittedTrial {
  return { ...trial, scores: trial.scores.map((score, place) => (counts(place) ? score : 0)) };
}

function llrsOf(trials: readonly FittedTrial[], alternatives: readonly FittedAlternative[]): number[] {
  return trials.map(({ scores }) =>
    againstAll(alternatives.map(({ share, ...fusion }) => ({ share, llr: fusedLlr(fusion, scores) }))),
  );
}

/** Fits what evidence for slots is worth, and what two hearings of one are. */
function fitSlots(
  once: readonly SlotTrial[],
  again: readonly SlotTrial[],
  faint: readonly SlotTrial[],
  alternatives: readonly Alternative[],
) {
  const fitHeard = (trials: readonly SlotTrial[], graded: readonly SlotTrial[]) => {
    const rivalMost = highestRival(trials);
    const scored = ({ joint, ...trial }: SlotTrial): FittedTrial => ({
      ...trial,
      scores: hearingScores(joint, rivalMost),
    });
    const { map, grades } = fitMap('slots', trials.map(scored), graded.map(scored), alternatives);
    const named = map.alternatives.map(({ share, weights, b }) => {
      const [filler, rival, anyName] = weights as [number, number, number];
      return { share, filler, rival, anyName, b };
    });
    return { map: { alternatives: named, rivalMost, cap: map.cap }, grades };
  };
  const first = fitHeard(once, faint);
  const second = hasBoth(again) ? fitHeard(again, []) : null;
  return {
    maps: { once: first.map, again: second?.map ?? null },
    grades: { once: first.grades, again: second?.grades ?? null },
  };
}

function hasBoth(trials: readonly { readonly isTarget: boolean }[]): boolean {
  return new Set(trials.map(({ isTarget }) => isTarget)).size === 2;
}

/** What N trials can carry, ln(N + 1): what was said once counts once, in however many noises and by however many grammars. */
function capOf(trials: readonly IntentTrial[]): number {
  return rounded(Math.log(new Set(trials.map(({ source }) => source)).size + 1));
}

/** The most that a hearing of the trials has over a runner-up, where there is one. */
function highestRival(trials: readonly SlotTrial[]): number {
  const rivals = trials.flatMap(({ joint }) =>
    Number.isFinite(joint.rivalLlr) ? [joint.rivalLlr / joint.nHearings] : [],
  );
  return rounded(rivals.reduce((most, rival) => Math.max(most, rival), 0));
}

function rounded(value: number): number {
  return Number(value.toPrecision(5));
}

function durationSec(manifests: readonly Manifest[]): number {
  return manifests
    .flatMap(({ segments }) => segments)
    .reduce((sum, { durationSec: duration }) => sum + duration, 0);
}
