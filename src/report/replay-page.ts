import type { Replay, ReplayRun } from '../evaluation/index.js';
import { htmlPage } from './html.js';
import { escapeXml } from './plot.js';
import { momentsOf, type ReplayMoment } from './replay-text.js';
import { spectrogram } from './spectrogram.js';

/** Width of a second, px. */
const perSecond = 44;
const laneHeight = 26;
const pictureHeight = 110;
const colours: Record<ReplayMoment['kind'], string> = {
  wake: '#d55e00',
  intent: '#0072b2',
  prompt: '#8a6d00',
  decision: '#cc79a7',
  speech: '#999999',
};

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 1.6rem 0 0.3rem; }
.verdicts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 0.8rem; margin: 1rem 0; }
.verdict { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; padding: 0.5rem 0.8rem; }
.verdict strong { display: block; font-size: 1.1rem; }
.timeline { overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
.timeline svg { display: block; }
ol { list-style: none; padding: 0; } li { padding: 0.15rem 0; overflow-wrap: anywhere; }
time { font-variant-numeric: tabular-nums; opacity: 0.7; margin-right: 0.6rem; }
pre { font-size: 0.75rem; line-height: 1.35; overflow-x: auto; padding: 0.6rem; margin: 0.3rem 0; border-left: 3px solid #cc79a7; }
.note { border-left: 4px solid #d55e00; padding: 0.3rem 0.8rem; }`;

/** Renders a replay as one HTML file that needs nothing from elsewhere: the sound, what was said, heard and decided. */
export async function replayPage(replay: Replay): Promise<string> {
  const { script, naive, guarded, trueRequest } = replay;
  const title = 'Portland, replayed';
  const lowered = script.lowered
    ? `<p class="note">Heard at thresholds below the models' own, as a careless maker ships them: ${escapeXml(JSON.stringify(script.lowered))}.</p>`
    : '<p>Heard at the thresholds that the models come with.</p>';
  return htmlPage(title, STYLE, [
    `<p>A family talks in a kitchen; nobody asks for anything. Then, from ${(script.trueRequestFromMs / 1000).toFixed(0)} s on, somebody does. All voices are synthesised.</p>`,
    lowered,
    '<div class="verdicts">',
    verdict('A naive dialog, on the talk', naive),
    verdict('With the guard, on the talk', guarded),
    verdict('With the guard, on the request', trueRequest),
    '</div>',
    `<div class="timeline" tabindex="0" role="region" aria-label="Timeline">${await timeline(replay)}</div>`,
    list('A naive dialog, on the talk', naive),
    list('With the guard, on the talk', guarded),
    list('With the guard, on the request', trueRequest),
  ]);
}

function verdict(title: string, { sent, request, reason, turns }: ReplayRun): string {
  const to = Object.values(request?.slots ?? {}).join(', ');
  const outcome = sent ? `sent to ${to}` : 'not sent';
  const why = `${reason ?? 'nothing was heard'}, ${turns} question${turns === 1 ? '' : 's'} asked`;
  return `<div class="verdict">${escapeXml(title)}<strong>${escapeXml(outcome)}</strong>${escapeXml(why)}</div>`;
}

function list(title: string, run: ReplayRun): string {
  const items = momentsOf(run).map(({ atMs, kind, text, detail }) => {
    const reasons =
      detail === null ? '' : `<details><summary>why</summary><pre>${escapeXml(detail)}</pre></details>`;
    return `<li><time>${(atMs / 1000).toFixed(2)} s</time><span style="color:${colours[kind]}">■</span> ${escapeXml(text)}${reasons}</li>`;
  });
  return `<h2>${escapeXml(title)}</h2>\n<ol>\n${items.join('\n')}\n</ol>`;
}

/** The sound, then lanes: what was said, and what each dialog heard and decided. */
async function timeline({
  script,
  audio,
  sampleRateHz,
  naive,
  guarded,
  trueRequest,
}: Replay): Promise<string> {
  const width = Math.ceil((script.lengthMs / 1000) * perSecond);
  const lanes = [
    ...saidLanes(
      script.lines.map(({ startMs, endMs, voice, text }) => ({
        startMs,
        endMs: endMs ?? startMs + 1000,
        text: `${voice}: ${text}`,
      })),
    ),
  ];
  const runs: (readonly [string, ReplayMoment[]])[] = [
    ['naive', momentsOf(naive)],
    ['guard', [...momentsOf(guarded), ...momentsOf(trueRequest)]],
  ];
  const parts: string[] = [];
  let top = pictureHeight + 8;
  for (const lane of lanes) {
    parts.push(...lane.map(({ startMs, endMs, text }) => bar(startMs, endMs, top, '#777777', text)));
    top += laneHeight;
  }
  for (const [name, moments] of runs) {
    top += 8;
    parts.push(`<text x="4" y="${top + 12}" font-weight="600">${name}</text>`);
    top += 18;
    for (const lane of saidLanes(
      moments.map((moment) => ({ ...moment, startMs: moment.atMs, endMs: moment.endMs ?? moment.atMs + 60 })),
    )) {
      parts.push(
        ...lane.map(({ startMs, endMs, text, kind }) => bar(startMs, endMs, top, colours[kind], text)),
      );
      top += laneHeight;
    }
  }
  const ticks = Array.from({ length: Math.floor(script.lengthMs / 2000) + 1 }, (_, i) => 2 * i).map(
    (s) =>
      `<line x1="${s * perSecond}" x2="${s * perSecond}" y1="0" y2="${top}" stroke="currentColor" stroke-opacity="0.12"/><text x="${s * perSecond + 3}" y="${top + 14}">${s} s</text>`,
  );
  const picture = await spectrogram(audio, sampleRateHz);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top + 20}" role="img" aria-label="Spectrogram, what was said, and what each dialog made of it" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">`,
    `<image href="${picture}" x="0" y="0" width="${width}" height="${pictureHeight}" preserveAspectRatio="none"/>`,
    ...ticks,
    ...parts,
    '</svg>',
  ].join('\n');
}

function bar(startMs: number, endMs: number, top: number, colour: string, text: string): string {
  const x = (startMs / 1000) * perSecond;
  const width = Math.max(3, ((endMs - startMs) / 1000) * perSecond);
  return `<g><title>${escapeXml(text)}</title><rect x="${x.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="8" rx="2" fill="${colour}"/><text x="${x.toFixed(1)}" y="${top + 19}">${escapeXml(text)}</text></g>`;
}

/** Width of a letter, ms on the timeline: texts that would run into each other go on lanes of their own. */
const msPerLetter = 135;

function saidLanes<T extends { readonly startMs: number; readonly endMs: number; readonly text: string }>(
  items: readonly T[],
): T[][] {
  const lanes: T[][] = [];
  const ends: number[] = [];
  for (const item of [...items].sort((a, b) => a.startMs - b.startMs)) {
    let lane = ends.findIndex((end) => end <= item.startMs);
    if (lane < 0) lane = lanes.push([]) - 1;
    (lanes[lane] as T[]).push(item);
    ends[lane] = Math.max(item.endMs, item.startMs + item.text.length * msPerLetter);
  }
  return lanes;
}
