import { Command } from 'commander';
import color from 'picocolors';
import { Calibration } from '../calibration/index.js';
import { checkRecipe } from '../dsp/index.js';
import {
  bundledModel,
  featuresPerFrame,
  type LoadedModel,
  loadModel,
  type ModelManifest,
  StreamingSession,
} from '../model/index.js';

/** `wakeproof inspect`: what a model is and claims. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('show what a model is, and check it')
    .description(
      'Checks a model against its manifest (schema, SHA-256, recipe, tensors) and shows what it is.',
    )
    .argument('[model]', "a model's manifest.json, or its folder (default: the bundled model)")
    .option('--json', 'print the checked manifest as JSON', false)
    .addHelpText('after', '\nExample:\n  $ wakeproof inspect models/wake')
    .action(inspect);
}

async function inspect(path: string | undefined, { json }: { json: boolean }): Promise<void> {
  const model = await loadModel(path ?? bundledModel);
  checkRecipe(model.manifest.frontend);
  await (await StreamingSession.create(model)).dispose();
  const { manifest } = model;
  if (json) {
    process.stdout.write(`${JSON.stringify(manifest)}\n`);
    return;
  }
  const facts = [...describeModel(model), ...describeWords(manifest), ...describeRights(manifest)];
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  for (const [name, value] of facts) process.stdout.write(`${color.dim(name.padEnd(width))}${value}\n`);
}

type Fact = readonly [name: string, value: string];

function describeModel({ manifest, bytes }: LoadedModel): Fact[] {
  const { frontend, framesPerCall, stride } = manifest;
  const shape = `[1, ${framesPerCall}, ${featuresPerFrame(manifest)}]`;
  const values =
    frontend.nMfcc > 0
      ? `${frontend.nMfcc} MFCC of ${frontend.nMels} mel bands`
      : `${frontend.nMels} log-mel bands`;
  const { secondLook } = manifest;
  const look: Fact[] = secondLook
    ? [
        [
          'second look',
          `${secondLook.file}, ${secondLook.parameters} parameters, hears ${secondLook.frames * frontend.frameShiftMs} ms of each candidate again; ${secondLook.share} of the score`,
        ],
      ]
    : [];
  return [
    ['model', `${color.bold(manifest.name)} ${manifest.version}`],
    ['file', `${manifest.file}, ${(bytes.length / 1000).toFixed(1)} kB, ${manifest.parameters} parameters`],
    ['sha256', `${manifest.sha256} ${color.green('(as the file)')}`],
    [
      'front end',
      `${frontend.recipe}: ${values}, ${frontend.lowHz}–${frontend.highHz} Hz, ${frontend.frameLengthMs} ms every ${frontend.frameShiftMs} ms`,
    ],
    [
      'takes',
      `features ${shape} and state [1, ${manifest.stateSize}], every ${framesPerCall * frontend.frameShiftMs} ms`,
    ],
    [
      'gives',
      `a score each ${stride * frontend.frameShiftMs} ms, mean of ${manifest.score.smoothingOutputs}`,
    ],
    ...look,
    [
      'decision',
      `refractory ${manifest.decision.refractoryMs} ms, waits for a peak up to ${manifest.decision.peakWaitMs} ms`,
    ],
  ];
}

function describeWords(manifest: ModelManifest): Fact[] {
  const calibration = manifest.calibration && Calibration.parse(manifest.calibration);
  const words = manifest.words.map(({ word, operatingPoints, durationMs }): Fact => {
    const points = Object.entries(operatingPoints).map(([name, { score }]) => `${name} ${score}`);
    return [`word ${word}`, `threshold ${points.join(', ')}; ${durationMs.min}–${durationMs.max} ms long`];
  });
  const known = calibration
    ? `${calibration.id}, for ${calibration.words.join(', ')}`
    : color.yellow('none: scores are not probabilities');
  return [...words, ['calibration', known]];
}

function describeRights({ licences }: ModelManifest): Fact[] {
  const data = licences.data.map(({ name, licence }): Fact => ['trained on', `${name} (${licence})`]);
  return [['licence', `code ${licences.code}, weights ${licences.weights}`], ...data];
}
