#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import color from 'picocolors';
import { calibrateCommand } from './calibrate.js';
import { calibrateDirectednessCommand } from './calibrate-directedness.js';
import { calibrateIntentCommand } from './calibrate-intent.js';
import { chainCommand } from './chain.js';
import { compareCommand } from './compare.js';
import { corpusCommand } from './corpus.js';
import { detectCommand } from './detect.js';
import { evalCommand } from './eval.js';
import { evalDialogsCommand } from './eval-dialogs.js';
import { evalIntentCommand } from './eval-intent.js';
import { describeFailure, exitCodeHelp } from './exit-codes.js';
import { featuresCommand } from './features.js';
import { inspectCommand } from './inspect.js';
import { listenCommand } from './listen.js';
import { mergeCommand } from './merge.js';
import { replayCommand } from './replay.js';
import { understandCommand } from './understand.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const program = new Command('wakeproof')
  .description('Finds wake words in recordings and live audio, and says how sure it is.')
  .version(version)
  .exitOverride()
  .configureHelp({ showGlobalOptions: false })
  .addHelpText('afterAll', exitCodeHelp)
  .addCommand(detectCommand())
  .addCommand(listenCommand())
  .addCommand(featuresCommand())
  .addCommand(inspectCommand())
  .addCommand(evalCommand())
  .addCommand(compareCommand())
  .addCommand(corpusCommand())
  .addCommand(calibrateCommand())
  .addCommand(calibrateDirectednessCommand())
  .addCommand(calibrateIntentCommand())
  .addCommand(mergeCommand())
  .addCommand(understandCommand())
  .addCommand(evalIntentCommand())
  .addCommand(evalDialogsCommand())
  .addCommand(replayCommand())
  .addCommand(chainCommand());
for (const command of program.commands) command.copyInheritedSettings(program);

// A reader that has seen enough, such as `head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

program.parseAsync().catch((error: unknown) => {
  const { code, text } = describeFailure(error);
  if (text !== null) process.stderr.write(`${color.red('wakeproof:')} ${text}\n`);
  process.exitCode = code;
});
