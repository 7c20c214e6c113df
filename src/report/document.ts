import { basename } from 'node:path';
import { type ConditionSummary, type RatePerHour, REFRACTORY_SEC } from '../evaluation/index.js';
import { conditionText } from './condition-text.js';
import { describeMemory, describeRate } from './evaluation-table.js';
import { type Figure, figuresOf } from './figures.js';
import { percent } from './rate-text.js';
import type { Report } from './report.js';

/** A part of a report, whatever it is rendered to. */
export type Block =
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string }
  | {
      readonly type: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly type: 'figures'; readonly figures: readonly Figure[] };

/** A report as a page: what it says first, in words, then tables and drawings. */
export interface ReportDocument {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** Lays a report out. */
export function documentOf(report: Report): ReportDocument {
  const { summary } = report;
  return {
    title: `${summary.engine}: misses and false wakes`,
    blocks: [
      ...warnings(report),
      ...headline(report),
      ...misses(report),
      ...rooms(report),
      ...falseWakes(report),
      ...nearWords(report),
      ...curves(report),
      ...calibration(report),
      ...method(report),
    ],
  };
}

function warnings({ summary }: Report): Block[] {
  if (summary.chosenOn.length === 0) return [];
  const corpora = summary.chosenOn.map((path) => basename(path)).join(', ');
  return [
    {
      type: 'warning',
      text: `No result for other recordings: threshold or calibration was chosen on ${corpora}.`,
    },
  ];
}

function headline({ summary }: Report): Block[] {
  const { operatingPoint, total, cpuMsPerAudioSec, peakRssBytes } = summary;
  const lines = Object.entries(total.perHour).flatMap(([word, rate]) =>
    rate ? [`${word}: ${describeRate(total.falseWakes[word] ?? 0, rate)}.`] : [],
  );
  if (cpuMsPerAudioSec !== null) lines.push(`CPU: ${cpuMsPerAudioSec.toFixed(2)} ms per second of audio.`);
  if (peakRssBytes !== null) lines.push(`Memory: ${describeMemory(peakRssBytes)}.`);
  const thresholds = Object.entries(operatingPoint.thresholds).map(([word, score]) => `${word} ${score}`);
  lines.push(
    `Operating point ${operatingPoint.name}${thresholds.length > 0 ? ` (${thresholds.join(', ')})` : ''}.`,
  );
  return lines.map((text) => ({ type: 'text', text }));
}

function misses({ summary, missesBySpeaker }: Report): Block[] {
  if (summary.positives.length === 0) return [];
  const rows = summary.positives.map((entry) => {
    const { p50, p95 } = entry.latencyMs;
    return [
      entry.word,
      conditionText(entry.condition),
      `${entry.misses} of ${entry.clips}`,
      withInterval(entry.missRate, entry.interval),
      p50 === null || p95 === null ? '–' : `${p50.toFixed(0)} / ${p95.toFixed(0)} ms`,
      basename(entry.manifest),
    ];
  });
  const head = ['word', 'condition', 'misses', 'miss rate [95 %]', 'latency p50 / p95', 'corpus'];
  const bySpeaker = missesBySpeaker.filter(({ speakersKnown, interval }) => speakersKnown && interval);
  const speakerRows = bySpeaker.map(({ word, condition, clips, misses: missed, groups, interval }) => [
    word,
    conditionText(condition),
    `${missed} of ${clips}`,
    String(groups),
    withInterval(missed / clips, interval ?? [0, 1]),
  ]);
  return [
    { type: 'heading', text: 'Misses' },
    { type: 'table', head, rows },
    ...(speakerRows.length > 0
      ? [
          { type: 'text', text: 'With whole speakers drawn, since clips of one speaker are alike:' } as const,
          {
            type: 'table',
            head: ['word', 'condition', 'misses', 'speakers', 'miss rate [95 %]'],
            rows: speakerRows,
          } as const,
        ]
      : [
          {
            type: 'text',
            text: 'The manifests name no speakers: these intervals take each clip as independent.',
          } as const,
        ]),
  ];
}

function rooms({ summary: { byCondition, byRoom } }: Report): Block[] {
  const rowOf = (name: string, { misses: missed, clips, missRate, interval }: ConditionSummary) => [
    name,
    `${missed} of ${clips}`,
    withInterval(missRate, interval),
  ];
  const blocks: Block[] = [];
  if (byCondition.length > 1) {
    const rows = byCondition.map((entry) => rowOf(conditionText(entry.condition), entry));
    blocks.push(
      { type: 'text', text: 'By condition, all words together:' },
      { type: 'table', head: ['condition', 'misses', 'miss rate [95 %]'], rows },
    );
  }
  const reverberant = byRoom.filter(({ condition }) => condition === 'room');
  if (reverberant.length > 0) {
    blocks.push(
      { type: 'text', text: 'By room, all words together, without noise:' },
      {
        type: 'table',
        head: ['room', 'misses', 'miss rate [95 %]'],
        rows: reverberant.map((entry) => rowOf(entry.room, entry)),
      },
    );
  }
  return blocks;
}

function falseWakes({ summary, falseWakesBySession }: Report): Block[] {
  const { negatives, byKind, total } = summary;
  if (negatives.length === 0) return [];
  const words = Object.keys(total.falseWakes);
  const cell = (count: number, rate: RatePerHour | null | undefined) =>
    rate
      ? `${count}: ${rate.rate.toFixed(2)} [${rate.interval[0].toFixed(2)}, ${rate.interval[1].toFixed(2)}]`
      : '–';
  const kindRows = byKind.map(({ kind, hours, speechHours, falseWakes: counts, perHour }) => [
    kind ?? 'not told',
    hours.toFixed(2),
    speechHours.toFixed(2),
    ...words.map((word) => cell(counts[word] ?? 0, perHour[word])),
  ]);
  const rows = negatives.map(({ manifest, kind, hours, speechHours, falseWakes: counts }) => [
    basename(manifest),
    kind ?? 'not told',
    hours.toFixed(2),
    speechHours.toFixed(2),
    ...words.map((word) => String(counts[word] ?? 0)),
  ]);
  return [
    { type: 'heading', text: 'False wakes' },
    { type: 'text', text: 'By kind of sound; count: per hour [95 %].' },
    { type: 'table', head: ['kind', 'hours', 'of speech', ...words], rows: kindRows },
    { type: 'table', head: ['corpus', 'kind', 'hours', 'of speech', ...words], rows },
    ...sessions(falseWakesBySession),
  ];
}

function sessions(words: Report['falseWakesBySession']): Block[] {
  const rows = words.flatMap(
    ({ word, falseWakes: count, hours, sessions: nSessions, sessionsWoken, interval }) => {
      if (!interval) return [];
      const [low, high] = interval;
      const rate = `${(count / hours).toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
      return [[word, `${sessionsWoken} of ${nSessions}`, rate]];
    },
  );
  if (rows.length === 0) return [];
  return [
    {
      type: 'text',
      text:
        'With whole sessions drawn (as the manifests name them, else speakers, else recordings), since false wakes ' +
        'come in bursts; words without any are left out:',
    },
    { type: 'table', head: ['word', 'sessions woken', 'false wakes per hour [95 %]'], rows },
  ];
}

function nearWords({ summary }: Report): Block[] {
  if (summary.nearWords.length === 0) return [];
  const rows = summary.nearWords.map(({ said, word, segments, falseWakes: count, interval }) => [
    said,
    word,
    `${count} of ${segments}`,
    withInterval(count / segments, interval),
  ]);
  return [
    { type: 'heading', text: 'Near words' },
    { type: 'table', head: ['said', 'woke', 'segments', 'share [95 %]'], rows },
  ];
}

function curves(report: Report): Block[] {
  const figures = figuresOf(report).filter(({ name }) => name.startsWith('det-'));
  if (figures.length === 0) return [];
  return [
    { type: 'heading', text: 'Other thresholds' },
    {
      type: 'text',
      text:
        'Counted on the highest score in each clip and in each 2 s of negatives; what the decision rule adds to a ' +
        'threshold is not in the curves. Dots: the operating point as it was measured.',
    },
    { type: 'figures', figures },
  ];
}

function calibration(report: Report): Block[] {
  const { calibration: grades } = report.summary;
  if (!grades) return [];
  const rows = Object.entries(grades.byWord).map(
    ([word, { cllr, minCllr, ece, brier, nTargets, nNonTargets, nOutOfDomain }]) => [
      word,
      bits(cllr, report.cllrBySpeaker.find((entry) => entry.word === word)?.interval ?? null),
      minCllr.toFixed(3),
      percent(ece),
      brier.toFixed(4),
      `${nTargets} / ${nNonTargets}`,
      String(nOutOfDomain),
    ],
  );
  const drawn = report.cllrBySpeaker.some(({ interval }) => interval)
    ? 'Its interval draws whole speakers and sessions.'
    : 'The manifests name no speakers, so it has no interval.';
  const stakes = report.llrs.flatMap(({ word, stakes: costs }) =>
    costs.map(({ stake, actDcf, minDcf, misses: missed, falseAccepts }) => [
      word,
      stake,
      actDcf.toFixed(3),
      minDcf.toFixed(3),
      `${missed} / ${falseAccepts}`,
    ]),
  );
  return [
    { type: 'heading', text: 'Calibration' },
    {
      type: 'text',
      text: `Cllr in bits: 0 is perfect, 1 is what saying nothing costs. ${drawn} ECE and Brier at prior 0.5.`,
    },
    {
      type: 'table',
      head: ['word', 'Cllr [95 %]', 'at best', 'ECE', 'Brier', 'trials with / without', 'outside its domain'],
      rows,
    },
    {
      type: 'text',
      text: 'Cost of decisions at three stakes; 1 is the better of always acting and never acting.',
    },
    { type: 'table', head: ['word', 'stake', 'actDCF', 'minDCF', 'misses / false accepts'], rows: stakes },
    { type: 'figures', figures: figuresOf(report).filter(({ name }) => !name.startsWith('det-')) },
  ];
}

function method({ corpora, summary, machine }: Report): Block[] {
  const rows = Object.entries(corpora).flatMap(([use, refs]) =>
    refs.map(({ manifest, sha256, about }) => [
      basename(manifest),
      use,
      about.split ?? 'not told',
      about.licence ?? 'not told',
      sha256.slice(0, 16),
    ]),
  );
  return [
    { type: 'heading', text: 'How this was measured' },
    {
      type: 'text',
      text:
        'A positive is streamed alone between 1.5 s and 1 s of silence; noise lies over all of it, at the SNR of the ' +
        "segment's loudest 40 % of 25 ms frames, and that is the level of speech everywhere. Negatives are streamed whole. A second report of a word within " +
        `${REFRACTORY_SEC} s of the last that counted is the same event. Miss rates: Wilson; false wakes: Garwood.`,
    },
    { type: 'table', head: ['corpus', 'use', 'split', 'licence', 'hash'], rows },
    {
      type: 'text',
      text: `Model ${summary.modelSha256?.slice(0, 16) ?? 'not told'}, seed ${summary.seed}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`,
    },
  ];
}

function bits(value: number, interval: readonly [number, number] | null): string {
  return `${value.toFixed(3)}${interval ? ` [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}]` : ''}`;
}

function withInterval(value: number, [low, high]: readonly [number, number]): string {
  return `${percent(value)} [${percent(low)}, ${percent(high)}]`;
}
