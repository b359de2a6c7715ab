/** What goes wrong between the floor and the tables: the floor itself is not touched by it. */
import { pathsOf, type WarehouseLayout } from './layout.ts';
import { createRandom, drawExponential, drawUniform, drawWeighted, pick, type Random } from './random.ts';
import { TABLE_NAMES, type TableName } from './upstream-tables.ts';

const MINUTE = 60_000;

export const FEED_FAULTS = [
  'STUCK_SENSOR',
  'TOTES_AS_UNITS',
  'FEED_OUT',
  'COUNTER_RESET',
  'CLOCK_JUMP',
  'PATH_MISSING',
  'NEGATIVE_LEVEL',
  'OVER_CAPACITY',
  'LATE_FEED',
] as const;
export type FeedFaultKind = (typeof FEED_FAULTS)[number];

export interface FeedFault {
  kind: FeedFaultKind;
  /** The table that it shows in. */
  source: TableName;
  /** null where it is the whole warehouse. */
  path: string | null;
  /** Epoch ms, whole minutes. */
  startTs: number;
  endTs: number;
}

interface Shape {
  /** How often, relative. */
  weight: number;
  source: TableName | 'any';
  ofPath: boolean;
  /** Minutes, least and most. */
  minutes: readonly [number, number];
}

const SHAPES: Readonly<Record<FeedFaultKind, Shape>> = {
  STUCK_SENSOR: { weight: 3, source: 'wes_stock', ofPath: true, minutes: [30, 120] },
  TOTES_AS_UNITS: { weight: 2, source: 'wes_stock', ofPath: true, minutes: [60, 240] },
  FEED_OUT: { weight: 1, source: 'any', ofPath: false, minutes: [20, 70] },
  COUNTER_RESET: { weight: 3, source: 'wcs_counters', ofPath: true, minutes: [1, 1] },
  CLOCK_JUMP: { weight: 1, source: 'wcs_counters', ofPath: true, minutes: [30, 120] },
  PATH_MISSING: { weight: 2, source: 'wes_stock', ofPath: true, minutes: [15, 60] },
  NEGATIVE_LEVEL: { weight: 2, source: 'wes_stock', ofPath: true, minutes: [5, 15] },
  OVER_CAPACITY: { weight: 2, source: 'wes_stock', ofPath: true, minutes: [5, 15] },
  LATE_FEED: { weight: 2, source: 'any', ofPath: false, minutes: [15, 40] },
};

export interface FaultCalendar {
  /** Faults that touch [from, to); `from` never falls. */
  between(from: number, to: number): readonly FeedFault[];
}

export function createFaultCalendar(seed: number, layout: WarehouseLayout, since: number): FaultCalendar {
  const random = createRandom(seed, `${layout.code}/faults`);
  let faults: FeedFault[] = [];
  const gap = () => Math.round(drawExponential(random, layout.sensing.faultPeaceHours * 60)) * MINUTE;
  let next = since + gap();
  return {
    between: (from, to) => {
      while (next < to) {
        faults.push(drawFault(random, layout, next));
        next += gap();
      }
      faults = faults.filter(({ endTs }) => endTs > from);
      return faults.filter(({ startTs }) => startTs < to);
    },
  };
}

function drawFault(random: Random, layout: WarehouseLayout, startTs: number): FeedFault {
  const weights = FEED_FAULTS.map((kind) => SHAPES[kind].weight);
  const kind = FEED_FAULTS[drawWeighted(random, weights)] ?? 'STUCK_SENSOR';
  const { source, ofPath, minutes } = SHAPES[kind];
  const paths = layout.lines.flatMap(pathsOf);
  return {
    kind,
    source: source === 'any' ? pick(random, TABLE_NAMES) : source,
    path: ofPath ? pick(random, paths).path : null,
    startTs,
    endTs: startTs + Math.round(drawUniform(random, ...minutes)) * MINUTE,
  };
}
