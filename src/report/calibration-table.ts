import Table from 'cli-table3';
import type { Assessment, Coverage, Estimate } from '../calibration/index.js';
import type { CalibrationOutcome } from '../evaluation/index.js';
import { percent, shareText } from './rate-text.js';

/** Renders a calibration and its grades for a terminal. */
export function formatCalibration({ calibration, assessments, all, coverage }: CalibrationOutcome): string {
  const { json, id } = calibration;
  const grades = new Table({
    head: [
      'word',
      'clips (speakers)',
      'stretches (sessions)',
      'Cllr [95 %]',
      'minCllr',
      'Cllr / minCllr',
      'ECE [95 %]',
      'Brier',
      'interval holds',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const costs = new Table({
    head: ['word', 'stake', 'act from', 'misses', 'false accepts', 'cost', 'best cost'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  const maps: string[] = [];
  for (const { word, a, b, w, cap, domain } of json.words) {
    const grade = assessments.get(word);
    if (!grade) continue;
    const { nTargets, nNonTargets, nOutOfDomain } = grade;
    grades.push(gradesRow(word, grade, coverage.get(word)));
    for (const { name, threshold, nMisses, nFalseAccepts, actual, minimum } of grade.stakes) {
      costs.push([
        word,
        name,
        `${threshold.toFixed(1)} nats`,
        `${nMisses} of ${nTargets}`,
        `${nFalseAccepts} of ${nNonTargets}`,
        actual.toFixed(3),
        minimum.toFixed(3),
      ]);
    }
    const weights = Object.entries(w).map(([quality, weight]) => `${signed(weight)}·${quality}`);
    const box = Object.entries(domain).map(
      ([quality, [from, to]]) => `${quality} ${short(from)}…${short(to)}`,
    );
    maps.push(
      `${word}: LLR = ${a.toPrecision(3)}·score ${signed(b)} ${weights.join(' ')}`,
      `  within ${cap[0].toFixed(1)}…${cap[1].toFixed(1)} nats; domain ${box.join(', ')}; ${nOutOfDomain} trials outside`,
    );
  }
  grades.push(gradesRow('all', all, undefined));
  return [
    `calibration ${id} of model ${json.model.name}, ${json.conditions.join(', ')}, seed ${json.seed}`,
    'Graded on speakers and sessions that each fit did not hear (10 parts); Cllr in bits, 0 perfect, 1 says nothing:',
    grades.toString(),
    'Decisions under the default prior; cost 1 is what deciding without listening costs:',
    costs.toString(),
    ...maps,
    '',
  ].join('\n');
}

function gradesRow(name: string, grade: Assessment, coverage: Coverage | undefined): string[] {
  const { nTargets, nNonTargets, nTargetGroups, nNonTargetGroups, cllr, minCllr, ece, brier } = grade;
  return [
    name,
    `${nTargets} (${nTargetGroups})`,
    `${nNonTargets} (${nNonTargetGroups})`,
    withInterval(cllr, (bits) => bits.toFixed(3)),
    minCllr.value.toFixed(3),
    minCllr.value > 0 ? (cllr.value / minCllr.value).toFixed(2) : '–',
    withInterval(ece, percent),
    brier.toFixed(4),
    coverage === undefined ? '–' : shareText(coverage.held, coverage.asked, coverage.interval),
  ];
}

function withInterval({ value, interval }: Estimate, format: (value: number) => string): string {
  return `${format(value)} [${format(interval[0])}, ${format(interval[1])}]`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'} ${Math.abs(value).toPrecision(3)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
