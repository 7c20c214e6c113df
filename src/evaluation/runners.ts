import type { Observations } from './observations.js';
import { runUnit, type Unit, type UnitContext } from './units.js';

/** Something that works units off, one at a time: this process, or another. */
export interface UnitRunner {
  run(unit: Unit, onProgress: (doneSec: number) => void): Promise<Observations>;
  /** Ends it, also in the middle of a unit. */
  close(): Promise<void>;
}

/** Told what has been streamed, in seconds of audio, of about how much. */
export type OnProgress = (doneSec: number, totalSec: number) => void;

/** Called as things happen while units are worked off. */
export interface RunHooks {
  readonly onProgress?: OnProgress | undefined;
  /** Called once a unit is done, before the next one is taken. */
  /** Stops the work: runners are closed in the middle of their units. */
  readonly signal?: AbortSignal | undefined;
  readonly onUnit?: ((unit: Unit, observations: Observations) => Promise<void>) | undefined;
}

/** Works units off in this process. */
export function localRunner(context: UnitContext): UnitRunner {
  return {
    run: (unit, onProgress) => runUnit(context, unit, onProgress),
    close: async () => context.detector.dispose(),
  };
}

/**
 * Works units off with several runners, the longest first, and closes the runners.
 *
 * @returns what was heard, in the order of the units given
 * @throws the first error of any runner, or the signal's reason; the others are then stopped
 */
export async function runUnits(
  units: readonly Unit[],
  runners: readonly UnitRunner[],
  { onProgress, onUnit, signal }: RunHooks = {},
): Promise<Observations[]> {
  const queue = [...units].sort((a, b) => b.expectedSec - a.expectedSec || a.index - b.index);
  const totalSec = units.reduce((sum, { expectedSec }) => sum + expectedSec, 0);
  const doneSec = new Map<number, number>();
  const results = new Map<number, Observations>();
  const report = (unit: Unit, sec: number) => {
    doneSec.set(unit.index, sec);
    onProgress?.(
      [...doneSec.values()].reduce((sum, value) => sum + value, 0),
      totalSec,
    );
  };
  const work = async (runner: UnitRunner): Promise<void> => {
    for (let unit = queue.shift(); unit; unit = queue.shift()) {
      const current = unit;
      const observations = await runner.run(current, (sec) => report(current, sec));
      results.set(current.index, observations);
      await onUnit?.(current, observations);
      report(current, current.expectedSec);
    }
  };
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    signal?.throwIfAborted();
    await Promise.race([Promise.all(runners.map(work)), aborted]);
  } finally {
    queue.length = 0;
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return units.map(({ index }) => results.get(index) as Observations);
}
