import { Command } from 'commander';
import {
  calibrateIntents,
  type IntentCalibrationOutcome,
  type MapGrades,
  requireMixable,
} from '../evaluation/index.js';
import { bundledAcousticModel } from '../model/index.js';
import { hourlyText } from '../report/index.js';
import { parseSnrs, parseWhole } from './arguments.js';
import { type GrammarFlags, intentOptions, withGrammarFlags } from './grammar-flags.js';
import { interruptible } from './interruptible.js';
import { expectPlace, saveCalibration } from './save-calibration.js';

interface CalibrateIntentFlags extends GrammarFlags {
  manifest: string;
  negatives: string[];
  noise: string[];
  snr: number[];
  slotSnr: number[];
  seed: number;
  out?: string;
  writeManifest: boolean;
  json: boolean;
}

/** `wakeproof calibrate-intent`: fits what an acoustic model's evidence for intents and slots is worth. */
export function calibrateIntentCommand(): Command {
  const command = new Command('calibrate-intent')
    .summary('fit what evidence for intents and slots is worth')
    .description(
      'Fits the maps from raw evidence to log-likelihood ratios of intents and slots: commands against talk, values heard\n' +
        'right against values heard wrong; and grades them on speakers that each fit did not hear. Give speakers in the\n' +
        'manifests where you know them. See docs/calibration.md.',
    )
    .requiredOption(
      '--manifest <manifest>',
      'NeMo manifest of commands, whose `text` holds { intent, slots }',
    )
    .requiredOption('--negatives <manifest...>', 'talk that holds no command')
    .option('--noise <manifest...>', 'noise to add to the commands, at each SNR of --snr', [])
    .option('--snr <dB,...>', 'SNRs in dB besides the commands as they are, such as 15,9', parseSnrs, [])
    .option('--slot-snr <dB,...>', 'SNRs in dB that count for the slots alone, such as 5,0', parseSnrs, [])
    .option('--seed <n>', 'fixes where the noise is taken from', parseWhole, 0);
  return withGrammarFlags(command)
    .option('--out <file>', 'where to write the calibration')
    .option('--write-manifest', "put the calibration into the model's manifest", false)
    .option('--json', 'print the report as one JSON object', false)
    .action(calibrateIntent);
}

async function calibrateIntent(flags: CalibrateIntentFlags): Promise<void> {
  const { manifest, negatives, noise, snr, slotSnr, seed, model, out, writeManifest, json } = flags;
  expectPlace(out, writeManifest);
  requireMixable({ snrDb: [...snr, ...slotSnr] }, { noise });
  const engine = await intentOptions(flags);
  const mixing = { noise, snrDb: snr, slotSnrDb: slotSnr, seed };
  const outcome = await interruptible(
    (hooks) => calibrateIntents({ manifest, negatives, mixing, engine, ...hooks }),
    'Nothing was written.',
  );
  const { calibration, ...grades } = outcome;
  await saveCalibration(calibration, {
    out,
    manifest: writeManifest ? (model ?? bundledAcousticModel) : null,
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'wakeproof-intent-calibration-report/1', calibration, ...grades })}\n`
      : describe(outcome),
  );
}

function describe({ calibration, intents, slots, unheard, falseIntents }: IntentCalibrationOutcome): string {
  const { hours, accepted } = falseIntents;
  return [
    ...lines('intents', intents, calibration.intent),
    ...lines('slots', slots, calibration.slot),
    `${unheard} commands of which nothing was heard`,
    `false intents, held out  ${accepted} in ${hours.toFixed(2)} h of talk = ${hourlyText(falseIntents)}`,
    '',
  ].join('\n');
}

function lines(
  name: string,
  { targets, nonTargets, targetSpeakers, nonTargetSpeakers, heldOut, fit }: MapGrades,
  { a, b, cap }: IntentCalibrationOutcome['calibration']['intent'],
): string[] {
  const costs = ({ cllr, minCllr }: MapGrades['fit']) => `Cllr ${cllr.toFixed(3)}, min ${minCllr.toFixed(3)}`;
  return [
    `${name}: LLR = ${a}·raw ${b < 0 ? '−' : '+'} ${Math.abs(b)}, within ${cap[0]} … ${cap[1]}`,
    `  asked for    ${targets} of ${targetSpeakers} speakers`,
    `  not          ${nonTargets} of ${nonTargetSpeakers} speakers`,
    `  held out     ${costs(heldOut)}`,
    `  on the fit   ${costs(fit)}`,
  ];
}
