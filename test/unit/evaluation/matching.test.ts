import { describe, expect, it } from 'vitest';
import { dropRepeats, matchEvents } from '../../../src/evaluation/matching.js';
import { columnsOf, occurrencesOf, reportsOf } from './timeline.js';

// One column is half a second: the refractory time of 2 s is 4 columns, the tolerance of 0.5 s is 1 column.

describe('dropRepeats', () => {
  it.each([
    //          0    5    10   15
    ['one     ', '..a.............', [2]],
    ['repeats ', '..aaaa..........', [2]],
    ['at 2.0 s', '..a...a.........', [2]],
    ['at 2.5 s', '..a....a........', [2, 7]],
    ['chain   ', '..a..a..a..a....', [2, 8]],
    ['nothing ', '................', []],
  ])('counts %s', (_name, timeline, columns) => {
    expect(columnsOf(dropRepeats(reportsOf(timeline)))).toEqual(columns);
  });

  it('counts one activation that lasts 10 frames as 1 event, three such as 3', () => {
    // openWakeWord's metrics.py counts 10 and 30 here: its grouping never groups.
    const frameSec = 0.08;
    const activation = (startSec: number) =>
      Array.from({ length: 10 }, (_, frame) => ({ timeSec: startSec + frame * frameSec }));
    expect(dropRepeats(activation(5))).toHaveLength(1);
    expect(dropRepeats([...activation(5), ...activation(15), ...activation(25)])).toHaveLength(3);
  });
});

describe('matchEvents', () => {
  it.each([
    // name             said                events             hits misses false
    ['hit', '....===.........', '......a.........', 1, 0, 0],
    ['miss', '....===.........', '................', 0, 1, 0],
    ['false wake', '................', '......a.........', 0, 0, 1],
    ['late but in tolerance', '....===.........', '........a.......', 1, 0, 0],
    ['too late', '....===.........', '.........a......', 0, 1, 1],
    ['early but in tolerance', '....===.........', '...a............', 1, 0, 0],
    ['too early', '....===.........', '..a.............', 0, 1, 1],
    ['second in one', '..==========....', '...a.....a......', 1, 0, 1],
    ['a double does not hide a miss', '..===......===..', '...a.a..........', 1, 1, 1],
    ['neighbours share none', '....==.==.......', '......a.a.......', 2, 0, 0],
    ['one event, two said', '....==.==.......', '......a.........', 1, 1, 0],
  ])('%s', (_name, said, heard, hits, misses, falseEvents) => {
    const matching = matchEvents(reportsOf(heard), occurrencesOf(said));
    expect([matching.hits.length, matching.misses.length, matching.falseEvents.length]).toEqual([
      hits,
      misses,
      falseEvents,
    ]);
  });

  it('never counts more hits than words were said, so no miss rate below 0', () => {
    // Picovoice's benchmark.py adds a hit for every firing frame: here 4 hits for 2 words, miss rate −1.
    const { hits, misses, falseEvents } = matchEvents(
      reportsOf('..aa.....aa.....'),
      occurrencesOf('.====...====....'),
    );
    expect([hits.length, misses.length, falseEvents.length]).toEqual([2, 0, 2]);
  });

  it('gives an early event to the word that ends first', () => {
    const said = [
      { startSec: 0, endSec: 10 },
      { startSec: 2, endSec: 3 },
    ];
    const { hits } = matchEvents([{ timeSec: 2.5 }, { timeSec: 6 }], said);
    expect(hits.map(({ occurrence }) => occurrence.endSec)).toEqual([3, 10]);
  });
});
