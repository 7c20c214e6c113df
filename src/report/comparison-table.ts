import Table from 'cli-table3';
import type { ComparisonSummary, EvaluationSummary } from '../evaluation/index.js';
import { conditionText } from './condition-text.js';
import { describeRate } from './evaluation-table.js';
import { signed } from './rate-text.js';

/** Renders a comparison for a terminal: engines side by side, then what each error has in common with the first. */
export function formatComparison({ engines, pairs }: ComparisonSummary): string {
  const names = engines.map(({ engine }) => engine);
  const misses = new Table({
    head: ['misses', ...names],
    colAligns: ['left', ...names.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  const rows = new Set(engines.flatMap(({ positives }) => positives.map(rowOf)));
  for (const row of rows) {
    const cells = engines.map(({ positives }) => {
      const entry = positives.find((positive) => rowOf(positive) === row);
      if (!entry) return '–';
      const [low, high] = entry.interval;
      return `${entry.misses} of ${entry.clips}: ${percent(entry.missRate)} [${percent(low)}, ${percent(high)}]`;
    });
    misses.push([row, ...cells]);
  }
  const lines = [misses.toString()];
  for (const summary of engines) lines.push(...engineLines(summary));
  for (const { first, other, misses: paired, falseWakes } of pairs) {
    lines.push(`${other} against ${first}, on the same audio:`);
    for (const { word, condition, onlyFirst, onlyOther, difference, interval } of paired) {
      const range = `[${percent(interval[0], true)}, ${percent(interval[1], true)}]`;
      lines.push(
        `  ${word} ${conditionText(condition)}: ${onlyOther} missed by it alone, ${onlyFirst} by the first alone; ` +
          `miss rate ${percent(difference, true)} ${range}`,
      );
    }
    for (const { word, onlyFirst, onlyOther, differencePerHour, interval } of falseWakes) {
      const range = `[${signed(interval[0])}, ${signed(interval[1])}]`;
      lines.push(
        `  ${word}: ${onlyOther} false wakes of its own, ${onlyFirst} of the first's own; ` +
          `${signed(differencePerHour)}/h ${range}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function engineLines({
  engine,
  operatingPoint,
  total,
  cpuMsPerAudioSec,
  chosenOn,
}: EvaluationSummary): string[] {
  const thresholds = Object.entries(operatingPoint.thresholds).map(([word, score]) => `${word} ${score}`);
  const wakes = Object.entries(total.falseWakes).flatMap(([word, count]) => {
    const rate = total.perHour[word];
    return rate ? [`  ${word}: ${describeRate(count, rate)}`] : [];
  });
  // A child process does its work outside of the process that is measured.
  const cpu =
    cpuMsPerAudioSec === null ? '' : `, ${cpuMsPerAudioSec.toFixed(2)} ms of CPU here per second of audio`;
  const warning =
    chosenOn.length === 0
      ? []
      : ['  No result for other recordings: thresholds or calibration were chosen on these.'];
  return [`${engine} at ${thresholds.join(', ') || operatingPoint.name}${cpu}`, ...wakes, ...warning];
}

function rowOf({ word, condition }: EvaluationSummary['positives'][number]): string {
  return `${word} ${conditionText(condition)}`;
}

function percent(share: number, withSign = false): string {
  return `${withSign ? signed(100 * share, 1) : (100 * share).toFixed(1)} %`;
}
