import { SingleBar } from 'cli-progress';
import type { OnProgress } from '../evaluation/index.js';
import { Interrupted } from './exit-codes.js';

/**
 * Lets Ctrl-C stop an evaluation so that its scratch files are removed, and shows a bar with the time left on a terminal.
 *
 * @param advice what to say after an interruption
 */
export async function interruptible<T>(
  action: (hooks: { onProgress: OnProgress; signal: AbortSignal }) => Promise<T>,
  advice: string,
): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted(advice));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const bar = new SingleBar({
    format: 'heard {value} of about {total} s of audio [{bar}] {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: false,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(1, 0);
  const onProgress: OnProgress = (doneSec, totalSec) => {
    bar.setTotal(Math.round(Math.max(totalSec, doneSec)));
    bar.update(Math.round(doneSec));
  };
  try {
    return await action({ onProgress, signal: controller.signal });
  } finally {
    bar.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
