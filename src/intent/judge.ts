import { logit, measureQuality, sigmoid } from '../calibration/index.js';
import type { Decoding, SlotCandidate, SlotEvidence } from '../decoding/index.js';
import { type IntentCalibration, intentLlr, slotLlr } from './calibration.js';
import { type IntentEvent, type IntentSlot, timedWord } from './events.js';
import { hearTogether, type SlotHearing } from './hearings.js';

/** Where an utterance lay, and how it sounded. */
export interface UtteranceFacts {
  /** Start of a row, on the input clock. */
  readonly toMs: (row: number) => number;
  /** 16 kHz samples up to where a command that ends there is read, by the input clock; asked for only with a calibration. */
  readonly audio: (endMs: number) => Float32Array;
}

/** What is known of an utterance before it is heard. */
export interface Expectation {
  /** Intents that may be meant, which alone are rivals, beside one that is heard better; null for all. */
  readonly awaited: ReadonlySet<string> | null;
  /** Probability that one of them is said; the engine's own where it is left out. */
  readonly prior?: number | undefined;
  /** Earlier utterances, whose slots may be heard again. */
  readonly heard: readonly { readonly slots: Readonly<Record<string, SlotHearing>> }[];
}

/** Any intent, for the first time. */
export const nothingExpected: Expectation = { awaited: null, heard: [] };

/** Makes an event of what the decoder found. */
export function judge(
  decoding: Decoding,
  { toMs, audio }: UtteranceFacts,
  calibration: IntentCalibration | null,
  { threshold, prior }: { readonly threshold: number; readonly prior: number },
  { awaited, heard, prior: likely = prior }: Expectation = nothingExpected,
): IntentEvent {
  const { answers, best, intents, slots, nRows } = decoding;
  const rival = intents.find(
    ({ intent, llr: other }) =>
      intent !== best?.intent && (awaited === null || awaited.has(intent) || other > (best?.llr ?? other)),
  );
  const fillerLlr = best?.llr ?? Number.NEGATIVE_INFINITY;
  const evidence = {
    fillerLlr,
    rivalLlr: best ? fillerLlr - (rival?.llr ?? Number.NEGATIVE_INFINITY) : fillerLlr,
  };
  const llr = intentLlr(evidence, calibration?.intent);
  const isTold = best !== null && llr >= threshold - logit(likely) + logit(prior);
  const endMs = toMs(isTold ? best.toRow : nRows);
  const inDomain = calibration && isWithin(calibration, audio(endMs));
  /** Outside the domain nothing is claimed: the prior stands. */
  const told = inDomain === false ? 0 : llr;
  const slotOf = (name: string): IntentSlot => {
    const evidence = slots[name] as SlotEvidence;
    const { candidates, beyondLlr, anyNameLlr } = evidence;
    const joint = hearTogether(evidence, heardBefore(heard, name));
    const { value, rivalLlr, fillerLlr } = joint;
    const { fromRow, toRow } = candidates.find((candidate) => candidate.value === value) as SlotCandidate;
    return {
      value,
      llr: slotLlr(joint, calibration),
      fillerLlr,
      rivalLlr,
      candidates: candidates.map(({ fromRow: _, toRow: __, ...candidate }) => candidate),
      beyondLlr,
      anyNameLlr,
      startMs: toMs(fromRow),
      endMs: toMs(toRow),
    };
  };
  return {
    type: 'intent',
    intent: isTold ? best.intent : null,
    slots: isTold ? Object.fromEntries(Object.keys(slots).map((name) => [name, slotOf(name)])) : {},
    llr: told,
    ...evidence,
    probability: calibration ? sigmoid(told + logit(likely)) : null,
    inDomain,
    startMs: toMs(isTold ? best.fromRow : 0),
    endMs,
    words: isTold ? best.words.map((word) => timedWord(word, toMs)) : [],
    answers,
  };
}

function heardBefore(heard: Expectation['heard'], slot: string): SlotHearing[] {
  return heard.flatMap(({ slots }) => (Object.hasOwn(slots, slot) ? [slots[slot] as SlotHearing] : []));
}

function isWithin({ domain }: IntentCalibration, audio: Float32Array): boolean {
  const quality = measureQuality(audio);
  return (['snrDb', 'levelDbfs'] as const).every(
    (name) => quality[name] >= domain[name][0] && quality[name] <= domain[name][1],
  );
}
