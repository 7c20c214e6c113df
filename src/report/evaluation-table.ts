import { basename } from 'node:path';
import Table from 'cli-table3';
import { type EvaluationSummary, type RatePerHour, zeroRateBound } from '../evaluation/index.js';
import { conditionText } from './condition-text.js';
import { percent } from './rate-text.js';

/** No colours, no lines between rows. */
const LAYOUT = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** Renders an evaluation for a terminal: each rate with its count, its denominator and its 95 % interval. */
export function formatEvaluation(summary: EvaluationSummary): string {
  const { engine, operatingPoint, positives, negatives, seed } = summary;
  const thresholds = Object.entries(operatingPoint.thresholds).map(([word, score]) => `${word} ${score}`);
  const parts = [
    `${engine}, operating point ${operatingPoint.name}${thresholds.length > 0 ? ` (${thresholds.join(', ')})` : ''}, seed ${seed}`,
  ];
  if (positives.length > 0) parts.push(formatPositives(summary));
  if (summary.byRoom.length > 0) parts.push(formatRooms(summary));
  if (negatives.length > 0) parts.push(formatNegatives(summary), formatTotals(summary));
  if (summary.byKind.some(({ kind }) => kind !== null)) parts.push(formatKinds(summary));
  if (summary.nearWords.length > 0) parts.push(formatNearWords(summary));
  const { calibration } = summary;
  if (calibration) {
    const { cllr, minCllr, ece, nTargets, nNonTargets } = calibration;
    parts.push(
      `calibration: Cllr ${cllr.toFixed(3)} bits (at best ${minCllr.toFixed(3)}), ECE ${percent(ece)}; ` +
        `${nTargets} trials with a word, ${nNonTargets} without`,
    );
  }
  if (summary.chosenOn.length > 0) {
    const corpora = summary.chosenOn.map((path) => basename(path)).join(', ');
    parts.push(`No result for other recordings: threshold or calibration was chosen on ${corpora}.`);
  }
  if (summary.cpuMsPerAudioSec !== null) {
    parts.push(`CPU: ${summary.cpuMsPerAudioSec.toFixed(2)} ms per second of audio, the engine alone`);
  }
  if (summary.peakRssBytes !== null) parts.push(`memory: ${describeMemory(summary.peakRssBytes)}`);
  return `${parts.join('\n')}\n`;
}

function formatPositives({ positives }: EvaluationSummary): string {
  const table = new Table({
    head: ['manifest', 'word', 'condition', 'misses', 'miss rate [95 %]', 'latency p50 / p95'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right'],
    ...LAYOUT,
  });
  for (const { manifest, word, condition, misses, clips, missRate, interval, latencyMs } of positives) {
    const { p50, p95 } = latencyMs;
    const latency = p50 === null || p95 === null ? '–' : `${p50.toFixed(0)} / ${p95.toFixed(0)} ms`;
    const rate = `${percent(missRate)} [${percent(interval[0])}, ${percent(interval[1])}]`;
    table.push([basename(manifest), word, conditionText(condition), `${misses} of ${clips}`, rate, latency]);
  }
  return table.toString();
}

function formatRooms({ byRoom }: EvaluationSummary): string {
  const table = new Table({
    head: ['room', 'misses', 'miss rate [95 %]'],
    colAligns: ['left', 'right', 'right'],
    ...LAYOUT,
  });
  for (const { room, condition, misses, clips, missRate, interval } of byRoom) {
    if (condition !== 'room') continue;
    const rate = `${percent(missRate)} [${percent(interval[0])}, ${percent(interval[1])}]`;
    table.push([room, `${misses} of ${clips}`, rate]);
  }
  return table.toString();
}

function formatNegatives({ negatives, total }: EvaluationSummary): string {
  const words = Object.keys(total.falseWakes);
  const table = new Table({
    head: ['manifest', 'hours', ...words],
    colAligns: ['left', ...new Array<'right'>(words.length + 1).fill('right')],
    ...LAYOUT,
  });
  for (const { manifest, hours, falseWakes } of negatives) {
    table.push([basename(manifest), hours.toFixed(2), ...words.map((word) => String(falseWakes[word]))]);
  }
  table.push(['all', total.hours.toFixed(2), ...words.map((word) => String(total.falseWakes[word]))]);
  return table.toString();
}

function formatKinds({ byKind, total }: EvaluationSummary): string {
  const words = Object.keys(total.falseWakes);
  const table = new Table({
    head: ['kind', 'hours', 'of speech', ...words.map((word) => `${word}: false wakes, per hour [95 %]`)],
    colAligns: ['left', ...new Array<'right'>(words.length + 2).fill('right')],
    ...LAYOUT,
  });
  for (const { kind, hours, speechHours, falseWakes, perHour } of byKind) {
    const cells = words.map((word) => {
      const rate = perHour[word];
      if (!rate) return '–';
      const [low, high] = rate.interval;
      return `${falseWakes[word]}, ${rate.rate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
    });
    table.push([kind ?? 'not told', hours.toFixed(2), speechHours.toFixed(2), ...cells]);
  }
  return table.toString();
}

/** Near words that woke the engine; the others are one line. */
function formatNearWords({ nearWords }: EvaluationSummary): string {
  const woke = nearWords.filter(({ falseWakes }) => falseWakes > 0);
  const lines = woke.map(
    ({ said, word, segments, falseWakes, interval }) =>
      `"${said}" woke ${word} in ${falseWakes} of ${segments} [${percent(interval[0])}, ${percent(interval[1])}]`,
  );
  const others = new Set(nearWords.map(({ said }) => said)).size - new Set(woke.map(({ said }) => said)).size;
  return [...lines, `${others} near words woke nothing`].join('\n');
}

function formatTotals({ total, negatives }: EvaluationSummary): string {
  const lines: string[] = [];
  for (const [word, count] of Object.entries(total.falseWakes)) {
    const spoken = negatives.reduce((sum, entry) => sum + (entry.spoken[word]?.segments ?? 0), 0);
    const note = spoken > 0 ? `; said in ${spoken} segments, which are left out` : '';
    const rate = total.perHour[word];
    if (rate) lines.push(`${word}: ${describeRate(count, rate)}${note}`);
  }
  return lines.join('\n');
}

/**
 * A rate in words: "2 false wakes in 24.0 h = 0.08/h [0.01, 0.30]"; where there were none, what that proves:
 * "0 false wakes in 6.10 h: below 0.50/h (95 %)", the one-sided bound, rounded up.
 */
export function describeRate(count: number, { hours, rate, interval }: RatePerHour): string {
  const counted = `${count} false wake${count === 1 ? '' : 's'} in ${hours.toFixed(hours < 10 ? 2 : 1)} h`;
  if (count === 0)
    return `${counted}: below ${(Math.ceil(zeroRateBound(hours) * 100) / 100).toFixed(2)}/h (95 %)`;
  return `${counted} = ${rate.toFixed(2)}/h [${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`;
}

/** Peak memory in words. */
export function describeMemory(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB at most, the whole process of the engine`;
}
