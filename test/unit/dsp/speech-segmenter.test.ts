import { describe, expect, it } from 'vitest';
import { SpeechSegmenter, type VadEvent, type VadOptions } from '../../../src/dsp/speech-segmenter.js';
import { ConfigError } from '../../../src/errors.js';

/** Short times, so that a timeline fits a line: onset 3 hops, hangover 4, shortest speech 5, no look-back. */
const short: VadOptions = { onsetMs: 30, hangoverMs: 40, minSpeechMs: 50, lookBackMs: 0 };

/** One character a hop of 10 ms: `#` speech (p = 0.9), `+` between the thresholds (0.5), `.` none (0.1). */
function run(timeline: string, options: VadOptions = short, inputRateHz = 16000): VadEvent[] {
  const segmenter = new SpeechSegmenter(options, 400, inputRateHz);
  return feed(segmenter, timeline);
}

function feed(segmenter: SpeechSegmenter, timeline: string): VadEvent[] {
  const logits: Record<string, number> = { '#': Math.log(9), '+': 0, '.': -Math.log(9) };
  return [...timeline].flatMap((character) => segmenter.push(logits[character] as number) ?? []);
}

/** The middle 10 ms of a 25 ms frame begin 120 samples into it. */
const hopSample = (hop: number) => 120 + 160 * hop;
const brief = (events: VadEvent[]) => events.map(({ type, sample }) => [type, sample]);

describe('SpeechSegmenter', () => {
  it('tells an onset only after all of its hops, and places it at the first', () => {
    //   0123456789
    expect(run('...##...')).toEqual([]);
    expect(run('.#.#.#.##.#.')).toEqual([]);
    expect(brief(run('...###'))).toEqual([['speechStart', hopSample(3)]]);
  });

  it('ends after the hangover, at the last hop of speech', () => {
    //                 0123456789012345
    expect(brief(run('..######........'))).toEqual([
      ['speechStart', hopSample(2)],
      ['speechEnd', hopSample(8)],
    ]);
    expect(brief(run('..######...'))).toHaveLength(1);
  });

  it('bridges pauses shorter than the hangover, and goes on above the lower threshold', () => {
    expect(brief(run('..####...##++++++...+....'))).toEqual([
      ['speechStart', hopSample(2)],
      ['speechEnd', hopSample(21)],
    ]);
    expect(run('++++++++++')).toEqual([]);
  });

  it('takes back what was too short', () => {
    expect(brief(run('..####....'))).toEqual([
      ['speechStart', hopSample(2)],
      ['misfire', hopSample(6)],
    ]);
  });

  it('never overlaps: a look-back stops at the last event', () => {
    const events = run('.#####....###....', { ...short, lookBackMs: 200 });
    expect(brief(events)).toEqual([
      ['speechStart', 0],
      ['speechEnd', hopSample(6)],
      ['speechStart', hopSample(6)],
      ['misfire', hopSample(13)],
    ]);
  });

  it('tells times of the input clock', () => {
    expect(run('...###', short, 48000)).toEqual([{ type: 'speechStart', sample: 1800, ms: 37.5 }]);
    expect(run('...###', short, 44100)[0]?.sample).toBe(Math.round(600 * (44100 / 16000)));
  });

  it('starts anew after reset', () => {
    const segmenter = new SpeechSegmenter(short, 400, 16000);
    const first = feed(segmenter, '..######......###');
    segmenter.reset();
    expect(feed(segmenter, '..######......###')).toEqual(first);
  });

  it.each<[string, VadOptions]>([
    ['onThreshold', { onThreshold: 1 }],
    ['onThreshold', { onThreshold: Number.NaN }],
    ['offThreshold', { offThreshold: 0.7 }],
    ['offThreshold', { offThreshold: 0 }],
    ['onsetMs', { onsetMs: 10 }],
    ['hangoverMs', { hangoverMs: 0 }],
    ['minSpeechMs', { minSpeechMs: -1 }],
    ['lookBackMs', { lookBackMs: Number.POSITIVE_INFINITY }],
  ])('refuses a wrong %s', (option, options) => {
    const create = () => new SpeechSegmenter(options, 400, 16000);
    expect(create).toThrow(ConfigError);
    expect(create).toThrow(`vad.${option}: expected`);
  });
});
