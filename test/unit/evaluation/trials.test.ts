import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../src/detector/index.js';
import { ConfigError } from '../../../src/errors.js';
import {
  collectTrials,
  type Manifest,
  type Segment,
  type TrialOptions,
} from '../../../src/evaluation/index.js';

const rateHz = 16000;
const outputSamples = 480;

/**
 * An engine that shows its input: every 30 ms the score of "one" is 100 times the last sample, that of "two" is its
 * negative.
 */
function showingEngine() {
  let heard = 0;
  return {
    words: ['one', 'two'].map((word) => ({ word })) as never,
    sampleRateHz: rateHz,
    reset: () => {
      heard = 0;
    },
    push: async (block: Float32Array): Promise<EngineEvent[]> => {
      const events: EngineEvent[] = [];
      for (let i = 0; i < block.length; i++) {
        heard++;
        if (heard % outputSamples !== 0) continue;
        const score = 100 * (block[i] as number);
        const output = heard / outputSamples - 1;
        const ms = (1000 * heard) / rateHz;
        events.push({ type: 'score', output, sample: heard, ms, scores: Float32Array.of(score, -score) });
      }
      return events;
    },
  } as Parameters<typeof collectTrials>[0];
}

/** A recording from a picture: one sign for each 100 ms, a digit d for a stretch whose samples are d/100. */
function draw(picture: string): Float32Array {
  const samples = new Float32Array(picture.length * 0.1 * rateHz);
  [...picture].forEach((sign, i) => {
    const value = sign === '.' ? 0 : Number(sign) / 100;
    samples.fill(value, i * 0.1 * rateHz, (i + 1) * 0.1 * rateHz);
  });
  return samples;
}

function segment(facts: Partial<Segment>): Segment {
  const { offsetSec = 0, durationSec = 1, label = null, speaker = null, id = null, text = null } = facts;
  return {
    line: 1,
    audioPath: '/corpus/a.wav',
    offsetSec,
    durationSec,
    label,
    speaker,
    session: null,
    id,
    text,
    wordEndSec: null,
    asked: null,
  };
}

function manifest(...segments: Segment[]): Manifest {
  const about = { kind: null, licence: null, split: null };
  return { path: '/corpus/a.jsonl', sha256: '', about, segments };
}

const nothing = { words: ['one', 'two'], positives: [], negatives: [], noise: [], playback: [], rooms: [] };

function optionsFor(recording: Float32Array, more: Partial<TrialOptions> = {}): TrialOptions {
  return {
    snrDb: [],
    seed: 0,
    openRecording: async function* () {
      // Blocks of a length that divides nothing.
      for (let from = 0; from < recording.length; from += 1237) yield recording.slice(from, from + 1237);
    },
    ...more,
  };
}

describe('collectTrials', () => {
  it('takes the highest peak of each 2 s of a negative recording', async () => {
    //                      0 s       1         2         3         4         5         6
    const recording = draw('..3...5............4....9...........................................');
    //                      |──────── 5 ────────|─ 4 is below 9 ─ 9 ─|──────── 0 ────────|
    const corpora = { ...nothing, negatives: [manifest(segment({ durationSec: 6.8, id: 'talk' }))] };
    const trials = await collectTrials(showingEngine(), corpora, optionsFor(recording));
    const one = trials.filter(({ word }) => word === 'one');
    expect(one.map(({ score }) => Math.round(score))).toEqual([5, 9]);
    expect(one.map(({ source }) => source)).toEqual(['a.wav@0', 'a.wav@32000']);
    expect(one.every(({ isTarget, group }) => !isTarget && group === 'talk')).toBe(true);
  });

  it('does not count the shoulder of a peak that lies in the next stretch', async () => {
    //                      0 s       1         2         3         4
    const recording = draw('....2............12345...............................');
    //                      |─ the peak 2 ─────|── the peak 5 ──────|
    const corpora = { ...nothing, negatives: [manifest(segment({ durationSec: 5 }))] };
    const trials = await collectTrials(showingEngine(), corpora, optionsFor(recording));
    const scores = trials.filter(({ word }) => word === 'one').map(({ score }) => Math.round(score));
    expect(scores).toEqual([2, 5]);
  });

  it('leaves out what holds the word, for that word alone', async () => {
    const recording = draw(`....7${'.'.repeat(19)}8${'.'.repeat(19)}6${'.'.repeat(30)}`);
    const said = segment({ durationSec: 0.8, text: 'say one, please' });
    const rest = segment({ offsetSec: 2, durationSec: 5 });
    const corpora = { ...nothing, negatives: [manifest(said, rest)] };
    const trials = await collectTrials(showingEngine(), corpora, optionsFor(recording));
    const sourcesOf = (word: string) =>
      trials.filter((trial) => trial.word === word).map(({ source }) => source);
    expect(sourcesOf('one')).not.toContain('a.wav@0');
    expect(sourcesOf('one')).toContain('a.wav@32000');
    expect(sourcesOf('two')).toContain('a.wav@32000');
  });

  it('takes a positive clip as one trial of its word, and as one without each other word', async () => {
    const recording = draw('.....2..6..');
    const corpora = {
      ...nothing,
      positives: [manifest(segment({ durationSec: 1.1, label: 'one', speaker: 'Ada' }))],
    };
    const trials = await collectTrials(showingEngine(), corpora, optionsFor(recording));
    expect(trials.map(({ word, isTarget }) => [word, isTarget])).toEqual([
      ['one', true],
      ['two', false],
    ]);
    expect(Math.round(trials[0]?.score as number)).toBe(6);
    expect(trials.every(({ group, source }) => group === 'Ada' && source === 'a.wav@0')).toBe(true);
  });

  it('hears everything again in noise, and the same noise for the same seed', async () => {
    const recording = draw(`..2..6..${'.'.repeat(15)}3${'.'.repeat(30)}`);
    const positives = [manifest(segment({ durationSec: 0.8, label: 'one' }))];
    const negatives = [manifest(segment({ audioPath: '/corpus/b.wav', durationSec: 5 }))];
    const noise = [manifest(segment({ audioPath: '/corpus/n.wav', durationSec: 5 }))];
    const options = optionsFor(recording, { snrDb: [10, 0] });
    const collect = (seed: number) =>
      collectTrials(showingEngine(), { ...nothing, positives, negatives, noise }, { ...options, seed });
    const trials = (await collect(0)).filter(({ word }) => word === 'one');
    expect(trials.filter(({ isTarget }) => isTarget)).toHaveLength(3);
    const perStretch = new Map<string, number>();
    for (const { source, isTarget } of trials) {
      if (!isTarget) perStretch.set(source, (perStretch.get(source) ?? 0) + 1);
    }
    expect(Math.max(...perStretch.values())).toBe(2);
    expect(await collect(0)).toEqual(await collect(0));
    expect(await collect(1)).not.toEqual(await collect(0));
  });

  it('hears everything again in rooms and by telephone, the two classes alike', async () => {
    const recording = draw(`..2..6..${'.'.repeat(15)}3${'.'.repeat(30)}`);
    const positives = [manifest(segment({ durationSec: 0.8, label: 'one' }))];
    const negatives = [manifest(segment({ audioPath: '/corpus/b.wav', durationSec: 5 }))];
    const rooms = [manifest(segment({ audioPath: '/corpus/r.wav', durationSec: 1 }))];
    const corpora = { ...nothing, positives, negatives, rooms };
    const options = optionsFor(recording, { codecs: ['mulaw'] });
    const trials = await collectTrials(showingEngine(), corpora, options);
    const one = trials.filter(({ word }) => word === 'one');
    // Clean, telephone, room, telephone in a room; each stretch once as it is and once under one of the others.
    expect(one.filter(({ isTarget }) => isTarget)).toHaveLength(4);
    const first = one.filter(({ source, isTarget }) => source === 'a.wav@0' && !isTarget);
    expect(first).toHaveLength(2);
    // The peak of 6 keeps its height by telephone, but for the ripple of the filters.
    expect(first.map(({ score }) => Math.round(score / 2))).toEqual([3, 3]);
  });

  it('refuses noise levels without noise', async () => {
    await expect(
      collectTrials(showingEngine(), nothing, optionsFor(draw('.'), { snrDb: [10] })),
    ).rejects.toThrow(ConfigError);
  });
});
