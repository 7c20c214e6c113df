import { writeFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import { replay } from '../evaluation/index.js';
import { replayJson, replayPage, replayText } from '../report/index.js';
import { type DialogModelFlags, dialogModels, withDialogModelFlags } from './dialog-flags.js';

interface ReplayFlags extends DialogModelFlags {
  json: boolean;
  html?: string;
}

/** `wakeproof replay`: a household's talk, heard by a naive dialog and with the guard. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .summary("replay a household's talk to a naive dialog and to the guard")
    .description(
      'Plays a synthesised household talk to two dialogs on the same engines: one that takes each step for certain, and\n' +
        'one with the guard. Then a true request by a person in the same room, with the guard.',
    )
    .addArgument(new Argument('<name>', 'which replay').choices(['portland']))
    .option('--json', 'print one JSON object', false)
    .option('--html <file>', 'write the timeline as one page that needs nothing else');
  return withDialogModelFlags(command)
    .addHelpText('after', '\nExample:\n  $ wakeproof replay portland --html portland.html')
    .action(play);
}

async function play(_name: string, flags: ReplayFlags): Promise<void> {
  const { json, html } = flags;
  const result = await replay(undefined, dialogModels(flags));
  if (html !== undefined) await writeFile(html, await replayPage(result));
  process.stdout.write(json ? `${JSON.stringify(replayJson(result))}\n` : `${replayText(result)}\n`);
}
