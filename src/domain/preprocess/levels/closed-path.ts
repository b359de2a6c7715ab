/**
 * A path whose capacity is 0 is closed: it has no room, is no target and raises no alarm. That it is closed is only a
 * reading: while units go in it is denied, and stock that lies in a path that has just been open keeps an alert about
 * it open until it is gone; a rest that would be no overflow, until the hour has passed.
 */
import type { Defect, Track, UnitSeries } from '../../series.ts';
import { gridStart } from '../grid.ts';
import { believedCapacity } from './capacity.ts';
import type { PathLevel } from './level.ts';
import type { OpenAlarm } from './open-alarm.ts';
import { CAPACITY_FREE_FILL, CLOSED_INFLOW_MIN, CLOSED_INFLOW_UNITS } from '../limits.ts';
import { type ListedPath, readingTs } from '../names/path-list.ts';

export interface Opening {
  /** null: open, or nobody knows. */
  closed: UnitSeries['closed'] | null;
  /** What the path counts with in its workpool's total; null where nobody knows. */
  countedUnits: number | null;
  /** Neither its capacity nor its level is the total's, which misses nothing. */
  left: boolean;
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

/**
 * The capacity is no longer told of a path that holds nothing and takes nothing in: the one that was told before says
 * how much went into it when it was used.
 */
function isWithdrawn({ rows, override }: ListedPath, flowIn: Track): boolean {
  const newest = rows.at(-1);
  return (
    newest?.capacityUnits === null &&
    newest.wipUnits === 0 &&
    override?.capacityUnits == null &&
    wentIn(flowIn) <= CLOSED_INFLOW_UNITS
  );
}

/** The path with the capacity that can be believed; null and a defect where it can't. */
export function checkCapacity(
  listed: ListedPath,
  flowIn: Track,
  alarm: OpenAlarm,
): { path: ListedPath; denied: Defect | null } {
  if (isWithdrawn(listed, flowIn))
    return { path: { ...listed, capacityUnits: null, reportedCapacityUnits: null }, denied: null };
  const units = listed.capacityUnits === 0 ? wentIn(flowIn) : 0;
  if (units <= CLOSED_INFLOW_UNITS) return believedCapacity(listed, alarm);
  const known = listed.knownCapacityUnits || null;
  const denied: Defect = {
    name: 'CAPACITY_DENIED',
    source: 'wes_stock',
    detail: `path ${listed.path}: capacity_units 0 while ${Math.round(units)} units went in within ${CLOSED_INFLOW_MIN} min`,
    hard: known === null,
    tell: true,
  };
  return { path: { ...listed, capacityUnits: known, reportedCapacityUnits: known }, denied };
}

/** @param denied the capacity is not believed. */
export function readOpening(
  { listed, flow, level }: { listed: ListedPath; flow: { flowIn: Track }; level: PathLevel },
  denied: boolean,
  snapshotTs: number,
): Opening {
  const { capacityUnits, override } = listed;
  const open = (countedUnits: number | null, left = false): Opening => ({ closed: null, countedUnits, left });
  if (denied) return open(capacityUnits ?? lastRoom(listed, snapshotTs));
  // What is empty, and takes nothing in, hides no overflow.
  if (capacityUnits === null) return open(null, isWithdrawn(listed, flow.flowIn));
  if (capacityUnits !== 0) return open(capacityUnits > 0 ? capacityUnits : null);
  const lies = level.now.value ?? 0;
  const held = override?.capacityUnits === 0 ? null : heldRoom(listed, lies, snapshotTs);
  return held === null
    ? { closed: 'settled', countedUnits: 0, left: true }
    : { closed: 'holding', countedUnits: held, left: false };
}

/** Of a closed path in which stock still lies: any that was put there within the hour, later as much as would overflow. */
function heldRoom(listed: ListedPath, lies: number, snapshotTs: number): number | null {
  const room = lastRoom(listed, snapshotTs);
  if (room !== null) return lies > 0 ? room : null;
  const known = listed.knownCapacityUnits ?? 0;
  return known > 0 && lies >= CAPACITY_FREE_FILL * known ? known : null;
}

/** What is left in a closed path belongs to no total; what it gave up before is in the flows of the hour. */
export function withoutRest(level: PathLevel): PathLevel {
  const rest = level.now.value ?? 0;
  if (rest === 0) return level;
  const above = (units: number): number => Math.max(0, units - rest);
  return {
    ...level,
    samples: level.samples.map((sample) => ({ ...sample, wipUnits: above(sample.wipUnits) })),
    track: { ...level.track, values: level.track.values.map((value) => value && above(value)) },
    at: (ts) => {
      const at = level.at(ts);
      return { ...at, value: at.value && above(at.value) };
    },
  };
}
