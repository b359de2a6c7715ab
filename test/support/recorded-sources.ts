/**
 * Some hours of two small warehouses as the four sources recorded them, written as CSV files: a slow overflow, a
 * starvation, a jam, a stop flag, a counter reset, late and repeated rows, and a stock feed that is out for a while.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MIN = 60_000;

interface PathProfile {
  path: string;
  stage: string;
  bufferKind: string;
  capacity: number;
  level: number;
  /** Units per minute, by minutes since the start. */
  inUpm: (minute: number) => number;
  outUpm: (minute: number) => number;
}

const between = (minute: number, from: number, to: number): boolean => minute >= from && minute < to;
/** A little unrest that is the same in every run. */
const ripple = (minute: number, phase: number): number => Math.round(2 * Math.sin(minute / 7 + phase));

function pathsOf(site: number): PathProfile[] {
  const shift = 25 * site;
  return [
    {
      path: 'INDUCT-1',
      stage: 'INDUCT',
      bufferKind: 'CONVEYOR',
      capacity: 300,
      level: 120,
      inUpm: (m) => 12 + ripple(m, 0),
      outUpm: (m) => (between(m, 60 + shift, 105 + shift) ? 6 : 12 + ripple(m, 1)),
    },
    {
      path: 'INDUCT-2',
      stage: 'INDUCT',
      bufferKind: 'CONVEYOR',
      capacity: 200,
      level: 90,
      inUpm: (m) => (between(m, 120, 170) ? 0 : 8 + ripple(m, 2)),
      outUpm: (m) => 8 + ripple(m, 3),
    },
    {
      path: 'SORT-1',
      stage: 'SORT',
      bufferKind: 'CONVEYOR',
      capacity: 400,
      level: 150,
      inUpm: (m) => 18 + ripple(m, 4),
      outUpm: (m) => 18 + ripple(m, 5),
    },
    {
      path: 'LANE-1',
      stage: 'PACK',
      bufferKind: 'LANE',
      capacity: 250,
      level: 140,
      inUpm: (m) => (between(m, 80, 130) ? 14 : 10 + ripple(m, 6)),
      outUpm: (m) => (between(m, 95, 110) ? 0 : 10 + ripple(m, 7)),
    },
    {
      path: 'LANE-2',
      stage: 'PACK',
      bufferKind: 'LANE',
      capacity: 250,
      level: 60,
      inUpm: (m) => 8 + ripple(m, 8),
      outUpm: (m) => 8 + ripple(m, 9),
    },
  ];
}

const COLUMNS = {
  wes_stock:
    'warehouse,workpool,path,stage,buffer_kind,capacity_units,wip_units,backlog_units,units_due_by_cpt,cpt_ts,as_of,recorded_at',
  wcs_counters: 'warehouse,path,device,in_total,out_total,recirc_total,state,fault,plc_ts,recorded_at',
  lms_actuals: 'warehouse,workpool,process,hc_active,hc_idle,hc_break,uph_15m,interval_end,recorded_at',
  lms_plan:
    'warehouse,workpool,process,shift_start,shift_end,break_start,break_end,hc_plan,uph_plan,recorded_at',
} as const;
type Source = keyof typeof COLUMNS;
export type SourceLines = Record<Source, string[]>;

const iso = (ms: number): string => new Date(ms).toISOString();

/** @param startMs first instant that is told of; a whole minute */
export function recordSources(codes: readonly string[], startMs: number, minutes: number): SourceLines {
  const rows: Record<Source, { recordedAt: number; line: string }[]> = {
    wes_stock: [],
    wcs_counters: [],
    lms_actuals: [],
    lms_plan: [],
  };
  const add = (source: Source, recordedAt: number, cells: (string | number)[]): void => {
    rows[source].push({ recordedAt, line: [...cells, iso(recordedAt)].join(',') });
  };
  for (const [site, code] of codes.entries()) {
    for (const profile of pathsOf(site)) recordPath(add, code, site, profile, startMs, minutes);
    recordStaff(add, code, startMs, minutes);
  }
  return Object.fromEntries(
    (Object.keys(COLUMNS) as Source[]).map((source) => [
      source,
      rows[source].toSorted((a, b) => a.recordedAt - b.recordedAt).map(({ line }) => line),
    ]),
  ) as SourceLines;
}

type Add = (source: Source, recordedAt: number, cells: (string | number)[]) => void;

function recordPath(
  add: Add,
  code: string,
  site: number,
  profile: PathProfile,
  startMs: number,
  minutes: number,
): void {
  const { path, stage, bufferKind, capacity } = profile;
  let { level } = profile;
  let [inTotal, outTotal] = [10_000, 9_000];
  for (let minute = 0; minute <= minutes; minute += 1) {
    const ts = startMs + minute * MIN;
    const stopped = path === 'LANE-2' && site === 0 && between(minute, 150, 158);
    const flowIn = Math.min(Math.max(0, profile.inUpm(minute)), capacity - level);
    const flowOut = Math.min(stopped ? 0 : Math.max(0, profile.outUpm(minute)), level + flowIn);
    level += flowIn - flowOut;
    if (path === 'INDUCT-2' && minute === 40) [inTotal, outTotal] = [0, 0];
    inTotal += flowIn;
    outTotal += flowOut;
    const jammed = path === 'LANE-1' && between(minute, 95, 110);
    const state = stopped ? 'ESTOP' : jammed ? 'FAULT' : 'RUN';
    add('wcs_counters', ts + 20_000, [
      ...[code, path, `${path}-D1`, inTotal, outTotal, path === 'SORT-1' ? 3 * minute : 0],
      ...[state, jammed ? 'JAM' : '', iso(ts)],
    ]);
    const feedOut = site === 1 && between(minute, 45, 75);
    if (minute % 5 !== 0 || feedOut) continue;
    const late = (1 + ((minute / 5 + site) % 5)) * MIN;
    const cells = [
      ...[code, 'SINGLES', path, stage, bufferKind, capacity, level],
      ...[stage === 'INDUCT' ? 900 : 0, 200, iso(startMs + 600 * MIN), iso(ts)],
    ];
    add('wes_stock', ts + late, cells);
    // Told twice, as a source does that is asked again.
    if (minute % 35 === 0) add('wes_stock', ts + late + MIN, cells);
  }
}

function recordStaff(add: Add, code: string, startMs: number, minutes: number): void {
  const shiftStart = startMs - 60 * MIN;
  const shiftEnd = startMs + 480 * MIN;
  const processes = [
    ['PICK', 20, 60],
    ['INDUCT', 4, 300],
    ['PACK', 18, 60],
  ] as const;
  for (const [process, heads, uph] of processes) {
    for (let minute = 15; minute <= minutes; minute += 15) {
      const end = startMs + minute * MIN;
      const active = between(minute, 60, 120) && process === 'PACK' ? heads - 5 : heads;
      add('lms_actuals', end + 3 * MIN, [code, 'SINGLES', process, active, 0, 0, uph, iso(end)]);
    }
    for (let minute = 0; minute <= minutes; minute += 60) {
      add('lms_plan', startMs + minute * MIN + 30_000, [
        ...[code, 'SINGLES', process, iso(shiftStart), iso(shiftEnd)],
        ...[iso(startMs + 240 * MIN), iso(startMs + 270 * MIN), heads, uph],
      ]);
    }
  }
}

/** Writes warehouses.csv, some overrides and the four sources. */
export async function writeSources(
  folder: string,
  codes: readonly string[],
  lines: SourceLines,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const warehouses = codes.map((code) => `${code},Site ${code},Europe/Berlin`);
  await writeFile(join(folder, 'warehouses.csv'), `${['code,name,timezone', ...warehouses].join('\n')}\n`);
  const [first = ''] = codes;
  const overrides = [
    `${first}_SINGLES_TOTAL,,3,`,
    `${first}_SINGLES_LANE-1,9,,`,
    `${first}_SINGLES_INDUCT-1,,,320`,
  ];
  await writeFile(
    join(folder, 'units.csv'),
    `${['unit_id,max_stations,hc_pool,capacity_units', ...overrides].join('\n')}\n`,
  );
  for (const source of Object.keys(COLUMNS) as Source[])
    await writeFile(join(folder, `${source}.csv`), `${[COLUMNS[source], ...lines[source]].join('\n')}\n`);
}

/** Columns and cells of each row, for a database. */
export function tableOf(
  source: Source,
  lines: SourceLines,
): { columns: string[]; rows: (string | null)[][] } {
  return {
    columns: COLUMNS[source].split(','),
    rows: lines[source].map((line) => line.split(',').map((cell) => (cell === '' ? null : cell))),
  };
}

export const SOURCE_NAMES = Object.keys(COLUMNS) as Source[];
