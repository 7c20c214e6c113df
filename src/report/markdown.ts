import type { ComparisonSummary } from '../evaluation/index.js';
import { comparisonBlocks } from './comparison-document.js';
import type { Block, ReportDocument } from './document.js';

/** Renders a report as Markdown; drawings are linked as files beside it. */
export function toMarkdown({ title, blocks }: ReportDocument): string {
  return `${[`# ${title}`, ...blocks.map(render)].join('\n\n')}\n`;
}

/** A comparison as Markdown, to stand in a document. */
export function comparisonMarkdown(comparison: ComparisonSummary): string {
  return `${comparisonBlocks(comparison).map(render).join('\n\n')}\n`;
}

function render(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `## ${block.text}`;
    case 'text':
      return block.text;
    case 'warning':
      return `> **${block.text}**`;
    case 'table':
      return [row(block.head), row(block.head.map(() => '---')), ...block.rows.map(row)].join('\n');
    case 'figures':
      return block.figures.map(({ name, title }) => `![${title}](${name})`).join('\n\n');
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
