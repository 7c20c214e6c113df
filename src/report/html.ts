import type { Block, ReportDocument } from './document.js';
import { escapeXml } from './plot.js';

/** Readable on a phone: one column, cells wrap, what is still too wide scrolls by itself, colours follow the device. */
const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p { margin: 0.4rem 0; }
.warning { border-left: 4px solid #d55e00; padding: 0.5rem 0.8rem; font-weight: 600; }
.table { overflow-x: auto; margin: 0.8rem 0; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { text-align: left; padding: 0.25rem 0.8rem 0.25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
svg { width: 100%; height: auto; display: block; }
@media (max-width: 40rem) { table { white-space: normal; font-size: 0.75rem; } th, td { padding-right: 0.4rem; } }`;

/** Renders a report as one HTML file that needs nothing from elsewhere. */
export function toHtml({ title, blocks }: ReportDocument): string {
  return htmlPage(title, STYLE, blocks.map(render));
}

/** A whole page under its title; `body` is markup. */
export function htmlPage(title: string, style: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}\n</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeXml(title)}</h1>`,
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function render(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `<h2>${escapeXml(block.text)}</h2>`;
    case 'text':
      return `<p>${escapeXml(block.text)}</p>`;
    case 'warning':
      return `<p class="warning">${escapeXml(block.text)}</p>`;
    case 'table':
      return [
        '<div class="table"><table>',
        `<thead>${row('th', block.head)}</thead>`,
        `<tbody>\n${block.rows.map((cells) => row('td', cells)).join('\n')}\n</tbody>`,
        '</table></div>',
      ].join('\n');
    case 'figures':
      return `<div class="figures">\n${block.figures.map(({ svg }) => svg).join('\n')}\n</div>`;
  }
}

function row(tag: 'th' | 'td', cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cellHtml(cell)}</${tag}>`).join('')}</tr>`;
}

/** Keeps a number with its unit, and an interval, on one line; long names break after an underscore. */
function cellHtml(cell: string): string {
  const unbroken = cell.replace(/ (?=%|dB|ms|MB)|(?<=\[[^\]]*) /g, '\u00a0');
  return escapeXml(unbroken).replaceAll('_', '_<wbr>');
}
