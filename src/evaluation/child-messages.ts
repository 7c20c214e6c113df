import { AudioFormatError, ConfigError, CorpusError, ModelError, WakeproofError } from '../errors.js';
import type { Mixing } from './condition.js';
import type { Corpora } from './corpora.js';
import type { DetectorSpec } from './detector-module.js';
import type { MixerFiles } from './mixer.js';
import type { Observations } from './observations.js';
import type { Unit } from './units.js';

/** What a child process is told once. */
export interface ChildSetup {
  readonly type: 'setup';
  readonly engine: DetectorSpec;
  readonly corpora: Corpora;
  readonly mixing: Mixing;
  /** The tapes that the parent made. */
  readonly files: MixerFiles;
}

/** From the parent. */
export type ToChild = ChildSetup | { readonly type: 'run'; readonly unit: Unit };

/** From the child. */
export type FromChild =
  | { readonly type: 'progress'; readonly doneSec: number }
  | { readonly type: 'done'; readonly observations: Observations }
  | { readonly type: 'failed'; readonly error: ErrorRecord };

/** An error as it goes through a message. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  /** The fields of the error's class. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Takes an error apart. */
export function toRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} };
  return {
    name: error.name,
    message: error.message,
    fields: error instanceof WakeproofError ? { ...error } : {},
  };
}

/** Puts an error together again: one of ours keeps its class, so that the caller can tell bad data from a fault. */
export function fromRecord({ name, message, fields }: ErrorRecord): Error {
  const facts = fields as unknown as {
    expected: string;
    actual: string;
    corpus: string;
    item: string;
  } & Record<'source' | 'option' | 'model', string>;
  const error = ((): Error => {
    switch (name) {
      case 'CorpusError':
        return new CorpusError(facts.corpus, facts.item, facts);
      case 'AudioFormatError':
        return new AudioFormatError(facts.source, facts);
      case 'ModelError':
        return new ModelError(facts.model, facts);
      case 'ConfigError':
        return new ConfigError(facts.option, facts);
      default:
        return new Error(message);
    }
  })();
  // The remedy stands in the message only.
  error.message = message;
  return error;
}
