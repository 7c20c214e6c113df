import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../errors.js';
import {
  type CommandSet,
  calibrateIntents,
  type IntentCalibrationOutcome,
  type LlrCosts,
  type MapGrades,
  requireMixable,
} from '../evaluation/index.js';
import { Grammar } from '../grammar/index.js';
import { bundledAcousticModel } from '../model/index.js';
import { hourlyText } from '../report/index.js';
import { parseNumbers, parseSnrs, parseWhole } from './arguments.js';
import { modelOption, readText, readValues, slotOption } from './grammar-flags.js';
import { interruptible } from './interruptible.js';
import { expectPlace, saveCalibration } from './save-calibration.js';

interface CalibrateIntentFlags {
  grammar: readonly GrammarWithManifests[];
  slot?: Record<string, string>;
  negatives: string[];
  noise: string[];
  snr: number[];
  slotSnr: number[];
  level: number[];
  seed: number;
  model?: string;
  out?: string;
  writeManifest: boolean;
  json: boolean;
}

/** A grammar's file, and the manifests of its commands. */
interface GrammarWithManifests {
  readonly path: string;
  readonly manifests: string[];
}

/** `wakeproof calibrate-intent`: fits what an acoustic model's evidence for intents and slots is worth. */
export function calibrateIntentCommand(): Command {
  const grammars: GrammarWithManifests[] = [];
  return new Command('calibrate-intent')
    .summary('fit what evidence for intents and slots is worth')
    .description(
      'Fits the maps from raw evidence to log-likelihood ratios of intents and slots: commands against talk, values heard\n' +
        'right against values heard wrong; and grades them on speakers that each fit did not hear, and each grammar by a fit\n' +
        'on the others. Give --grammar more than once, each with its --manifest behind it, and speakers in the manifests\n' +
        'where you know them. See docs/calibration.md.',
    )
    .requiredOption('--grammar <file>', 'what can be asked, in YAML; can be repeated', (path: string) => {
      grammars.push({ path, manifests: [] });
      return grammars;
    })
    .requiredOption(
      '--manifest <manifest...>',
      'NeMo manifests of commands of the grammar before it, whose `text` holds { intent, slots }',
      (manifest: string) => {
        const grammar = grammars.at(-1);
        if (!grammar) throw new InvalidArgumentError('Expected a --grammar before it.');
        grammar.manifests.push(manifest);
        return grammars;
      },
    )
    .requiredOption('--negatives <manifest...>', 'talk that holds no command; recordings are heard whole')
    .option('--noise <manifest...>', 'noise to add to the commands, at each SNR of --snr', [])
    .option('--snr <dB,...>', 'SNRs in dB besides the commands as they are, such as 15,9', parseSnrs, [])
    .option('--slot-snr <dB,...>', 'SNRs in dB that count for the slots alone, such as 5,0', parseSnrs, [])
    .option(
      '--level <dBFS,...>',
      'levels of far speech at which the fit is graded and up to which it is told, such as -45',
      parseNumbers,
      [],
    )
    .option('--seed <n>', 'fixes where the noise is taken from', parseWhole, 0)
    .addOption(slotOption())
    .addOption(modelOption())
    .option('--out <file>', 'where to write the calibration')
    .option('--write-manifest', "put the calibration into the model's manifest", false)
    .option('--json', 'print the report as one JSON object', false)
    .action(calibrateIntent);
}

async function calibrateIntent(flags: CalibrateIntentFlags): Promise<void> {
  const { negatives, noise, snr, slotSnr, level, seed, model, out, writeManifest, json } = flags;
  expectPlace(out, writeManifest);
  requireMixable({ snrDb: [...snr, ...slotSnr] }, { noise });
  const commands = await commandSets(flags);
  const mixing = { noise, snrDb: snr, slotSnrDb: slotSnr, levelDbfs: level, seed };
  const outcome = await interruptible(
    (hooks) => calibrateIntents({ commands, negatives, mixing, model, ...hooks }),
    'Nothing was written.',
  );
  const { calibration, ...grades } = outcome;
  await saveCalibration(calibration, {
    out,
    manifest: writeManifest ? (model ?? bundledAcousticModel) : null,
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 'wakeproof-intent-calibration-report/5', calibration, ...grades })}\n`
      : describe(outcome),
  );
}

/** The grammars with those of the given slots that each of them has. */
async function commandSets({ grammar: grammars, slot = {} }: CalibrateIntentFlags): Promise<CommandSet[]> {
  const values: Record<string, readonly string[]> = {};
  for (const [name, path] of Object.entries(slot)) values[name] = await readValues(name, path);
  const sets = await Promise.all(
    grammars.map(async ({ path, manifests }) => {
      const grammar = Grammar.parse(await readText('grammar', path));
      const own = Object.entries(values).filter(([name]) => grammar.openSlots.includes(name));
      return { name: basename(path), grammar, slots: Object.fromEntries(own), manifests };
    }),
  );
  const foreign = Object.keys(values).find((name) => sets.every(({ slots }) => !(name in slots)));
  if (foreign === undefined) return sets;
  throw new ConfigError('slot', { expected: 'slots that a grammar leaves open', actual: foreign });
}

function describe(outcome: IntentCalibrationOutcome): string {
  const { calibration, intents, slots, givenSlots, unheard, falseIntents } = outcome;
  const { intent, slot, givenSlot } = calibration;
  return [
    `intents: LLR = ${intent.a}·the lesser of filler and rival ${signed(intent.b)}, within ${intent.cap[0]} … ${intent.cap[1]}`,
    ...lines(intents),
    'slots:',
    ...hearingLines(slot, slots),
    ...(givenSlot && givenSlots
      ? ['slots whose values are given at run time:', ...hearingLines(givenSlot, givenSlots)]
      : []),
    `${unheard} commands of which nothing was heard`,
    ...Object.entries(falseIntents).map(
      ([grammar, rate]) =>
        `false intents of ${grammar}, held out  ${rate.accepted} in ${rate.hours.toFixed(2)} h of talk = ${hourlyText(rate)}`,
    ),
    '',
  ].join('\n');
}

type HearingMaps = IntentCalibrationOutcome['calibration']['slot'];

function hearingLines(maps: HearingMaps, grades: readonly MapGrades[]): string[] {
  return maps.flatMap(({ alternatives, rivalMost, cap }, i) => [
    `  by ${i === 0 ? 'one hearing' : `${i + 1} hearings`}, within ${cap[0]} … ${cap[1]}:`,
    ...alternatives.map(
      ({ share, filler, rival, anyName, b }) =>
        `    of ${share} of what is wrong: LLR = ${filler}·filler + ${rival}·min(rival, ${rivalMost}) + ${anyName}·any name ${signed(b)}`,
    ),
    ...lines(grades[i] as MapGrades),
  ]);
}

function signed(b: number): string {
  return `${b < 0 ? '−' : '+'} ${Math.abs(b)}`;
}

function costs({ cllr, minCllr }: LlrCosts): string {
  return `Cllr ${cllr.toFixed(3)}, min ${minCllr.toFixed(3)}`;
}

function lines({
  targets,
  nonTargets,
  targetSpeakers,
  nonTargetSpeakers,
  heldOut,
  fit,
  otherGrammars,
  faint,
}: MapGrades): string[] {
  const others = Object.entries(otherGrammars);
  return [
    `  asked for    ${targets} of ${targetSpeakers} speakers`,
    `  not          ${nonTargets} of ${nonTargetSpeakers} speakers`,
    `  held out     ${costs(heldOut)}`,
    `  on the fit   ${costs(fit)}`,
    ...(faint ? [`  faint        ${costs(faint)}`] : []),
    ...(others.length < 2 ? [] : others).map(
      ([grammar, graded]) =>
        `  ${grammar}, fitted without it  ${graded ? costs(graded) : 'no trials of both kinds'}`,
    ),
  ];
}
