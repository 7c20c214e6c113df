/** What every error says besides its name: the facts a caller can act on. */
export interface ErrorFacts {
  /** What would have been accepted, in words and units. */
  expected: string;
  /** What was given instead. */
  actual: string | number;
  /** Whether the object that threw is now in another state than before the call. Default false. */
  stateChanged?: boolean;
  /** One sentence that says what to do. */
  remedy?: string;
  /** The error beneath this one. */
  cause?: unknown;
}

/**
 * Root of all errors that this package throws on purpose.
 *
 * The message has one form: subject, what was expected, what was given, whether state changed, what to do.
 */
export abstract class WakeproofError extends Error {
  /** Stable, for programs: never parse the message. */
  abstract readonly code: string;
  /** What would have been accepted, in words and units. */
  readonly expected: string;
  /** What was given instead. */
  readonly actual: string | number;
  /** Whether the object that threw is now in another state than before the call. */
  readonly stateChanged: boolean;

  protected constructor(subject: string, facts: ErrorFacts) {
    const state = facts.stateChanged ? 'State has changed: reset before going on.' : 'Nothing was changed.';
    const message = [
      `${subject}: expected ${facts.expected}; got ${facts.actual}.`,
      state,
      ...(facts.remedy ? [facts.remedy] : []),
    ].join(' ');
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.expected = facts.expected;
    this.actual = facts.actual;
    this.stateChanged = facts.stateChanged ?? false;
  }
}

/** An option is out of range, or two options contradict each other. */
export class ConfigError extends WakeproofError {
  readonly code = 'CONFIG';

  constructor(
    /** The option's name as the caller writes it. */
    readonly option: string,
    facts: ErrorFacts,
  ) {
    super(option, facts);
  }
}

/** Audio that cannot be decoded, has the wrong rate or channels, or holds samples that are not finite. */
export class AudioFormatError extends WakeproofError {
  readonly code = 'AUDIO_FORMAT';

  constructor(
    /** The file's name, `stdin`, or what stands for it (`block`). */
    readonly source: string,
    facts: ErrorFacts,
  ) {
    super(source, facts);
  }
}

/** A model that is missing, altered, or not what its manifest says. */
export class ModelError extends WakeproofError {
  readonly code = 'MODEL';

  constructor(
    /** The manifest's path or the model's name. */
    readonly model: string,
    facts: ErrorFacts,
  ) {
    super(model, facts);
  }
}

/** The WebAssembly module and its wrapper disagree, or the module trapped. */
export class WasmAbiError extends WakeproofError {
  readonly code = 'WASM_ABI';

  constructor(facts: ErrorFacts) {
    super('WebAssembly front end', facts);
  }
}

/** A call that the object's state does not allow, such as use after `dispose()`. */
export class StateError extends WakeproofError {
  readonly code = 'STATE';

  constructor(
    /** The call that was refused. */
    readonly operation: string,
    /** The state it was refused in. */
    readonly state: string,
    facts: Omit<ErrorFacts, 'actual'>,
  ) {
    super(operation, { ...facts, actual: state });
  }
}

/** Evaluation or calibration data that is missing, unlabelled, or used on both sides. */
export class CorpusError extends WakeproofError {
  readonly code = 'CORPUS';

  constructor(
    /** The corpus: the path of its manifest. */
    readonly corpus: string,
    /** Which part of it: a line, a recording, an id. */
    readonly item: string,
    facts: ErrorFacts,
  ) {
    super(`${corpus}, ${item}`, facts);
  }
}

/** Text that cannot be said in English: another script, no letters, or a pronunciation that is no ARPAbet. */
export class PronunciationError extends WakeproofError {
  readonly code = 'PRONUNCIATION';

  constructor(
    /** The text as it was given. */
    readonly text: string,
    facts: ErrorFacts,
  ) {
    super('Pronunciation', facts);
  }
}

/** A grammar that cannot be read or compiled. Line and column stand in the message and count from 1. */
export class GrammarError extends WakeproofError {
  readonly code = 'GRAMMAR';

  constructor(
    /** Where: line and column of the grammar's text, from 1; null where no place in the text is at fault. */
    readonly place: { readonly line: number; readonly column: number } | null,
    facts: ErrorFacts,
  ) {
    super(place ? `Grammar, line ${place.line}, column ${place.column}` : 'Grammar', facts);
  }
}
