import { Command } from 'commander';
import color from 'picocolors';
import { rateOption, withEngineFlags } from './arguments.js';
import { hear, openInput } from './hear.js';
import { type OpenEngineFlags, openEngine } from './open-engine.js';
import { withTextFlags } from './text-words.js';
import { WakeLines, wakeJson } from './wake-lines.js';

interface DetectFlags extends OpenEngineFlags {
  json: boolean;
  speech: boolean;
  rate?: number;
}

/** `wakeproof detect`: wake words in a recording. */
export function detectCommand(): Command {
  const command = new Command('detect')
    .summary('find wake words in a recording')
    .description('Finds wake words in a recording (WAV, FLAC, Ogg, MP3, raw PCM) or in such bytes on stdin.')
    .argument('<file>', 'a recording, or - for stdin')
    .option('--json', 'print one JSON object for each event, one a line', false)
    .option('--speech', 'with --json, print where speech starts and ends too', false)
    .option('--calibration <file>', "what scores mean, in place of the model's own calibration")
    .addOption(rateOption());
  return withTextFlags(withEngineFlags(command))
    .addHelpText(
      'after',
      '\nExamples:\n  $ wakeproof detect kitchen.wav\n  $ ffmpeg -v error -i talk.m4a -f wav - | wakeproof detect - --json',
    )
    .action(detect);
}

async function detect(file: string, flags: DetectFlags): Promise<void> {
  const source = await openInput(file, flags.rate);
  const engine = await openEngine(flags, source.sampleRateHz);
  const lines = new WakeLines(engine);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  let nWakes = 0;
  const heardSec = await hear(source, engine, (events) => {
    for (const event of events) {
      if (event.type === 'wake') {
        if (nWakes++ === 0 && !flags.json) print(lines.head());
        print(flags.json ? wakeJson(event) : lines.line(event));
      } else if (flags.json && flags.speech) print(JSON.stringify(event));
    }
  });
  await engine.dispose();
  if (flags.json) return;
  const words = engine.words.map(({ word }) => word).join(', ');
  const found = nWakes === 0 ? 'No wake word found' : `${nWakes} wake word${nWakes === 1 ? '' : 's'} found`;
  print(
    `${nWakes === 0 ? '' : '\n'}${found} in ${heardSec.toFixed(heardSec < 10 ? 2 : 1)} s of ${source.name}; listened for ${words}.`,
  );
  if (nWakes > 0) for (const note of lines.notes()) print(color.yellow(note));
}
