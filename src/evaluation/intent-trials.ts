import { basename } from 'node:path';
import {
  type FusionTrial,
  measureQuality,
  qualityWindowMs,
  type SignalQuality,
} from '../calibration/index.js';
import type { VadEvent } from '../dsp/index.js';
import {
  hearTogether,
  type IntentEngine,
  type IntentEvent,
  intentLlr,
  type JointHearing,
  type SlotHearing,
} from '../intent/index.js';
import { isSameValue } from './compare-asked.js';
import type { ConditionSpec } from './condition.js';
import { groupBy } from './group-by.js';
import type { HeardSegment } from './hear-segments.js';
import { quantile } from './intervals.js';
import { type Manifest, nameOf, type Segment, sessionOf } from './manifest.js';
import { LEAD_SILENCE_SAMPLES } from './protocol.js';
import { openRecording } from './recording.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';
import { groupOf } from './trials.js';

/**
 * Label of the phrase that confirms a request: it is said where little else is awaited, and tells of slots, and of what
 * further hearings of one are worth, but not of intents among all others.
 */
const confirmationLabel = 'confirmation';
/** A dialog hears a name so often: in the request or an answer, in the phrase that confirms, and in that once more. */
const mostHearings = 3;
/** Share of the commands left outside the domain at each end. */
const domainTail = 0.005;
/** How far the domain reaches beyond the commands, in dB. */
const domainMarginDb = { snrDb: 3, levelDbfs: 6 };

/** An utterance of talk, and who spoke. */
interface HeardTalk {
  readonly event: IntentEvent;
  readonly group: string;
  /** The same for the same utterance, whatever grammar heard it. */
  readonly source: string;
}

/**
 * Lets an engine hear recordings whole, as if the microphone stood open.
 *
 * @returns seconds heard
 */
export async function hearTalk(
  engine: IntentEngine,
  manifests: readonly Manifest[],
  collect: (heard: HeardTalk) => void,
  progress: (sec: number) => void,
): Promise<number> {
  const segments = groupBy(
    manifests.flatMap((manifest) => manifest.segments),
    ({ audioPath }) => audioPath,
  );
  let nSamples = 0;
  for (const [path, spoken] of segments) {
    engine.reset();
    let nUtterances = 0;
    const take = (events: readonly { readonly type: string }[]) => {
      for (const event of events as readonly (IntentEvent | VadEvent)[]) {
        if (event.type !== 'intent') continue;
        const speaking = mostSpoken(spoken, event);
        collect({
          event,
          group: speaking ? sessionOf(speaking) : basename(path),
          source: `${basename(path)}#${nUtterances++}`,
        });
      }
    };
    for await (const block of openRecording(path)) {
      nSamples += block.length;
      take(await engine.push(block));
      progress(block.length / EVALUATION_RATE_HZ);
    }
    take(await engine.flush());
  }
  return nSamples / EVALUATION_RATE_HZ;
}

/** The segment that shares most time with an event; undefined where none does. */
function mostSpoken(segments: readonly Segment[], { startMs, endMs }: IntentEvent): Segment | undefined {
  const shared = ({ offsetSec, durationSec: sec }: Segment) =>
    Math.min(endMs, 1000 * (offsetSec + sec)) - Math.max(startMs, 1000 * offsetSec);
  const best = segments.reduce<Segment | undefined>(
    (most, segment) => (most === undefined || shared(segment) > shared(most) ? segment : most),
    undefined,
  );
  return best && shared(best) > 0 ? best : undefined;
}

/**
 * A trial, and where it is from. Its score is the lesser of the decoder's LLRs.
 */
export interface IntentTrial extends FusionTrial {
  /** Name of the grammar that heard it. */
  readonly grammar: string;
  readonly isTalk: boolean;
}

/** A slot's value, by one hearing of it or by several of one session. */
export interface SlotTrial extends Omit<IntentTrial, 'scores'> {
  readonly joint: JointHearing;
  /** Whether what was said is a value of the slot at all. */
  readonly isListed: boolean;
}

/** What was heard, as trials of the fits. */
export class TrialCollection {
  readonly intents: IntentTrial[] = [];
  /** Slots by each utterance alone, then by the first two of one session together, by three, up to {@link mostHearings}. */
  readonly hearings: readonly SlotTrial[][] = Array.from({ length: mostHearings }, () => []);
  /** What was heard at another level than it was said: the fits do not hear it twice, and are graded on it. */
  readonly faint: { readonly intents: IntentTrial[]; readonly slots: SlotTrial[] } = {
    intents: [],
    slots: [],
  };
  /** All hearings of each slot, by grammar, condition, session, slot and what it should be. */
  readonly #heard = new Map<string, SlotHearing[]>();
  unheard = 0;
  readonly #commands: SignalQuality[] = [];

  /** All of several collections, in their order. */
  static joined(collections: readonly TrialCollection[]): TrialCollection {
    const all = new TrialCollection();
    for (const one of collections) {
      all.intents.push(...one.intents);
      for (const [i, trials] of one.hearings.entries()) all.hearings[i]?.push(...trials);
      all.faint.intents.push(...one.faint.intents);
      all.faint.slots.push(...one.faint.slots);
      all.unheard += one.unheard;
      all.#commands.push(...one.#commands);
    }
    return all;
  }

  /**
   * Of what was told of a segment's stream, the event that shares most time with the segment counts.
   *
   * @param condition under which it was heard
   * @param isForIntents whether the condition is one for the fit of intents; all but levels are for that of slots
   * @param isListed whether a value that is asked for is one that the slot can have
   */
  addCommand(
    grammar: string,
    { segment, stream, events, tailMs }: HeardSegment,
    { name: condition, effect }: ConditionSpec,
    isForIntents: boolean,
    isListed: (value: string | undefined) => boolean,
  ): void {
    const fromMs = (1000 * LEAD_SILENCE_SAMPLES) / EVALUATION_RATE_HZ;
    const toMs = fromMs + 1000 * segment.durationSec;
    const sharedMs = ({ startMs, endMs }: IntentEvent) => Math.min(endMs, toMs) - Math.max(startMs, fromMs);
    const event = events
      .filter((one) => one.intent !== null && sharedMs(one) > 0)
      .reduce<IntentEvent | null>(
        (most, one) => (most && sharedMs(most) >= sharedMs(one) ? most : one),
        null,
      );
    if (!event) {
      this.unheard++;
      return;
    }
    const { asked } = segment;
    this.#commands.push(qualityOf(stream, event.endMs + tailMs));
    const shared = { grammar, isTalk: false, group: groupOf(segment), source: nameOf(segment) };
    const isIntentRight = event.intent === asked?.intent;
    const isFaint = effect?.kind === 'level';
    const { intents } = isFaint ? this.faint : this;
    if (isForIntents && segment.label !== confirmationLabel)
      intents.push({ ...shared, scores: [intentLlr(event)], isTarget: isIntentRight });
    if (!isIntentRight) return;
    for (const [name, slot] of Object.entries(event.slots)) {
      const tell = (to: SlotTrial[] | undefined, joint: JointHearing) =>
        to?.push({
          ...shared,
          source: `${shared.source} ${name}`,
          joint,
          isListed: isListed(asked?.slots[name]),
          isTarget: isSameValue(asked?.slots[name], joint.value),
        });
      tell(isFaint ? this.faint.slots : this.hearings[0], hearTogether(slot, []));
      if (isFaint || segment.session === null) continue;
      const key = JSON.stringify([grammar, condition, segment.session, name, asked?.slots[name]]);
      const before = this.#heard.get(key) ?? [];
      this.#heard.set(key, [...before, slot]);
      if (before.length > 0) tell(this.hearings[before.length], hearTogether(slot, before));
    }
  }

  addTalk(grammar: string, { event, group, source }: HeardTalk): void {
    if (event.fillerLlr === Number.NEGATIVE_INFINITY) return;
    this.intents.push({ grammar, isTalk: true, scores: [intentLlr(event)], isTarget: false, group, source });
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
function qualityOf(stream: Float32Array, toMs: number): SignalQuality {
  const perMs = EVALUATION_RATE_HZ / 1000;
  const end = Math.round(toMs * perMs);
  return measureQuality(stream.subarray(Math.max(0, end - qualityWindowMs * perMs), end));
}
