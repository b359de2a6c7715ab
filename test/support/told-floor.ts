/**
 * A floor of a few paths whose flows follow a script and whose levels are their sum, as the four sources tell of it; what
 * is told can be changed before it is read. The rows go through the chain that backtest and pipeline share.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPreprocess } from '../../src/activities/preprocess.ts';
import { type AlertRow, compareAlertRows, toAlertRows } from '../../src/domain/alert-row.ts';
import { DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { decideCycle } from '../../src/domain/decide-cycle.ts';
import { daysBefore } from '../../src/domain/forecast/earlier-days.ts';
import { LevelHistory } from '../../src/domain/forecast/past.ts';
import { preprocess } from '../../src/domain/preprocess/preprocess.ts';
import {
  UNIFIED_WINDOW_MS,
  type UnifiedSample,
  unifiedUnit,
  unifiedWarehouse,
} from '../../src/domain/preprocess/unified-series.ts';
import { calendarOf, type WarehouseSettings } from '../../src/domain/registry.ts';
import type { WarehouseSeries } from '../../src/domain/series.ts';
import {
  SOURCE_ROW_SCHEMAS,
  type CounterRow,
  type SourceOutcome,
  type SourceRows,
  type StockRow,
  type WarehouseExtract,
} from '../../src/domain/source-rows.ts';
import type { InterpretMemory } from '../../src/domain/suppress/contract.ts';
import { initialMemory, type WarehouseMemory } from '../../src/domain/suppress/memory.ts';
import { interpretMemory } from '../../src/domain/suppress/state.ts';
import { SOURCES } from '../../src/domain/vocabulary.ts';

const MIN = 60_000;
const INTERVAL_MIN = 5;
export const FLOOR_CODE = 'FRA1';
export const FLOOR_START = Date.parse('2026-03-03T08:00:00Z');
/** An instant of the floor from its minute. */
export const minuteTs = (minute: number): number => FLOOR_START + minute * MIN;
/** A minute of the floor from the hour and minute of its day. */
export const minuteOf = (clock: string): number =>
  (Date.parse(`2026-03-03T${clock}:00Z`) - FLOOR_START) / MIN;

export interface ScriptedPath {
  path: string;
  workpool?: string;
  stage?: StockRow['stage'];
  bufferKind?: StockRow['bufferKind'];
  capacity: number;
  /** At the start. */
  level: number;
  /** Units per minute in the minute before; what does not fit in, or is not there, does not flow. */
  inUpm: (minute: number) => number;
  outUpm: (minute: number) => number;
  backlog?: number;
  state?: (minute: number) => CounterRow['state'];
}

export interface ToldFloor {
  rows: SourceRows;
  /** Of each path, by minute. */
  levels: Record<string, number[]>;
  minutes: number;
}

/** Stock every 5 minutes, a minute late; counters every minute, seconds late; three processes of ten people. */
export function tellFloor(paths: readonly ScriptedPath[], minutes: number): ToldFloor {
  const rows: SourceRows = { wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] };
  const levels: Record<string, number[]> = {};
  for (const spec of paths) levels[spec.path] = tellPath(rows, spec, minutes);
  for (const workpool of new Set(paths.map((spec) => spec.workpool ?? 'SINGLES')))
    tellStaff(rows, workpool, minutes);
  for (const source of SOURCES) rows[source].sort((a, b) => a.recordedAt - b.recordedAt);
  return { rows, levels, minutes };
}

function tellPath(rows: SourceRows, spec: ScriptedPath, minutes: number): number[] {
  const levels: number[] = [];
  let { level } = spec;
  let [inTotal, outTotal] = [1_000, 1_000];
  for (let minute = 0; minute <= minutes; minute++) {
    if (minute > 0) {
      const into = Math.min(spec.inUpm(minute), spec.capacity - level + spec.outUpm(minute));
      const out = Math.min(spec.outUpm(minute), level + into);
      level += into - out;
      inTotal += into;
      outTotal += out;
    }
    levels.push(level);
    const ts = minuteTs(minute);
    rows.wcs_counters.push({
      warehouse: FLOOR_CODE,
      path: spec.path,
      device: `DEV-${spec.path}`,
      inTotal,
      outTotal,
      recircTotal: 0,
      state: spec.state?.(minute) ?? 'RUN',
      fault: null,
      plcTs: ts,
      recordedAt: ts + 5_000,
    });
    if (minute % 5 !== 0) continue;
    rows.wes_stock.push({
      warehouse: FLOOR_CODE,
      workpool: spec.workpool ?? 'SINGLES',
      path: spec.path,
      stage: spec.stage ?? 'PACK',
      bufferKind: spec.bufferKind ?? 'LANE',
      capacityUnits: spec.capacity,
      wipUnits: level,
      backlogUnits: spec.backlog ?? 0,
      unitsDueByCpt: 0,
      cptTs: null,
      asOf: ts,
      recordedAt: ts + MIN,
    });
  }
  return levels;
}

function tellStaff(rows: SourceRows, workpool: string, minutes: number): void {
  for (const process of ['PICK', 'INDUCT', 'PACK']) {
    for (let minute = 0; minute <= minutes; minute += 15)
      rows.lms_actuals.push({
        warehouse: FLOOR_CODE,
        workpool,
        process,
        hcActive: 10,
        hcIdle: 0,
        hcBreak: 0,
        uph15m: 120,
        intervalEnd: minuteTs(minute),
        recordedAt: minuteTs(minute + 2),
      });
    for (let minute = -60; minute <= minutes; minute += 60)
      rows.lms_plan.push({
        warehouse: FLOOR_CODE,
        workpool,
        process,
        shiftStart: minuteTs(-120),
        shiftEnd: minuteTs(minutes + 240),
        breakStart: null,
        breakEnd: null,
        hcPlan: 10,
        uphPlan: 120,
        recordedAt: minuteTs(minute),
      });
  }
}

/** The rows with some of one source told otherwise; `change` answers null where a row is not told at all. */
export function retold<Source extends keyof SourceRows>(
  rows: SourceRows,
  source: Source,
  change: (row: SourceRows[Source][number]) => SourceRows[Source][number] | null,
): SourceRows {
  return { ...rows, [source]: rows[source].flatMap((row) => change(row) ?? []) };
}

/** The stock of one path as of the minutes from `from` up to `to` told otherwise. */
export function stockTold(
  rows: SourceRows,
  path: string,
  [from, to]: readonly [from: number, to: number],
  change: (row: StockRow) => Partial<StockRow> | null,
): SourceRows {
  return retold(rows, 'wes_stock', (row) => {
    if (row.path !== path || row.asOf < minuteTs(from) || row.asOf >= minuteTs(to)) return row;
    const told = change(row);
    return told && { ...row, ...told };
  });
}

/** The same for the counters. */
export function countersTold(
  rows: SourceRows,
  path: string,
  [from, to]: readonly [from: number, to: number],
  change: (row: CounterRow) => Partial<CounterRow> | null,
): SourceRows {
  return retold(rows, 'wcs_counters', (row) => {
    if (row.path !== path || row.plcTs === null || row.plcTs < minuteTs(from) || row.plcTs >= minuteTs(to))
      return row;
    const told = change(row);
    return told && { ...row, ...told };
  });
}

const SETTINGS: WarehouseSettings = {
  warehouse: {
    code: FLOOR_CODE,
    name: 'Frankfurt 1',
    timezone: 'Europe/Berlin',
    active: true,
    algorithm: DEFAULT_ALGORITHM,
  },
  routes: [
    {
      warehouse: null,
      channel: '#backtest',
      workpool: null,
      unitType: null,
      minSeverity: 'WARNING',
      fallback: false,
    },
  ],
  overrides: [],
  holidays: [],
};

const NO_PAST = new LevelHistory();

/** As the queries of the pipeline select them: an hour, and the newest issue of the plan. */
function extractAt(rows: SourceRows, cycleMs: number): WarehouseExtract {
  const within = <Row extends { recordedAt: number }>(all: readonly Row[]): Row[] =>
    all.filter(({ recordedAt }) => recordedAt <= cycleMs && recordedAt >= cycleMs - 60 * MIN);
  const issued = Math.max(
    ...rows.lms_plan.flatMap(({ recordedAt }) => (recordedAt <= cycleMs ? recordedAt : [])),
  );
  const visible: SourceRows = {
    wes_stock: within(rows.wes_stock),
    wcs_counters: within(rows.wcs_counters),
    lms_actuals: within(rows.lms_actuals),
    lms_plan: rows.lms_plan.filter(({ recordedAt }) => recordedAt === issued),
  };
  const outcome = (count: number): SourceOutcome => ({
    status: 'ok',
    rows: count,
    rejected: 0,
    problems: [],
    error: '',
    durationMs: 0,
  });
  return {
    warehouse: FLOOR_CODE,
    snapshotTs: cycleMs,
    sources: {
      wes_stock: outcome(visible.wes_stock.length),
      wcs_counters: outcome(visible.wcs_counters.length),
      lms_actuals: outcome(visible.lms_actuals.length),
      lms_plan: outcome(visible.lms_plan.length),
    },
    rows: visible,
  };
}

export interface Watched {
  rows: AlertRow[];
  /** Of each cycle. */
  series: WarehouseSeries[];
}

type MakeSeries = (extract: WarehouseExtract, memory: InterpretMemory) => Promise<WarehouseSeries>;

/** Every cycle of the floor, decided and delivered. */
export function watchFloor(rows: SourceRows, minutes: number): Watched {
  let memory = initialMemory(FLOOR_CODE);
  const watched: Watched = { rows: [], series: [] };
  for (const cycleMs of cyclesOf(minutes)) {
    const extract = extractAt(rows, cycleMs);
    memory = decideOne(watched, memory, cycleMs, (known) =>
      preprocess({ extract, settings: SETTINGS, memory: known }),
    );
  }
  return watched;
}

/** The same floor as a unified timeseries: a sample with each stock row, the flows those of the minutes since the one before. */
export function watchUnified(rows: SourceRows, minutes: number): Watched {
  const all = [...new Set(rows.wes_stock.map(({ path }) => path))].map((path) => {
    const stock = rows.wes_stock.filter((row) => row.path === path);
    const [first] = stock;
    const unit = unifiedUnit({
      unitId: `${FLOOR_CODE}_SINGLES_${path}`,
      ...{ warehouse: FLOOR_CODE, workpool: 'SINGLES', path },
      unitType: first?.stage === 'INDUCT' ? 'INDUCT' : 'LANE',
      bufferKind: first?.bufferKind ?? 'LANE',
      capacityUnits: first?.capacityUnits ?? null,
      ...{ process: null, uphPlan: 120, maxStations: null },
    });
    return { of: unit, samples: stock.map((row) => sampleOf(rows, row)) };
  });
  let memory = initialMemory(FLOOR_CODE);
  const watched: Watched = { rows: [], series: [] };
  for (const cycleMs of cyclesOf(minutes)) {
    const units = all.map(({ of, samples }) => {
      const seen = samples.filter(({ ts }) => ts <= cycleMs && ts >= cycleMs - UNIFIED_WINDOW_MS);
      const last = seen.at(-1)?.ts ?? null;
      return { of, samples: seen, told: { level: last, flow: last, headcount: null } };
    });
    memory = decideOne(watched, memory, cycleMs, (known) =>
      unifiedWarehouse(FLOOR_CODE, units, known, cycleMs),
    );
  }
  return watched;
}

function sampleOf(rows: SourceRows, { path, asOf, wipUnits }: StockRow): UnifiedSample {
  const total = (ts: number): CounterRow | undefined =>
    rows.wcs_counters.find((row) => row.path === path && row.plcTs === ts);
  const [before, now] = [total(asOf - INTERVAL_MIN * MIN), total(asOf)];
  const rate = (counter: 'inTotal' | 'outTotal'): number | null =>
    before && now ? ((now[counter] ?? 0) - (before[counter] ?? 0)) / INTERVAL_MIN : null;
  return {
    ...{ ts: asOf, wipUnits, flowInUpm: rate('inTotal'), flowOutUpm: rate('outTotal'), recircUpm: 0 },
    ...{ hcActive: null, uphActual: null, backlogUnits: null },
  };
}

/** The same with the step of the pipeline, which reads the memory and leaves the series as JSON. */
export async function watchLive(rows: SourceRows, minutes: number): Promise<Watched> {
  let memory = initialMemory(FLOOR_CODE);
  const watched: Watched = { rows: [], series: [] };
  for (const cycleMs of cyclesOf(minutes)) {
    const series = await makeLive(extractAt(rows, cycleMs), interpretMemory(memory));
    memory = throughJson(decideOne(watched, memory, cycleMs, () => series));
  }
  return watched;
}

function cyclesOf(minutes: number): number[] {
  const count = Math.floor(minutes / INTERVAL_MIN);
  return Array.from({ length: count }, (_, index) => minuteTs((index + 1) * INTERVAL_MIN));
}

function decideOne(
  watched: Watched,
  memory: WarehouseMemory,
  cycleMs: number,
  make: (memory: InterpretMemory) => WarehouseSeries,
): WarehouseMemory {
  const cycleId = toCycleId(cycleMs);
  const past = NO_PAST.readAt(daysBefore(cycleMs, calendarOf(SETTINGS)));
  const outcome = decideCycle(
    { cycleId, intervalMinutes: INTERVAL_MIN, settings: SETTINGS, memory, past },
    make,
  );
  const rows = toAlertRows({
    cycleId,
    algorithm: DEFAULT_ALGORITHM,
    labels: outcome.result.labels,
    recommendations: outcome.resolved.recommendations,
  });
  watched.series.push(outcome.series);
  watched.rows.push(...rows.toSorted(compareAlertRows));
  return outcome.memory;
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

const makeLive: MakeSeries = async (extract, memory) => {
  const artifacts = new Map<string, unknown>([['extract', extract]]);
  const activities = createPreprocess({
    getArtifact: async <T>(id: string) => throughJson(artifacts.get(id)) as T,
    putArtifact: async ({ body, rows }) => {
      artifacts.set('preprocess', body);
      return { id: 'preprocess', sha256: '', rows };
    },
    readSettings: async () => throughJson(SETTINGS),
    readMemory: async () => throughJson(memory),
  });
  const snapshot = { id: 'snapshot', sha256: '', rows: 0 };
  await activities.preprocess({
    plan: {
      cycleId: toCycleId(extract.snapshotTs),
      snapshotMs: extract.snapshotTs,
      mode: 'live',
      environment: 'dev',
      note: '',
      prefix: 'test',
      intervalMinutes: INTERVAL_MIN,
      deliver: false,
      snapshot,
    },
    warehouse: {
      code: FLOOR_CODE,
      name: 'Frankfurt 1',
      timezone: 'Europe/Berlin',
      sourceCodes: {},
      closing: false,
    },
    extract: { ...snapshot, id: 'extract' },
  });
  return throughJson(artifacts.get('preprocess')) as WarehouseSeries;
};

/** As the backtest reads it; sources without a row are left out. */
export async function writeFloor(folder: string, rows: SourceRows): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'warehouses.csv'),
    `code,name,timezone\n${FLOOR_CODE},Frankfurt 1,Europe/Berlin\n`,
  );
  for (const source of SOURCES) {
    if (rows[source].length === 0) continue;
    const columns = Object.keys(SOURCE_ROW_SCHEMAS[source].in.shape);
    const lines = rows[source].map((row) => {
      const cells = new Map(
        Object.entries<string | number | null>({ ...row }).map(([name, value]) => [snakeCase(name), value]),
      );
      return columns.map((column) => cellOf(column, cells.get(column) ?? null)).join(',');
    });
    await writeFile(join(folder, `${source}.csv`), `${[columns.join(','), ...lines].join('\n')}\n`);
  }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]|\d+(?=m)/g, (part) => `_${part.toLowerCase()}`);
}

const INSTANTS = new Set([
  'cpt_ts',
  'as_of',
  'recorded_at',
  'plc_ts',
  'interval_end',
  'shift_start',
  'shift_end',
]);

function cellOf(column: string, value: string | number | null): string {
  if (value === null) return '';
  return INSTANTS.has(column) ? new Date(value).toISOString() : String(value);
}
