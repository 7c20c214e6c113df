import { Command } from 'commander';
import { mergePartials } from '../evaluation/index.js';
import { type TellFlags, tell, withTellFlags } from './eval.js';

/** `wakeproof merge`: the figures of an evaluation that was heard in shards. */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .summary('put the shards of an evaluation together')
    .description('Puts the partials of `wakeproof eval --shard` together: the figures are those of one run.')
    .argument('<partial...>', 'the partials of all shards');
  return withTellFlags(command)
    .addHelpText('after', '\nExample:\n  $ wakeproof merge 1.partial 2.partial 3.partial --report report')
    .action(async (paths: string[], flags: TellFlags) => tell(await mergePartials(paths), flags));
}
