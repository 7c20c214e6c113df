/** Raised whenever an export, a capacity or a table layout changes; src/dsp/abi.ts holds its twin. */
export const ABI_VERSION: i32 = 3;

/** Most samples, at the input rate, that one `push` takes. */
export const BLOCK_CAPACITY: i32 = 2048;
/** Most 16 kHz samples one block becomes: twice as many from 8 kHz, and one for the phase. */
export const SAMPLE_CAPACITY: i32 = 2 * BLOCK_CAPACITY + 16;
/** Frames that one block can complete: one every 160 samples, and two for what was waiting. */
export const FRAME_CAPACITY: i32 = SAMPLE_CAPACITY / 160 + 2;

/** Hop between frames in samples: 10 ms at 16 kHz. */
export const HOP_LENGTH: i32 = 160;
/** Length of the real transform; frames are padded with zeros up to it. */
export const N_FFT: i32 = 512;
/** Fewest and most mel bands. */
export const MIN_MELS: i32 = 20;
export const MAX_MELS: i32 = 80;
/** Inner iterations of the mel stage over all groups of 4 filters: each takes 16 weights (assembly/mel.ts). */
export const MEL_STEP_CAPACITY: i32 = 96;

/** Largest |sample| taken: int16 scale with room to spare, so a power spectrum cannot overflow float32. */
export const MAX_SAMPLE: f32 = 65536;

/** What a call reports when it is below zero; 0 and above is success or a count. */
export enum Status {
  Ok = 0,
  /** `configure` was given a value out of range. The old configuration stands. */
  BadConfig = -1,
  /** A block longer than BLOCK_CAPACITY, or of negative length. Nothing was consumed. */
  BadLength = -2,
  /** A sample is NaN, infinite or beyond MAX_SAMPLE. Nothing was consumed. */
  BadSample = -3,
  /** `push` before a successful `configure`. */
  NotConfigured = -4,
}
