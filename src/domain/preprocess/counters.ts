/** Flow rates of one device from its cumulative counters. */
import { GRID_POINTS, type Track } from '../series.ts';
import type { CounterRow } from '../source-rows.ts';
import { STEP_MS, gridStart, unknownTrack } from './grid.ts';
import { median } from '../statistics.ts';
import {
  CLOCK_TOLERANCE_MS,
  COUNTER_GAP_MAX_MIN,
  COUNTER_LATE_MAX_MS,
  FLOW_CARRY_MIN,
  MINUTE_MS,
  ROUNDING_MS,
} from './limits.ts';

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
  /** Instants at which a counter fell. */
  resets: number[];
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

function rises(before: CounterRow, after: CounterRow): boolean {
  return COUNTERS.some((counter) => (after[counter] ?? 0) > (before[counter] ?? 0));
}

/**
 * How far the device's clock is off, from its rows in the order of recording: the smallest delay between reading
 * and record. `jumped` where no single offset fits all rows; rows that were merely late do fit.
 */
function judgeClock(rows: readonly CounterRow[]): { shiftMs: number; jumped: boolean; problem: string } {
  let least = Infinity;
  let most = -Infinity;
  let steppedBack = false;
  let before: CounterRow | null = null;
  for (const row of rows) {
    if (row.plcTs === null) continue;
    least = Math.min(least, row.recordedAt - row.plcTs);
    most = Math.max(most, row.recordedAt - row.plcTs);
    // A late row steps back together with its counters; a clock that was set back leaves them rising.
    if (before?.plcTs != null && row.recordedAt > before.recordedAt && row.plcTs <= before.plcTs)
      steppedBack ||= rises(before, row);
    before = row;
  }
  if (least === Infinity) return { shiftMs: 0, jumped: false, problem: '' };
  const steppedAhead = least < -CLOCK_TOLERANCE_MS && most - least > CLOCK_TOLERANCE_MS;
  if (steppedBack || steppedAhead || most - least > COUNTER_LATE_MAX_MS)
    return {
      shiftMs: 0,
      jumped: true,
      problem: `plc_ts jumps by ${minutes(most - least)}, recorded_at taken`,
    };
  const off = Math.abs(least) > CLOCK_TOLERANCE_MS;
  return {
    shiftMs: off || least < 0 ? least : 0,
    jumped: false,
    problem: off
      ? `plc_ts is ${minutes(Math.abs(least))} ${least > 0 ? 'behind' : 'ahead of'} recorded_at`
      : '',
  };
}

function minutes(ms: number): string {
  return `${Math.round(ms / MINUTE_MS)} min`;
}

/** A row without plc_ts is placed as late as the others are. */
function placeReadings(rows: readonly CounterRow[], clock: { shiftMs: number; jumped: boolean }): Reading[] {
  const delay = rows.some(({ plcTs }) => plcTs === null) ? usualDelay(rows) : 0;
  return rows
    .map((row) => ({
      ts: clock.jumped
        ? row.recordedAt
        : row.plcTs === null
          ? row.recordedAt - (delay - clock.shiftMs)
          : row.plcTs + clock.shiftMs,
      state: row.state,
      fault: row.fault,
      inTotal: nonNegative(row.inTotal),
      outTotal: nonNegative(row.outTotal),
      recircTotal: nonNegative(row.recircTotal),
    }))
    .toSorted((a, b) => a.ts - b.ts);
}

function usualDelay(rows: readonly CounterRow[]): number {
  return median(rows.flatMap(({ plcTs, recordedAt }) => (plcTs === null ? [] : [recordedAt - plcTs]))) ?? 0;
}

function nonNegative(value: number | null): number | null {
  return value !== null && value < 0 ? null : value;
}

interface Interval {
  from: number;
  to: number;
  /** Per minute; null is unknown. */
  rates: Record<(typeof COUNTERS)[number], number | null>;
  carried: boolean;
}

function toIntervals(readings: readonly Reading[]): {
  intervals: Interval[];
  resets: number[];
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
    const reset = COUNTERS.some(
      (counter) => from[counter] !== null && reading[counter] !== null && reading[counter] < from[counter],
    );
    if (reset) resets.push(reading.ts);
    const rate = (counter: (typeof COUNTERS)[number]): number | null => {
      const [start, end] = [from[counter], reading[counter]];
      return reset || lengthMin > COUNTER_GAP_MAX_MIN || start === null || end === null
        ? null
        : (end - start) / lengthMin;
    };
    const rates = {
      inTotal: rate('inTotal'),
      outTotal: rate('outTotal'),
      recircTotal: rate('recircTotal'),
    };
    intervals.push({ from: from.ts, to: reading.ts, rates, carried: false });
  }
  const last = intervals.at(-1);
  if (last)
    intervals.push({ ...last, from: last.to, to: last.to + FLOW_CARRY_MIN * MINUTE_MS, carried: true });
  return { intervals, resets, same };
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
  const clock = judgeClock(rows);
  const readings = placeReadings(rows, clock);
  const newest = readings.at(-1);
  if (!newest) return null;
  const { intervals, resets, same } = toIntervals(readings);
  return {
    device,
    flowIn: toTrack(intervals, 'inTotal', snapshotTs),
    flowOut: toTrack(intervals, 'outTotal', snapshotTs),
    recirc: toTrack(intervals, 'recircTotal', snapshotTs),
    lastTs: newest.ts,
    state: newest.state,
    fault: newest.fault,
    resets: resets.filter((ts) => ts >= gridStart(snapshotTs)),
    negatives: rows.filter((row) => COUNTERS.some((counter) => (row[counter] ?? 0) < 0)).length,
    duplicates: clock.jumped ? 0 : same,
    clockProblem: clock.problem,
  };
}
