/** Flow rates of one device from its cumulative counters. */
import { GRID_POINTS, type Track } from '../../series.ts';
import type { CounterRow } from '../../source-rows.ts';
import { STEP_MS, gridStart, unknownTrack } from '../grid.ts';
import { continueTotals, type Totals } from './counter-totals.ts';
import { findJumps, isFast } from './possible-flow.ts';
import { type PlacedRow, placeRows } from '../clocks/device-clock.ts';
import {
  COUNTER_GAP_MAX_MIN,
  FLOW_CARRY_MEAN_MIN,
  FLOW_CARRY_MIN,
  MINUTE_MS,
  ROUNDING_MS,
} from '../limits.ts';

export interface DeviceFlow {
  device: string;
  flowIn: Track;
  flowOut: Track;
  recirc: Track;
  /** Newest reading, epoch ms on our clock. */
  lastTs: number;
  /** State and fault code of the newest reading. */
  state: CounterRow['state'];
  fault: string | null;
  /** Instants at which a counter fell, but for those at which its register wrapped. */
  resets: number[];
  /** Instants at which one rose by more than can have passed. */
  jumps: number[];
  /** Readings with a total below 0 that is no total. */
  negatives: number;
  /** Rows that tell of an instant that another row told already. */
  duplicates: number;
  /** What is wrong with the device's clock; empty where nothing is. */
  clockProblem: string;
}

interface Reading {
  ts: number;
  state: CounterRow['state'];
  fault: string | null;
  inTotal: number | null;
  outTotal: number | null;
  recircTotal: number | null;
}

const COUNTERS = ['inTotal', 'outTotal', 'recircTotal'] as const;

/** @returns the readings, and how many of them hold a total below 0 that is none. */
function toReadings(placed: readonly PlacedRow[]): { readings: Reading[]; negatives: number } {
  const instants = placed.map(({ ts }) => ts);
  const continued = (counter: (typeof COUNTERS)[number]): Totals =>
    continueTotals(
      instants,
      placed.map(({ row }) => row[counter]),
    );
  const [into, out, recirc] = [continued('inTotal'), continued('outTotal'), continued('recircTotal')];
  return {
    readings: placed.map(({ ts, row }, index) => ({
      ts,
      state: row.state,
      fault: row.fault,
      inTotal: into.totals[index] ?? null,
      outTotal: out.totals[index] ?? null,
      recircTotal: recirc.totals[index] ?? null,
    })),
    negatives: new Set([...into.refused, ...out.refused, ...recirc.refused]).size,
  };
}

interface Interval {
  from: number;
  to: number;
  /** Per minute; null is unknown. */
  rates: Record<(typeof COUNTERS)[number], number | null>;
  carried: boolean;
}

function fell(before: number | null, after: number | null): boolean {
  return before !== null && after !== null && after < before;
}

function toIntervals(readings: readonly Reading[]): {
  intervals: Interval[];
  resets: number[];
  jumps: number[];
  same: number;
} {
  const intervals: Interval[] = [];
  const resets: number[] = [];
  let same = 0;
  let before: Reading | null = null;
  for (const reading of readings) {
    const from = before;
    before = reading;
    if (!from) continue;
    if (reading.ts === from.ts) {
      same++;
      continue;
    }
    const lengthMin = (reading.ts - from.ts) / MINUTE_MS;
    // A device starts with all its counters: where one fell, the others may have passed their old value since.
    const reset =
      fell(from.inTotal, reading.inTotal) ||
      fell(from.outTotal, reading.outTotal) ||
      fell(from.recircTotal, reading.recircTotal);
    if (reset) resets.push(reading.ts);
    const isUnknown = reset || lengthMin > COUNTER_GAP_MAX_MIN;
    const rate = (start: number | null, end: number | null): number | null =>
      isUnknown || start === null || end === null ? null : (end - start) / lengthMin;
    const rates = {
      inTotal: rate(from.inTotal, reading.inTotal),
      outTotal: rate(from.outTotal, reading.outTotal),
      recircTotal: rate(from.recircTotal, reading.recircTotal),
    };
    intervals.push({ from: from.ts, to: reading.ts, rates, carried: false });
  }
  const jumps = dropJumps(intervals);
  const last = intervals.at(-1);
  if (last) intervals.push(carryOn(intervals, last));
  return { intervals, resets, jumps, same };
}

/** @returns when. */
function dropJumps(intervals: readonly Interval[]): number[] {
  const at = new Set<number>();
  for (const counter of COUNTERS) {
    // Most counters never come near.
    if (!intervals.some(({ rates }) => isFast(rates[counter]))) continue;
    const rises = intervals.map(({ from, to, rates: { [counter]: rate } }) => {
      const minutes = (to - from) / MINUTE_MS;
      return { units: rate === null ? null : rate * minutes, minutes };
    });
    for (const index of findJumps(rises) ?? []) {
      const interval = intervals[index];
      if (!interval) continue;
      interval.rates[counter] = null;
      at.add(interval.to);
    }
  }
  return [...at].toSorted((a, b) => a - b);
}

/** Units come in bursts: what goes on after the last reading is the mean of some minutes, not the last of them. */
function carryOn(intervals: readonly Interval[], last: Interval): Interval {
  const from = last.to - FLOW_CARRY_MEAN_MIN * MINUTE_MS;
  const recent = intervals.filter(({ to }) => to > from);
  const rate = (counter: (typeof COUNTERS)[number]): number | null => {
    if (last.rates[counter] === null) return null;
    let [units, length] = [0, 0];
    for (const interval of recent) {
      const known = interval.rates[counter];
      if (known === null) continue;
      const overlap = interval.to - Math.max(interval.from, from);
      units += known * overlap;
      length += overlap;
    }
    return units / length;
  };
  return {
    from: last.to,
    to: last.to + FLOW_CARRY_MIN * MINUTE_MS,
    rates: { inTotal: rate('inTotal'), outTotal: rate('outTotal'), recircTotal: rate('recircTotal') },
    carried: true,
  };
}

/** A minute is known where known intervals cover all of it. */
function toTrack(
  intervals: readonly Interval[],
  counter: (typeof COUNTERS)[number],
  snapshotTs: number,
): Track {
  const track = unknownTrack('wcs_counters');
  const covered = new Float64Array(GRID_POINTS);
  const carried = new Float64Array(GRID_POINTS);
  const units = new Float64Array(GRID_POINTS);
  const origin = gridStart(snapshotTs) - STEP_MS;
  for (const interval of intervals) {
    const rate = interval.rates[counter];
    if (rate === null || interval.to <= origin) continue;
    const firstIndex = Math.max(0, Math.floor((interval.from - origin) / STEP_MS));
    for (let index = firstIndex; index < GRID_POINTS; index++) {
      const start = origin + index * STEP_MS;
      const overlap = Math.min(interval.to, start + STEP_MS) - Math.max(interval.from, start);
      if (overlap <= 0) break;
      covered[index] = (covered[index] ?? 0) + overlap;
      if (interval.carried) carried[index] = (carried[index] ?? 0) + overlap;
      units[index] = (units[index] ?? 0) + (rate * overlap) / STEP_MS;
    }
  }
  for (let index = 0; index < GRID_POINTS; index++) {
    if ((covered[index] ?? 0) < STEP_MS - ROUNDING_MS) continue;
    track.values[index] = units[index] ?? null;
    track.provenance[index] = (carried[index] ?? 0) > STEP_MS / 2 ? 'carried' : 'measured';
  }
  return track;
}

/** @param rows distinct rows of one device, sorted by recorded_at; at least one. */
export function readDevice(
  device: string,
  rows: readonly CounterRow[],
  snapshotTs: number,
): DeviceFlow | null {
  const clock = placeRows(rows);
  const { readings, negatives } = toReadings(clock.placed);
  const newest = readings.at(-1);
  if (!newest) return null;
  const { intervals, resets, jumps, same } = toIntervals(readings);
  return {
    device,
    flowIn: toTrack(intervals, 'inTotal', snapshotTs),
    flowOut: toTrack(intervals, 'outTotal', snapshotTs),
    recirc: toTrack(intervals, 'recircTotal', snapshotTs),
    lastTs: newest.ts,
    state: newest.state,
    fault: newest.fault,
    resets: resets.filter((ts) => ts >= gridStart(snapshotTs)),
    jumps: jumps.filter((ts) => ts >= gridStart(snapshotTs)),
    negatives,
    duplicates: clock.byRecord ? 0 : same,
    clockProblem: clock.problem,
  };
}
