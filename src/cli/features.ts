import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { Frontend, type FrontendRecipe, kaldiRecipe, librosaRecipe, type RecipeName } from '../dsp/index.js';
import { ConfigError } from '../errors.js';
import { loadModel } from '../model/index.js';
import { parseNumber, rateOption } from './arguments.js';
import { openInput } from './hear.js';
import { npyFile } from './npy.js';

interface FeaturesFlags {
  out: string;
  recipe: RecipeName;
  model?: string;
  mels?: number;
  mfcc?: number;
  rate?: number;
}

/** `wakeproof features`: what the front end makes of a recording. */
export function featuresCommand(): Command {
  return new Command('features')
    .summary('write the log-mel or MFCC features of a recording')
    .description('Writes the features of a recording: one row of values for each 10 ms frame.')
    .argument('<file>', 'a recording, or - for stdin')
    .requiredOption('--out <file>', 'where to: a name in .npy or .json, or - for JSON on stdout')
    .addOption(new Option('--recipe <name>', 'feature recipe').choices(['kaldi', 'librosa']).default('kaldi'))
    .option('--model <manifest>', "the recipe of this model, in place of --recipe's")
    .option('--mels <n>', 'mel bands, 20 … 80', parseNumber)
    .option('--mfcc <n>', 'cepstra, at most as many as mel bands; 0 for log-mel energies', parseNumber)
    .addOption(rateOption())
    .addHelpText(
      'after',
      '\nExample:\n  $ wakeproof features kitchen.wav --out kitchen.npy --mels 40 --mfcc 13',
    )
    .action(features);
}

async function features(file: string, flags: FeaturesFlags): Promise<void> {
  const extension = flags.out === '-' ? '.json' : extname(flags.out);
  if (extension !== '.npy' && extension !== '.json') {
    throw new ConfigError('out', { expected: 'a name in .npy or .json, or -', actual: flags.out });
  }
  const recipe = await chooseRecipe(flags);
  const source = await openInput(file, flags.rate);
  const frontend = await Frontend.create({ recipe, inputRateHz: source.sampleRateHz });
  const rows: Float32Array[] = [];
  for await (const block of source.blocks) rows.push(frontend.push(block));
  const { nFeatures } = frontend;
  const nFrames = rows.reduce((sum, block) => sum + block.length, 0) / nFeatures;
  if (extension === '.npy') {
    await writeFile(flags.out, npyFile(rows, nFrames, nFeatures));
  } else {
    const frames = rows.flatMap((block) =>
      Array.from({ length: block.length / nFeatures }, (_, i) => [
        ...block.subarray(i * nFeatures, (i + 1) * nFeatures),
      ]),
    );
    const json = `${JSON.stringify({ recipe, shape: [nFrames, nFeatures], features: frames })}\n`;
    if (flags.out === '-') process.stdout.write(json);
    else await writeFile(flags.out, json);
  }
  if (flags.out !== '-') {
    process.stderr.write(
      `${flags.out}: ${nFrames} frames × ${nFeatures} ${recipe.nMfcc > 0 ? 'cepstra' : 'log-mel energies'}\n`,
    );
  }
}

async function chooseRecipe({ model, recipe, mels, mfcc }: FeaturesFlags): Promise<FrontendRecipe> {
  const named = recipe === 'kaldi' ? kaldiRecipe : librosaRecipe;
  const base = model === undefined ? named : (await loadModel(model)).manifest.frontend;
  return {
    ...base,
    ...(mels === undefined ? {} : { nMels: mels }),
    ...(mfcc === undefined ? {} : { nMfcc: mfcc }),
  };
}
