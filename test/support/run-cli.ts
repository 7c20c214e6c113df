import { spawnSync } from 'node:child_process';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;

/** What a run of the command left behind. */
export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command as a process of its own, without a terminal and, unless told, without colours. */
export function runCli(
  args: readonly string[],
  input?: Uint8Array,
  env: Record<string, string> = { NO_COLOR: '1' },
): CliRun {
  const { FORCE_COLOR: _, NO_COLOR: __, ...inherited } = process.env;
  const run = spawnSync(process.execPath, [main, ...args], {
    env: { ...inherited, ...env },
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}
