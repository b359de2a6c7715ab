/** One picture: a unit's level around an incident or an alert, as SVG. */
import type { ZoneThresholds } from '../../domain/algorithm/schema.ts';

export interface Chart {
  title: string;
  subtitle: string;
  /** Epoch ms. */
  fromTs: number;
  toTs: number;
  /** Shares of capacity, in time order. */
  levels: readonly { ts: number; fill: number }[];
  /** Where the level was thought to go, at the first alert; empty where none was. */
  projection: readonly { ts: number; fill: number }[];
  notifications: readonly { ts: number; label: string; direction: string }[];
  /** The incident; null: there was none. */
  incident: { onsetTs: number; endTs: number } | null;
  zones: ZoneThresholds;
}

const WIDTH = 960;
const HEIGHT = 380;
const PLOT = { left: 54, right: 940, top: 58, bottom: 330 };
const MINUTE_MS = 60_000;
/** A longer silence is drawn as a gap. */
const GAP_MS = 30 * MINUTE_MS;
const NOTIFICATION_COLOURS: Record<string, string> = {
  NEW: '#b00020',
  ONGOING: '#b06000',
  CLEARED: '#1b7f3b',
};

export function renderChart(chart: Chart): string {
  const { fromTs, toTs, zones } = chart;
  const most = Math.max(1.1, ...chart.levels.map(({ fill }) => fill));
  const x = (ts: number): number =>
    PLOT.left + ((ts - fromTs) / Math.max(1, toTs - fromTs)) * (PLOT.right - PLOT.left);
  const y = (fill: number): number => PLOT.bottom - (fill / most) * (PLOT.bottom - PLOT.top);
  const inside = ({ ts }: { ts: number }): boolean => ts >= fromTs && ts <= toTs;

  const band = (low: number, high: number, colour: string): string =>
    rectangle(PLOT.left, y(high), PLOT.right - PLOT.left, y(low) - y(high), colour);
  const limit = (fill: number, name: string): string =>
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(fill))}" y2="${at(y(fill))}" stroke="#999" stroke-dasharray="2 4"/>` +
    text(PLOT.left + 4, y(fill) - 3, `${name} ${Math.round(100 * fill)} %`, 10, '#777');
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    rectangle(0, 0, WIDTH, HEIGHT, '#fff'),
    text(PLOT.left, 24, chart.title, 16, '#111'),
    text(PLOT.left, 42, chart.subtitle, 12, '#444'),
    band(zones.watchHighEnter, zones.projectedRiskFill, '#fff8e1'),
    band(zones.projectedRiskFill, zones.overflowEnter, '#ffe8d1'),
    band(zones.overflowEnter, most, '#ffd9d9'),
    band(0, zones.watchLowEnter, '#f1f5fb'),
    limit(zones.watchHighEnter, 'watch'),
    limit(zones.projectedRiskFill, 'risk'),
    limit(zones.overflowEnter, 'overflow'),
    limit(zones.watchLowEnter, 'watch low'),
  ];
  if (chart.incident) {
    const [start, end] = [
      Math.max(fromTs, chart.incident.onsetTs),
      Math.min(toTs, Math.max(chart.incident.endTs, chart.incident.onsetTs + MINUTE_MS)),
    ];
    parts.push(
      `<rect x="${at(x(start))}" y="${PLOT.top}" width="${at(x(end) - x(start))}" height="${PLOT.bottom - PLOT.top}" fill="#c62828" opacity="0.18"/>`,
    );
  }
  for (const piece of unbroken(chart.levels.filter(inside))) parts.push(line(piece, x, y, '#0b57d0', ''));
  const ahead = chart.projection.filter(inside);
  if (ahead.length > 1) parts.push(line(ahead, x, y, '#6a1b9a', '5 4'));
  for (const { ts, label, direction } of chart.notifications.filter(inside)) {
    const colour = NOTIFICATION_COLOURS[label] ?? '#333';
    parts.push(
      `<line x1="${at(x(ts))}" x2="${at(x(ts))}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="${colour}" stroke-width="1.5"/>`,
      `<g transform="translate(${at(x(ts) + 3)} ${PLOT.top + 4}) rotate(90)">${text(0, 0, `${label} ${direction}`, 10, colour)}</g>`,
    );
  }
  parts.push(...timeAxis(fromTs, toTs, x), legend(), '</svg>');
  return `${parts.join('\n')}\n`;
}

function timeAxis(fromTs: number, toTs: number, x: (ts: number) => number): string[] {
  const steps = [15, 30, 60, 120, 240, 480, 1_440].map((minutes) => minutes * MINUTE_MS);
  const step = steps.find((length) => (toTs - fromTs) / length <= 14) ?? 2_880 * MINUTE_MS;
  const marks: string[] = [];
  for (let ts = Math.ceil(fromTs / step) * step; ts <= toTs; ts += step) {
    const clock = new Date(ts).toISOString();
    marks.push(
      `<line x1="${at(x(ts))}" x2="${at(x(ts))}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}" stroke="#555"/>`,
      text(
        x(ts) - 14,
        PLOT.bottom + 18,
        step >= 1_440 * MINUTE_MS ? clock.slice(5, 10) : clock.slice(11, 16),
        11,
        '#555',
      ),
    );
  }
  return [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${PLOT.bottom}" y2="${PLOT.bottom}" stroke="#555"/>`,
    ...marks,
    text(PLOT.right - 28, PLOT.bottom + 32, 'UTC', 11, '#555'),
  ];
}

function legend(): string {
  const y = HEIGHT - 12;
  return [
    `<line x1="54" x2="78" y1="${y - 4}" y2="${y - 4}" stroke="#0b57d0" stroke-width="2"/>`,
    text(84, y, 'level', 11, '#444'),
    `<line x1="130" x2="154" y1="${y - 4}" y2="${y - 4}" stroke="#6a1b9a" stroke-width="2" stroke-dasharray="5 4"/>`,
    text(160, y, 'projection at the first alert', 11, '#444'),
    rectangle(330, y - 10, 24, 11, '#f0c3c3'),
    text(360, y, 'incident', 11, '#444'),
  ].join('');
}

function* unbroken<T extends { ts: number }>(points: readonly T[]): Generator<T[]> {
  let piece: T[] = [];
  for (const point of points) {
    const last = piece.at(-1);
    if (last && point.ts - last.ts > GAP_MS) {
      yield piece;
      piece = [];
    }
    piece.push(point);
  }
  if (piece.length > 0) yield piece;
}

function line(
  points: readonly { ts: number; fill: number }[],
  x: (ts: number) => number,
  y: (fill: number) => number,
  colour: string,
  dashes: string,
): string {
  const path = points.map(({ ts, fill }) => `${at(x(ts))},${at(y(fill))}`).join(' ');
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`;
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`;
}

function rectangle(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(Math.max(0, height))}" fill="${colour}"/>`;
}

function text(x: number, y: number, content: string, size: number, colour: string): string {
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}" fill="${colour}">${escape(content)}</text>`;
}

function at(value: number): string {
  return value.toFixed(1);
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
