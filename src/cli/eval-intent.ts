import { Command } from 'commander';
import { ConfigError } from '../errors.js';
import {
  countFalseIntents,
  evaluateIntents,
  type FalseIntents,
  type IntentEvaluation,
  type IntentTrial,
  type SlotCounts,
} from '../evaluation/index.js';
import { hourlyText, shareText } from '../report/index.js';
import { type NoiseFlags, noiseOf, parseNumber, withNoiseFlags } from './arguments.js';
import { intentOptions, type TellingFlags, withTellingFlags } from './grammar-flags.js';

interface EvalIntentFlags extends TellingFlags, NoiseFlags {
  manifest?: string;
  level?: number;
  negatives: string[];
  json: boolean;
}

/** `wakeproof eval-intent`: how often what is asked is understood. */
export function evalIntentCommand(): Command {
  const command = new Command('eval-intent')
    .summary('count how often what is asked is understood')
    .description(
      'Hears each segment of a manifest whose `text` holds { intent, slots }, clean, in noise or at a level, and counts where the\n' +
        'intent, and where the intent and all slots are right, with a 95 % interval. With --negatives: hears talk as if the\n' +
        'microphone stood open, and counts the intents that it tells, by the hour.',
    )
    .option('--manifest <manifest>', 'NeMo manifest of commands')
    .option('--negatives <manifest...>', 'talk that holds no command; recordings are heard whole', [])
    .option('--level <dBFS>', 'level of far speech, such as -45; not with noise', parseNumber)
    .option('--json', 'print one JSON object for each utterance, and one with the counts at the end', false);
  return withTellingFlags(withNoiseFlags(command)).action(evalIntent);
}

async function evalIntent(flags: EvalIntentFlags): Promise<void> {
  const { manifest, level: levelDbfs, negatives, json } = flags;
  if (manifest === undefined && negatives.length === 0) {
    throw new ConfigError('eval-intent', { expected: '--manifest or --negatives', actual: 'neither' });
  }
  const mixing = noiseOf(flags);
  if (manifest === undefined && (mixing !== null || levelDbfs !== undefined)) {
    throw new ConfigError('eval-intent', {
      expected: 'noise and levels for commands of a --manifest',
      actual: 'only --negatives, which are heard as they are',
      remedy: 'Leave --noise, --snr and --level out.',
    });
  }
  const engine = await intentOptions(flags);
  if (negatives.length > 0) {
    const counted = await countFalseIntents(negatives, engine);
    process.stdout.write(json ? `${JSON.stringify(counted)}\n` : describeFalse(counted));
  }
  if (manifest === undefined) return;
  const tell = (trial: IntentTrial) => {
    if (json) process.stdout.write(`${JSON.stringify(trial)}\n`);
  };
  const result = await evaluateIntents({ manifest, mixing, levelDbfs, engine }, tell);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
}

function describeFalse({ hours, utterances, byIntent, ...all }: FalseIntents): string {
  const line = (name: string, rate: Pick<FalseIntents, 'accepted' | 'perHour' | 'interval'>) =>
    `  ${name.padEnd(24)} ${rate.accepted} = ${hourlyText(rate)}`;
  return [
    `false intents in ${hours.toFixed(2)} h of talk, ${utterances} utterances`,
    line('all', all),
    ...Object.entries(byIntent).map(([intent, rate]) => line(intent, rate)),
    '',
  ].join('\n');
}

function describe({
  utterances,
  intentRight,
  allRight,
  rejected,
  interval,
  slots,
  cpuMsPerAudioSec,
}: IntentEvaluation) {
  const values = ({ right, wrong }: SlotCounts) => `${right} right, ${wrong} wrong`;
  return [
    `intent and all slots right  ${shareText(allRight, utterances, interval)}`,
    `intent right                ${intentRight}/${utterances}`,
    `taken for nothing           ${rejected}/${utterances}`,
    `slots, evidence for them    ${values(slots.for)}; against them: ${values(slots.against)}`,
    `CPU                         ${cpuMsPerAudioSec.toFixed(1)} ms a second of audio`,
    '',
  ].join('\n');
}
