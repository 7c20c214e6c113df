import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type ChildSetup, type FromChild, fromRecord, type ToChild } from './child-messages.js';
import type { Observations } from './observations.js';
import type { UnitRunner } from './runners.js';

/**
 * Works units off in a process of its own. A process and not a thread, because CPU time is told per process: in a
 * thread, the time of the other threads and of the ONNX runtime's pool would be counted in.
 */
export function childRunner(setup: ChildSetup): UnitRunner {
  const child = fork(new URL('./child-main.js', import.meta.url), { serialization: 'advanced' });
  const send = (message: ToChild) => child.send(message);
  send(setup);
  const exited = once(child, 'exit');
  return {
    run: (unit, onProgress) =>
      new Promise<Observations>((resolve, reject) => {
        const settle = (action: () => void) => {
          child.off('message', onMessage);
          child.off('exit', onExit);
          action();
        };
        const onMessage = (message: FromChild) => {
          if (message.type === 'progress') onProgress(message.doneSec);
          else if (message.type === 'done') settle(() => resolve(message.observations));
          else settle(() => reject(fromRecord(message.error)));
        };
        const onExit = (code: number | null, signal: string | null) =>
          settle(() =>
            reject(new Error(`an evaluation process ended early (${signal ?? `exit code ${code}`})`)),
          );
        child.on('message', onMessage);
        child.on('exit', onExit);
        if (child.connected) send({ type: 'run', unit });
        else onExit(child.exitCode, child.signalCode);
      }),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}
