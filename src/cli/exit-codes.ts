import { CommanderError } from 'commander';
import { ConfigError, WakeproofError } from '../errors.js';

/** What the process ends with; `--help` shows the same. */
export const exitCode = { done: 0, internal: 1, usage: 2, input: 3, interrupted: 130 } as const;

/** For the end of each help text. */
export const exitCodeHelp = `
Exit codes:
  0  done, whether or not a word was found
  1  an error inside wakeproof: please report it
  2  an option that is wrong, or contradicts another
  3  audio, a model or a corpus that cannot be used
  130  interrupted

Data goes to stdout, progress and warnings to stderr. NO_COLOR=1 turns colours off.`;

/** The user stopped the work. */
export class Interrupted extends Error {}

/** The exit code that an error stands for, and the text for stderr; null where it was printed already. */
export function describeFailure(error: unknown): { code: number; text: string | null } {
  if (error instanceof CommanderError) {
    return { code: error.exitCode === 0 ? exitCode.done : exitCode.usage, text: null };
  }
  if (error instanceof Interrupted) return { code: exitCode.interrupted, text: error.message };
  if (error instanceof WakeproofError) {
    return { code: error instanceof ConfigError ? exitCode.usage : exitCode.input, text: error.message };
  }
  return {
    code: exitCode.internal,
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
