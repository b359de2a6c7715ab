/** The level of one path: measured, bridged by its flows, carried, or unknown. */
import { GRID_POINTS, type Defect, type Provenance, type Track } from '../series.ts';
import type { StockRow } from '../source-rows.ts';
import { gridStart, gridTs, integrate, unknownTrack, STEP_MS } from './grid.ts';
import { median } from '../statistics.ts';
import {
  BRIDGE_MAX_MIN,
  CARRY_MIN_MIN,
  CARRY_SAMPLING_FACTOR,
  CLOCK_TOLERANCE_MS,
  MINUTE_MS,
  OVER_CAPACITY_FACTOR,
} from './limits.ts';
import { type LevelReading, findStuckSensor, findWrongUnit } from './level-faults.ts';
import { type ListedPath, readingTs } from './path-list.ts';
import { newestOfEach, sortDistinct } from './row-order.ts';

/** What a level is read from. */
export type LevelRow = Pick<StockRow, 'asOf' | 'recordedAt' | 'wipUnits' | 'capacityUnits'>;
type LevelPath = Pick<ListedPath, 'path' | 'override' | 'capacityUnits'> & { rows: readonly LevelRow[] };

export interface PathLevel {
  /** Believable ones, oldest first. */
  readings: LevelReading[];
  track: Track;
  /** Median minutes between readings; null with fewer than two. */
  samplingMin: number | null;
  /** Believed now: known, and no hard fault. */
  usable: boolean;
  defects: Defect[];
}

export function sortStockRows(rows: readonly StockRow[]): StockRow[] {
  return sortDistinct(rows, [
    readingTs,
    ({ asOf }) => asOf,
    ({ recordedAt }) => recordedAt,
    ({ workpool }) => workpool,
    ({ path }) => path,
    ({ wipUnits }) => wipUnits,
    ({ capacityUnits }) => capacityUnits,
    ({ backlogUnits }) => backlogUnits,
    ({ unitsDueByCpt }) => unitsDueByCpt,
    ({ cptTs }) => cptTs,
    ({ stage }) => stage,
    ({ bufferKind }) => bufferKind,
  ]);
}

/** Median minutes between consecutive instants. */
export function samplingOf(instants: readonly number[]): number | null {
  return median(instants.slice(1).map((ts, index) => (ts - (instants[index] ?? ts)) / MINUTE_MS));
}

/** How long a level may be carried, minutes. */
export function carryLimit(samplingMin: number | null): number {
  return Math.max(CARRY_MIN_MIN, CARRY_SAMPLING_FACTOR * (samplingMin ?? 0));
}

interface LevelSources {
  readings: readonly LevelReading[];
  /** in - out per minute; unknown minutes are null. */
  net: readonly (number | null)[];
  capacityUnits: number | null;
  carryMin: number;
  snapshotTs: number;
}

/** The level at an instant, in the order of precedence: measured within the step, bridged, carried, unknown. */
export function levelAt({ ts, ...sources }: LevelSources & { ts: number }): {
  value: number | null;
  provenance: Provenance;
} {
  return levelAfter(
    sources.readings.findLast((candidate) => candidate.ts <= ts),
    sources,
    ts,
  );
}

const UNKNOWN_LEVEL = { value: null, provenance: 'unknown' } as const;

/** @param reading the newest up to the instant */
function levelAfter(
  reading: LevelReading | undefined,
  { net, capacityUnits, carryMin, snapshotTs }: LevelSources,
  ts: number,
): { value: number | null; provenance: Provenance } {
  if (!reading) return UNKNOWN_LEVEL;
  const age = ts - reading.ts;
  if (age < STEP_MS) return { value: reading.wipUnits, provenance: 'measured' };
  if (age <= BRIDGE_MAX_MIN * MINUTE_MS) {
    const change = integrate(net, snapshotTs, reading.ts, ts);
    if (change !== null) {
      const most = Math.max(capacityUnits ?? Infinity, reading.wipUnits);
      return { value: Math.min(most, Math.max(0, reading.wipUnits + change)), provenance: 'bridged' };
    }
  }
  if (age <= carryMin * MINUTE_MS) return { value: reading.wipUnits, provenance: 'carried' };
  return UNKNOWN_LEVEL;
}

function levelTrack(sources: LevelSources): Track {
  const { readings, snapshotTs } = sources;
  const track = unknownTrack('wes_stock');
  let next = 0;
  for (let index = 0; index < GRID_POINTS; index++) {
    const ts = gridTs(snapshotTs, index);
    while ((readings[next]?.ts ?? Infinity) <= ts) next++;
    const { value, provenance } = levelAfter(readings[next - 1], sources, ts);
    track.values[index] = value;
    track.provenance[index] = provenance;
  }
  return track;
}

/** Why a row's level can't be true; null where it can. */
function impossible(
  row: LevelRow,
  path: LevelPath,
): { name: 'NEGATIVE' | 'OVER_CAPACITY'; detail: string } | null {
  const { wipUnits } = row;
  if (wipUnits === null) return null;
  if (wipUnits < 0) return { name: 'NEGATIVE', detail: `wip_units ${wipUnits} below 0` };
  const capacity = path.override?.capacityUnits ?? row.capacityUnits ?? path.capacityUnits;
  if (capacity !== null && capacity > 0 && wipUnits > OVER_CAPACITY_FACTOR * capacity)
    return {
      name: 'OVER_CAPACITY',
      detail: `wip_units ${wipUnits} above ${OVER_CAPACITY_FACTOR * 100} % of capacity_units ${capacity}`,
    };
  return null;
}

/**
 * @param net in - out per minute as the counters measured it; unknown minutes are null.
 */
export function readPathLevel(
  path: LevelPath,
  net: readonly (number | null)[],
  snapshotTs: number,
): PathLevel {
  const defects: Defect[] = [];
  const add = (name: Defect['name'], detail: string, hard = false): void => {
    defects.push({ name, source: 'wes_stock', detail: `path ${path.path}: ${detail}`, hard });
  };

  const { rows, superseded } = newestOfEach(path.rows, ({ asOf }) => asOf);
  if (superseded > 0) add('DUPLICATE', `${superseded} rows of an as_of that a newer row tells anew`);
  const ahead = rows.filter(({ asOf, recordedAt }) => asOf - recordedAt > CLOCK_TOLERANCE_MS);
  if (ahead.length > 0)
    add('CLOCK_SKEW', `as_of after recorded_at in ${ahead.length} rows, recorded_at taken`);
  const negativeCapacity = rows.filter(({ capacityUnits }) => capacityUnits !== null && capacityUnits < 0);
  if (negativeCapacity.length > 0)
    add('NEGATIVE', `capacity_units below 0 in ${negativeCapacity.length} rows`);

  const newest = rows.at(-1);
  const readings: LevelReading[] = [];
  const bad = new Map<'NEGATIVE' | 'OVER_CAPACITY', { count: number; detail: string; now: boolean }>();
  for (const row of rows) {
    const fault = impossible(row, path);
    if (fault)
      bad.set(fault.name, {
        count: (bad.get(fault.name)?.count ?? 0) + 1,
        detail: fault.detail,
        now: row === newest,
      });
    else if (row.wipUnits !== null) readings.push({ ts: readingTs(row), wipUnits: row.wipUnits });
  }
  for (const [name, { count, detail, now }] of bad) add(name, `${detail}; ${count} readings left out`, now);
  readings.sort((a, b) => a.ts - b.ts);

  const { capacityUnits } = path;
  const recent = readings.filter(({ ts }) => ts >= gridStart(snapshotTs));
  const wrongUnit = findWrongUnit(recent, net, capacityUnits, snapshotTs);
  if (wrongUnit) add('WRONG_UNIT', wrongUnit.detail, wrongUnit.now);
  const believed = wrongUnit ? recent.filter(({ ts }) => !wrongUnit.suspect.has(ts)) : recent;
  const stuck = findStuckSensor(believed, net, capacityUnits, snapshotTs);
  if (stuck) add('STUCK_SENSOR', stuck, true);

  const samplingMin = samplingOf(recent.map(({ ts }) => ts));
  const carryMin = carryLimit(samplingMin);
  const track = levelTrack({ readings: believed, net, capacityUnits, carryMin, snapshotTs });
  const lastTs = readings.at(-1)?.ts;
  if (path.rows.length > 0 && (lastTs === undefined || snapshotTs - lastTs > carryMin * MINUTE_MS))
    add(
      'LATE',
      lastTs === undefined
        ? 'no reading of the level'
        : `newest level ${Math.floor((snapshotTs - lastTs) / MINUTE_MS)} min old, expected at most ${carryMin}`,
    );
  return {
    readings: believed,
    track,
    samplingMin,
    usable: (track.values.at(-1) ?? null) !== null && !defects.some(({ hard }) => hard),
    defects,
  };
}
