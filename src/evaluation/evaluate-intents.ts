import { ConfigError } from '../errors.js';
import { IntentEngine, type IntentEngineOptions, type IntentEvent } from '../intent/index.js';
import type { NoiseMixing } from './added-noise.js';
import { type Asked, compareAsked, isSameValue } from './compare-asked.js';
import type { ConditionSpec } from './condition.js';
import { expectAsked, hearSegments, openConditions } from './hear-segments.js';
import { type Interval, wilsonInterval } from './intervals.js';
import { readManifest, type Segment } from './manifest.js';
import type { Mixer } from './mixer.js';
import { EVALUATION_RATE_HZ } from './speech-level.js';

/** What to measure. */
export interface IntentEvaluationRequest {
  /** Path of a manifest whose `text` holds `{ intent, slots }`. */
  readonly manifest: string;
  /** Noise to add; null for none. */
  readonly mixing: NoiseMixing | null;
  /** What the speech of each utterance is brought to, dBFS; left out, it is heard as recorded. Not with noise. */
  readonly levelDbfs?: number | undefined;
  /** The engine; it listens always. */
  readonly engine: Omit<IntentEngineOptions, 'sampleRateHz' | 'listening'>;
}

/** One utterance and what was understood. */
export interface IntentTrial {
  readonly type: 'trial';
  /** Line in the manifest. */
  readonly line: number;
  readonly asked: Asked;
  /** Null where nothing was. */
  readonly understood: Asked | null;
  readonly llr: number;
  /** What was understood of the slots, and what each value's evidence is worth. */
  readonly slots: readonly { readonly name: string; readonly llr: number; readonly isRight: boolean }[];
  readonly isIntentRight: boolean;
  /** The intent and all slots, none missing and none too many. */
  readonly isAllRight: boolean;
}

/** Values of slots. */
export interface SlotCounts {
  readonly right: number;
  readonly wrong: number;
}

/** Counts over a manifest. */
export interface IntentEvaluation {
  readonly schema: 'wakeproof-intent-eval/1';
  readonly utterances: number;
  readonly intentRight: number;
  readonly allRight: number;
  /** Utterances of which nothing was understood. */
  readonly rejected: number;
  /** Wilson 95 % interval of allRight / utterances. */
  readonly interval: Interval;
  /** Values of slots that were told, by whether evidence speaks for them (LLR ≥ 0), right ones and wrong ones. */
  readonly slots: { readonly for: SlotCounts; readonly against: SlotCounts };
  /** CPU time of the process within the engine's calls. */
  readonly cpuMsPerAudioSec: number;
}

/**
 * Lets an engine hear each segment by itself: 1.5 s of silence, the segment, 1 s of silence, the end of the stream, all
 * of it in the noise or at the level that is asked for. Of the events of a segment the first one with an intent counts.
 *
 * @param onTrial told each utterance as it is done
 * @throws CorpusError for a segment whose text holds no intent; ConfigError for noise and a level at once
 */
export async function evaluateIntents(
  { manifest: path, mixing, levelDbfs, engine: options }: IntentEvaluationRequest,
  onTrial: (trial: IntentTrial) => void = () => {},
): Promise<IntentEvaluation> {
  if (mixing !== null && levelDbfs !== undefined) {
    throw new ConfigError('levelDbfs', { expected: 'a level or noise', actual: 'both' });
  }
  const manifest = await readManifest(path);
  expectAsked(manifest);
  const engine = await IntentEngine.create({ ...options, sampleRateHz: EVALUATION_RATE_HZ });
  let mixer: Mixer | null = null;
  const trials: IntentTrial[] = [];
  let cpuMs = 0;
  let nSamples = 0;
  try {
    mixer = await openConditions(mixing?.noise ?? [], {
      snrDb: mixing === null ? [] : [mixing.snrDb],
      levelDbfs: levelDbfs === undefined ? [] : [levelDbfs],
      seed: mixing?.seed ?? 0,
    });
    // As recorded, and behind it what is asked for.
    const condition = mixer.conditions.at(-1) as ConditionSpec;
    const heard = hearSegments(engine, manifest, mixer, condition);
    for await (const { segment, stream, events, cpuMs: used } of heard) {
      cpuMs += used;
      nSamples += stream.length;
      const trial = trialOf(segment, segment.asked as Asked, events);
      trials.push(trial);
      onTrial(trial);
    }
  } finally {
    await mixer?.dispose();
    await engine.dispose();
  }
  return count(trials, cpuMs / (nSamples / EVALUATION_RATE_HZ));
}

/** Counts trials. */
export function count(trials: readonly IntentTrial[], cpuMsPerAudioSec: number): IntentEvaluation {
  const allRight = trials.filter((trial) => trial.isAllRight).length;
  return {
    schema: 'wakeproof-intent-eval/1',
    utterances: trials.length,
    intentRight: trials.filter((trial) => trial.isIntentRight).length,
    allRight,
    rejected: trials.filter((trial) => trial.understood === null).length,
    interval: wilsonInterval(allRight, trials.length),
    slots: { for: countSlots(trials, true), against: countSlots(trials, false) },
    cpuMsPerAudioSec,
  };
}

function countSlots(trials: readonly IntentTrial[], isFor: boolean): SlotCounts {
  const told = trials.flatMap(({ slots }) => slots).filter(({ llr }) => llr >= 0 === isFor);
  const right = told.filter(({ isRight }) => isRight).length;
  return { right, wrong: told.length - right };
}

function trialOf(segment: Segment, asked: Asked, intents: readonly IntentEvent[]): IntentTrial {
  const told = intents.find(({ intent }) => intent !== null);
  const understood =
    told?.intent == null
      ? null
      : {
          intent: told.intent,
          slots: Object.fromEntries(Object.entries(told.slots).map(([name, { value }]) => [name, value])),
        };
  const llr = told?.llr ?? Math.max(...intents.map((event) => event.llr), Number.NEGATIVE_INFINITY);
  const slots = Object.entries(told?.slots ?? {}).map(([name, slot]) => ({
    name,
    llr: slot.llr,
    isRight: isSameValue(asked.slots[name], slot.value),
  }));
  return {
    type: 'trial',
    line: segment.line,
    asked,
    understood,
    llr,
    slots,
    ...compareAsked(asked, understood),
  };
}
