/** The paths of one warehouse: what the stock source reports, what it reported before, and what is refused. */
import type { UnitOverride } from '../../registry.ts';
import type { KnownPath } from '../../series.ts';
import type { StockRow } from '../../source-rows.ts';
import type { BufferKind, SourceName, Stage } from '../../vocabulary.ts';
import { TOTAL, sanitizeName, unitIdOf } from '../../units.ts';
import { LAST_SEEN_FLOOR_MS, NEW_PATH_MS, PATH_GONE_AFTER_MS, SOURCE_OUTAGE_MS } from '../limits.ts';
import { groupBy } from '../../group-by.ts';

export interface ListedPath {
  /** The id of the path's own unit, whether or not it is one. */
  unitId: string;
  /** Sanitized. */
  workpool: string;
  path: string;
  sourceWorkpool: string;
  sourcePath: string;
  stage: Stage;
  bufferKind: BufferKind;
  /** Now: by override, else of the newest row that tells it, else remembered. 0: the path is closed. */
  capacityUnits: number | null;
  /** The same without the override: what is remembered. */
  reportedCapacityUnits: number | null;
  /** As the last cycle believed it; null: it did not know. */
  knownCapacityUnits: number | null;
  /** Oldest first; empty where the path fell silent. */
  rows: StockRow[];
  override: UnitOverride | null;
  /** Its name stands for two things: its level is nobody's, its capacity is missing from the total. */
  clash: boolean;
  /** Hour of the newest row of each other source that served it. */
  remembered: Partial<Record<SourceName, number>>;
  lastSeenHour: number;
  /** What it was called before, where it is remembered. */
  formerly?: string;
  /** Epoch ms of its first reading, for an hour. */
  newSince?: number;
}

export interface PathList {
  /** Sorted by workpool and path; excluded and gone ones left out. */
  paths: ListedPath[];
  /** Names of paths that the stock source reports and that are not listed: excluded, or without a buffer. */
  unlisted: string[];
  refused: string[];
  /** Sanitized path names that several workpools use: counters can't be told apart. */
  sharedNames: Set<string>;
}

export function floorToHour(ts: number): number {
  return Math.floor(ts / LAST_SEEN_FLOOR_MS) * LAST_SEEN_FLOOR_MS;
}

function newestCapacity(rows: readonly StockRow[]): number | null {
  const row = rows.findLast(({ capacityUnits }) => capacityUnits !== null && capacityUnits >= 0);
  return row?.capacityUnits ?? null;
}

/** A reading can't be younger than its record: a source clock that is ahead counts as the record's time. */
export function readingTs(row: Pick<StockRow, 'asOf' | 'recordedAt'>): number {
  return Math.min(row.asOf, row.recordedAt);
}

/**
 * A remembered path is gone after a day of silence while the source spoke of others. After an outage of the
 * source, or of ours, the day starts afresh: nobody knows what was silent then.
 */
function silenceStart(known: KnownPath, knownPaths: readonly KnownPath[], snapshotTs: number): number {
  const lastHeard = Math.max(...knownPaths.map(({ lastSeenHour }) => lastSeenHour));
  return snapshotTs - lastHeard > SOURCE_OUTAGE_MS ? floorToHour(snapshotTs) : known.lastSeenHour;
}

function newSince(
  known: KnownPath | undefined,
  othersKnown: boolean,
  firstTs: number,
  snapshotTs: number,
): { newSince?: number } {
  const since = known ? known.newSince : othersKnown ? firstTs : undefined;
  return since === undefined || snapshotTs - since > NEW_PATH_MS ? {} : { newSince: since };
}

function describe(row: StockRow): string {
  return `wes_stock row workpool "${row.workpool}", path "${row.path}", as_of ${new Date(row.asOf).toISOString()}`;
}

/**
 * @param rows of this warehouse, sorted by time.
 */
export function listPaths(input: {
  warehouse: string;
  snapshotTs: number;
  rows: readonly StockRow[];
  knownPaths: readonly KnownPath[];
  overrides: readonly UnitOverride[];
}): PathList {
  const { warehouse, snapshotTs, knownPaths } = input;
  const overrides = new Map(input.overrides.map((override) => [override.unitId, override]));
  const refused: string[] = [];
  const unlisted = new Set<string>();
  const paths = new Map<string, ListedPath>();

  const accepted = input.rows.filter(({ stage, path }) => stage !== 'PICK' && sanitizeName(path) !== TOTAL);
  for (const rows of groupBy(input.rows, (row) => `${row.workpool}\n${row.path}`).values()) {
    const newest = rows.at(-1);
    if (!newest || (newest.stage !== 'PICK' && sanitizeName(newest.path) !== TOTAL)) continue;
    unlisted.add(newest.path);
    if (sanitizeName(newest.path) === TOTAL)
      refused.push(`${describe(newest)}: a path may not be named TOTAL, the name of the workpool's total`);
    else refused.push(`${describe(newest)}: stage PICK has no buffer, expected INDUCT, SORT, REBIN or PACK`);
  }

  const spellings = groupBy(
    [...groupBy(accepted, ({ workpool }) => workpool).keys()].toSorted(),
    sanitizeName,
  );
  for (const [unitId, rows] of groupBy(accepted, ({ workpool, path }) =>
    unitIdOf(warehouse, workpool, path),
  )) {
    const sources = [...groupBy(rows, (row) => `${row.workpool}\n${row.path}`).values()];
    const newest = rows.at(-1);
    if (!newest) continue;
    const workpool = sanitizeName(newest.workpool);
    const clash = sources.length > 1 || (spellings.get(workpool)?.length ?? 0) > 1;
    if (clash)
      for (const [row] of sources)
        if (row) refused.push(`${describe(row)}: becomes ${unitId}, as another name does; rename one`);
    const override = overrides.get(unitId) ?? null;
    if (override?.excluded) {
      unlisted.add(newest.path);
      continue;
    }
    const known = knownPaths.find(
      (candidate) => candidate.workpool === newest.workpool && candidate.path === newest.path,
    );
    const reportedCapacityUnits = newestCapacity(rows) ?? known?.capacityUnits ?? null;
    paths.set(unitId, {
      unitId,
      workpool,
      path: sanitizeName(newest.path),
      sourceWorkpool: newest.workpool,
      sourcePath: newest.path,
      stage: newest.stage,
      bufferKind: newest.bufferKind,
      capacityUnits: override?.capacityUnits ?? reportedCapacityUnits,
      reportedCapacityUnits,
      knownCapacityUnits: known?.capacityUnits ?? null,
      rows: clash ? [] : rows,
      override,
      clash,
      remembered: known?.sources ?? {},
      lastSeenHour: floorToHour(Math.max(...rows.map(readingTs))),
      ...(known?.formerly === undefined ? {} : { formerly: known.formerly }),
      ...newSince(known, knownPaths.length > 0, Math.min(...rows.map(readingTs)), snapshotTs),
    });
  }

  for (const known of knownPaths) {
    const unitId = unitIdOf(warehouse, known.workpool, known.path);
    const override = overrides.get(unitId) ?? null;
    if (paths.has(unitId) || override?.excluded) continue;
    const silentSince =
      accepted.length > 0 ? silenceStart(known, knownPaths, snapshotTs) : known.lastSeenHour;
    if (accepted.length > 0 && snapshotTs - silentSince >= PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS) continue;
    paths.set(unitId, {
      unitId,
      workpool: sanitizeName(known.workpool),
      path: sanitizeName(known.path),
      sourceWorkpool: known.workpool,
      sourcePath: known.path,
      stage: known.stage,
      bufferKind: known.bufferKind,
      capacityUnits: override?.capacityUnits ?? known.capacityUnits,
      reportedCapacityUnits: known.capacityUnits,
      knownCapacityUnits: known.capacityUnits,
      rows: [],
      override,
      clash: false,
      remembered: known.sources ?? {},
      lastSeenHour: silentSince,
      ...(known.formerly === undefined ? {} : { formerly: known.formerly }),
    });
  }

  const listed = [...paths.values()].toSorted((a, b) => (a.unitId < b.unitId ? -1 : 1));
  const sharedNames = new Set(
    [...groupBy(listed, ({ path }) => path)].filter(([, same]) => same.length > 1).map(([name]) => name),
  );
  return { paths: listed, unlisted: [...unlisted], refused: refused.toSorted(), sharedNames };
}
