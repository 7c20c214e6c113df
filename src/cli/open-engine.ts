import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Calibration } from '../calibration/index.js';
import { WakeEngine } from '../detector/index.js';
import { ModelError } from '../errors.js';
import { openTextWakeEngine } from '../evaluation/index.js';
import type { TextWakeEngine } from '../intent/index.js';
import { type EngineFlags, engineOptions } from './arguments.js';
import { textChoice } from './text-words.js';

/** Flags of the commands that make an engine of their own. */
export interface OpenEngineFlags extends EngineFlags {
  calibration?: string;
}

/** Makes the engine that the flags ask for: of the wake model, or of words by text. */
export async function openEngine(
  flags: OpenEngineFlags,
  sampleRateHz: number,
): Promise<WakeEngine | TextWakeEngine> {
  const byText = await textChoice(flags);
  if (byText) return openTextWakeEngine(byText, sampleRateHz);
  const { calibration } = flags;
  return WakeEngine.create({
    ...engineOptions(flags),
    sampleRateHz,
    ...(calibration === undefined ? {} : { calibration: await readCalibration(calibration) }),
  });
}

/** Reads a calibration from a file. */
export async function readCalibration(path: string): Promise<Calibration> {
  try {
    return Calibration.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(basename(path), {
      expected: 'a calibration, as `wakeproof calibrate` writes it',
      actual: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
