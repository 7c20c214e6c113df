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
import { hearingScores } from '../intent/index.js';
import type { IntentTrial, SlotTrial } from './intent-trials.js';

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

/** Parts of the cross-validation. */
const nFolds = 10;

/** A way to be wrong: the trials of it, and the scores that speak against it. */
interface Alternative {
  /** Its share among all ways to be wrong; scaled up where others cannot be fitted. */
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
  readonly of: Alternative;
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

/** Fits a map and grades it. Alternatives that no trials tell from what was right are left out. */
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
  const heldOut = heldOutLlrs(trials, fitted);
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

/**
 * Each alternative by the trials of it, against those that were right, with the shares of those that can be fitted scaled
 * up to 1; null where none can be.
 */
function fitAlternatives(
  trials: readonly FittedTrial[],
  alternatives: readonly Alternative[],
): FittedAlternative[] | null {
  const found = alternatives.flatMap((of) => {
    const fusion = fitFusion(trials.filter(isFittedOn(of)).map((trial) => scoredFor(of, trial)));
    return fusion ? [{ of, weights: fusion.weights.map(rounded), b: rounded(fusion.b) }] : [];
  });
  const all = found.reduce((sum, { of }) => sum + of.share, 0);
  return found.length === 0
    ? null
    : found.map((alternative) => ({ ...alternative, share: rounded(alternative.of.share / all) }));
}

/** By maps of the same alternatives that were fitted without the trial's group. */
function heldOutLlrs(trials: readonly FittedTrial[], alternatives: readonly FittedAlternative[]): number[] {
  const byAlternative = alternatives.map(({ share, of }) => {
    const scored = trials.map((trial) => scoredFor(of, trial));
    const isFitted = isFittedOn(of);
    return { share, llrs: crossValidatedFusion(scored, { nFolds, seed: 0, isFitted }) };
  });
  return trials.map((_, i) =>
    againstAll(byAlternative.map(({ share, llrs }) => ({ share, llr: llrs[i] as number }))),
  );
}

/** Whether a trial is one of those that an alternative is fitted on. */
function isFittedOn({ isWrongSo }: Alternative): (trial: FittedTrial) => boolean {
  return (trial) => trial.isTarget || isWrongSo(trial);
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

/** Fits what evidence for intents is worth: all commands against all talk. */
export function fitIntents(trials: readonly IntentTrial[], faint: readonly IntentTrial[]) {
  const { map, ...graded } = fitMap('intents', trials, faint, [anyAlternative]);
  const [{ weights, b }] = map.alternatives as [FittedAlternative];
  return { map: { a: weights[0] as number, b, cap: map.cap }, ...graded };
}

/**
 * Fits what evidence for slots is worth, by one hearing, by two together and so on, as far as there are trials of both kinds.
 *
 * @param hearings the trials, by how many hearings they are of
 */
export function fitSlots(hearings: readonly (readonly SlotTrial[])[], faint: readonly SlotTrial[]) {
  return fitHearings(hearings, faint, [knownEvidence]);
}

/** The same of slots with names of people at large against their values; null where a side is missing. */
export function fitGivenSlots(hearings: readonly (readonly SlotTrial[])[], faint: readonly SlotTrial[]) {
  const given = (trials: readonly SlotTrial[]) => trials.filter(({ joint }) => joint.anyNameLlr !== null);
  const [once = [], ...more] = hearings.map(given);
  return hasBoth(once) ? fitHearings([once, ...more], given(faint), [anotherValue, noneOfThem]) : null;
}

function fitHearings(
  hearings: readonly (readonly SlotTrial[])[],
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
  // Without trials of both kinds the first says so; of more hearings it is left out, and so are those of still more.
  const end = hearings.findIndex((trials, i) => i > 0 && !hasBoth(trials));
  const fitted = hearings
    .slice(0, end < 0 ? hearings.length : end)
    .map((trials, i) => fitHeard(trials, i === 0 ? faint : []));
  return { maps: fitted.map(({ map }) => map), grades: fitted.map(({ grades }) => grades) };
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
