/** Raised whenever an export, a capacity or a table layout changes; src/decoding/abi.ts holds its twin. */
export const ABI_VERSION: i32 = 2;

/** Symbols of a row: 0 is CTC's blank, 1 … 39 are phones. A multiple of 4, so that rows are whole vectors. */
export const N_SYMBOLS: i32 = 40;
/** Most rows that one `push` takes. */
export const BLOCK_CAPACITY: i32 = 64;
/** Rows between two snapshots of all tokens: near √(2 · 500), which takes the least memory for 15 s. */
export const SEGMENT_ROWS: i32 = 32;

/** What a call reports when it is below zero; 0 and above is success or a count. */
export enum Status {
  Ok = 0,
  /** `configure` was given a count below 1. Nothing was changed. */
  BadConfig = -1,
  /** A block longer than BLOCK_CAPACITY, or of negative length. Nothing was consumed. */
  BadLength = -2,
  /** A logit is NaN or infinite. Nothing was consumed. */
  BadLogit = -3,
  /** More rows than `configure` made room for. Nothing was consumed. */
  Full = -4,
  /** Memory for a graph of this size is not to be had. Nothing was changed. */
  OutOfMemory = -5,
  /** The call needs `configure`, or `finish`, before it, or `reset`. Nothing was changed. */
  BadState = -6,
}
