import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../src/errors.js';
import { loadCorpora, spokenIn } from '../../../src/evaluation/corpora.js';
import { readManifest, type Segment } from '../../../src/evaluation/manifest.js';
import { cutSegments } from '../../../src/evaluation/segments.js';
import { Tape } from '../../../src/evaluation/tape.js';
import { CorpusFolder } from './corpus-folder.js';

let folder: CorpusFolder;
beforeEach(async () => {
  folder = await CorpusFolder.create();
  await folder.addRecording('a.flac', new Float32Array(32000));
  await folder.addRecording('b.flac', new Float32Array(32000));
});
afterEach(() => folder.remove());

const good = { audio_filepath: 'a.flac', offset: 0.5, duration: 1, label: 'alexa' };

async function errorOf(action: Promise<unknown>): Promise<CorpusError> {
  const error = await action.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CorpusError);
  return error as CorpusError;
}

describe('readManifest', () => {
  it('reads segments, paths beside the manifest, blank lines ignored', async () => {
    const path = await folder.addManifest('m.jsonl', [
      good,
      '',
      { ...good, speaker: 's1', text: { intent: 'x' }, word_end: 0.9 },
    ]);
    const manifest = await readManifest(path);
    expect(manifest.segments.map(({ line }) => line)).toEqual([1, 3]);
    expect(manifest.segments[1]).toEqual({
      line: 3,
      audioPath: `${folder.path}/a.flac`,
      offsetSec: 0.5,
      durationSec: 1,
      label: 'alexa',
      speaker: 's1',
      session: null,
      id: null,
      text: null,
      asked: { intent: 'x', slots: {} },
      wordEndSec: 0.9,
    });
    expect(manifest.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['not JSON', '{"audio_filepath": "a.flac"', /line 2: expected a JSON object/],
    ['no duration', { audio_filepath: 'a.flac' }, /line 2: expected a segment with a valid "duration"/],
    ['a negative duration', { ...good, duration: -1 }, /line 2: expected a segment with a valid "duration"/],
    ['a negative offset', { ...good, offset: -0.1 }, /line 2: expected a segment with a valid "offset"/],
    ['a missing file', { ...good, audio_filepath: 'gone.flac' }, /line 2: .*no file .*gone\.flac/],
    ['a word that ends later', { ...good, word_end: 1.5 }, /line 2: expected "word_end" within the segment/],
  ])('refuses %s with file and line', async (_name, line, message) => {
    const path = await folder.addManifest('m.jsonl', [good, line]);
    const error = await errorOf(readManifest(path));
    expect(error.message).toMatch(message);
    expect(error.corpus).toBe(path);
    expect(error.item).toBe('line 2');
  });

  it('refuses a manifest that is missing or empty', async () => {
    expect((await errorOf(readManifest(`${folder.path}/none.jsonl`))).item).toBe('manifest');
    const path = await folder.addManifest('empty.jsonl', ['']);
    expect((await errorOf(readManifest(path))).message).toContain('expected at least one segment; got none.');
  });
});

describe('loadCorpora', () => {
  const words = ['alexa', 'jarvis'];
  const none = { positives: [], negatives: [], noise: [] };

  it('refuses a positive whose label is no word', async () => {
    const path = await folder.addManifest('p.jsonl', [good, { ...good, label: 'computer' }]);
    const error = await errorOf(loadCorpora(words, { ...none, positives: [path] }));
    expect(error.message).toContain(
      'line 2: expected a label among the words (alexa, jarvis); got "computer".',
    );
    const unlabelled = await folder.addManifest('u.jsonl', [{ ...good, label: undefined }]);
    expect((await errorOf(loadCorpora(words, { ...none, positives: [unlabelled] }))).message).toContain(
      'no label',
    );
  });

  it('refuses a positive among the negatives', async () => {
    const path = await folder.addManifest('n.jsonl', [{ ...good, label: 'speech' }, good]);
    const error = await errorOf(loadCorpora(words, { ...none, negatives: [path] }));
    expect(error.message).toContain(
      'line 2: expected a negative: none of the words as its label; got "alexa".',
    );
  });

  it('refuses a recording in two negative manifests', async () => {
    const line = { ...good, label: 'speech' };
    const one = await folder.addManifest('one.jsonl', [line]);
    const two = await folder.addManifest('two.jsonl', [{ ...line, audio_filepath: 'b.flac' }, line]);
    const error = await errorOf(loadCorpora(words, { ...none, negatives: [one, two] }));
    expect([error.corpus, error.item]).toEqual([two, 'line 2']);
  });
});

describe('corpus.json', () => {
  const line = { ...good, label: 'speech' };

  it('is read beside the manifest; what it does not tell is null', async () => {
    const [told, untold] = [
      await folder.addManifest('a.jsonl', [line]),
      await folder.addManifest('b.jsonl', [line]),
    ];
    await folder.addManifest('corpus.json', [
      { 'a.jsonl': { kind: 'read', licence: 'CC BY 4.0', split: 'dev' } },
    ]);
    expect((await readManifest(told)).about).toEqual({ kind: 'read', licence: 'CC BY 4.0', split: 'dev' });
    expect((await readManifest(untold)).about).toEqual({ kind: null, licence: null, split: null });
  });

  it('is refused where it says what is not known', async () => {
    const path = await folder.addManifest('a.jsonl', [line]);
    await folder.addManifest('corpus.json', [{ 'a.jsonl': { kind: 'opera' } }]);
    const error = await errorOf(readManifest(path));
    expect(error.message).toContain(
      'Kinds are read, conversation, acted, telephone, TV, near words, music, noise',
    );
  });

  it('keeps noise, playback and rooms of dev out of positives of test', async () => {
    const positives = [await folder.addManifest('p.jsonl', [good])];
    const noise = [await folder.addManifest('n.jsonl', [line])];
    const load = async (splits: Record<string, unknown>, use: 'noise' | 'playback' | 'rooms' = 'noise') => {
      await folder.addManifest('corpus.json', [splits]);
      return loadCorpora(['alexa'], { positives, negatives: [], noise: [], [use]: noise });
    };
    for (const use of ['noise', 'playback', 'rooms'] as const) {
      const error = await errorOf(load({ 'p.jsonl': { split: 'test' }, 'n.jsonl': { split: 'dev' } }, use));
      expect(error.message).toContain(`split: expected ${use} of the split test`);
    }
    await load({ 'p.jsonl': { split: 'test' }, 'n.jsonl': { split: 'test' } });
    await load({ 'p.jsonl': { split: 'dev' }, 'n.jsonl': { split: 'train' } });
  });
});

describe('spokenIn', () => {
  it.each([
    ['computer', 'TIM WAS WALKING TO COMPUTER ROOM', 1],
    ['computer', "The computer's computer, a computer.", 3],
    ['computer', 'commuters, computing, supercomputer', 0],
    ['alexa', 'Alexa’s here', 1],
  ])('%s in %s', (word, text, times) => {
    const segment = { label: 'speech', text, offsetSec: 3, durationSec: 2 } as Segment;
    expect(spokenIn(segment, word)).toEqual(new Array(times).fill({ startSec: 3, endSec: 5 }));
  });

  it('looks at the label too', () => {
    expect(spokenIn({ label: 'hey_computer', text: null } as Segment, 'computer')).toHaveLength(1);
  });
});

describe('cutSegments', () => {
  const segment = (line: number, offsetSec: number, durationSec: number) =>
    ({ line, offsetSec, durationSec }) as Segment;
  const ramp = Float32Array.from({ length: 32000 }, (_, i) => i);
  const cut = async (segments: Segment[]) => {
    await folder.addRecording('ramp.flac', ramp);
    const cuts: { line: number; samples: Float32Array }[] = [];
    for await (const one of cutSegments('m.jsonl', segments, folder.open('ramp.flac'))) {
      cuts.push({ line: one.segment.line, samples: one.samples });
    }
    return cuts;
  };

  it('cuts segments to the sample, in any order of lines, overlapping ones too', async () => {
    const cuts = await cut([
      segment(1, 1.25, 0.5),
      segment(2, 0, 0.1),
      segment(3, 0.05, 1.5),
      segment(4, 1.9, 0.1),
    ]);
    expect(cuts.map(({ line }) => line)).toEqual([2, 3, 1, 4]);
    const bounds = cuts.map(({ samples }) => [samples[0], samples.at(-1), samples.length]);
    expect(bounds).toEqual([
      [0, 1599, 1600],
      [800, 24799, 24000],
      [20000, 27999, 8000],
      [30400, 31999, 1600],
    ]);
  });

  it('lets a segment run over the end by rounding only', async () => {
    expect((await cut([segment(1, 1.5, 0.5009)]))[0]?.samples).toHaveLength(8000);
    const error = await errorOf(cut([segment(1, 0, 1), segment(2, 1.5, 0.502)]));
    expect(error.message).toContain(
      'line 2: expected a segment within the recording (2 s); got 1.5 s + 0.502 s.',
    );
    expect((await errorOf(cut([segment(7, 99, 1)]))).item).toBe('line 7');
  });
});

describe('Tape', () => {
  const tapeOf = async (samples: Float32Array, lines: readonly { offset: number; duration: number }[]) => {
    await folder.addRecording('noise.flac', samples);
    const path = await folder.addManifest(
      'noise.jsonl',
      lines.map((line) => ({ audio_filepath: 'noise.flac', ...line })),
    );
    return Tape.create([await readManifest(path)], folder.open);
  };

  it('is the segments end to end, wraps round, and holds nothing from between them', async () => {
    const samples = Float32Array.from({ length: 1000 }, (_, i) => i + 1);
    const tape = await tapeOf(samples, [
      { offset: 100 / 16000, duration: 200 / 16000 },
      { offset: 600 / 16000, duration: 100 / 16000 },
    ]);
    expect(tape.tape.length).toBe(300);
    const noise = await tape.excerpt(1, 'clip', 700);
    await tape.dispose();
    const circle = [...samples.subarray(100, 300), ...samples.subarray(600, 700)];
    const start = circle.indexOf(noise[0] as number);
    expect(start).toBeGreaterThanOrEqual(0);
    expect([...noise]).toEqual(Array.from({ length: 700 }, (_, i) => circle[(start + i) % 300]));
  });

  it('passes over silent places, and says so when there is nothing else', async () => {
    const half = new Float32Array(32000).fill(0.1, 0, 16000);
    const tape = await tapeOf(half, [{ offset: 0, duration: 2 }]);
    for (let clip = 0; clip < 20; clip++) {
      expect((await tape.excerpt(0, `${clip}`, 1000)).some((sample) => sample !== 0)).toBe(true);
    }
    await tape.dispose();
    const silent = await tapeOf(new Float32Array(32000), [{ offset: 0, duration: 2 }]);
    const error = await errorOf(silent.excerpt(0, 'clip', 1000));
    await silent.dispose();
    expect(error.message).toContain('expected noise above −100 dBFS; got silence at 100 places.');
  });
});
