import { ConfigError, StateError, type WakeproofError, WasmAbiError } from '../errors.js';

/** The version of assembly/decoder/abi.ts that this wrapper speaks. */
export const abiVersion = 2;

/** The exports of assembly/decoder/index.ts: numbers only, one instance a graph. */
export interface DecoderExports {
  readonly memory: WebAssembly.Memory;
  readonly ABI_VERSION: WebAssembly.Global<'i32'>;
  /** Most rows that a push takes. */
  readonly BLOCK_CAPACITY: WebAssembly.Global<'i32'>;
  /** Values in a row. */
  readonly N_SYMBOLS: WebAssembly.Global<'i32'>;
  inputPtr(): number;
  transitionsPtr(): number;
  phoneOffsetsPtr(): number;
  arcStartsPtr(): number;
  arcTargetsPtr(): number;
  arcLabelsPtr(): number;
  labelScoresPtr(): number;
  rowPtr(row: number): number;
  tracePlacesPtr(): number;
  traceEnteredPtr(): number;
  traceExitArc(): number;
  activeStates(): number;
  configure(nStates: number, nArcs: number, nLabels: number, rowCapacity: number): number;
  begin(
    scale: number,
    floor: number,
    blankPenalty: number,
    leadPenalty: number,
    tailPenalty: number,
    beam: number,
  ): number;
  reset(): number;
  push(nRows: number): number;
  exitScore(): number;
  entryRow(rows: number): number;
  finish(): number;
  rescore(): number;
  trace(): number;
  pathEnd(): number;
  fillerSpan(from: number, to: number): number;
}

/** Status codes of assembly/decoder/abi.ts. */
export const status = {
  ok: 0,
  badConfig: -1,
  badLength: -2,
  badLogit: -3,
  full: -4,
  outOfMemory: -5,
  badState: -6,
} as const;

/**
 * The error that a status below zero stands for; in all cases the module has changed nothing.
 *
 * @param operation the call that was refused
 * @param code its result, below 0
 */
export function errorOf(operation: string, code: number): WakeproofError {
  switch (code) {
    case status.badConfig:
      return new ConfigError('decoder', { expected: 'weights that are numbers in range', actual: 'others' });
    case status.badLogit:
      return new ConfigError('logits', { expected: 'finite logits', actual: 'NaN or an infinity' });
    case status.full:
      return new StateError(operation, 'full', {
        expected: 'an utterance within maxRows',
        remedy: 'Call finish() and reset().',
      });
    case status.outOfMemory:
      return new ConfigError('graph', {
        expected: 'a graph that fits into 4 GB',
        actual: 'a larger one',
        remedy: 'Give fewer slot values, or a smaller maxRows.',
      });
    case status.badState:
      return new StateError(operation, 'finished', {
        expected: 'a decoder at work',
        remedy: 'Call reset().',
      });
    default:
      return new WasmAbiError({ expected: `a count or a known status from ${operation}`, actual: code });
  }
}
