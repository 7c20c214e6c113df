import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../errors.js';
import {
  addChains,
  bundledChain,
  type MeasuredChain,
  measureChain,
  parseChain,
  type SimulatedTalk,
} from '../evaluation/index.js';
import { defaultBeta } from '../guard/index.js';
import { chainReport, chainText } from '../report/index.js';
import { parseNumber, parseWhole } from './arguments.js';
import { type DialogFlags, dialogModels, dialogUrl, withDialogFlags } from './dialog-flags.js';

interface ChainFlags extends DialogFlags {
  negatives: string[];
  corpus: string;
  act: string;
  hypothesisLlr: number;
  simulate: number;
  speech: string[];
  rooms: string[];
  noise: string[];
  music: string[];
  seed: number;
  part: readonly [number, number];
  counts: string[];
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
        'counts of how often each stage is passed falsely by audio that passed those before. Without --negatives and --simulate:\n' +
        'from the counts that come with the bundled models.',
    )
    .option('--negatives <manifest...>', 'count anew, on talk that asks the device for nothing', [])
    .option('--corpus <name>', 'what the figures call that talk', 'negatives')
    .option('--out <file>', 'write the new counts as JSON')
    .option('--counts <file...>', 'read counts from here; those of several files are added', [])
    .option(
      '--simulate <hours>',
      'count anew, on talk of households simulated from the manifests below',
      parseNumber,
      0,
    )
    .option('--speech <manifest...>', 'what people say in simulated talk; lines tell the speaker', [])
    .option('--rooms <manifest...>', 'impulse responses for simulated talk', [])
    .option('--noise <manifest...>', 'noise for simulated talk', [])
    .option('--music <manifest...>', 'music for simulated talk', [])
    .option('--seed <n>', 'fixes what is simulated', parseWhole, 0)
    .option('--part <i/n>', 'hear only each n-th recording and evening, from the i-th on', parsePart, [1, 1]);
  return withDialogFlags(command)
    .option('--act <name>', 'the act that the chain ends in', 'send')
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
  const { negatives, simulate, speech, rooms, noise, music, seed, part } = flags;
  const { counts, corpus, act, hypothesisLlr } = flags;
  if (negatives.length === 0 && simulate === 0) {
    const files = counts.length === 0 ? [bundledChain] : counts;
    return addChains(await Promise.all(files.map(async (file) => parseChain(await readFile(file, 'utf8')))));
  }
  if (counts.length > 0) {
    throw new ConfigError('chain', { expected: '--negatives and --simulate, or --counts', actual: 'both' });
  }
  if (!(simulate >= 0)) throw new ConfigError('simulate', { expected: 'hours ≥ 0', actual: simulate });
  const simulated: SimulatedTalk | null =
    simulate === 0 ? null : { corpora: { speech, rooms, noise, music }, hours: simulate, seed };
  return measureChain(
    {
      negatives,
      simulated,
      corpus,
      part,
      dialog: dialogUrl(flags),
      act,
      loweredLlr: hypothesisLlr,
      models: dialogModels(flags),
    },
    (hours) => process.stderr.write(`heard ${hours.toFixed(2)} h\n`),
  );
}

function parsePart(text: string): [number, number] {
  const [i, n] = text.split('/').map(Number) as [number, number];
  if (!(Number.isInteger(i) && Number.isInteger(n) && i >= 1 && i <= n))
    throw new InvalidArgumentError('expected i/n, such as 1/4');
  return [i, n];
}
