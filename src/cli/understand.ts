import { Command } from 'commander';
import color from 'picocolors';
import { IntentEngine, type IntentEvent } from '../intent/index.js';
import { rateOption } from './arguments.js';
import { intentOptions, type TellingFlags, withTellingFlags } from './grammar-flags.js';
import { hear, openInput } from './hear.js';
import { clock } from './wake-lines.js';

interface UnderstandFlags extends TellingFlags {
  json: boolean;
  rate?: number;
}

/** `wakeproof understand`: what is asked in a recording. */
export function understandCommand(): Command {
  const command = new Command('understand')
    .summary('understand what is asked in a recording, by a grammar')
    .description(
      'Takes each stretch of speech of a recording (WAV, FLAC, Ogg, MP3, raw PCM), or of such bytes on stdin, for an\n' +
        'utterance, and says which intent of the grammar it asks for and with which slots, or that it is none.',
    )
    .argument('<file>', 'a recording, or - for stdin')
    .option('--json', 'print one JSON object for each utterance, one a line', false)
    .addOption(rateOption());
  return withTellingFlags(command)
    .addHelpText('after', '\nExample:\n  $ wakeproof understand order.wav --grammar coffee.yaml --json')
    .action(understand);
}

async function understand(file: string, flags: UnderstandFlags): Promise<void> {
  const options = await intentOptions(flags);
  const source = await openInput(file, flags.rate);
  const engine = await IntentEngine.create({ ...options, sampleRateHz: source.sampleRateHz });
  const print = (text: string) => process.stdout.write(`${text}\n`);
  let nUtterances = 0;
  await hear(source, engine, (events) => {
    for (const event of events) {
      if (event.type !== 'intent') continue;
      nUtterances++;
      print(flags.json ? intentJson(event) : intentLine(event));
    }
  });
  await engine.dispose();
  if (flags.json) return;
  print(`${nUtterances} utterance${nUtterances === 1 ? '' : 's'} in ${source.name}.`);
  if (nUtterances > 0 && !engine.calibration) {
    print(color.yellow('The model has no calibration: evidence is its own, and no probability can be told.'));
  }
}

/** One line of `--json`. Numbers that JSON does not know, such as an infinite LLR, are null. */
function intentJson({
  type,
  intent,
  slots,
  llr,
  probability,
  inDomain,
  startMs,
  endMs,
}: IntentEvent): string {
  const told = Object.entries(slots).map(([name, slot]) => [
    name,
    { value: slot.value, llr: slot.llr, startMs: slot.startMs, endMs: slot.endMs },
  ]);
  return JSON.stringify({
    type,
    intent,
    slots: Object.fromEntries(told),
    llr,
    probability,
    inDomain,
    startMs,
    endMs,
  });
}

function intentLine({ intent, slots, llr, startMs, endMs }: IntentEvent): string {
  const times = `${clock(startMs).padStart(9)} – ${clock(endMs)}`;
  if (intent === null) return `${times}   ${color.dim('nothing of the grammar')}`;
  const values = Object.entries(slots).map(([name, { value }]) => `${name}: ${color.bold(value)}`);
  return `${times}   ${color.bold(intent)}  ${values.join(', ')}  ${color.dim(`evidence ${llr.toFixed(1)} nats`)}`;
}
