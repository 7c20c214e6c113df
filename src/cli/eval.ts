import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../errors.js';
import {
  type DetectorSpec,
  evaluatePartially,
  mergePartials,
  type Observed,
  observe,
  type Shard,
  summarise,
  textWakeEngineSpec,
  type WakeEngineChoice,
  wakeEngineSpec,
} from '../evaluation/index.js';
import { buildReport, formatEvaluation, writeReport } from '../report/index.js';
import {
  type CorpusFlags,
  corporaPaths,
  type EngineFlags,
  engineOptions,
  expectCorpora,
  mixingOf,
  withCorpusFlags,
  withEngineFlags,
} from './arguments.js';
import { interruptible } from './interruptible.js';
import { readCalibration } from './open-engine.js';
import { textChoice, withTextFlags } from './text-words.js';

interface EvalFlags extends EngineFlags, CorpusFlags, TellFlags {
  calibration?: string;
  partial?: string;
  shard?: Shard;
}

/** `wakeproof eval`: misses and false wakes on corpora that are named by manifests. */
export function evalCommand(): Command {
  const command = withCorpusFlags(
    new Command('eval')
      .summary('count misses and false wakes on corpora')
      .description(
        'Counts misses on positives and false wakes on negatives, with 95 % intervals. Corpora are NeMo manifests\n' +
          '(JSON lines: audio_filepath, offset, duration, label), their recordings WAV, FLAC, Ogg or MP3.',
      ),
  )
    .option('--calibration <file>', "in place of the model's own")
    .option('--partial <file>', 'keep what was heard; if the file is there, go on where it was interrupted')
    .option(
      '--shard <i/n>',
      'hear only shard i of n, into --partial; join them with wakeproof merge',
      parseShard,
    );
  return withTextFlags(withEngineFlags(withTellFlags(command)))
    .addHelpText(
      'after',
      '\nExample:\n  $ wakeproof eval --positives alexa.jsonl --negatives talk.jsonl --noise kitchen.jsonl --snr 10,5,0',
    )
    .action(runEval);
}

async function runEval(flags: EvalFlags): Promise<void> {
  const { jobs, partial, shard } = flags;
  expectCorpora('eval', flags);
  if (shard && partial === undefined) {
    throw new ConfigError('shard', {
      expected: '--partial, a file for what the shard hears',
      actual: 'none',
    });
  }
  const request = {
    engine: await engineSpec(flags),
    ...corporaPaths(flags),
    mixing: mixingOf(flags),
    nProcesses: jobs,
  };
  if (partial === undefined) {
    const advice = 'Interrupted; nothing is kept. With --partial FILE, the same command goes on.';
    await tell(await interruptible((hooks) => observe({ ...request, ...hooks }), advice), flags);
    return;
  }
  const where = { path: partial, shard: shard ?? { index: 1, count: 1 } };
  const advice = `Interrupted; recordings done are kept in ${partial}. The same command goes on from there.`;
  await interruptible((hooks) => evaluatePartially({ ...request, ...hooks }, where), advice);
  if (where.shard.count > 1) {
    process.stderr.write(`Shard ${where.shard.index}/${where.shard.count} is in ${partial}.\n`);
    return;
  }
  await tell(await mergePartials([partial]), flags);
}

async function engineSpec(flags: EvalFlags): Promise<DetectorSpec> {
  const byText = await textChoice(flags);
  return byText ? textWakeEngineSpec(byText) : wakeEngineSpec(await engineChoice(flags));
}

async function engineChoice(flags: EvalFlags): Promise<WakeEngineChoice> {
  if (flags.calibration === undefined) return engineOptions(flags);
  return { ...engineOptions(flags), calibration: (await readCalibration(flags.calibration)).toJSON() };
}

/** How figures are told. */
export interface TellFlags {
  json: boolean;
  report?: string;
}

/** Adds the flags that say how figures are told. */
export function withTellFlags(command: Command): Command {
  return command
    .option('--report <folder>', 'write report.html, report.md and report.json there')
    .option('--json', 'print one JSON object, wakeproof-eval/1', false);
}

/** Prints figures as one JSON object or as tables, and writes a report where one is asked for. */
export async function tell({ plan, observations }: Observed, { json, report }: TellFlags): Promise<void> {
  const summary = summarise(plan, observations);
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : formatEvaluation(summary));
  if (report !== undefined) await writeReport(buildReport(plan, observations), report);
}

function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Expected i/n, such as 1/7.');
  return { index: Number(index), count: Number(count) };
}
