import { logit, measureQuality, sigmoid } from '../calibration/index.js';
import type { Decoding } from '../decoding/index.js';
import { type IntentCalibration, intentLlr, slotLlr } from './calibration.js';
import { type IntentEvent, type IntentSlot, timedWord } from './events.js';

/** Where an utterance lay, and how it sounded. */
export interface UtteranceFacts {
  /** Start of a row, on the input clock. */
  readonly toMs: (row: number) => number;
  /** 16 kHz samples of its end; asked for only with a calibration. */
  readonly audio: () => Float32Array;
}

/**
 * Makes an event of what the decoder found.
 *
 * @param awaited intents that may be meant, which alone are rivals, beside one that is heard better; null for all
 */
export function judge(
  decoding: Decoding,
  { toMs, audio }: UtteranceFacts,
  calibration: IntentCalibration | null,
  { threshold, prior }: { readonly threshold: number; readonly prior: number },
  awaited: ReadonlySet<string> | null = null,
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
  const isTold = best !== null && llr >= threshold;
  const inDomain = calibration && isWithin(calibration, audio());
  /** Outside the domain nothing is claimed: the prior stands. */
  const told = inDomain === false ? 0 : llr;
  const slotOf = (name: string): IntentSlot => {
    const { value, rivalLlr, fillerLlr, fromRow, toRow } = slots[name] as Decoding['slots'][string];
    return {
      value,
      llr: slotLlr({ fillerLlr, rivalLlr }, calibration?.slot),
      fillerLlr,
      rivalLlr,
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
    probability: calibration ? sigmoid(told + logit(prior)) : null,
    inDomain,
    startMs: toMs(isTold ? best.fromRow : 0),
    endMs: toMs(isTold ? best.toRow : nRows),
    words: isTold ? best.words.map((word) => timedWord(word, toMs)) : [],
    answers,
  };
}

function isWithin({ domain }: IntentCalibration, audio: Float32Array): boolean {
  const quality = measureQuality(audio);
  return (['snrDb', 'levelDbfs'] as const).every(
    (name) => quality[name] >= domain[name][0] && quality[name] <= domain[name][1],
  );
}
