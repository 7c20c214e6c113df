import { checkedPrior } from '../calibration/index.js';
import type { DecoderOptions, PhoneGraph } from '../decoding/index.js';
import { ConfigError } from '../errors.js';
import type { Lexicon } from '../lexicon/index.js';
import type { AcousticModelSource } from '../model/index.js';
import type { IntentCalibration } from './calibration.js';
import type { IntentEvent } from './events.js';

/** A grammar that is parsed, such as `Grammar.parse` gives. */
export interface CompilableGrammar {
  /** The graph of all that can be said. */
  compile(
    lexicon: Lexicon,
    options: { slots: Readonly<Record<string, readonly string[]>>; withAnyName: boolean },
  ): PhoneGraph;
}

/** How to make an {@link IntentEngine}. */
export interface IntentEngineOptions {
  /** Rate of the samples that `push` is given, in Hz: 8000, 16000, 22050, 24000, 32000, 44100 or 48000. */
  sampleRateHz: number;
  /** What can be asked: YAML as `Grammar.parse` reads it, or a grammar that is parsed. */
  grammar: string | CompilableGrammar;
  /** Values of slots that the grammar leaves to run time, by slot; `setSlot` changes them. */
  slots?: Readonly<Record<string, readonly string[]>>;
  /** How words are said; by default the dictionary that comes with this package. */
  lexicon?: Lexicon;
  /** The acoustic model; the bundled one by default. */
  model?: AcousticModelSource;
  /** In place of the calibration in the model's manifest; null for none, which leaves LLRs as the decoder weighs them. */
  calibration?: IntentCalibration | null;
  /**
   * When to listen: `always` takes each stretch of speech for an utterance; `onCall` waits for `listen`, as behind a
   * wake word. Default `always`.
   */
  listening?: 'always' | 'onCall';
  /** LLR from which an intent is told, on the scale of the event's `llr`. Default 0. */
  threshold?: number;
  /** Probability that an utterance is a command, before it is heard. Default 0.5. */
  prior?: number;
  /** Silence that ends an utterance. Default 800. */
  endSilenceMs?: number;
  /** Sound before the first speech that is heard as well, so that no soft start is lost; up to 1000. Default 400. */
  preRollMs?: number;
  /** Longest utterance; what goes on longer is cut. Default 15000. */
  maxUtteranceMs?: number;
  /** How long `listen` waits for speech. Default 5000. */
  waitMs?: number;
  /** Weights of the decoder, in place of the model's own. */
  decoder?: Omit<DecoderOptions, 'maxRows'>;
}

/** Options with all defaults in place. */
export interface IntentSettings {
  readonly listening: 'always' | 'onCall';
  readonly threshold: number;
  readonly prior: number;
  readonly endSilenceMs: number;
  readonly preRollMs: number;
  readonly maxUtteranceMs: number;
  readonly waitMs: number;
}

/**
 * Puts defaults in place and checks ranges.
 *
 * @throws ConfigError that names the option
 */
export function settle(options: IntentEngineOptions): IntentSettings {
  const settings: IntentSettings = {
    listening: options.listening ?? 'always',
    threshold: options.threshold ?? 0,
    prior: checkedPrior(options.prior ?? 0.5),
    endSilenceMs: options.endSilenceMs ?? 800,
    preRollMs: options.preRollMs ?? 400,
    maxUtteranceMs: options.maxUtteranceMs ?? 15_000,
    waitMs: options.waitMs ?? 5000,
  };
  const expectRange = (
    name: 'endSilenceMs' | 'preRollMs' | 'maxUtteranceMs' | 'waitMs',
    low: number,
    high: number,
  ) => {
    const value = settings[name];
    if (!(value >= low && value <= high)) {
      throw new ConfigError(name, { expected: `${low} … ${high} ms`, actual: value });
    }
  };
  expectRange('endSilenceMs', 300, 2000);
  expectRange('preRollMs', 0, 1000);
  expectRange('maxUtteranceMs', 1000, 60_000);
  expectRange('waitMs', 500, 60_000);
  if (Number.isNaN(settings.threshold)) {
    throw new ConfigError('threshold', { expected: 'a number', actual: settings.threshold });
  }
  if (settings.listening !== 'always' && settings.listening !== 'onCall') {
    throw new ConfigError('listening', { expected: 'always or onCall', actual: String(settings.listening) });
  }
  return settings;
}

/** What to listen for, and from where. */
export interface ListenOptions {
  /** On the input clock, ms, at most 4 s ago; by default now. */
  readonly fromMs?: number;
  /** Intents that may be meant; by default all of the grammar. */
  readonly awaited?: readonly string[];
  /**
   * Probability that it is one of these, before it is heard: by default the engine's `prior`. What is likelier is told from an LLR
   * that is so much lower as its log odds are higher.
   */
  readonly prior?: number;
  /**
   * Earlier utterances in which the same slots were told, such as the request that is to be confirmed: what they heard of a
   * slot counts in which value is told now. By default none.
   */
  readonly heard?: readonly Pick<IntentEvent, 'slots'>[];
}
