/** The level of one unit over the last hour and where it goes in the next one, as SVG. Pure. */
import { localClock } from '../../domain/words/clock.ts';

export interface LevelChart {
  /** One value a minute, the last one at the snapshot; null is unknown and stays a gap. */
  levels: readonly (number | null)[];
  /** From the snapshot on. */
  projection: readonly { inMin: number; wipUnits: number }[];
  capacityUnits: number;
  /** Epoch ms. */
  snapshotTs: number;
  /** IANA name. */
  timezone: string;
  /** Colours the projection: towards full, or towards empty. */
  direction: 'HIGH' | 'LOW';
}

/** Pixels of the picture before it is doubled for sharp screens: wide and flat, as Slack shows it on a phone. */
const WIDTH = 640;
const HEIGHT = 220;
const PLOT = { left: 54, right: 14, top: 16, bottom: 28 };

const MINUTES = 60;
const TICKS_MIN = [-60, -30, 0, 30, 60];

const COLOURS = {
  level: '#1264a3',
  HIGH: '#e01e5a',
  LOW: '#e8912d',
  line: '#dddddd',
  text: '#616061',
  limit: '#1d1c1d',
};

export function drawLevelChart(chart: LevelChart): string {
  const { levels, projection, capacityUnits, direction } = chart;
  const top =
    Math.max(
      capacityUnits,
      ...levels.map((level) => level ?? 0),
      ...projection.map(({ wipUnits }) => wipUnits),
    ) * 1.08;
  const x = (minute: number) =>
    round(PLOT.left + ((minute + MINUTES) / (2 * MINUTES)) * (WIDTH - PLOT.left - PLOT.right));
  const y = (units: number) =>
    round(HEIGHT - PLOT.bottom - (units / top) * (HEIGHT - PLOT.top - PLOT.bottom));
  const first = 1 - levels.length;
  const measured = splitAtGaps(
    levels.map((level, index) => (level === null ? null : `${x(first + index)},${y(level)}`)),
  );
  const ahead = projection.map(({ inMin, wipUnits }) => `${x(inMin)},${y(wipUnits)}`).join(' ');
  const base = y(0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="DejaVu Sans" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    ...TICKS_MIN.map((minute) => {
      const anchor = minute === -60 ? 'start' : minute === 60 ? 'end' : 'middle';
      const time = localClock(chart.snapshotTs + minute * 60_000, chart.timezone);
      return (
        `<line x1="${x(minute)}" y1="${PLOT.top}" x2="${x(minute)}" y2="${base}" stroke="${COLOURS.line}"${minute === 0 ? ' stroke-width="2"' : ''}/>` +
        `<text x="${x(minute)}" y="${HEIGHT - 9}" fill="${COLOURS.text}" text-anchor="${anchor}">${time}</text>`
      );
    }),
    `<line x1="${PLOT.left}" y1="${base}" x2="${WIDTH - PLOT.right}" y2="${base}" stroke="${COLOURS.line}"/>`,
    `<line x1="${PLOT.left}" y1="${y(capacityUnits)}" x2="${WIDTH - PLOT.right}" y2="${y(capacityUnits)}" stroke="${COLOURS.limit}" stroke-dasharray="2 3"/>`,
    `<text x="${PLOT.left - 6}" y="${y(capacityUnits) + 4}" fill="${COLOURS.text}" text-anchor="end">${Math.round(capacityUnits)}</text>`,
    `<text x="${PLOT.left - 6}" y="${base + 4}" fill="${COLOURS.text}" text-anchor="end">0</text>`,
    `<text x="${PLOT.left + 4}" y="${y(capacityUnits) - 4}" fill="${COLOURS.text}">full</text>`,
    ...measured.map(
      (points) => `<polyline points="${points}" fill="none" stroke="${COLOURS.level}" stroke-width="2.5"/>`,
    ),
    ...(ahead === ''
      ? []
      : [
          `<polyline points="${ahead}" fill="none" stroke="${COLOURS[direction]}" stroke-width="2.5" stroke-dasharray="6 4"/>`,
        ]),
    '</svg>',
  ].join('\n');
}

/** Runs of known points, each a line of its own; a single point has no length. */
function splitAtGaps(points: readonly (string | null)[]): string[] {
  const runs: string[][] = [[]];
  for (const point of points) {
    if (point === null) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  return runs.filter((run) => run.length > 1).map((run) => run.join(' '));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
