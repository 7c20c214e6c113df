import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CorpusError } from '../../../src/errors.js';
import type {
  EvaluationPlan,
  NegativeRun,
  Observations,
  PositiveTrial,
} from '../../../src/evaluation/index.js';
import { buildReport, reportJsonSchema, reportSchema, writeReport } from '../../../src/report/index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wakeproof-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

const about = { kind: 'read' as const, licence: 'CC0 <1.0>', split: 'test' as const };
const plan: EvaluationPlan = {
  engine: 'fake & co',
  modelSha256: null,
  calibrationId: null,
  operatingPoint: { name: 'default', thresholds: { alexa: 2 } },
  chosenOn: [],
  words: ['alexa'],
  conditions: ['clean'],
  seed: 1,
  positives: [{ manifest: 'dev/p.jsonl', sha256: 'a'.repeat(64), about }],
  negatives: [{ manifest: 'dev/n.jsonl', sha256: 'b'.repeat(64), about }],
  noise: [],
  playback: [],
  rooms: [],
};

const wake = { word: 'alexa', timeSec: 2, endSec: 1.9, score: 3, llr: 2, probability: 0.8 };
const peak = (score: number, session = 'anna') => ({ word: 'alexa', score, llr: score, session });

/** Clips by speaker: each digit is one clip, 1 for a hit; its peak score is 3 for a hit, 1 for a miss. */
function clips(bySpeaker: Record<string, string>): PositiveTrial[] {
  return Object.entries(bySpeaker).flatMap(([speaker, hits]) =>
    [...hits].map((hit, line) => ({
      manifestIndex: 0,
      line,
      speaker,
      word: 'alexa',
      condition: 'clean' as const,
      room: null,
      wordEndSec: 1.8,
      detections: hit === '1' ? [wake] : [],
      peaks: [peak(hit === '1' ? 3 : 1, speaker)],
      audioSec: 3,
      cpuMs: 3,
    })),
  );
}

/** An hour of negatives with peaks in its stretches. */
const run: NegativeRun = {
  manifestIndex: 0,
  recording: 'n.opus',
  detections: [wake],
  spoken: {},
  peaks: [-4, -3, 0, 2.5].map((score) => peak(score, 'dana')),
  nearWords: [],
  turns: [
    { session: 'dana', fromSec: 0 },
    { session: 'eve', fromSec: 1800 },
  ],
  segmentsSec: 1800,
  audioSec: 3600,
  cpuMs: 3600,
};
const observations: Observations = {
  trials: clips({ anna: '1111', ben: '1110', cleo: '0000' }),
  runs: [run],
  peakRssBytes: 180_900_000,
};

describe('buildReport', () => {
  it('draws whole speakers, so that clips of one speaker are not taken for independent', () => {
    const [misses] = buildReport(plan, observations).missesBySpeaker;
    expect(misses).toMatchObject({ clips: 12, misses: 5, groups: 3, speakersKnown: true });
    const [low, high] = misses?.interval ?? [0, 0];
    const [wilsonLow, wilsonHigh] = buildReport(plan, observations).summary.positives[0]?.interval ?? [0, 0];
    expect(low).toBeLessThan(wilsonLow);
    expect(high).toBeGreaterThan(wilsonHigh);
  });

  it('draws no clips where the manifest names no speakers', () => {
    const trials = observations.trials.map((trial) => ({ ...trial, speaker: null }));
    const [misses] = buildReport(plan, { ...observations, trials }).missesBySpeaker;
    expect(misses).toMatchObject({ clips: 12, speakersKnown: false, interval: null });
  });

  it('gives the misses and false wakes of other thresholds', () => {
    // score     1 1 1 1 1 3 3 3 3 3 3 3 with the word;  −4 −3 0 2.5 without, in one hour
    const [det] = buildReport(plan, observations).det;
    expect(det?.points.map(({ threshold, misses, falseAlarms }) => [threshold, misses, falseAlarms])).toEqual(
      [
        [3, 5, 0],
        [2.5, 5, 1],
        [1, 0, 1],
        [-4, 0, 4],
      ],
    );
  });

  it('is the same each time', () => {
    expect(buildReport(plan, observations)).toEqual(buildReport(plan, observations));
  });

  it('takes CPU time from where the engine was alone', () => {
    const alone = { audioSec: 30, cpuMs: 36 };
    expect(buildReport(plan, { ...observations, alone }).summary.cpuMsPerAudioSec).toBe(1.2);
    expect(buildReport(plan, observations).summary.cpuMsPerAudioSec).toBe(1);
  });
});

describe('writeReport', () => {
  it('writes JSON of the published schema, Markdown with drawings, and one offline HTML file', async () => {
    await writeReport(buildReport(plan, observations), folder);
    const names = (await readdir(folder)).sort();
    const drawings = ['bayes-error-alexa.svg', 'det-alexa.svg', 'reliability-alexa.svg'];
    expect(names).toEqual([...drawings, 'report.html', 'report.json', 'report.md'].sort());

    const json = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    expect(reportSchema.parse(json)).toEqual(json);

    const markdown = await readFile(join(folder, 'report.md'), 'utf8');
    expect(markdown).toContain('alexa: 1 false wake in 1.00 h = 1.00/h [0.03, 5.57].');
    expect(markdown).toContain(
      '| alexa | clean | 5 of 12 | 41.7 % [19.3 %, 68.0 %] | 200 / 200 ms | p.jsonl |',
    );
    expect(markdown).toContain('Memory: 181 MB at most');
    expect(markdown).toContain('| alexa | 1 of 2 | 1.00 [0.00, 2.00] |');
    expect(markdown).toContain('Its interval draws whole speakers and sessions.');
    for (const name of drawings) expect(markdown).toContain(`](${name})`);

    // Each dot with its interval; one more dot stands in the legend.
    const reliability = await readFile(join(folder, 'reliability-alexa.svg'), 'utf8');
    const nDots = (reliability.match(/<circle/g)?.length ?? 0) - 1;
    expect(nDots).toBeGreaterThan(0);
    expect(reliability.match(/<path d="M[\d.]+ [\d.]+V/g)).toHaveLength(nDots);

    const html = await readFile(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('<h1>fake &amp; co: misses and false wakes</h1>');
    expect(html).toContain('CC0 &lt;1.0&gt;');
    expect(html).toContain('<td>41.7\u00a0% [19.3\u00a0%,\u00a068.0\u00a0%]</td>');
    expect(html.match(/<svg /g)).toHaveLength(3);
    expect(html).toContain('width=device-width');
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|href=|<script/);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('refuses to call a result what was measured where the threshold was chosen', async () => {
    const chosen = buildReport({ ...plan, chosenOn: ['b'.repeat(64)] }, observations);
    expect(chosen.summary.chosenOn).toEqual(['dev/n.jsonl']);
    const error = await writeReport(chosen, join(folder, 'none')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CorpusError);
    expect((error as Error).message).toContain('chosen on n.jsonl');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('docs/report.schema.json', () => {
  it('is what the schema in src/report gives; else run: node scripts/write-report-schema.mjs', async () => {
    const path = new URL('../../../docs/report.schema.json', import.meta.url);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });
});
