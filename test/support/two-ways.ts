/**
 * The same raw rows through the backtest, from CSV files, and through what the live path does with them: as a database
 * returns them, split by warehouse, preprocessed, decided cycle by cycle.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { partitionRows } from '../../src/activities/extract/partition-rows.ts';
import { backtest } from '../../src/backtest/backtest.ts';
import { backtestSettings } from '../../src/backtest/input/feed.ts';
import { DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import {
  ALERTS_CSV_HEADER,
  alertsCsvLine,
  compareAlertRows,
  toAlertRows,
  type AlertRow,
} from '../../src/domain/alert-row.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { decideCycle, type CycleOutcome } from '../../src/domain/decide-cycle.ts';
import { noPast } from '../../src/domain/forecast/past.ts';
import { preprocess } from '../../src/domain/preprocess/preprocess.ts';
import type { UnitOverride } from '../../src/domain/registry.ts';
import { SOURCE_ROW_SCHEMAS, type SourceOutcome, type SourceRows } from '../../src/domain/source-rows.ts';
import { initialMemory } from '../../src/domain/suppress/memory.ts';
import { SOURCES, type SourceName } from '../../src/domain/vocabulary.ts';

/** As a database returns it: texts, instants as ISO texts, null. */
export type RawRow = Record<string, string | number | null>;
export type RawSources = Record<SourceName, RawRow[]>;

const MINUTE_MS = 60_000;
const WAREHOUSE = { code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin' };

/** A row of alerts.csv by its columns. */
export type AlertLine = Record<string, string>;

export async function throughBacktest(raw: RawSources, units = ''): Promise<AlertLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bufferwatch-two-ways-'));
  try {
    await writeFile(join(folder, 'warehouses.csv'), 'code,name,timezone\nFRA1,Frankfurt 1,Europe/Berlin\n');
    if (units !== '') await writeFile(join(folder, 'units.csv'), units);
    for (const source of SOURCES) await writeFile(join(folder, `${source}.csv`), toCsv(source, raw[source]));
    await backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM });
    return parse(await readFile(join(folder, 'out/alerts.csv'), 'utf8'), { columns: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toCsv(source: SourceName, rows: readonly RawRow[]): string {
  const columns = Object.keys(SOURCE_ROW_SCHEMAS[source].in.shape);
  const lines = rows
    .toSorted((a, b) => (String(a['recorded_at']) < String(b['recorded_at']) ? -1 : 1))
    .map((row) => columns.map((column) => row[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

export interface LiveRun {
  lines: AlertLine[];
  outcomes: CycleOutcome[];
}

/** @param spelt the warehouse's code as the sources spell it */
export async function throughLive(
  raw: RawSources,
  { overrides = [], spelt = 'FRA1' }: { overrides?: UnitOverride[]; spelt?: string } = {},
): Promise<LiveRun> {
  const times = Object.values(raw).flatMap((rows) =>
    rows.map((row) => Date.parse(String(row['recorded_at']))),
  );
  const stock = raw.wes_stock.map((row) => Date.parse(String(row['recorded_at'])));
  const mark = (ms: number): number => Math.ceil(ms / (5 * MINUTE_MS)) * 5 * MINUTE_MS;
  const settings = backtestSettings(WAREHOUSE, DEFAULT_ALGORITHM, { overrides, holidays: [] });
  const outcomes: CycleOutcome[] = [];
  const rows: AlertRow[] = [];
  let memory = initialMemory('FRA1');
  for (let ts = mark(Math.min(...stock)); ts <= mark(Math.max(...times)); ts += 5 * MINUTE_MS) {
    const visible = {
      wes_stock: await visibleAt(raw, 'wes_stock', SOURCE_ROW_SCHEMAS.wes_stock, spelt, ts),
      wcs_counters: await visibleAt(raw, 'wcs_counters', SOURCE_ROW_SCHEMAS.wcs_counters, spelt, ts),
      lms_actuals: await visibleAt(raw, 'lms_actuals', SOURCE_ROW_SCHEMAS.lms_actuals, spelt, ts),
      lms_plan: await visibleAt(raw, 'lms_plan', SOURCE_ROW_SCHEMAS.lms_plan, spelt, ts),
    };
    const outcome = decideCycle(
      { cycleId: toCycleId(ts), intervalMinutes: 5, settings, memory, past: noPast },
      (remembered) =>
        preprocess({
          extract: {
            warehouse: 'FRA1',
            snapshotTs: ts,
            sources: {
              wes_stock: answered(visible.wes_stock),
              wcs_counters: answered(visible.wcs_counters),
              lms_actuals: answered(visible.lms_actuals),
              lms_plan: answered(visible.lms_plan),
            },
            rows: visible,
          },
          settings,
          // It travels as JSON between two cycles.
          memory: JSON.parse(JSON.stringify(remembered)) as typeof remembered,
        }),
    );
    memory = outcome.memory;
    outcomes.push(outcome);
    rows.push(
      ...toAlertRows({
        cycleId: toCycleId(ts),
        algorithm: DEFAULT_ALGORITHM,
        labels: outcome.result.labels,
        recommendations: outcome.resolved.recommendations,
      }).toSorted(compareAlertRows),
    );
  }
  return {
    lines: parse([ALERTS_CSV_HEADER, ...rows.map(alertsCsvLine)].join('\n'), { columns: true }),
    outcomes,
  };
}

async function visibleAt<S extends SourceName>(
  raw: RawSources,
  source: S,
  schema: z.ZodType<SourceRows[S][number]>,
  spelt: string,
  ts: number,
): Promise<SourceRows[S]> {
  const windowMs = (source === 'lms_plan' ? 26 * 60 : 60) * MINUTE_MS;
  const found = raw[source].filter((row) => {
    const recordedAt = Date.parse(String(row['recorded_at']));
    return recordedAt <= ts && recordedAt >= ts - windowMs;
  });
  const { byWarehouse } = await partitionRows(
    found.map((row) => ({ ...row, warehouse: spelt })),
    schema,
    new Map([['FRA1', 'FRA1']]),
    ts,
  );
  return (byWarehouse.get('FRA1')?.rows ?? []) as SourceRows[S];
}

function answered(rows: readonly unknown[]): SourceOutcome {
  return { status: 'ok', rows: rows.length, rejected: 0, problems: [], error: '', durationMs: 1 };
}
