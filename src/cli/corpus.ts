import { availableParallelism } from 'node:os';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { buildCorpus, synthesiserNames } from '../corpus/index.js';
import { parseList, parseWhole } from './arguments.js';
import { Interrupted } from './exit-codes.js';

interface CorpusCommandFlags {
  out: string;
  n: number;
  confusables: number;
  seed: number;
  split: 'train' | 'dev' | 'test';
  synthesisers?: string[];
  jobs: number;
  json: boolean;
}

/** `wakeproof corpus`: speaks what sounds like wake words and is none. */
export function corpusCommand(): Command {
  return new Command('corpus')
    .summary('build a corpus of what sounds like a word')
    .description(
      'Finds the words and phrases that sound most like each word, speaks them in sentences by the synthesisers that\n' +
        `are installed (${synthesiserNames.join(', ')}), and writes WAV files, a manifest and corpus.json for\n` +
        '`wakeproof eval --negatives`. An interrupted run goes on by the same command. See docs/corpus.md.',
    )
    .argument('<word...>', 'wake words, such as alexa "hey jarvis"')
    .requiredOption('--out <folder>', 'where to write the corpus')
    .option('--n <clips>', 'clips for each word', parseWhole, 500)
    .option('--confusables <n>', 'words and phrases to speak for each word', parseWhole, 100)
    .option('--seed <n>', 'fixes sentences and voices', parseWhole, 0)
    .addOption(
      new Option('--split <name>', 'what the corpus is kept for')
        .choices(['train', 'dev', 'test'])
        .default('dev'),
    )
    .option('--synthesisers <name,...>', 'which to use (default: all that are found)', parseList)
    .option(
      '--jobs <n>',
      'clips to speak at once (default: one for each core)',
      parseWhole,
      availableParallelism(),
    )
    .option('--json', 'print what was built as one JSON object', false)
    .addHelpText('after', '\nExample:\n  $ wakeproof corpus alexa --out near-alexa --n 1000')
    .action(runCorpus);
}

async function runCorpus(words: string[], flags: CorpusCommandFlags): Promise<void> {
  const { out: folder, n: nClips, confusables: nConfusables, seed, split, synthesisers, jobs: nJobs } = flags;
  const controller = new AbortController();
  const interrupt = () =>
    controller.abort(new Interrupted('What was spoken is kept: the same command goes on from here.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const bar = new SingleBar({
    format: 'spoke {value} of {total} clips [{bar}] {eta_formatted} left',
    stream: process.stderr,
    noTTYOutput: false,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(nClips * words.length, 0);
  try {
    const built = await buildCorpus({
      words,
      folder,
      nClips,
      nConfusables,
      seed,
      split,
      synthesisers,
      nJobs,
      onProgress: (nDone, total) => {
        bar.setTotal(total);
        bar.update(nDone);
      },
      signal: controller.signal,
    });
    bar.stop();
    const { manifest, durationSec, nKept, voices } = built;
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(built)}\n`
        : `${manifest}: ${built.nClips} clips (${nKept} kept from before), ${(durationSec / 60).toFixed(1)} min, ` +
            `${built.nConfusables} confusables, ${voices.length} voices\n`,
    );
  } finally {
    bar.stop();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
