import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { calibrateDirectedness, type DirectednessCheck } from '../evaluation/index.js';
import { percent } from '../report/index.js';
import { parseWhole } from './arguments.js';

interface DirectednessFlags {
  speakers: string[];
  talk: string[];
  noise: string[];
  checkSpeakers: string[];
  checkTalk: string[];
  checkNoise: string[];
  seed: number;
  out: string;
  json: boolean;
}

/** `wakeproof calibrate-directedness`: fits whether a turn is said to the device. */
export function calibrateDirectednessCommand(): Command {
  return new Command('calibrate-directedness')
    .summary('fit how much what surrounds a turn says of whether it is meant for the device')
    .description(
      "Lays dialogs from single utterances of one speaker each, finds turns in talk that is nobody's request, and fits what\n" +
        'tells them apart: silence, talk through the prompt, latency, level, tilt. Checks it on other speakers and other talk.',
    )
    .requiredOption('--speakers <manifest...>', 'speech whose lines tell the speaker')
    .requiredOption('--talk <manifest...>', 'talk that asks the device for nothing; heard whole')
    .option('--noise <manifest...>', 'behind half of both, 5 to 25 dB below', [])
    .requiredOption('--check-speakers <manifest...>', 'the same for the check')
    .requiredOption('--check-talk <manifest...>', 'the same for the check')
    .option('--check-noise <manifest...>', 'the same for the check', [])
    .requiredOption('--out <file>', 'write the model as JSON')
    .option('--seed <n>', 'fixes the dialogs and the places in talk', parseWhole, 0)
    .option('--json', 'print the checks as one JSON object', false)
    .action(calibrate);
}

async function calibrate(flags: DirectednessFlags): Promise<void> {
  const { speakers, talk, noise, checkSpeakers, checkTalk, checkNoise, seed, out, json } = flags;
  const { model, checks } = await calibrateDirectedness({
    fit: { speakers, talk, noise },
    check: { speakers: checkSpeakers, talk: checkTalk, noise: checkNoise },
    seed,
  });
  await writeFile(out, `${JSON.stringify(model, null, 2)}\n`);
  process.stdout.write(json ? `${JSON.stringify({ checks })}\n` : checks.map(describe).join(''));
}

function describe({ turn, directed, talk, unknown, cllr, missed, passed }: DirectednessCheck): string {
  return `${turn.padEnd(8)} ${directed} directed, ${talk} of talk, ${unknown} unknown: Cllr ${cllr.toFixed(3)}, below 0 ${percent(missed)} of directed, 0 or more ${percent(passed)} of talk\n`;
}
