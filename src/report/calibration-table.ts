import Table from 'cli-table3';
import type { Estimate } from '../calibration/index.js';
import type { CalibrationOutcome } from '../evaluation/index.js';

/** Renders a calibration and its grades for a terminal. */
export function formatCalibration({ calibration, assessments }: CalibrationOutcome): string {
  const { json, id } = calibration;
  const grades = new Table({
    head: [
      'word',
      'clips (speakers)',
      'stretches (sessions)',
      'Cllr [95 %]',
      'minCllr',
      'ECE [95 %]',
      'Brier',
    ],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
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
    const { nTargets, nNonTargets, nTargetGroups, nNonTargetGroups, nOutOfDomain } = grade;
    grades.push([
      word,
      `${nTargets} (${nTargetGroups})`,
      `${nNonTargets} (${nNonTargetGroups})`,
      withInterval(grade.cllr, (bits) => bits.toFixed(3)),
      grade.minCllr.value.toFixed(3),
      withInterval(grade.ece, (share) => `${(100 * share).toFixed(1)} %`),
      grade.brier.toFixed(4),
    ]);
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

function withInterval({ value, interval }: Estimate, format: (value: number) => string): string {
  return `${format(value)} [${format(interval[0])}, ${format(interval[1])}]`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'} ${Math.abs(value).toPrecision(3)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
