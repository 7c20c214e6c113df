import { Command } from 'commander';
import { ConfigError } from '../errors.js';
import { calibrate } from '../evaluation/index.js';
import { bundledModel } from '../model/index.js';
import { formatCalibration } from '../report/index.js';
import {
  corporaPaths,
  type MixingFlags,
  mixingOf,
  parseList,
  parseWhole,
  withMixingFlags,
} from './arguments.js';
import { interruptible } from './interruptible.js';
import { expectPlace, saveCalibration } from './save-calibration.js';

interface CalibrateFlags extends MixingFlags {
  positives: string[];
  negatives: string[];
  draws?: number;
  coverage?: number;
  model?: string;
  words?: string[];
  out?: string;
  writeManifest: boolean;
  json: boolean;
}

/** `wakeproof calibrate`: fits what a model's scores mean, on recordings of the rooms that it is to work in. */
export function calibrateCommand(): Command {
  const command = new Command('calibrate')
    .summary('fit what scores mean, on recordings of your own rooms')
    .description(
      'Fits the map from score and recording quality to a log-likelihood ratio with a 95 % interval, and grades it on\n' +
        'speakers that each fit did not hear. Corpora are NeMo manifests, as in `wakeproof eval`; give speakers where\n' +
        'you know them. See docs/calibration.md.',
    )
    .requiredOption('--positives <manifest...>', 'segments that each hold the word in their label')
    .requiredOption('--negatives <manifest...>', 'recordings that hold none of the words; heard whole');
  return withMixingFlags(command)
    .option('--draws <n>', 'bootstrap draws behind the intervals (default: 200)', parseWhole)
    .option(
      '--coverage <n>',
      'check the intervals on n resamples of the speakers; 200 take a few minutes a word',
      parseWhole,
    )
    .option('--model <manifest>', "a model's manifest.json, or its folder (default: the bundled model)")
    .option('--words <word,...>', 'words to calibrate (default: all that have positives)', parseList)
    .option('--out <file>', 'where to write the calibration')
    .option('--write-manifest', "put the calibration into the model's manifest", false)
    .option('--json', 'print the report as one JSON object', false)
    .addHelpText(
      'after',
      '\nExample:\n  $ wakeproof calibrate --positives alexa.jsonl --negatives evening.jsonl --out calibration.json',
    )
    .action(runCalibrate);
}

async function runCalibrate(flags: CalibrateFlags): Promise<void> {
  const { draws, coverage, model, words, out, writeManifest, json } = flags;
  expectPlace(out, writeManifest);
  if (draws !== undefined && draws < 2)
    throw new ConfigError('draws', { expected: 'at least 2', actual: draws });
  const outcome = await interruptible(
    ({ onProgress, signal }) =>
      calibrate({
        engine: { ...(model === undefined ? {} : { model }), ...(words === undefined ? {} : { words }) },
        ...corporaPaths(flags),
        mixing: mixingOf(flags),
        ...(draws === undefined ? {} : { nDraws: draws }),
        ...(coverage === undefined ? {} : { nResamples: coverage }),
        onProgress,
        signal,
      }),
    'Nothing was written.',
  );
  const { calibration, assessments, all } = outcome;
  await saveCalibration(calibration.json, { out, manifest: writeManifest ? (model ?? bundledModel) : null });
  const report = { schema: 'wakeproof-calibration-report/1', calibrationId: calibration.id };
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...report, words: Object.fromEntries(assessments), all, coverage: Object.fromEntries(outcome.coverage) })}\n`
      : formatCalibration(outcome),
  );
}
