/** Level B: the raw rows of the four sources, each visible from its recorded_at, as the source queries select them. */
import { join } from 'node:path';
import type { z } from 'zod';
import { preprocess } from '../../domain/preprocess/preprocess.ts';
import type { WarehouseSettings } from '../../domain/registry.ts';
import {
  SOURCE_ROW_SCHEMAS,
  type PlanRow,
  type SourceOutcome,
  type SourceOutcomes,
  type SourceRows,
} from '../../domain/source-rows.ts';
import { SOURCES, type SourceName } from '../../domain/vocabulary.ts';
import { BadFile } from '../bad-file.ts';
import { readAllRows, readCsv } from '../csv/read-csv.ts';
import { inTimeOrder } from '../csv/time-order.ts';
import { backtestSettings, UnitNames, type Feed, type FeedOptions, type WarehouseFeed } from './feed.ts';
import { exists } from './exists.ts';
import { readHolidays } from './holidays-file.ts';
import { readOverrides } from './overrides-file.ts';
import { RowCursor } from './row-cursor.ts';
import { ToldDays } from './told-days.ts';

const MINUTE_MS = 60_000;
/** As the extract step asks the sources: an hour of rows, and the newest plan of the last 26 hours. */
const WINDOW_MS = 60 * MINUTE_MS;
const PLAN_AGE_MS = 26 * 60 * MINUTE_MS;

type AnyRow = SourceRows[SourceName][number];

interface Scan {
  rows: number;
  /** Rows of warehouses that warehouses.csv does not list: nobody asks for them. */
  foreign: number;
  firstMs: number;
  lastMs: number;
  inOrder: boolean;
}

/** The rows of one warehouse that a query would find now. */
class VisibleRows {
  readonly #rows: SourceRows = { wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] };

  add(source: SourceName, row: AnyRow): void {
    if (source === 'lms_plan') return this.#addPlan(row as PlanRow);
    const rows: AnyRow[] = this.#rows[source];
    rows.push(row);
    // Where no cycle looks for a while (--from), nothing else would let go of the old ones.
    const oldest = row.recordedAt - WINDOW_MS;
    if ((rows[0]?.recordedAt ?? oldest) < oldest - WINDOW_MS) dropBefore(rows, oldest);
  }

  at(cycleMs: number): SourceRows {
    const rows = this.#rows;
    for (const source of ['wes_stock', 'wcs_counters', 'lms_actuals'] as const)
      dropBefore(rows[source], cycleMs - WINDOW_MS);
    if (rows.lms_plan.some(({ recordedAt }) => recordedAt < cycleMs - PLAN_AGE_MS)) rows.lms_plan = [];
    return rows;
  }

  /** An issue replaces the one before it. */
  #addPlan(row: PlanRow): void {
    const issued = this.#rows.lms_plan[0]?.recordedAt ?? -Infinity;
    if (row.recordedAt > issued) this.#rows.lms_plan = [row];
    else this.#rows.lms_plan.push(row);
  }
}

/** Rows come in the order of recorded_at. */
function dropBefore(rows: AnyRow[], ms: number): void {
  const kept = rows.findIndex(({ recordedAt }) => recordedAt >= ms);
  rows.splice(0, kept === -1 ? rows.length : kept);
}

/**
 * Checks every file from its first to its last line, then serves the rows in the order of recorded_at; a file that
 * is ordered otherwise is sorted in parts on disk first.
 * @throws BadFile
 */
export async function openRawFeed(folder: string, options: FeedOptions): Promise<Feed> {
  const { algorithm, onScanned } = options;
  const warehouses = await readWarehouses(join(folder, 'warehouses.csv'));
  const codes = new Set(warehouses.map(({ code }) => code));
  const overrides = await readOverrides(join(folder, 'units.csv'), codes);
  const holidays = await readHolidays(join(folder, 'holidays.csv'), codes);
  const scans = new Map<SourceName, Scan>();
  const days = new ToldDays();
  let checked = 0;
  for (const source of SOURCES) {
    const path = join(folder, `${source}.csv`);
    if (source !== 'wes_stock' && !(await exists(path))) continue;
    const read = { path, source, codes, days };
    scans.set(source, await scanSource(read, (rows) => onScanned?.((checked += rows))));
  }
  const stock = scans.get('wes_stock');
  if (!stock || stock.rows === 0)
    throw new BadFile(join(folder, 'wes_stock.csv'), null, 'holds no row of a warehouse in warehouses.csv');
  days.refuseGap(options);

  const visible = new Map(warehouses.map(({ code }) => [code, new VisibleRows()]));
  const cursors = [...scans].map(([source, { inOrder }]) => {
    const rows = readSource(join(folder, `${source}.csv`), source);
    const tsOf = ({ recordedAt }: AnyRow): number => recordedAt;
    return { source, cursor: new RowCursor(inOrder ? rows : inTimeOrder(rows, tsOf), tsOf) };
  });
  return {
    level: 'B',
    warehouses: warehouses.map((warehouse) =>
      warehouseFeed(
        warehouse,
        visible.get(warehouse.code) ?? new VisibleRows(),
        backtestSettings(warehouse, algorithm, { overrides, holidays }),
      ),
    ),
    firstMs: stock.firstMs,
    lastMs: Math.max(...[...scans.values()].map(({ lastMs }) => lastMs)),
    rows: [...scans.values()].reduce((sum, { rows }) => sum + rows, 0),
    units: null,
    names: new UnitNames(),
    missing: whatIsMissing(scans),
    advance: async (toMs) => {
      for (const { source, cursor } of cursors)
        await cursor.takeUntil(toMs, (row) => visible.get(row.warehouse)?.add(source, row));
    },
    close: async () => {
      for (const { cursor } of cursors) await cursor.close();
    },
  };
}

function warehouseFeed(
  { code }: { code: string },
  visible: VisibleRows,
  settings: WarehouseSettings,
): WarehouseFeed {
  return {
    code,
    settings,
    seriesAt: (cycleMs, memory) => {
      const rows = visible.at(cycleMs);
      return preprocess({
        extract: { warehouse: code, snapshotTs: cycleMs, sources: outcomesOf(rows), rows },
        settings,
        memory,
      });
    },
  };
}

function outcomesOf(rows: SourceRows): SourceOutcomes {
  const outcome = (source: SourceName): SourceOutcome => ({
    status: 'ok',
    rows: rows[source].length,
    rejected: 0,
    problems: [],
    error: '',
    durationMs: 0,
  });
  return {
    wes_stock: outcome('wes_stock'),
    wcs_counters: outcome('wcs_counters'),
    lms_actuals: outcome('lms_actuals'),
    lms_plan: outcome('lms_plan'),
  };
}

async function readWarehouses(path: string): Promise<{ code: string; name: string; timezone: string }[]> {
  const lines = new Map<string, number>();
  const warehouses = await readAllRows(path, ['code', 'name', 'timezone'], (row, line) => {
    const code = row.text('code');
    if (!/^[A-Z0-9-]+$/.test(code))
      throw row.refusal(`code is "${code}", expected upper case letters, digits and -`);
    const before = lines.get(code);
    if (before !== undefined) throw row.refusal(`code "${code}" stands in line ${before} already`);
    lines.set(code, line);
    return { code, name: row.text('name'), timezone: row.timezone('timezone') };
  });
  if (warehouses.length === 0) throw new BadFile(path, null, 'lists no warehouse');
  return warehouses;
}

function readSource(
  path: string,
  source: SourceName,
  onRow?: (row: AnyRow, line: number) => void,
): AsyncGenerator<AnyRow[]> {
  const schema: z.ZodType<AnyRow> = SOURCE_ROW_SCHEMAS[source];
  const columns = Object.keys(SOURCE_ROW_SCHEMAS[source].in.shape);
  return readCsv(path, columns, (row, line): AnyRow => {
    const cells: Record<string, string> = {};
    for (const column of columns) cells[column] = row.raw(column);
    const parsed = schema.safeParse(cells);
    if (parsed.success) {
      onRow?.(parsed.data, line);
      return parsed.data;
    }
    const [issue] = parsed.error.issues;
    const column = String(issue?.path[0] ?? 'row');
    throw row.refusal(`${column} is ${JSON.stringify(row.raw(column))}: ${issue?.message ?? 'does not fit'}`);
  });
}

async function scanSource(
  {
    path,
    source,
    codes,
    days,
  }: { path: string; source: SourceName; codes: ReadonlySet<string>; days: ToldDays },
  onScanned: (rows: number) => void,
): Promise<Scan> {
  const scan: Scan = { rows: 0, foreign: 0, firstMs: Infinity, lastMs: -Infinity, inOrder: true };
  let before = -Infinity;
  const see = ({ warehouse, recordedAt }: AnyRow, line: number): void => {
    if (codes.has(warehouse)) days.see(recordedAt, path, line, 'recorded_at');
  };
  for await (const batch of readSource(path, source, see)) {
    for (const { warehouse, recordedAt } of batch) {
      if (recordedAt < before) scan.inOrder = false;
      before = recordedAt;
      if (!codes.has(warehouse)) {
        scan.foreign += 1;
        continue;
      }
      scan.rows += 1;
      scan.firstMs = Math.min(scan.firstMs, recordedAt);
      scan.lastMs = Math.max(scan.lastMs, recordedAt);
    }
    onScanned(batch.length);
  }
  return scan;
}

const NEEDED_FOR: Record<Exclude<SourceName, 'wes_stock'>, string> = {
  wcs_counters: 'no flows: jams, recirculation and stop flags are not seen, throttles carry no percentage',
  lms_actuals: 'headcount comes from the plan alone; a fallen rate is not told apart',
  lms_plan:
    'no shifts and breaks: nothing is NOT_SCHEDULED, the projection knows no break, staff has no pool to come from',
};

function whatIsMissing(scans: ReadonlyMap<SourceName, Scan>): string[] {
  const missing: string[] = [];
  for (const source of SOURCES) {
    const { rows = 0, foreign = 0 } = scans.get(source) ?? {};
    if (source !== 'wes_stock' && rows === 0) missing.push(`${source}: ${NEEDED_FOR[source]}`);
    if (foreign > 0)
      missing.push(`${source}: ${foreign} rows of warehouses that are not in warehouses.csv are left out`);
  }
  return missing;
}
