import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CorpusError } from '../errors.js';
import { documentOf } from './document.js';
import { figuresOf } from './figures.js';
import { toHtml } from './html.js';
import { toMarkdown } from './markdown.js';
import type { Report } from './report.js';
import { reportSchema } from './report-schema.js';

/**
 * Refuses to call a result what was measured on the recordings on which a threshold or a calibration was chosen.
 *
 * @throws CorpusError that names them
 */
function requireResult({ summary }: Report): void {
  const [first] = summary.chosenOn;
  if (first === undefined) return;
  throw new CorpusError(first, 'hash', {
    expected: 'recordings on which nothing of this engine was chosen',
    actual: `threshold or calibration chosen on ${summary.chosenOn.map((path) => basename(path)).join(', ')}`,
    remedy: 'Measure on other recordings, or look at the figures without a report.',
  });
}

/**
 * Writes `report.json`, and from it `report.md` with its drawings and `report.html`, which is one file and offline.
 *
 * @param folder made where it is missing
 */
export async function writeReport(report: Report, folder: string): Promise<void> {
  requireResult(report);
  await mkdir(folder, { recursive: true });
  const page = documentOf(report);
  const files: readonly (readonly [name: string, text: string])[] = [
    ['report.json', `${JSON.stringify(reportSchema.parse(report), null, 1)}\n`],
    ['report.md', toMarkdown(page)],
    ['report.html', toHtml(page)],
    ...figuresOf(report).map(({ name, svg }) => [name, `${svg}\n`] as const),
  ];
  await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)));
}
