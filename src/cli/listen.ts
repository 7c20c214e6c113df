import { Command } from 'commander';
import color from 'picocolors';
import { rateOption, withEngineFlags } from './arguments.js';
import { hear, openInput, warn } from './hear.js';
import { type OpenEngineFlags, openEngine } from './open-engine.js';
import { withTextFlags } from './text-words.js';
import { WakeLines, wakeJson } from './wake-lines.js';

interface ListenFlags extends OpenEngineFlags {
  json: boolean;
  speech: boolean;
  rate?: number;
}

/** `wakeproof listen`: wake words in live audio on stdin. */
export function listenCommand(): Command {
  const command = new Command('listen')
    .summary('hear wake words live, from a microphone on stdin')
    .description('Hears wake words live in WAV or raw 16-bit PCM on stdin, and prints each as it is spoken.')
    .argument('[input]', '- for stdin, which is all there is', '-')
    .option('--json', 'print one JSON object for each event, one a line', false)
    .option('--speech', 'print where speech starts and ends too', false)
    .option('--calibration <file>', "what scores mean, in place of the model's own calibration")
    .addOption(rateOption());
  return withTextFlags(withEngineFlags(command))
    .addHelpText(
      'after',
      '\nExamples:\n  $ arecord -q -f S16_LE -r 16000 -c 1 | wakeproof listen -\n' +
        '  $ rec -q -t raw -b 16 -e signed -r 48000 -c 1 - | wakeproof listen - --rate 48000',
    )
    .action(listen);
}

async function listen(input: string, flags: ListenFlags): Promise<void> {
  const source = await openInput(input, flags.rate);
  const engine = await openEngine(flags, source.sampleRateHz);
  const lines = new WakeLines(engine);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const words = engine.words.map(({ word }) => word).join(', ');
  process.stderr.write(`Listening for ${words} at ${source.sampleRateHz} Hz. Stop with Ctrl-C.\n`);
  for (const note of lines.notes()) warn(note);
  if (!flags.json) print(lines.head());
  // The first Ctrl-C ends the stream in good order; a second one kills.
  process.once('SIGINT', () => process.stdin.push(null));
  await hear(source, engine, (events) => {
    for (const event of events) {
      if (event.type === 'wake') print(flags.json ? wakeJson(event) : lines.line(event));
      else if (flags.speech)
        print(flags.json ? JSON.stringify(event) : color.dim(`${event.type} ${Math.round(event.ms)} ms`));
    }
  });
  await engine.dispose();
}
