import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { type DialogModels, portlandReplay } from '../evaluation/index.js';

/** Flags that choose the models which a dialog hears with. */
export interface DialogModelFlags {
  model?: string;
  acoustic?: string;
}

/** Flags that choose a dialog and what it hears with. */
export interface DialogFlags extends DialogModelFlags {
  dialog?: string;
}

/** Adds the flags that choose the models. */
export function withDialogModelFlags(command: Command): Command {
  return command
    .option('--model <manifest>', "a wake model's manifest.json, or its folder (default: the bundled model)")
    .option('--acoustic <manifest>', "an acoustic model's manifest.json (default: the bundled model)");
}

/** Adds those, and the one that chooses the dialog. */
export function withDialogFlags(command: Command): Command {
  return withDialogModelFlags(
    command.option(
      '--dialog <file>',
      'JSON with word, grammar, contacts, acts, roles and promptMs (default: Portland)',
    ),
  );
}

/** The models that the flags name; bundled ones in place of those not named. */
export function dialogModels({ model, acoustic }: DialogModelFlags): DialogModels {
  return {
    ...(model === undefined ? {} : { wake: model }),
    ...(acoustic === undefined ? {} : { acoustic }),
  };
}

/** Where the dialog lies. */
export function dialogUrl({ dialog }: DialogFlags): URL {
  return dialog === undefined ? portlandReplay : pathToFileURL(dialog);
}
