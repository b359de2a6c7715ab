/**
 * A path whose capacity is 0 is closed: it has no room, is no target and raises no alarm. That it is closed is only a
 * reading: while units go in it is denied, and stock that lies in a path that has just been open keeps an alert about
 * it open, until it is gone or the hour has passed.
 */
import type { Defect, Track, UnitSeries } from '../series.ts';
import { gridStart, lastValue } from './grid.ts';
import type { LevelReading } from './level-faults.ts';
import type { PathLevel } from './level.ts';
import { CLOSED_INFLOW_MIN, CLOSED_INFLOW_UNITS } from './limits.ts';
import { type ListedPath, readingTs } from './path-list.ts';

export interface Opening {
  /** null: open, or nobody knows. */
  closed: UnitSeries['closed'] | null;
  /** What the path counts with in its workpool's total: 0 where it is closed for good, null where nobody knows. */
  countedUnits: number | null;
}

/** Units that the counters saw go in within the last minutes. */
function wentIn(flowIn: Track): number {
  let units = 0;
  for (const [index, provenance] of flowIn.provenance.slice(-CLOSED_INFLOW_MIN).entries())
    if (provenance === 'measured')
      units += flowIn.values[flowIn.values.length - CLOSED_INFLOW_MIN + index] ?? 0;
  return units;
}

/** What the newest row says that tells of room, among those of the hour. */
function lastRoom({ rows }: ListedPath, snapshotTs: number): number | null {
  const open = rows.findLast(
    (row) => readingTs(row) >= gridStart(snapshotTs) && row.capacityUnits !== null && row.capacityUnits > 0,
  );
  return open?.capacityUnits ?? null;
}

/** @returns null where the closing is believed, or where there is none. */
export function denyClosing(listed: ListedPath, flowIn: Track): Defect | null {
  const units = listed.capacityUnits === 0 ? wentIn(flowIn) : 0;
  if (units <= CLOSED_INFLOW_UNITS) return null;
  return {
    name: 'CAPACITY_DENIED',
    source: 'wes_stock',
    detail: `path ${listed.path}: capacity_units 0 while ${Math.round(units)} units went in within ${CLOSED_INFLOW_MIN} min`,
    hard: true,
    tell: true,
  };
}

/** @param denied the capacity is not believed. */
export function readOpening(
  listed: ListedPath,
  level: PathLevel,
  denied: boolean,
  snapshotTs: number,
): Opening {
  const { capacityUnits, override } = listed;
  if (denied) return { closed: null, countedUnits: lastRoom(listed, snapshotTs) };
  if (capacityUnits === null || capacityUnits < 0) return { closed: null, countedUnits: null };
  if (capacityUnits > 0) return { closed: null, countedUnits: capacityUnits };
  const room = override?.capacityUnits === 0 ? null : lastRoom(listed, snapshotTs);
  const holds = room !== null && (lastValue(level.track) ?? 0) > 0;
  return holds ? { closed: 'holding', countedUnits: room } : { closed: 'settled', countedUnits: 0 };
}

/** What is left in a closed path belongs to no total; what it gave up before is in the flows of the hour. */
export function withoutRest(level: PathLevel): PathLevel {
  const rest = lastValue(level.track) ?? 0;
  if (rest === 0) return level;
  return {
    ...level,
    readings: level.readings.map(({ ts, wipUnits }): LevelReading => ({
      ts,
      wipUnits: Math.max(0, wipUnits - rest),
    })),
    track: {
      ...level.track,
      values: level.track.values.map((value) => value && Math.max(0, value - rest)),
    },
  };
}
