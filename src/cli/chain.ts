import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { ConfigError } from '../errors.js';
import { bundledChain, type MeasuredChain, measureChain, parseChain } from '../evaluation/index.js';
import { defaultBeta } from '../guard/index.js';
import { chainReport, chainText } from '../report/index.js';
import { parseNumber } from './arguments.js';
import { type DialogFlags, dialogModels, dialogUrl, withDialogFlags } from './dialog-flags.js';

interface ChainFlags extends DialogFlags {
  negatives: string[];
  corpus: string;
  act: string;
  wakeScore: number;
  hypothesisLlr: number;
  counts?: string;
  out?: string;
  beta: number;
  talkHours: number;
  json: boolean;
}

/** `wakeproof chain`: how rare it is that a chain of misrecognitions becomes an act. */
export function chainCommand(): Command {
  const command = new Command('chain')
    .summary('bound how often a chain of misrecognitions becomes an act')
    .description(
      'Bounds unintended sends per device and year, for a dialog that takes each step for certain and for the guard, from\n' +
        'counts of how often each stage is passed falsely by audio that passed those before. Without --negatives: from the\n' +
        'counts that come with the bundled models.',
    )
    .option('--negatives <manifest...>', 'count anew, on talk that asks the device for nothing', [])
    .option('--corpus <name>', 'what the figures call that talk', 'negatives')
    .option('--out <file>', 'write the new counts as JSON')
    .option('--counts <file>', 'read counts from here');
  return withDialogFlags(command)
    .option('--act <name>', 'the act that the chain ends in', 'send')
    .option(
      '--wake-score <score>',
      'lowered score at which talk is let through to the request',
      parseNumber,
      -2,
    )
    .option('--hypothesis-llr <nats>', 'raw LLR at which a hypothesis is let through', parseNumber, -40)
    .option('--beta <share>', 'share of false passes with one common cause', parseNumber, defaultBeta)
    .option('--talk-hours <h>', 'talk within hearing a day', parseNumber, 4)
    .option('--json', 'print one JSON object', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ wakeproof chain --negatives talk.jsonl --corpus talk --out counts.json',
    )
    .action(chain);
}

async function chain(flags: ChainFlags): Promise<void> {
  const { beta, talkHours, json, out } = flags;
  const measured = await countsOf(flags);
  if (out !== undefined) await writeFile(out, `${JSON.stringify(measured, null, 2)}\n`);
  const report = chainReport(measured, { beta, talkHoursPerDay: talkHours });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${chainText(report)}\n`);
}

async function countsOf(flags: ChainFlags): Promise<MeasuredChain> {
  const { negatives, counts, corpus, act, wakeScore, hypothesisLlr } = flags;
  if (negatives.length === 0) return parseChain(await readFile(counts ?? bundledChain, 'utf8'));
  if (counts !== undefined) {
    throw new ConfigError('chain', { expected: '--negatives or --counts', actual: 'both' });
  }
  return measureChain(
    {
      negatives,
      corpus,
      dialog: dialogUrl(flags),
      act,
      loweredWakeScore: wakeScore,
      loweredLlr: hypothesisLlr,
      models: dialogModels(flags),
    },
    (hours) => process.stderr.write(`heard ${hours.toFixed(2)} h\n`),
  );
}
