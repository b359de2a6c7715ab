/**
 * A source whose clock was left out when the others were changed: from one row to the next it is an hour behind, while
 * its rows are recorded as freshly as before. What is only late goes on where it left off; such a clock goes back over
 * what was told already. A source that was so from its first row on can't be told from a late one.
 */
import type { Defect, Doubt, UnitSeries } from '../../series.ts';
import type { ActualsRow, SourceRows, StockRow } from '../../source-rows.ts';
import type { SourceName } from '../../vocabulary.ts';
import { zoneClock } from '../../zone-clock.ts';
import {
  CLOCK_BACK_REFRESHES,
  CLOCK_BACK_REFRESHES_AT_CHANGE,
  CLOCK_BACK_SHARE,
  CLOCK_KEPT_MS,
  CLOCK_PACE_SHARE,
  CLOCK_STRAY_SHARE,
  CLOCK_TOLERANCE_MS,
  DAY_MS,
  LEAST_SHIFT_MIN,
  LMS_INTERVAL_MIN,
  MINUTE_MS,
  ROW_LATE_MAX_MS,
} from '../limits.ts';
import { groupBy } from '../../group-by.ts';

interface Recorded {
  recordedAt: number;
}

/** How the rows of a source tell of their time. */
interface SourceClock<Row extends Recorded> {
  source: SourceName;
  tsOf: (row: Row) => number;
  /** The same row, of another time. */
  movedTo: (row: Row, ts: number) => Row;
  /** What one row after the other is told of. */
  nameOf: (row: Row) => string;
  /** How long before its time a row may be recorded. */
  earlyMs: number;
}

const STOCK_CLOCK: SourceClock<StockRow> = {
  source: 'wes_stock',
  tsOf: ({ asOf }) => asOf,
  movedTo: (row, asOf) => ({ ...row, asOf }),
  nameOf: ({ workpool, path }) => `${workpool}\n${path}`,
  earlyMs: CLOCK_TOLERANCE_MS,
};

/** An unfinished interval may be told before its end. */
const ACTUALS_CLOCK: SourceClock<ActualsRow> = {
  source: 'lms_actuals',
  tsOf: ({ intervalEnd }) => intervalEnd,
  movedTo: (row, intervalEnd) => ({ ...row, intervalEnd }),
  nameOf: ({ workpool, process }) => `${workpool}\n${process}`,
  earlyMs: LMS_INTERVAL_MIN * MINUTE_MS + CLOCK_TOLERANCE_MS,
};
interface Shift {
  /** Of the first row that is off, by its record. */
  since: number;
  min: number;
  /** Of the first row that is right again; null: none yet. */
  until: number | null;
}

interface Known {
  /** Of the cycle before. */
  doubts: readonly Doubt[];
  /** Of the warehouse. */
  timezone: string;
  snapshotTs: number;
}

/** Rows whose time is put right, and what is remembered and told of it. */
export function setClocksRight(
  rows: SourceRows,
  known: Known,
): { rows: SourceRows; doubts: Doubt[]; defects: Defect[]; telling: Defect[] } {
  const stock = setRight(rows.wes_stock, STOCK_CLOCK, known);
  const actuals = setRight(rows.lms_actuals, ACTUALS_CLOCK, known);
  const clocks = [stock, actuals];
  return {
    rows: { ...rows, wes_stock: stock.rows, lms_actuals: actuals.rows },
    doubts: clocks.flatMap(({ doubt }) => doubt ?? []),
    defects: clocks.flatMap(({ defect }) => defect ?? []),
    // Of what is over nobody has to be told.
    telling: clocks.flatMap(({ defect, doubt }) => (defect && doubt?.shift?.until === null ? defect : [])),
  };
}

/** A clock is that of the whole warehouse: people hear of it once, at its first total. */
export function tellOfClocks(units: UnitSeries[], telling: readonly Defect[]): UnitSeries[] {
  if (telling.length === 0) return units;
  const teller = units.find(({ unit }) => unit.unitType === 'TOTAL') ?? units[0];
  const told = (defect: Defect): Defect => (telling.includes(defect) ? { ...defect, tell: true } : defect);
  return units.map((series) =>
    series === teller ? { ...series, defects: series.defects.map(told) } : series,
  );
}

function setRight<Row extends Recorded>(
  rows: Row[],
  clock: SourceClock<Row>,
  { doubts, timezone, snapshotTs }: Known,
): { rows: Row[]; doubt: Doubt | null; defect: Defect | null } {
  const known = doubts.find(({ shift }) => shift?.source === clock.source);
  // Most rows are of right clocks.
  if (
    known === undefined &&
    !rows.some((row) => delayOf(row, clock) >= LEAST_SHIFT_MIN * MINUTE_MS - clock.earlyMs)
  )
    return { rows, doubt: null, defect: null };
  const sorted = rows.toSorted((a, b) => a.recordedAt - b.recordedAt || clock.tsOf(a) - clock.tsOf(b));
  const before = known?.shift ? { since: known.since, ...known.shift } : null;
  const shift = before === null ? findShift(sorted, clock, timezone) : goesOn(sorted, clock, before);
  if (shift === null || (shift.until !== null && shift.until <= snapshotTs - CLOCK_KEPT_MS))
    return { rows, doubt: null, defect: null };
  const { source, tsOf, movedTo } = clock;
  const { since, min, until } = shift;
  const doubt: Doubt = {
    ...{ workpool: '', path: '', reading: 'clock', name: 'CLOCK_SKEW', since },
    shift: { source, min, until },
  };
  const ended = until === null ? '' : ` until ${new Date(until).toISOString()}`;
  const defect: Defect = {
    name: 'CLOCK_SKEW',
    source,
    detail: `the clock of ${source} went back by ${min} min at ${new Date(since).toISOString()}${ended}, while its rows came as freshly as before: ${min} min are added`,
    hard: false,
  };
  return {
    rows: rows.map((row) => (isOff(row, clock, shift) ? movedTo(row, tsOf(row) + min * MINUTE_MS) : row)),
    doubt,
    defect,
  };
}

function delayOf<Row extends Recorded>(row: Row, { tsOf }: SourceClock<Row>): number {
  return row.recordedAt - tsOf(row);
}

/** Too old for a row of a right clock, and not ahead of its record once it is put right. */
function isOff<Row extends Recorded>(
  row: Row,
  clock: SourceClock<Row>,
  { since, min, until }: Shift,
): boolean {
  const isWithin = row.recordedAt >= since && (until === null || row.recordedAt < until);
  return isWithin && delayOf(row, clock) >= min * MINUTE_MS - clock.earlyMs;
}

/** It has ended where a row is as fresh as one of a right clock, and younger than all that were put right. */
function goesOn<Row extends Recorded>(sorted: readonly Row[], clock: SourceClock<Row>, shift: Shift): Shift {
  if (shift.until !== null) return shift;
  let newest = shift.since;
  for (const row of sorted) {
    if (row.recordedAt < shift.since) continue;
    const ts = clock.tsOf(row);
    if (isOff(row, clock, shift)) newest = Math.max(newest, ts + shift.min * MINUTE_MS);
    else if (isFresh(row, clock) && ts > newest) return { ...shift, until: row.recordedAt };
  }
  return shift;
}

function isFresh<Row extends Recorded>(row: Row, clock: SourceClock<Row>): boolean {
  const delay = delayOf(row, clock);
  return delay >= -clock.earlyMs && delay <= ROW_LATE_MAX_MS;
}

function findShift<Row extends Recorded>(
  sorted: readonly Row[],
  clock: SourceClock<Row>,
  timezone: string,
): Shift | null {
  // A row that comes again says nothing of the clock.
  const told = new Set<string>();
  const rows = sorted.filter((row) => {
    const key = `${clock.nameOf(row)}\n${clock.tsOf(row)}`;
    const again = told.has(key) && isFresh(row, clock);
    told.add(key);
    return !again;
  });
  const last = rows.findLastIndex((row) => isFresh(row, clock));
  if (last === -1 || last === rows.length - 1) return null;
  const right = rows.slice(0, last + 1).filter((row) => isFresh(row, clock));
  const after = rows.slice(last + 1);
  for (const min of candidatesOf(timezone, after[0]?.recordedAt ?? 0)) {
    const shiftMs = min * MINUTE_MS;
    const off = after.filter((row) => {
      const delay = delayOf(row, clock) - shiftMs;
      return delay >= -clock.earlyMs && delay <= ROW_LATE_MAX_MS;
    });
    const since = off[0]?.recordedAt;
    if (since === undefined || after.length - off.length > CLOCK_STRAY_SHARE * off.length) continue;
    if (wentBack(right, off, clock, { shiftMs, refreshes: refreshesNeeded(timezone, since) }))
      return { since, min, until: null };
  }
  return null;
}

/** An hour, as of a change of clocks that was left out; west of UTC also all that local time is behind. */
function candidatesOf(timezone: string, ts: number): number[] {
  const clock = zoneClock(timezone);
  const behind = (ts - clock.wallAt(ts)) / MINUTE_MS;
  return behind > LEAST_SHIFT_MIN ? [LEAST_SHIFT_MIN, behind] : [LEAST_SHIFT_MIN];
}

/** On the day of a change less has to be seen. */
function refreshesNeeded(timezone: string, ts: number): number {
  const clock = zoneClock(timezone);
  const isChanged = clock.wallAt(ts) - clock.wallAt(ts - DAY_MS) !== DAY_MS;
  return isChanged ? CLOCK_BACK_REFRESHES_AT_CHANGE : CLOCK_BACK_REFRESHES;
}

/** Each that is told of stepped back over what it had said, and goes on from there at the pace of the clock. */
function wentBack<Row extends Recorded>(
  right: readonly Row[],
  off: readonly Row[],
  clock: SourceClock<Row>,
  { shiftMs, refreshes }: { shiftMs: number; refreshes: number },
): boolean {
  const newest = new Map<string, number>();
  for (const row of right) {
    const name = clock.nameOf(row);
    newest.set(name, Math.max(newest.get(name) ?? -Infinity, clock.tsOf(row)));
  }
  let most = 0;
  for (const [name, own] of groupBy(off, clock.nameOf)) {
    const before = newest.get(name);
    const [first, last] = [own[0], own.at(-1)];
    if (before === undefined || !first || !last) continue;
    if (clock.tsOf(first) > before - CLOCK_BACK_SHARE * shiftMs) return false;
    const passed = clock.tsOf(last) - clock.tsOf(first);
    if (last.recordedAt - first.recordedAt < CLOCK_PACE_SHARE * passed) return false;
    most = Math.max(most, new Set(own.map(clock.tsOf)).size);
  }
  return most >= refreshes;
}
