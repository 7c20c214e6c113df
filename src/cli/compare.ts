import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { ConfigError } from '../errors.js';
import { compare, type DetectorSpec, processEngineSpec, wakeEngineSpec } from '../evaluation/index.js';
import { comparisonMarkdown, formatComparison } from '../report/index.js';
import {
  type CorpusFlags,
  corporaPaths,
  expectCorpora,
  mixingOf,
  parseList,
  withCorpusFlags,
} from './arguments.js';
import { interruptible } from './interruptible.js';

interface CompareFlags extends CorpusFlags {
  engine: string[];
  words?: string[];
  partials?: string;
  markdown: boolean;
  json: boolean;
}

/** `wakeproof compare`: two or more engines on the same audio, their errors paired. */
export function compareCommand(): Command {
  return withCorpusFlags(
    new Command('compare')
      .summary('measure engines side by side on the same corpora')
      .description(
        'Measures engines on the same audio by the same rules, as `wakeproof eval` does, and pairs their errors.\n' +
          'An engine is "wakeproof", the manifest.json of a model of ours, an ES module (.mjs, .js), or the command\n' +
          'line of a program. docs/engines.md says how to write one.',
      )
      .requiredOption('--engine <engine...>', 'engines; the others are compared with the first')
      .option('--words <word,...>', 'words that engines of ours listen for (default: all)', parseList),
  )
    .option('--partials <folder>', 'keep there what is heard; what is there is not heard again')
    .option('--markdown', 'print tables in Markdown', false)
    .option('--json', 'print one JSON object, wakeproof-compare/1', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ wakeproof compare --engine wakeproof "python3 examples/engines/micro_wake_word.py alexa" \\\n' +
        '      --words alexa --positives alexa.jsonl --negatives talk.jsonl',
    )
    .action(runCompare);
}

async function runCompare(flags: CompareFlags): Promise<void> {
  const { engine, words, jobs, partials, markdown, json } = flags;
  expectCorpora('compare', flags);
  const summary = await interruptible(
    (hooks) =>
      compare({
        engines: engine.map((text) => parseEngine(text, words)),
        ...corporaPaths(flags),
        mixing: mixingOf(flags),
        nProcesses: jobs,
        partials,
        ...hooks,
      }),
    partials === undefined
      ? 'Interrupted; nothing is kept. With --partials FOLDER, the same command goes on.'
      : `Interrupted; recordings done are kept in ${partials}. The same command goes on from there.`,
  );
  const text = markdown ? comparisonMarkdown : formatComparison;
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : text(summary));
}

function parseEngine(text: string, words: string[] | undefined): DetectorSpec {
  const ours = words === undefined ? {} : { words };
  if (text === 'wakeproof') return wakeEngineSpec(ours);
  if (text.endsWith('.json')) return wakeEngineSpec({ ...ours, model: text });
  if (/\.m?js$/.test(text) && !text.includes(' ')) {
    return { module: pathToFileURL(resolve(text)).href, options: {} };
  }
  const [program, ...args] = text.split(' ').filter((part) => part !== '');
  if (program === undefined) throw new ConfigError('engine', { expected: 'an engine', actual: 'nothing' });
  return processEngineSpec({ command: [program, ...args] });
}
