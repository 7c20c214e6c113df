import { basename } from 'node:path';
import type { ComparisonSummary, EvaluationSummary } from '../evaluation/index.js';
import { conditionText } from './condition-text.js';
import type { Block } from './document.js';
import { describeRate } from './evaluation-table.js';
import { percent, shareText, signed } from './rate-text.js';

/** Lays a comparison out: engines in columns, then what the others do otherwise than the first. */
export function comparisonBlocks({ engines, pairs }: ComparisonSummary): Block[] {
  const rows = new Map<string, string[]>();
  const set = (name: string, index: number, cell: string): void => {
    const cells = rows.get(name) ?? engines.map(() => '–');
    cells[index] = cell;
    rows.set(name, cells);
  };
  engines.forEach((engine, index) => {
    for (const { word, condition, misses, clips, interval } of engine.positives) {
      set(`${word} missed, ${conditionText(condition)}`, index, shareText(misses, clips, interval));
    }
    for (const [word, count] of Object.entries(engine.total.falseWakes)) {
      const rate = engine.total.perHour[word];
      if (rate) set(`${word}, negatives`, index, describeRate(count, rate));
    }
    set('operating point', index, operatingPoint(engine));
    const { peakRssBytes, cpuMsPerAudioSec } = engine;
    const ownCpu = 'CPU, without that of programs that are called';
    if (cpuMsPerAudioSec !== null) set(ownCpu, index, `${cpuMsPerAudioSec.toFixed(2)} ms a second of audio`);
    if (peakRssBytes !== null) set('memory', index, `${Math.round(peakRssBytes / 1e6)} MB`);
  });
  return [
    ...engines.flatMap(warning),
    {
      type: 'table',
      head: ['', ...engines.map(({ engine }) => engine)],
      rows: [...rows].map(([name, cells]) => [name, ...cells]),
    },
    {
      type: 'text',
      text: `Against ${pairs[0]?.first}, clip by clip and wake by wake; differences with 95 % intervals, of clips by drawing speakers (clips, where none are named):`,
    },
    {
      type: 'table',
      head: ['engine', 'on', 'it alone erred', 'the first alone erred', 'difference [95 %]'],
      rows: pairs.flatMap(({ other, misses, falseWakes }) => [
        ...misses.map(({ word, condition, clips, onlyOther, onlyFirst, difference, interval }) => [
          other,
          `${word}, ${conditionText(condition)}`,
          `${onlyOther} of ${clips}`,
          `${onlyFirst} of ${clips}`,
          `${points(difference)} [${interval.map(points).join(', ')}]`,
        ]),
        ...falseWakes.map(({ word, hours, onlyOther, onlyFirst, differencePerHour, interval }) => [
          other,
          `${word}, ${hours.toFixed(2)} h`,
          `${onlyOther}`,
          `${onlyFirst}`,
          `${signed(differencePerHour)}/h [${interval.map((rate) => signed(rate)).join(', ')}]`,
        ]),
      ]),
    },
  ];
}

function operatingPoint({ operatingPoint: { name, thresholds } }: EvaluationSummary): string {
  const scores = Object.entries(thresholds).map(([word, score]) => `${word} ${Number(score.toPrecision(4))}`);
  return scores.join(', ') || name;
}

/** What was chosen on the very corpora is no result for others; to be told beside the engines for which it is one. */
function warning({ engine, chosenOn }: EvaluationSummary): Block[] {
  if (chosenOn.length === 0) return [];
  const corpora = chosenOn.map((path) => basename(path)).join(', ');
  return [
    {
      type: 'warning',
      text: `${engine}: no result for other recordings, its thresholds or its calibration were chosen on ${corpora}.`,
    },
  ];
}

function points(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}
