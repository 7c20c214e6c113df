import { Command } from 'commander';
import {
  type DialogCounts,
  type DialogEvaluation,
  type DialogTrial,
  evaluateDialogs,
} from '../evaluation/index.js';
import { shareText } from '../report/index.js';
import { type NoiseFlags, noiseOf, withNoiseFlags } from './arguments.js';
import { type DialogFlags, dialogModels, dialogUrl, withDialogFlags } from './dialog-flags.js';
import { readValues } from './grammar-flags.js';

interface EvalDialogsFlags extends NoiseFlags, DialogFlags {
  manifest: string;
  contacts?: string;
  json: boolean;
}

/** `wakeproof eval-dialogs`: how many true requests go through. */
export function evalDialogsCommand(): Command {
  const command = new Command('eval-dialogs')
    .summary('count how many true requests go through, and in how many turns')
    .description(
      'Lets dialogs be heard, by a dialog that takes each step for certain and by the guard. A dialog is a session of a\n' +
        'manifest, with segments labelled wake, request, answer and confirmation; replies follow the prompts.',
    )
    .requiredOption('--manifest <manifest>', 'NeMo manifest of dialogs')
    .option('--contacts <file>', "names, one a line, in place of the dialog's");
  return withDialogFlags(withNoiseFlags(command))
    .option('--json', 'print one JSON object for each dialog, and one with the counts at the end', false)
    .action(evalDialogs);
}

async function evalDialogs(flags: EvalDialogsFlags): Promise<void> {
  const { manifest, contacts, json } = flags;
  const mixing = noiseOf(flags);
  const tell = (trial: DialogTrial) => {
    if (json) process.stdout.write(`${JSON.stringify(trial)}\n`);
  };
  const result = await evaluateDialogs(
    {
      manifest,
      dialog: dialogUrl(flags),
      ...(contacts === undefined ? {} : { contacts: await readValues('contact', contacts) }),
      mixing,
      models: dialogModels(flags),
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
  return [
    `${name}`,
    `  went through  ${shareText(sent, dialogs, interval)}; woken ${woken}, sent amiss ${sentAmiss}`,
    `  by the first call                  ${shareText(counts.sentAtOnce, dialogs, counts.intervalAtOnce)}`,
    `  with at most one extra turn        ${shareText(counts.sentInTime, dialogs, counts.intervalInTime)}`,
    `  turns         ${
      Object.entries(turns)
        .map(([n, count]) => `${n}: ${count}`)
        .join(', ') || 'none'
    }`,
    ...Object.entries(failedBy).map(([reason, count]) => `  ${String(count).padStart(12)}  ${reason}`),
  ];
}
