/** A line or a row of dots in a plot. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Of dots: an interval about each, in y. */
  readonly intervals?: readonly (readonly [low: number, high: number])[];
  /** Lines go straight between points, or in steps: level, then down, as a count does. */
  readonly form: 'line' | 'steps' | 'dots';
}

/** An axis with its transform to where things are drawn. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** Place of a value; monotone. The first and the last tick are the ends of the axis. */
  readonly place: (value: number) => number;
}

/** A plot. */
export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Their names stand below the axes. */
  readonly series: readonly Series[];
}

/** Size without the legend, and margins, in SVG units; the drawing scales to the width that it is given. */
const WIDTH = 420;
const HEIGHT = 300;
const LEFT = 52;
const BOTTOM = 44;
const TOP = 28;
const RIGHT = 12;
const LEGEND_COLUMNS = 3;
const LEGEND_ROW = 16;
/** Distinct for the colour-blind as well (Okabe and Ito), and on dark and light ground. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];

/** Draws a plot as one SVG element that needs nothing from elsewhere; text takes the colour of the page. */
export function plotSvg({ title, x, y, series }: Plot): string {
  const toX = scale(x, LEFT, WIDTH - RIGHT);
  const toY = scale(y, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...x.ticks.map(
      (tick) => `<line x1="${toX(tick)}" x2="${toX(tick)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>`,
    ),
    ...y.ticks.map(
      (tick) => `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${toY(tick)}" y2="${toY(tick)}"/>`,
    ),
  ];
  const labels = [
    ...x.ticks.map((tick) => text(toX(tick), HEIGHT - BOTTOM + 16, x.format(tick), 'middle')),
    ...y.ticks.map((tick) => text(LEFT - 6, toY(tick) + 4, y.format(tick), 'end')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x.label, 'middle'),
    `<text transform="translate(12 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y.label)}</text>`,
    `<text x="${LEFT}" y="16" font-weight="600">${escapeXml(title)}</text>`,
  ];
  const marks = series.map((one, index) => {
    const colour = colourOf(one, index);
    const places = one.points.map(([px, py]) => [toX(px), toY(py)] as const);
    if (one.form === 'dots') {
      const bars = one.intervals?.map(
        ([low, high], i) => `<path d="M${places[i]?.[0]} ${toY(low)}V${toY(high)}" stroke="${colour}"/>`,
      );
      const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`);
      return [...(bars ?? []), ...dots].join('');
    }
    return `<path d="${path(places, one.form)}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashOf(index)}"/>`;
  });
  const columnWidth = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
  const legend = series.map((one, index) => {
    const left = LEFT + (index % LEGEND_COLUMNS) * columnWidth;
    const base = HEIGHT + LEGEND_ROW * Math.floor(index / LEGEND_COLUMNS) + 10;
    const colour = colourOf(one, index);
    const mark =
      one.form === 'dots'
        ? `<circle cx="${left + 8}" cy="${base - 4}" r="3.5" fill="${colour}"/>`
        : `<path d="M${left} ${base - 4}h16" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashOf(index)}"/>`;
    return `${mark}<text x="${left + 21}" y="${base}">${escapeXml(one.name)}</text>`;
  });
  const height = HEIGHT + LEGEND_ROW * Math.ceil(series.length / LEGEND_COLUMNS);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">`,
    `<g stroke="currentColor" stroke-opacity="0.15">${grid.join('')}</g>`,
    labels.join(''),
    marks.join(''),
    legend.join(''),
    '</svg>',
  ].join('\n');
}

/** Dots take the page's ink, so that they stand out from lines. */
function colourOf({ form }: Series, index: number): string {
  return form === 'dots' ? 'currentColor' : (COLOURS[index % COLOURS.length] as string);
}

function dashOf(index: number): string {
  return DASHES[Math.floor(index / COLOURS.length) % DASHES.length] as string;
}

/** Makes text safe inside HTML and SVG. */
export function escapeXml(value: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return value.replace(/[&<>"']/g, (character) => entities[character] as string);
}

/** Places of an axis on the drawing, values beyond its ends at the ends; two decimals are enough for a screen. */
function scale({ ticks, place }: Axis, from: number, to: number): (value: number) => number {
  const first = place(ticks[0] as number);
  const last = place(ticks.at(-1) as number);
  return (value) => {
    const at = Math.min(1, Math.max(0, (place(value) - first) / (last - first)));
    return Math.round((from + at * (to - from)) * 100) / 100;
  };
}

function path(places: readonly (readonly [number, number])[], form: 'line' | 'steps'): string {
  return places
    .map(([px, py], i) => {
      if (i === 0) return `M${px} ${py}`;
      return form === 'line' ? `L${px} ${py}` : `H${px}V${py}`;
    })
    .join('');
}

function text(x: number, y: number, value: string, anchor: 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escapeXml(value)}</text>`;
}
