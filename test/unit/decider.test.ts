import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WakeDecider, type WordRule } from '../../src/detector/decider.js';

const rule: WordRule = { threshold: 5, smoothingOutputs: 1, peakWaitOutputs: 4, refractoryOutputs: 10 };
const rivalOutputs = 6;

/** A timeline: one character an output, a digit is the logit, a dot is 0. */
const logitsOf = (timeline: string) => [...timeline].map((c) => (c === '.' ? 0 : Number(c)));

/**
 * Plays timelines and writes down which word woke, as its letter (a, b, …) at the output where it became known.
 */
function play(
  timelines: string[],
  rules: WordRule[] = timelines.map(() => rule),
  decider = new WakeDecider(rules, rivalOutputs),
) {
  const logits = timelines.map(logitsOf);
  const length = logits[0]?.length ?? 0;
  let wakes = '';
  const peaks: string[] = [];
  for (let output = 0; output < length; output++) {
    const woken = decider.push(logits.map((word) => word[output] as number));
    wakes += woken.length === 0 ? '.' : 'abc'[woken[0]?.wordIndex ?? 0];
    for (const { wordIndex, score, output: at } of woken) peaks.push(`${'abc'[wordIndex]}:${score}@${at}`);
  }
  return { wakes, peaks };
}

describe('one word', () => {
  test('wakes two outputs after its peak, with the score of the peak', () => {
    const { wakes, peaks } = play([
      //
      '...269832...',
    ]);
    expect(wakes).toBe(
      //
      '.......a....',
    );
    expect(peaks).toEqual(['a:9@5']);
  });

  test('wakes after the longest wait where the score keeps rising', () => {
    const { wakes, peaks } = play(['..456789..']);
    expect(wakes).toBe('.......a..'); // crossed at output 3, waited for 4 more
    expect(peaks).toEqual(['a:9@7']);
  });

  test('takes the first of equal peaks, and waits while the score stays there', () => {
    const { wakes, peaks } = play(['..777....']);
    expect(wakes).toBe('......a..');
    expect(peaks).toEqual(['a:7@2']);
  });

  test('a dip of one output does not end the peak', () => {
    const { wakes, peaks } = play(['..6787....']);
    expect(play(['..646832..']).peaks).toEqual(['a:8@5']);
    expect(wakes).toBe('......a...');
    expect(peaks).toEqual(['a:8@4']);
  });

  test('just reaching the threshold is enough; just missing it is not', () => {
    expect(play(['...5....']).wakes).toBe('.....a..');
    expect(play(['...4....']).wakes).toBe('........');
  });

  test('part of the word, a short rise below the threshold, does not wake', () => {
    expect(play(['.1234321...12344321']).wakes).not.toContain('a');
  });

  test('within the refractory time nothing wakes, after it the next one does', () => {
    const { wakes } = play([
      //
      '..9......9.......9....',
    ]);
    expect(wakes).toBe(
      //
      '....a..............a..',
    );
  });

  test('a rise within the refractory time that lasts beyond it is heard at its end', () => {
    const { wakes, peaks } = play(['..9.........7788.......']);
    expect(wakes).toBe('....a............a.....');
    expect(peaks[1]).toBe('a:8@14');
  });

  test('a long passage above the threshold wakes once, and not again before it has been below', () => {
    const { wakes } = play([
      //
      '..6777677767776777677767776777677.....7....',
    ]);
    expect(wakes).toBe(
      //
      '......a.................................a..',
    );
  });

  test('a long passage below the threshold never adds up to a wake', () => {
    expect(play(['4'.repeat(500)]).wakes).not.toContain('a');
    const smooth = { ...rule, smoothingOutputs: 3 };
    expect(play(['4'.repeat(500)], [smooth]).wakes).not.toContain('a');
  });

  test('smoothing is the mean of the last outputs, and there is no score before there are enough', () => {
    const smooth = { ...rule, smoothingOutputs: 3 };
    expect(play(['99......'], [smooth]).peaks).toEqual(['a:6@2']); // (9 + 9 + 0) / 3
    expect(play(['9.......'], [smooth]).peaks).toEqual([]);
    expect(play(['...669..'], [smooth]).peaks).toEqual(['a:7@5']);
  });

  test('reset makes the replay equal to the first run', () => {
    const decider = new WakeDecider([{ ...rule, smoothingOutputs: 2 }], rivalOutputs);
    const timeline = ['.99..9988....99..8.'];
    const first = play(timeline, [rule], decider);
    decider.reset();
    expect(play(timeline, [rule], decider)).toEqual(first);
  });
});

describe('two words', () => {
  test('apart from each other, both wake: refractory time is each word’s own', () => {
    const { wakes } = play(['..9.............', '.........8......']);
    expect(wakes).toBe('....a......b....');
  });

  test('of two that peak together, the one with the larger margin wakes', () => {
    expect(play(['..68..........', '...9..........']).peaks).toEqual(['b:9@3']);
    const lenient = { ...rule, threshold: 1 };
    expect(play(['..68..........', '...9..........'], [lenient, rule]).peaks).toEqual(['a:8@3']);
  });

  test('a peak waits for a rival that is still rising', () => {
    const { wakes, peaks } = play(['..7..........', '....789......']);
    expect(wakes).toBe('........b....');
    expect(peaks).toEqual(['b:9@6']);
  });

  test('a rival that rises only after the wake is dropped, and may wake later', () => {
    const { wakes } = play(['..6..................', '.....9......9........']);
    expect(wakes).toBe('....a.........b......');
  });
});

test('never two wakes of one word within its refractory time, whatever the logits', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 }), (logits) => {
      const decider = new WakeDecider([rule], rivalOutputs);
      let last = Number.NEGATIVE_INFINITY;
      logits.forEach((logit, output) => {
        for (const peak of decider.push([logit])) {
          expect(peak.score).toBeGreaterThanOrEqual(rule.threshold);
          expect(output - last).toBeGreaterThanOrEqual(rule.refractoryOutputs);
          last = output;
        }
      });
    }),
  );
});

test('a higher threshold never gives more wakes on separate peaks', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }), (peaks) => {
      const timeline = peaks.map((p) => `${p}${'.'.repeat(15)}`).join('');
      const count = (threshold: number) => play([timeline], [{ ...rule, threshold }]).peaks.length;
      const counts = [1, 3, 5, 7, 9].map(count);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    }),
  );
});
