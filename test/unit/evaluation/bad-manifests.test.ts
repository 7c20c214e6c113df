import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalCommand } from '../../../src/cli/eval.js';
import { CorpusError } from '../../../src/errors.js';
import { runCommand } from '../../support/run-command.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';

const model = new URL('../../fixtures/tone-model/manifest.json', import.meta.url).pathname;
const RATE = 16000;

let folder: CorpusFolder;
beforeEach(async () => {
  folder = await CorpusFolder.create();
  // Two seconds of the word `low`.
  const samples = Array.from({ length: 2 * RATE }, (_, i) =>
    Math.round(9000 * Math.sin((2 * Math.PI * 600 * i) / RATE)),
  );
  for (const name of ['a.wav', 'b.wav']) {
    await writeFile(join(folder.path, name), wavFile({ sampleRateHz: RATE, bits: 16, channels: [samples] }));
  }
});
afterEach(() => folder.remove());

/** What may be told before the error: nothing. */
async function errorOf(...flags: string[]): Promise<Error> {
  const all = ['--jobs', '1', '--model', model, '--words', 'low', '--json', ...flags];
  const outcome = await runCommand(evalCommand(), all).catch((thrown: unknown) => thrown);
  expect(outcome).toBeInstanceOf(CorpusError);
  return outcome as CorpusError;
}

const good = { audio_filepath: 'a.wav', duration: 1 };
const bad = {
  'a missing file': [{ audio_filepath: 'gone.wav' }, /no file .*gone\.wav/],
  'a negative duration': [{ duration: -1 }, /expected a segment with a valid "duration"/],
  'a negative offset': [{ offset: -1 }, /expected a segment with a valid "offset"/],
  'an offset past the end': [
    { offset: 2.5 },
    /expected a segment within the recording \(2 s\); got 2\.5 s \+ 1 s/,
  ],
  'an end past the end': [
    { offset: 1.5 },
    /expected a segment within the recording \(2 s\); got 1\.5 s \+ 1 s/,
  ],
} as const;

describe.each(Object.entries(bad))('%s is refused with file and line', (_name, [fault, message]) => {
  // The good line comes first, and is heard before the bad one is reached: still nothing is counted.
  it.each(['positives', 'negatives', 'noise', 'playback', 'rooms'] as const)('among %s', async (use) => {
    const label = use === 'positives' ? { label: 'low' } : {};
    const path = await folder.addManifest('bad.jsonl', [
      { ...good, ...label },
      { ...good, audio_filepath: 'b.wav', ...label, ...fault },
    ]);
    const flags = [`--${use}`, path];
    if (use !== 'positives' && use !== 'negatives') {
      flags.push('--positives', await folder.addManifest('p.jsonl', [{ ...good, label: 'low' }]));
      if (use === 'noise') flags.push('--snr', '10');
      if (use === 'playback') flags.push('--playback-ratio', '10');
    }
    const error = await errorOf(...flags);
    expect(error).toMatchObject({ corpus: path, item: 'line 2' });
    expect(error.message).toContain(`${path}, line 2: `);
    expect(error.message).toMatch(message);
  });
});

describe('a label on the wrong side is refused with file and line', () => {
  it('a positive whose label is no word', async () => {
    const path = await folder.addManifest('bad.jsonl', [
      { ...good, label: 'low' },
      { ...good, label: 'Lexus' },
    ]);
    const error = await errorOf('--positives', path);
    expect(error).toMatchObject({ corpus: path, item: 'line 2' });
    expect(error.message).toContain('expected a label among the words (low); got "Lexus"');
  });

  it('a positive among the negatives', async () => {
    const path = await folder.addManifest('bad.jsonl', [
      { ...good, label: 'speech' },
      { ...good, label: 'low' },
    ]);
    const error = await errorOf('--negatives', path);
    expect(error).toMatchObject({ corpus: path, item: 'line 2' });
    expect(error.message).toContain('expected a negative: none of the words as its label; got "low"');
  });
});
