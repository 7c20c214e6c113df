import { Command } from 'commander';
import { vi } from 'vitest';

/** Runs a subcommand in this process and returns what it prints on stdout; what the parser refuses is thrown. */
export async function runCommand(subcommand: Command, flags: readonly string[]): Promise<string> {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const command = subcommand.exitOverride().configureOutput({ writeErr: () => {} });
    await new Command().addCommand(command).parseAsync([command.name(), ...flags], { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed;
}
