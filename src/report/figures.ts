import { type Condition, type Interval, wilsonInterval } from '../evaluation/index.js';
import { conditionText } from './condition-text.js';
import { type Axis, type Plot, plotSvg, type Series } from './plot.js';
import type { DetOfCondition, LlrGrades, Report } from './report.js';

/** A drawing of a report. */
export interface Figure {
  /** File name without folder, for reports that keep drawings apart. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** DET curves by word, and for calibrated engines reliability and Bayes error. */
export function figuresOf(report: Report): Figure[] {
  const words = [...new Set(report.det.map(({ word }) => word))];
  return [
    ...words.flatMap((word) => detFigures(word, report)),
    ...report.llrs.flatMap((grades) => [reliabilityFigure(grades), bayesErrorFigure(grades)]),
  ];
}

/** Miss rate, spread near 0 where engines differ: by its square root. */
const missAxis: Axis = {
  label: 'miss rate',
  ticks: [0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1],
  format: (value) => `${Math.round(value * 100)} %`,
  place: Math.sqrt,
};
/** False wakes per hour, spread near 0. */
const alarmAxis: Axis = {
  label: 'false wakes per hour',
  ticks: [0, 0.1, 0.5, 1, 2, 5, 10],
  format: String,
  place: Math.sqrt,
};
const probabilityAxis = (label: string): Axis => ({
  label,
  ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
  format: String,
  place: (value) => value,
});

/** Of a word: as recorded and under each effect; with rooms, the same in a room. */
function detFigures(word: string, report: Report): Figure[] {
  const isOfWord = (entry: { readonly word: string }) => entry.word === word;
  const inRoom = ({ condition }: { readonly condition: Condition }) => condition.startsWith('room');
  const dry = detFigure(
    `det-${word}`,
    `${word}: misses against false wakes`,
    report,
    (entry) => isOfWord(entry) && !inRoom(entry),
  );
  if (!report.det.some((entry) => isOfWord(entry) && inRoom(entry))) return [dry];
  const title = `${word} in a room: misses against false wakes`;
  return [dry, detFigure(`det-${word}-room`, title, report, (entry) => isOfWord(entry) && inRoom(entry))];
}

function detFigure(
  name: string,
  title: string,
  { det, summary }: Report,
  isShown: (entry: { readonly word: string; readonly condition: Condition }) => boolean,
): Figure {
  const inUse: Series = {
    name: 'in use',
    form: 'dots',
    points: summary.positives
      .filter(isShown)
      .map(({ word, missRate }) => [summary.total.perHour[word]?.rate ?? 0, missRate] as const),
  };
  const curves = det.filter(isShown).map(detSeries);
  return figure(name, {
    title,
    x: alarmAxis,
    y: missAxis,
    series: [...curves, inUse],
  });
}

function detSeries({ condition, points }: DetOfCondition): Series {
  const shown = points.map(({ falseAlarmsPerHour, missRate }) => [falseAlarmsPerHour, missRate] as const);
  // What lies beyond the axis is cut, not squeezed on its end.
  const end = alarmAxis.ticks.at(-1) as number;
  return {
    name: conditionText(condition).replace(/^room, /, ''),
    form: 'steps',
    points: [[0, 1], ...shown.filter(([alarms]) => alarms <= end)],
  };
}

function reliabilityFigure({ word, reliability }: LlrGrades): Figure {
  const { bins, prior } = reliability;
  const points = bins.flatMap(({ claimed, observed }) =>
    claimed === null || observed === null ? [] : [[claimed, observed] as const],
  );
  const total = (count: 'nTargets' | 'nNonTargets') => bins.reduce((sum, bin) => sum + bin[count], 0);
  // As likely as at the prior, whatever the numbers of trials.
  const oddsRatio = (prior / (1 - prior)) * (total('nNonTargets') / total('nTargets'));
  const intervals = bins
    .filter(({ observed }) => observed !== null)
    .map(({ nTargets, nNonTargets }): Interval => {
      const [low, high] = wilsonInterval(nTargets, nTargets + nNonTargets);
      const atPrior = (share: number) => (oddsRatio * share) / (oddsRatio * share + 1 - share);
      return [atPrior(low), atPrior(high)];
    });
  return figure(`reliability-${word}`, {
    title: `${word}: what was claimed and what came true`,
    x: probabilityAxis('probability claimed, at prior 0.5'),
    y: probabilityAxis('share that held the word'),
    series: [
      {
        name: 'exactly right',
        form: 'line',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
      { name: 'measured [95 %]', form: 'dots', points, intervals },
    ],
  });
}

function bayesErrorFigure({ word, bayesError }: LlrGrades): Figure {
  const series = (name: string, value: 'actual' | 'minimum'): Series => ({
    name,
    form: 'line',
    points: bayesError.map((point) => [point.priorLogOdds, point[value]] as const),
  });
  return figure(`bayes-error-${word}`, {
    title: `${word}: cost of decisions at any stake`,
    x: {
      label: 'effective prior, log odds',
      ticks: [-12, -8, -4, 0, 4, 8, 12],
      format: String,
      place: (v) => v,
    },
    y: { label: 'normalised error', ticks: [0, 0.25, 0.5, 0.75, 1, 1.25], format: String, place: (v) => v },
    series: [series('by the LLRs', 'actual'), series('at best', 'minimum')],
  });
}

function figure(name: string, plot: Plot): Figure {
  return { name: `${name}.svg`, title: plot.title, svg: plotSvg(plot) };
}
