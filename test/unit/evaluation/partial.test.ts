import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../src/errors.js';
import { type EvaluationRequest, evaluate, evaluatePartially } from '../../../src/evaluation/evaluate.js';
import { mergePartials } from '../../../src/evaluation/partial.js';
import { type EvaluationSummary, summarise } from '../../../src/evaluation/summary.js';
import { wavFile } from '../../support/wav-file.js';
import { CorpusFolder } from './corpus-folder.js';
import { MARKERS } from './fake-detector.js';
import { fakeEngineModule } from './fake-engine.js';

const RATE = 16000;
let folder: CorpusFolder;
let request: EvaluationRequest;

/** Six recordings of negatives in two manifests, two of positives in one: 8 units. */
beforeEach(async () => {
  folder = await CorpusFolder.create();
  const positives: Record<string, unknown>[] = [];
  const negatives: Record<string, unknown>[][] = [[], []];
  for (let n = 0; n < 8; n++) {
    const samples = new Array<number>((3 + n) * RATE).fill(0).map((_, i) => Math.sin(i / 7) * 0.01);
    for (let mark = 0; mark <= n % 4; mark++) samples[(mark + 1) * RATE - 8000] = MARKERS.alexa as number;
    await writeFile(
      join(folder.path, `${n}.wav`),
      wavFile({ sampleRateHz: RATE, bits: 32, float: true, channels: [samples] }),
    );
    const line = { audio_filepath: `${n}.wav`, duration: 2 };
    if (n < 2)
      positives.push(
        { ...line, label: 'alexa' },
        { ...line, offset: 1, label: n === 0 ? 'computer' : 'alexa' },
      );
    else negatives[n % 2]?.push({ ...line, text: n === 5 ? 'alexa, hello' : 'hello' });
  }
  request = {
    engine: { module: fakeEngineModule, options: {} },
    positives: [await folder.addManifest('p.jsonl', positives)],
    negatives: [
      await folder.addManifest('n0.jsonl', negatives[0] ?? []),
      await folder.addManifest('n1.jsonl', negatives[1] ?? []),
    ],
    noise: [await folder.addManifest('noise.jsonl', [{ audio_filepath: '7.wav', duration: 8 }])],
    mixing: { snrDb: [10, 0], seed: 3 },
    nProcesses: 1,
  };
});
afterEach(() => folder.remove());

/** All figures but those that differ from run to run. */
function withoutTime(summary: EvaluationSummary) {
  return { ...summary, cpuMsPerAudioSec: null, peakRssBytes: null };
}

async function merged(paths: string[]): Promise<EvaluationSummary> {
  const { plan, observations } = await mergePartials(paths);
  return summarise(plan, observations);
}

async function errorOf(action: Promise<unknown>): Promise<CorpusError> {
  const error = await action.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CorpusError);
  return error as CorpusError;
}

describe('shards', () => {
  it.each([1, 7])('%i of them give the report of one run', async (count) => {
    const whole = await evaluate(request);
    expect(whole.total.falseWakes.alexa).toBeGreaterThan(0);
    expect(whole.positives.map(({ misses }) => misses).some((misses) => misses > 0)).toBe(true);
    const paths: string[] = [];
    for (let index = 1; index <= count; index++) {
      const path = join(folder.path, `${index}.partial`);
      await evaluatePartially(request, { path, shard: { index, count } });
      paths.push(path);
    }
    expect(withoutTime(await merged(paths.reverse()))).toEqual(withoutTime(whole));
  });

  it('are refused where one is missing, given twice, or of another evaluation', async () => {
    const pathOf = (index: number) => join(folder.path, `${index}.partial`);
    for (const index of [1, 2])
      await evaluatePartially(request, { path: pathOf(index), shard: { index, count: 2 } });
    expect((await errorOf(mergePartials([pathOf(1)]))).message).toContain(
      'expected all 8 units; got 4 missing (1, 3, 5, 7)',
    );
    expect((await errorOf(mergePartials([pathOf(1), pathOf(1)]))).message).toContain('got a second time');
    const other = { ...request, mixing: { snrDb: [10, 0], seed: 4 } };
    await evaluatePartially(other, { path: pathOf(3), shard: { index: 2, count: 2 } });
    expect((await errorOf(mergePartials([pathOf(1), pathOf(3)]))).message).toContain('got another seed.');
    await writeFile(pathOf(4), 'not JSON\n');
    expect((await errorOf(mergePartials([pathOf(4)]))).item).toBe('line 1');
    expect((await errorOf(mergePartials([pathOf(5)]))).item).toBe('partial');
  });

  it('outside 1..n are refused', async () => {
    const path = join(folder.path, 'x.partial');
    await expect(evaluatePartially(request, { path, shard: { index: 3, count: 2 } })).rejects.toThrow(
      'shard: expected i/n with 1 ≤ i ≤ n; got 3/2.',
    );
  });
});

describe('an interrupted evaluation', () => {
  it('goes on where it was, also after a line that was cut off', async () => {
    const path = join(folder.path, 'all.partial');
    const where = { path, shard: { index: 1, count: 1 } };
    const controller = new AbortController();
    const interrupted = evaluatePartially(
      {
        ...request,
        signal: controller.signal,
        onProgress: (doneSec) => doneSec > 60 && controller.abort(new Error('interrupted by the test')),
      },
      where,
    );
    await expect(interrupted).rejects.toThrow('interrupted by the test');
    const kept = await readFile(path, 'utf8');
    const nKept = kept.trim().split('\n').length - 1;
    expect(nKept).toBeGreaterThan(0);
    expect(nKept).toBeLessThan(8);

    await writeFile(path, `${kept}{"unit": 5, "observa`);
    await evaluatePartially(request, where);
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1 + 8);
    expect(lines.slice(0, 1 + nKept).join('\n')).toBe(kept.trim());
    expect(withoutTime(await merged([path]))).toEqual(withoutTime(await evaluate(request)));
  });

  it('is not taken up by another evaluation', async () => {
    const where = { path: join(folder.path, 'all.partial'), shard: { index: 1, count: 1 } };
    await evaluatePartially(request, where);
    const changed = [await folder.addManifest('n0.jsonl', [{ audio_filepath: '2.wav', duration: 1 }])];
    const error = await errorOf(evaluatePartially({ ...request, negatives: changed }, where));
    expect(error.message).toContain(
      'expected the same engine, corpora, conditions and seed; got another negatives.',
    );
  });
});
