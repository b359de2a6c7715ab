/** Level A: units.csv and series.csv, a timeseries that is unified already. */
import { join } from 'node:path';
import {
  UNIFIED_WINDOW_MS,
  unifiedUnit,
  unifiedWarehouse,
  type UnifiedMemory,
  type UnifiedSample,
  type UnifiedUnit,
} from '../../domain/preprocess/unified-series.ts';
import type { Holiday } from '../../domain/registry.ts';
import { BUFFER_KINDS, UNIT_TYPES } from '../../domain/vocabulary.ts';
import { BadFile } from '../bad-file.ts';
import { readCsv } from '../csv/read-csv.ts';
import { inTimeOrder } from '../csv/time-order.ts';
import { backtestSettings, UnitNames, type Feed, type FeedOptions, type WarehouseFeed } from './feed.ts';
import { readHolidays } from './holidays-file.ts';
import { RowCursor } from './row-cursor.ts';
import { ToldDays } from './told-days.ts';

const UNIT_COLUMNS = ['unit_id', 'warehouse', 'workpool', 'path', 'unit_type', 'capacity_units'];
const SERIES_COLUMNS = ['ts', 'unit_id', 'wip_units'];
const FIGURES = {
  flow_in_upm: 'flowInUpm',
  flow_out_upm: 'flowOutUpm',
  recirc_upm: 'recircUpm',
  hc_active: 'hcActive',
  uph_actual: 'uphActual',
  backlog_units: 'backlogUnits',
} as const satisfies Record<string, keyof UnifiedSample>;

interface Sample extends UnifiedSample {
  /** Index in the list of units. */
  unit: number;
}

interface UnitWindow {
  of: UnifiedUnit;
  /** Visible ones of the last hour, in time order. */
  samples: UnifiedSample[];
  told: UnifiedMemory;
}

interface Scan {
  rows: number;
  firstMs: number;
  lastMs: number;
  inOrder: boolean;
  /** Columns of which some cell was filled. */
  told: Set<string>;
}

/**
 * Reads units.csv, checks series.csv from its first to its last line, then serves it in time order. A file that is
 * ordered otherwise (by unit, say) is sorted in parts on disk first.
 * @throws BadFile
 */
export async function openUnifiedFeed(folder: string, options: FeedOptions): Promise<Feed> {
  const { algorithm, onScanned } = options;
  const names = new UnitNames();
  const zones = new Map<string, string>();
  const units = await readUnits(join(folder, 'units.csv'), names, zones);
  const codes = [...new Set(units.map(({ unit }) => unit.warehouse))].toSorted();
  const holidays = await readHolidays(join(folder, 'holidays.csv'), new Set(codes));
  const path = join(folder, 'series.csv');
  const indexes = new Map(units.map(({ unit }, index) => [names.given(unit.unitId), index]));
  const days = new ToldDays();
  const scan = await scanSeries({ path, indexes, days }, onScanned);
  days.refuseGap(options);

  const windows = units.map((of): UnitWindow => ({
    of,
    samples: [],
    told: { level: null, flow: null, headcount: null },
  }));
  const samples = readSeries(path, indexes);
  const cursor = new RowCursor(scan.inOrder ? samples : inTimeOrder(samples, ({ ts }) => ts), ({ ts }) => ts);
  return {
    level: 'A',
    warehouses: codes.map((code) =>
      warehouseFeed(code, windows, { timezone: zones.get(code) ?? 'UTC', algorithm, holidays }),
    ),
    firstMs: scan.firstMs,
    lastMs: scan.lastMs,
    rows: scan.rows,
    units: new Set(units.map(({ unit }) => unit.unitId)),
    names,
    missing: whatIsMissing(scan, units),
    advance: (toMs) => cursor.takeUntil(toMs, (sample) => show(windows[sample.unit], sample)),
    close: () => cursor.close(),
  };
}

function warehouseFeed(
  code: string,
  all: readonly UnitWindow[],
  { timezone, algorithm, holidays }: { timezone: string; algorithm: string; holidays: readonly Holiday[] },
): WarehouseFeed {
  const windows = all.filter(({ of }) => of.unit.warehouse === code);
  const overrides = windows.flatMap(({ of }) => of.unit.override ?? []);
  return {
    code,
    settings: backtestSettings({ code, name: code, timezone }, algorithm, { overrides, holidays }),
    seriesAt: (cycleMs, memory) => {
      for (const { samples } of windows) dropBefore(samples, cycleMs - UNIFIED_WINDOW_MS);
      return unifiedWarehouse(code, windows, memory, cycleMs);
    },
  };
}

/** Of rows that tell of one instant the last one counts. */
function show(window: UnitWindow | undefined, sample: UnifiedSample): void {
  if (!window) return;
  const { samples, told } = window;
  if (samples.at(-1)?.ts === sample.ts) samples.pop();
  samples.push(sample);
  // Where no cycle looks for a while (--from), nothing else would let go of the old ones.
  dropBefore(samples, sample.ts - UNIFIED_WINDOW_MS);
  if (sample.wipUnits !== null) told.level = sample.ts;
  if (sample.flowInUpm !== null || sample.flowOutUpm !== null) told.flow = sample.ts;
  if (sample.hcActive !== null) told.headcount = sample.ts;
}

function dropBefore(samples: UnifiedSample[], ms: number): void {
  while ((samples[0]?.ts ?? Infinity) < ms) samples.shift();
}

/** @param zones gets the time zone of each warehouse that has one */
async function readUnits(path: string, names: UnitNames, zones: Map<string, string>): Promise<UnifiedUnit[]> {
  const units = new Map<string, UnifiedUnit>();
  const ids = new Map<string, number>();
  for await (const batch of readCsv(path, UNIT_COLUMNS, (row, line) => {
    const given = row.text('unit_id');
    const warehouse = row.text('warehouse');
    if (!/^[A-Za-z0-9-]+$/.test(warehouse))
      throw row.refusal(`warehouse is "${warehouse}", expected letters, digits and -`);
    const before = ids.get(given);
    if (before !== undefined) throw row.refusal(`unit_id "${given}" stands in line ${before} already`);
    ids.set(given, line);
    const timezone = row.timezoneOrNull('timezone');
    if (timezone !== null) {
      const zone = zones.get(warehouse) ?? timezone;
      if (zone !== timezone) throw row.refusal(`timezone is "${timezone}", of ${warehouse} before "${zone}"`);
      zones.set(warehouse, zone);
    }
    const capacityUnits = row.numberOrNull('capacity_units');
    if (capacityUnits !== null && capacityUnits < 0)
      throw row.refusal(
        `capacity_units is ${capacityUnits}, expected 0 where it is closed, a number above 0, or empty where unknown`,
      );
    return unifiedUnit({
      unitId: names.adopt(given, warehouse),
      warehouse,
      workpool: row.text('workpool'),
      path: row.text('path'),
      unitType: row.oneOf('unit_type', UNIT_TYPES),
      bufferKind: row.oneOfOrNull('buffer_kind', BUFFER_KINDS),
      capacityUnits,
      process: row.textOrNull('process'),
      uphPlan: row.numberOrNull('uph_plan'),
      maxStations: row.numberOrNull('max_stations'),
    });
  }))
    for (const unit of batch) units.set(unit.unit.unitId, unit);
  if (units.size === 0) throw new BadFile(path, null, 'lists no unit');
  return [...units.values()];
}

function readSeries(
  path: string,
  indexes: ReadonlyMap<string, number>,
  onRow?: (ts: number, line: number) => void,
): AsyncGenerator<Sample[]> {
  return readCsv(path, SERIES_COLUMNS, (row, line) => {
    const ts = row.instant('ts');
    onRow?.(ts, line);
    const unit = indexes.get(row.text('unit_id'));
    if (unit === undefined) throw row.refusal(`unit_id "${row.raw('unit_id')}" is not in units.csv`);
    return {
      ts,
      unit,
      wipUnits: row.numberOrNull('wip_units'),
      flowInUpm: row.numberOrNull('flow_in_upm'),
      flowOutUpm: row.numberOrNull('flow_out_upm'),
      recircUpm: row.numberOrNull('recirc_upm'),
      hcActive: row.numberOrNull('hc_active'),
      uphActual: row.numberOrNull('uph_actual'),
      backlogUnits: row.numberOrNull('backlog_units'),
    };
  });
}

async function scanSeries(
  { path, indexes, days }: { path: string; indexes: ReadonlyMap<string, number>; days: ToldDays },
  onScanned: ((rows: number) => void) | undefined,
): Promise<Scan> {
  const scan: Scan = { rows: 0, firstMs: Infinity, lastMs: -Infinity, inOrder: true, told: new Set() };
  for await (const batch of readSeries(path, indexes, (ts, line) => days.see(ts, path, line, 'ts'))) {
    for (const sample of batch) {
      if (sample.ts < scan.lastMs) scan.inOrder = false;
      if (sample.ts < scan.firstMs) scan.firstMs = sample.ts;
      if (sample.ts > scan.lastMs) scan.lastMs = sample.ts;
      for (const column of Object.keys(FIGURES) as (keyof typeof FIGURES)[])
        if (sample[FIGURES[column]] !== null) scan.told.add(column);
    }
    scan.rows += batch.length;
    onScanned?.(scan.rows);
  }
  if (scan.rows === 0) throw new BadFile(path, null, 'holds no row');
  return scan;
}

function whatIsMissing({ told }: Scan, units: readonly UnifiedUnit[]): string[] {
  const missing: string[] = [];
  const has = (column: keyof typeof FIGURES): boolean => told.has(column);
  if (!has('flow_in_upm') && !has('flow_out_upm'))
    missing.push(
      'flow_in_upm, flow_out_upm: growth comes from the level alone; jams are not told apart, throttles carry no percentage',
    );
  if (!has('hc_active'))
    missing.push(
      'hc_active: nobody knows who works; understaffing is not told apart, staff carries no number',
    );
  if (!has('uph_actual') && units.every(({ uphPlan }) => uphPlan === null))
    missing.push('uph_actual, uph_plan: a fallen rate is not told apart, staff carries no number');
  if (!has('backlog_units') && !has('flow_in_upm'))
    missing.push(
      'backlog_units, flow_in_upm: nobody knows that an empty buffer matters; no LOW beyond WATCH',
    );
  if (!has('recirc_upm')) missing.push('recirc_upm: recirculation and gridlock are not seen');
  const withoutCapacity = units.filter(({ capacityUnits }) => capacityUnits === null).length;
  if (withoutCapacity > 0)
    missing.push(`capacity_units of ${withoutCapacity} units: they can't be judged at all`);
  return missing;
}
