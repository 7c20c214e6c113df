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
  /** Stops the work: runners are closed in the middle of their units. */
  readonly signal?: AbortSignal | undefined;
  /** Called once a unit is done, before the next one is taken. */
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
 * Works units off with several runners, the longest first, and closes the runners. Speed is measured at the end, by
 * one runner while the others have nothing to do.
 *
 * @returns what was heard, in the order of the units given
 * @throws the first error of any runner, or the signal's reason; the others are then stopped
 */
export async function runUnits(
  units: readonly Unit[],
  runners: readonly UnitRunner[],
  { onProgress, onUnit, signal }: RunHooks = {},
): Promise<Observations[]> {
  const queue = units
    .filter(({ kind }) => kind !== 'speed')
    .sort((a, b) => b.expectedSec - a.expectedSec || a.index - b.index);
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
  const work = async (runner: UnitRunner, unit: Unit): Promise<void> => {
    const observations = await runner.run(unit, (sec) => report(unit, sec));
    results.set(unit.index, observations);
    await onUnit?.(unit, observations);
    report(unit, unit.expectedSec);
  };
  const workQueueOff = async (runner: UnitRunner): Promise<void> => {
    for (let unit = queue.shift(); unit; unit = queue.shift()) await work(runner, unit);
  };
  const workAllOff = async (): Promise<void> => {
    await Promise.all(runners.map(workQueueOff));
    for (const unit of units.filter(({ kind }) => kind === 'speed'))
      await work(runners[0] as UnitRunner, unit);
  };
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    signal?.throwIfAborted();
    await Promise.race([workAllOff(), aborted]);
  } finally {
    queue.length = 0;
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return units.map(({ index }) => results.get(index) as Observations);
}
