/** The level of one path: measured, bridged by its flows, carried, estimated from an older one, or unknown. */
import type { Defect, Doubt, LevelSample, Track } from '../../series.ts';
import type { StockRow } from '../../source-rows.ts';
import { isUnseen } from './alarm.ts';
import { doubtDefects } from './doubt-defects.ts';
import { FlowSums } from '../flows/flow-sums.ts';
import { gridStart } from '../grid.ts';
import { type LevelAt, type LevelSources, levelAt, levelTrack } from './level-at.ts';
import { CLOCK_TOLERANCE_MS, MINUTE_MS, OVER_CAPACITY_FACTOR, STOCK_REFRESH_MIN } from '../limits.ts';
import { type ListedPath, readingTs } from '../names/path-list.ts';
import type { LevelReading } from './estimate.ts';
import type { Evidence, ToldLevel } from './inquiry.ts';
import type { OpenAlarm } from './open-alarm.ts';
import { reconcile } from './reconcile.ts';
import { type MostChange, boundByNeighbours } from './uncounted.ts';
import { newestOfEach, sortDistinct } from '../row-order.ts';
import { carryLimit, samplingOf } from '../sampling.ts';

/** What a level is read from. */
export type LevelRow = Pick<StockRow, 'asOf' | 'recordedAt' | 'wipUnits' | 'capacityUnits'>;
type LevelPath = Pick<ListedPath, 'path' | 'sourceWorkpool' | 'sourcePath' | 'override' | 'capacityUnits'> & {
  rows: readonly LevelRow[];
};

/** What the counters say of a path, and what was not believed of it before. */
export interface LevelWitness {
  flowIn: Track;
  flowOut: Track;
  /** By what its neighbours pass, where it has no counters; null: nobody knows. */
  mostChange?: MostChange | null;
  doubts: readonly Doubt[];
  alarm: OpenAlarm;
}

export interface PathLevel {
  /** Believed or estimated, oldest first. */
  samples: LevelSample[];
  track: Track;
  at: (ts: number) => LevelAt;
  /** Now. */
  now: LevelAt;
  /** Believed readings that can be held against each other: nobody has corrected the level in between. */
  comparable: LevelReading[];
  /** Median minutes between readings; null with fewer than two. */
  samplingMin: number | null;
  /** Level and counters part, and nobody knows which is right; or one of them alone says that an alert is over. */
  isContested: boolean;
  /** Minutes whose counters are not believed; null where none is. */
  flowDenied: ((ts: number) => boolean) | null;
  doubts: Doubt[];
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

/** Held against the flows: see reconcile.ts. */
export function readPathLevel(path: LevelPath, witness: LevelWitness, snapshotTs: number): PathLevel {
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

  const told = possibleLevels(path, rows, gridStart(snapshotTs));
  const { capacityUnits } = path;
  const flows = new FlowSums(witness.flowIn, witness.flowOut, snapshotTs);
  const evidence: Evidence = {
    of: { workpool: path.sourceWorkpool, path: path.sourcePath },
    readings: told,
    flows,
    capacityUnits,
    doubts: witness.doubts,
    alarm: witness.alarm,
    windowTs: gridStart(snapshotTs),
    snapshotTs,
  };
  const found = witness.mostChange ? boundByNeighbours(evidence, witness.mostChange) : reconcile(evidence);
  const { believed, flowDenied } = found;
  const samplingMin = samplingOf(told.map(({ ts }) => ts));
  const carryMin = carryLimit(samplingMin);
  const believedFlows = flowDenied
    ? new FlowSums(witness.flowIn, witness.flowOut, snapshotTs, flowDenied)
    : flows;
  const sources: LevelSources = { ...found, flows: believedFlows, capacityUnits, carryMin };
  const at = (ts: number): LevelAt => levelAt(sources, ts);
  const now = at(snapshotTs);
  defects.push(...doubtDefects(path.path, { ...found, told, flows, now, snapshotTs }));

  const lastTs = told.findLast(({ fault }) => fault === null)?.ts;
  if (path.rows.length > 0 && (lastTs === undefined || snapshotTs - lastTs > carryMin * MINUTE_MS))
    add(
      'LATE',
      lastTs === undefined
        ? 'no reading of the level'
        : `newest level ${Math.floor((snapshotTs - lastTs) / MINUTE_MS)} min old, expected at most ${carryMin}`,
    );
  const estimates = estimatedInstants(sources, told, snapshotTs).flatMap((ts): LevelSample[] => {
    const { value, provenance } = at(ts);
    return value === null || provenance !== 'estimated' ? [] : [{ ts, wipUnits: value, estimated: true }];
  });
  return {
    samples: estimates.length === 0 ? believed : [...believed, ...estimates].toSorted((a, b) => a.ts - b.ts),
    track: levelTrack(sources, snapshotTs),
    at,
    now,
    comparable: believed.filter(({ ts }) => ts >= found.correctedTs),
    samplingMin,
    isContested: found.open.drift !== null || isUnseen(witness.alarm, now, believed.at(-1), capacityUnits),
    flowDenied,
    doubts: found.doubts,
    defects,
  };
}

function possibleLevels(path: LevelPath, rows: readonly LevelRow[], windowTs: number): ToldLevel[] {
  return rows
    .flatMap((row): ToldLevel[] => {
      const ts = readingTs(row);
      if (row.wipUnits === null || ts < windowTs) return [];
      return [{ ts, wipUnits: row.wipUnits, fault: impossible(row.wipUnits, row, path) }];
    })
    .toSorted((a, b) => a.ts - b.ts);
}

/** Why a row's level can't be true; null where it can. */
function impossible(wipUnits: number, row: LevelRow, path: LevelPath): ToldLevel['fault'] {
  if (wipUnits < 0) return 'NEGATIVE';
  const capacity = path.override?.capacityUnits ?? row.capacityUnits ?? path.capacityUnits;
  return capacity !== null && capacity > 0 && wipUnits > OVER_CAPACITY_FACTOR * capacity
    ? 'OVER_CAPACITY'
    : null;
}

/** Where the source told what is not believed, and where it should have told something. */
function estimatedInstants(
  { anchor, believed, denied }: LevelSources,
  told: readonly ToldLevel[],
  snapshotTs: number,
): number[] {
  if (!anchor) return [];
  const instants = told.flatMap(({ ts }) => (denied(ts) ? ts : []));
  const lastTs = Math.max(anchor.ts, believed.at(-1)?.ts ?? 0, instants.at(-1) ?? 0);
  for (let ts = lastTs + STOCK_REFRESH_MIN * MINUTE_MS; ts <= snapshotTs; ts += STOCK_REFRESH_MIN * MINUTE_MS)
    instants.push(ts);
  return instants;
}
