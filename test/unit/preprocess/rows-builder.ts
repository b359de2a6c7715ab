/** A small warehouse in good health, as the four sources tell of it; a case spoils what it is about. */
import { expect } from 'vitest';
import type { Doubt, KnownPath, UnitSeries, WarehouseSeries } from '../../../src/domain/series.ts';
import type {
  ActualsRow,
  CounterRow,
  PlanRow,
  SourceOutcome,
  SourceRows,
  StockRow,
} from '../../../src/domain/source-rows.ts';
import type { UnitOverride } from '../../../src/domain/registry.ts';
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import { preprocess } from '../../../src/domain/preprocess/preprocess.ts';

export const SNAPSHOT = Date.parse('2026-03-02T10:00:00Z');
export const MIN = 60_000;
export const at = (minutesAgo: number): number => SNAPSHOT - minutesAgo * MIN;

export interface PathSpec {
  path: string;
  workpool?: string;
  stage: StockRow['stage'];
  bufferKind: StockRow['bufferKind'];
  capacity: number;
  /** Level at the snapshot. */
  level: number;
  /** Per minute. */
  inUpm: number;
  outUpm: number;
}

export const PATHS: PathSpec[] = [
  {
    path: 'INDUCT-1',
    stage: 'INDUCT',
    bufferKind: 'CONVEYOR',
    capacity: 100,
    level: 50,
    inUpm: 6,
    outUpm: 6,
  },
  {
    path: 'INDUCT-2',
    stage: 'INDUCT',
    bufferKind: 'CONVEYOR',
    capacity: 100,
    level: 40,
    inUpm: 2,
    outUpm: 2,
  },
  { path: 'SORT-1', stage: 'SORT', bufferKind: 'CONVEYOR', capacity: 200, level: 90, inUpm: 8, outUpm: 8 },
  { path: 'LANE-1', stage: 'PACK', bufferKind: 'LANE', capacity: 100, level: 60, inUpm: 4, outUpm: 4 },
  { path: 'LANE-2', stage: 'PACK', bufferKind: 'LANE', capacity: 300, level: 150, inUpm: 5, outUpm: 4 },
];

/** Readings every 5 minutes, the newest 2 minutes old, recorded up to a minute later. */
export function stockRows(
  spec: PathSpec,
  ages: number[] = [62, 57, 52, 47, 42, 37, 32, 27, 22, 17, 12, 7, 2],
): StockRow[] {
  return ages.map((age) => ({
    warehouse: 'FRA1',
    workpool: spec.workpool ?? 'SINGLES',
    path: spec.path,
    stage: spec.stage,
    bufferKind: spec.bufferKind,
    capacityUnits: spec.capacity,
    wipUnits: spec.level - (spec.inUpm - spec.outUpm) * age,
    backlogUnits: spec.stage === 'INDUCT' ? 500 : 0,
    unitsDueByCpt: 100,
    cptTs: at(-90),
    asOf: at(age),
    recordedAt: at(Math.max(0, age - 1)),
  }));
}

/** One device a path, a reading every minute on the half minute, recorded 20 seconds later. */
export function counterRows(spec: PathSpec, device = `${spec.path}-D1`): CounterRow[] {
  return Array.from({ length: 70 }, (_, index) => {
    const age = 69.5 - index;
    return {
      warehouse: 'FRA1',
      path: spec.path,
      device,
      inTotal: 10_000 - spec.inUpm * age,
      outTotal: 9_000 - spec.outUpm * age,
      recircTotal: 0,
      state: 'RUN',
      fault: null,
      plcTs: at(age),
      recordedAt: at(age) + 20_000,
    };
  });
}

export function actualsRows(process: string, hcActive: number, uph15m = 60): ActualsRow[] {
  return [60, 45, 30, 15].map((age) => ({
    warehouse: 'FRA1',
    workpool: 'SINGLES',
    process,
    hcActive,
    hcIdle: 0,
    hcBreak: 0,
    uph15m,
    intervalEnd: at(age - 5),
    recordedAt: at(age - 8),
  }));
}

export function planRow(process: string, hcPlan: number, change: Partial<PlanRow> = {}): PlanRow {
  return {
    warehouse: 'FRA1',
    workpool: 'SINGLES',
    process,
    shiftStart: at(240),
    shiftEnd: at(-240),
    breakStart: null,
    breakEnd: null,
    hcPlan,
    uphPlan: 60,
    recordedAt: at(40),
    ...change,
  };
}

export function healthyRows(paths: PathSpec[] = PATHS): SourceRows {
  return {
    wes_stock: paths.flatMap((spec) => stockRows(spec)),
    wcs_counters: paths.flatMap((spec) => counterRows(spec)),
    lms_actuals: [...actualsRows('PICK', 8), ...actualsRows('INDUCT', 2), ...actualsRows('PACK', 8)],
    lms_plan: [planRow('PICK', 8), planRow('INDUCT', 2), planRow('PACK', 10)],
  };
}

/** Levels and nothing else. */
export function levelOnly(paths: PathSpec[] = PATHS): SourceRows {
  return {
    wes_stock: paths.flatMap((spec) => stockRows(spec)),
    wcs_counters: [],
    lms_actuals: [],
    lms_plan: [],
  };
}

export interface Case {
  rows: SourceRows;
  overrides?: UnitOverride[];
  knownPaths?: KnownPath[];
  knownDoubts?: Doubt[];
  knownUnits?: InterpretMemory['units'];
  absent?: (keyof SourceRows)[];
  rejected?: Partial<Record<keyof SourceRows, number>>;
  snapshotTs?: number;
  timezone?: string;
}

export function run(input: Case): WarehouseSeries {
  const outcome = (source: keyof SourceRows): SourceOutcome => ({
    status: input.absent?.includes(source) ? 'absent' : 'ok',
    rows: input.rows[source].length,
    rejected: input.rejected?.[source] ?? 0,
    problems: input.rejected?.[source] ? ['wip_units: expected a number'] : [],
    error: input.absent?.includes(source) ? 'connection refused' : '',
    durationMs: 1,
  });
  return preprocess({
    extract: {
      warehouse: 'FRA1',
      snapshotTs: input.snapshotTs ?? SNAPSHOT,
      sources: {
        wes_stock: outcome('wes_stock'),
        wcs_counters: outcome('wcs_counters'),
        lms_actuals: outcome('lms_actuals'),
        lms_plan: outcome('lms_plan'),
      },
      rows: input.rows,
    },
    settings: {
      warehouse: {
        code: 'FRA1',
        name: 'Frankfurt 1',
        timezone: input.timezone ?? 'Europe/Berlin',
        active: true,
        algorithm: '1.0.0',
      },
      routes: [],
      overrides: input.overrides ?? [],
    },
    memory: {
      paths: input.knownPaths ?? [],
      doubts: input.knownDoubts ?? [],
      units: input.knownUnits ?? {},
      zones: {},
      notified: [],
    },
  });
}

export function unitOf(series: WarehouseSeries, path: string, workpool = 'SINGLES'): UnitSeries {
  const found = series.units.find(({ unit }) => unit.unitId === `FRA1_${workpool}_${path}`);
  if (!found)
    throw new Error(
      `no unit FRA1_${workpool}_${path} among ${series.units.map((s) => s.unit.unitId).join(', ')}`,
    );
  return found;
}

export const now = (track: { values: (number | null)[] }): number | null => track.values.at(-1) ?? null;
export const defectNames = (series: UnitSeries): string[] =>
  [...new Set(series.defects.map(({ name }) => name))].toSorted();

/** Equal but for floating point, or equally unknown. */
export const around = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));
