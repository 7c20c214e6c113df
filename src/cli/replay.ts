import { writeFile } from 'node:fs/promises';
import { Argument, Command } from 'commander';
import { replay } from '../evaluation/index.js';
import { replayJson, replayPage, replayText } from '../report/index.js';

interface ReplayFlags {
  json: boolean;
  html?: string;
  model?: string;
  acoustic?: string;
}

/** `wakeproof replay`: a household's talk, heard by a naive dialog and with the guard. */
export function replayCommand(): Command {
  return new Command('replay')
    .summary("replay a household's talk to a naive dialog and to the guard")
    .description(
      'Plays a synthesised household talk to two dialogs on the same engines: one that takes each step for certain, and\n' +
        'one with the guard. Then a true request by a person in the same room, with the guard.',
    )
    .addArgument(new Argument('<name>', 'which replay').choices(['portland']))
    .option('--json', 'print one JSON object', false)
    .option('--html <file>', 'write the timeline as one page that needs nothing else')
    .option('--model <manifest>', "a wake model's manifest.json, or its folder (default: the bundled model)")
    .option('--acoustic <manifest>', "an acoustic model's manifest.json (default: the bundled model)")
    .addHelpText('after', '\nExample:\n  $ wakeproof replay portland --html portland.html')
    .action(play);
}

async function play(_name: string, { json, html, model, acoustic }: ReplayFlags): Promise<void> {
  const result = await replay(undefined, {
    ...(model === undefined ? {} : { wake: model }),
    ...(acoustic === undefined ? {} : { acoustic }),
  });
  if (html !== undefined) await writeFile(html, await replayPage(result));
  process.stdout.write(json ? `${JSON.stringify(replayJson(result))}\n` : `${replayText(result)}\n`);
}
