import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { ConfigError } from '../errors.js';
import {
  type DialogCounts,
  type DialogEvaluation,
  type DialogTrial,
  evaluateDialogs,
  portlandReplay,
} from '../evaluation/index.js';
import { parseNumber, parseWhole } from './arguments.js';
import { readValues } from './grammar-flags.js';

interface EvalDialogsFlags {
  manifest: string;
  dialog?: string;
  contacts?: string;
  noise: string[];
  snr?: number;
  seed: number;
  model?: string;
  acoustic?: string;
  json: boolean;
}

/** `wakeproof eval-dialogs`: how many true requests go through. */
export function evalDialogsCommand(): Command {
  return new Command('eval-dialogs')
    .summary('count how many true requests go through, and in how many turns')
    .description(
      'Lets dialogs be heard, by a dialog that takes each step for certain and by the guard. A dialog is a session of a\n' +
        'manifest, with segments labelled wake, request, answer and confirmation; replies follow the prompts.',
    )
    .requiredOption('--manifest <manifest>', 'NeMo manifest of dialogs')
    .option(
      '--dialog <file>',
      'JSON with word, grammar, contacts, acts, roles and promptMs (default: Portland)',
    )
    .option('--contacts <file>', "names, one a line, in place of the dialog's")
    .option('--noise <manifest...>', 'noise to add, at the ratio of --snr', [])
    .option('--snr <dB>', 'ratio of speech to noise', parseNumber)
    .option('--seed <n>', 'fixes where the noise is taken from', parseWhole, 0)
    .option('--model <manifest>', "a wake model's manifest.json, or its folder (default: the bundled model)")
    .option('--acoustic <manifest>', "an acoustic model's manifest.json (default: the bundled model)")
    .option('--json', 'print one JSON object for each dialog, and one with the counts at the end', false)
    .action(evalDialogs);
}

async function evalDialogs(flags: EvalDialogsFlags): Promise<void> {
  const { manifest, dialog, contacts, noise, snr, seed, model, acoustic, json } = flags;
  if (noise.length > 0 !== (snr !== undefined)) {
    throw new ConfigError('eval-dialogs', {
      expected: '--noise and --snr, or neither',
      actual: snr === undefined ? '--noise alone' : '--snr alone',
    });
  }
  const tell = (trial: DialogTrial) => {
    if (json) process.stdout.write(`${JSON.stringify(trial)}\n`);
  };
  const result = await evaluateDialogs(
    {
      manifest,
      dialog: dialog === undefined ? portlandReplay : pathToFileURL(dialog),
      ...(contacts === undefined ? {} : { contacts: await readValues('contact', contacts) }),
      mixing: snr === undefined ? null : { noise, snrDb: snr, seed },
      models: {
        ...(model === undefined ? {} : { wake: model }),
        ...(acoustic === undefined ? {} : { acoustic }),
      },
    },
    tell,
  );
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
}

function describe({ dialogs, naive, guard }: DialogEvaluation): string {
  return [...lines('naive dialog', naive, dialogs), '', ...lines('guard', guard, dialogs), ''].join('\n');
}

function lines(name: string, counts: DialogCounts, dialogs: number): string[] {
  const { woken, sent, sentAmiss, interval, turns, failedBy } = counts;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const [low, high] = interval;
  return [
    `${name}`,
    `  went through  ${sent}/${dialogs} = ${percent(sent / dialogs)} [${percent(low)}, ${percent(high)}]; woken ${woken}, sent amiss ${sentAmiss}`,
    `  turns         ${
      Object.entries(turns)
        .map(([n, count]) => `${n}: ${count}`)
        .join(', ') || 'none'
    }`,
    ...Object.entries(failedBy).map(([reason, count]) => `  ${String(count).padStart(12)}  ${reason}`),
  ];
}
