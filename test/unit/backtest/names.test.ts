/** Names that do not fit, paths that move and paths that are renamed: in the files and live alike. */
import { describe, expect, it } from 'vitest';
import {
  throughBacktest,
  throughLive,
  type AlertLine,
  type LiveRun,
  type RawRow,
  type RawSources,
} from '../../support/two-ways.ts';

const START = Date.parse('2026-03-03T08:00:00Z');
const MINUTES = 110;
const MINUTE_MS = 60_000;
const iso = (minute: number, second = 0): string =>
  new Date(START + minute * MINUTE_MS + second * 1000).toISOString().replace('.000', '');

interface Lane {
  path: string;
  workpool?: string;
  stage?: string;
  kind?: string;
  level: number;
}

const FLOOR: Lane[] = [
  { path: 'INDUCT-1', stage: 'INDUCT', kind: 'CONVEYOR', level: 150 },
  { path: 'LANE-1', level: 140 },
  { path: 'LANE-2', level: 150 },
  { path: 'LANE-3', level: 160 },
];

type Spell = (lane: Lane, minute: number) => string;

/** A calm floor: levels that stand, as much in as out. Each column as its source would spell it. */
function record(
  of: {
    floor?: Lane[];
    wesPath?: Spell;
    wesWorkpool?: Spell;
    wcsPath?: Spell;
    lmsWorkpool?: string;
    state?: (path: string, minute: number) => string;
    devices?: { path: string; device: string }[];
    pad?: string;
  } = {},
): RawSources {
  const { floor = FLOOR, pad = '', state = () => 'RUN' } = of;
  const raw: RawSources = { wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] };
  for (const lane of floor)
    for (let minute = 0; minute < MINUTES; minute += 5)
      raw.wes_stock.push({
        warehouse: 'FRA1',
        workpool: (of.wesWorkpool?.(lane, minute) ?? lane.workpool ?? 'SINGLES') + pad,
        path: (of.wesPath?.(lane, minute) ?? lane.path) + pad,
        stage: (lane.stage ?? 'PACK') + pad,
        buffer_kind: (lane.kind ?? 'LANE') + pad,
        capacity_units: '300',
        wip_units: String(lane.level),
        backlog_units: '500',
        units_due_by_cpt: '0',
        cpt_ts: null,
        as_of: iso(minute),
        recorded_at: iso(minute + 1),
      });
  const counted = (path: string, device: string, minute: number): RawRow => ({
    warehouse: 'FRA1',
    path: path + pad,
    device: device + pad,
    in_total: String(1000 + (/induct/i.test(path) ? 30 : 10) * minute),
    out_total: String(1000 + (/induct/i.test(path) ? 30 : 10) * minute),
    recirc_total: '0',
    state: state(path, minute) + pad,
    fault: null,
    plc_ts: iso(minute),
    recorded_at: iso(minute, 5),
  });
  for (let minute = 0; minute < MINUTES; minute++) {
    for (const lane of floor)
      raw.wcs_counters.push(counted(of.wcsPath?.(lane, minute) ?? lane.path, `DEV-${lane.path}`, minute));
    for (const { path, device } of of.devices ?? []) raw.wcs_counters.push(counted(path, device, minute));
  }
  for (const process of ['PICK', 'INDUCT', 'PACK']) {
    const staff = {
      warehouse: 'FRA1',
      workpool: (of.lmsWorkpool ?? 'SINGLES') + pad,
      process: process + pad,
    };
    for (let minute = 0; minute < MINUTES; minute += 15)
      raw.lms_actuals.push({
        ...staff,
        hc_active: '10',
        hc_idle: '0',
        hc_break: '0',
        uph_15m: '120',
        interval_end: iso(minute),
        recorded_at: iso(minute + 2),
      });
    raw.lms_plan.push({
      ...staff,
      shift_start: iso(-120),
      shift_end: iso(600),
      break_start: null,
      break_end: null,
      hc_plan: '10',
      uph_plan: '120',
      recorded_at: iso(-30),
    });
  }
  return raw;
}

async function both(raw: RawSources): Promise<LiveRun & { files: AlertLine[] }> {
  const files = await throughBacktest(raw);
  const live = await throughLive(raw);
  expect(live.lines).toEqual(files);
  return { ...live, files };
}

const told = (lines: readonly AlertLine[]): string[] =>
  lines
    .filter(({ label }) => ['NEW', 'ONGOING', 'CLEARED'].includes(label ?? ''))
    .map(
      (row) =>
        `${row['cycle_ts']?.slice(11, 16)} ${row['unit_id']} ${row['action']} ${row['label']} ${row['reason']}`,
    );
const qualities = ({ outcomes }: LiveRun, unitId: string): number[] => [
  ...new Set(
    outcomes
      .slice(4)
      .flatMap(({ series }) =>
        series.units.flatMap(({ unit, quality }) =>
          unit.unitId === unitId ? Math.round(quality.score) : [],
        ),
      ),
  ),
];
const unitIdsAt = ({ outcomes }: LiveRun, index: number): string[] =>
  outcomes.at(index)?.series.units.map(({ unit }) => unit.unitId) ?? [];
const leftOver = ({ outcomes }: LiveRun): string[] =>
  (outcomes.at(-1)?.series.leftOver ?? []).map(({ source, name }) => `${source} ${name}`);

const CLEAN_IDS = ['INDUCT-1', 'LANE-1', 'LANE-2', 'LANE-3', 'TOTAL'].map((path) => `FRA1_SINGLES_${path}`);

describe('spellings', () => {
  it('says nothing where all of them fit', async () => {
    const run = await both(record());
    expect(run.files).toEqual([]);
    expect(leftOver(run)).toEqual([]);
    expect(unitIdsAt(run, -1)).toEqual(CLEAN_IDS);
  });

  it('gives the same ids where a database pads its columns', async () => {
    const { lines, outcomes } = await throughLive(record({ pad: '   ' }), { spelt: 'FRA1  ' });
    expect(lines).toEqual([]);
    expect(unitIdsAt({ lines, outcomes }, -1)).toEqual(CLEAN_IDS);
    expect(qualities({ lines, outcomes }, 'FRA1_SINGLES_LANE-1')).toEqual([100]);
  });

  it.each<[string, Spell]>([
    ['another case', ({ path }) => `${path[0]}${path.slice(1).toLowerCase()}`],
    ['leading zeros', ({ path }) => path.replace('-', '-0')],
    ['blanks for what an id can not hold', ({ path }) => path.replace('-', '_')],
    ['all at once', ({ path }) => ` ${path.toLowerCase().replace('-', ' 00')} `],
  ])('joins devices in %s, and shows their stop', async (_, wcsPath) => {
    const run = await both(
      record({
        wcsPath,
        state: (path, minute) => (/ind/i.test(path) && minute >= 60 ? 'ESTOP' : 'RUN'),
      }),
    );
    expect(leftOver(run)).toEqual([]);
    expect(qualities(run, 'FRA1_SINGLES_LANE-2')).toEqual([100]);
    expect(told(run.files)[0]).toBe('09:10 FRA1_SINGLES_INDUCT-1 EMERGENCY_STOP NEW persistent');
  });

  it('keeps the id that is remembered where the stock source spells a path anew', async () => {
    const run = await both(
      record({
        wesPath: ({ path }, minute) => (minute % 10 === 5 && minute > 5 ? path.toLowerCase() : path),
      }),
    );
    expect(run.files).toEqual([]);
    expect(unitIdsAt(run, -1)).toEqual(CLEAN_IDS);
    expect(unitIdsAt(run, -2)).toEqual(CLEAN_IDS);
  });

  it('merges nothing where it is ambiguous: no device is given to a path that it may not be of', async () => {
    const floor: Lane[] = [...FLOOR, { path: 'LANE-01', level: 150 }];
    const run = await both(
      record({ floor, wcsPath: ({ path }) => (path === 'LANE-01' ? 'Lane-001' : path) }),
    );
    expect(unitIdsAt(run, -1)).toContain('FRA1_SINGLES_LANE-01');
    expect(leftOver(run)).toEqual(['wcs_counters Lane-001']);
    // Its own name fits LANE-1 exactly.
    expect(qualities(run, 'FRA1_SINGLES_LANE-1')).toEqual([100]);
    const [quality = 100] = qualities(run, 'FRA1_SINGLES_LANE-01');
    expect(quality).toBeLessThan(100);
    expect(told(run.files)).toEqual(['08:10 FRA1 CHECK_DATA NEW persistent']);
  });

  it('finds the people of a workpool that LMS spells otherwise', async () => {
    const run = await both(record({ lmsWorkpool: 'Singles' }));
    expect(run.files).toEqual([]);
    expect(qualities(run, 'FRA1_SINGLES_TOTAL')).toEqual([100]);
  });

  it('tells once of a workpool whose people stand under a name that nobody knows', async () => {
    const run = await both(record({ lmsWorkpool: 'SNGLS' }));
    expect(leftOver(run)).toEqual(['lms_actuals SNGLS', 'lms_plan SNGLS']);
    const [quality = 100] = qualities(run, 'FRA1_SINGLES_TOTAL');
    expect(quality).toBeLessThan(100);
    expect(told(run.files)).toEqual(['08:10 FRA1 CHECK_DATA NEW persistent']);
  });
});

describe('a device without a path', () => {
  const devices = [{ path: 'X', device: 'DEV-9' }];

  it('is told once, and lowers the quality of no unit that has its own', async () => {
    const run = await both(record({ devices }));
    expect(told(run.files)).toEqual(['08:10 FRA1 CHECK_DATA NEW persistent']);
    for (const unitId of CLEAN_IDS) expect(qualities(run, unitId)).toEqual([100]);
    const notice = run.outcomes.at(-1)?.evaluation.own?.[0];
    expect(notice?.sentence).toBe(
      'Check the names in the sources of FRA1: names in its sources do not fit together (WCS counts DEV-9 of path X; WES knows no path X).',
    );
  });

  it('is an emergency of its warehouse while it shows a stop, and is cleared by another state', async () => {
    const run = await both(
      record({
        devices,
        state: (path, minute) => (path === 'X' && minute >= 60 && minute < 80 ? 'ESTOP' : 'RUN'),
      }),
    );
    expect(told(run.files).slice(1)).toEqual([
      '09:10 FRA1 EMERGENCY_STOP NEW persistent',
      '09:15 FRA1 EMERGENCY_STOP ONGOING window',
      '09:20 FRA1 EMERGENCY_STOP ONGOING window',
      '09:30 FRA1 NONE CLEARED recovered',
    ]);
    const stop = run.outcomes
      .flatMap(({ evaluation }) => evaluation.own ?? [])
      .find(({ direction }) => direction === 'HIGH');
    expect(stop).toMatchObject({ state: 'OVERFLOW_RISK', severity: 'EMERGENCY', alarm: 'STOP_FLAG' });
    expect(stop?.because).toBe('WCS shows DEV-9 of path X stopped; WES knows no path X');
    expect(run.outcomes.find(({ result }) => result.worstState === 'OVERFLOW_RISK')).toBeDefined();
  });

  it('keeps its stop while nothing is heard of any device', async () => {
    const raw = record({
      devices,
      state: (path, minute) => (path === 'X' && minute >= 40 ? 'ESTOP' : 'RUN'),
    });
    raw.wcs_counters = raw.wcs_counters.filter(({ recorded_at }) => String(recorded_at) < iso(60));
    const run = await both(raw);
    const stops = run.files.filter((row) => row['unit_id'] === 'FRA1' && row['direction'] === 'HIGH');
    expect(stops.some(({ label }) => label === 'CLEARED')).toBe(false);
    expect(stops.at(-1)).toMatchObject({ label: 'SUPPRESSED', reason: 'no_data' });
  });

  it('speaks for no unit that is without data of its own', async () => {
    const raw = record({ devices });
    raw.wes_stock = raw.wes_stock.filter(
      ({ path, recorded_at }) => path !== 'LANE-2' || String(recorded_at) < iso(40),
    );
    const run = await both(raw);
    expect(told(run.files).find((line) => line.includes('LANE-2'))).toMatch(/CHECK_DATA NEW persistent$/);
  });
});

describe('a path without a device', () => {
  it('is no matter where none is left over', async () => {
    const raw = record();
    raw.wcs_counters = raw.wcs_counters.filter(({ path }) => path !== 'LANE-3');
    const run = await both(raw);
    expect(run.files).toEqual([]);
    expect(qualities(run, 'FRA1_SINGLES_LANE-3')).toEqual([100]);
  });

  it('is doubted where one is that may be its own, and told with it', async () => {
    const run = await both(record({ wcsPath: ({ path }) => (path === 'LANE-3' ? 'L-17' : path) }));
    const [quality = 100] = qualities(run, 'FRA1_SINGLES_LANE-3');
    expect(quality).toBeLessThan(100);
    expect(qualities(run, 'FRA1_SINGLES_LANE-2')).toEqual([100]);
    expect(told(run.files)).toEqual(['08:10 FRA1 CHECK_DATA NEW persistent']);
    expect(run.outcomes.at(-1)?.evaluation.own?.[0]?.because).toBe(
      'WCS counts DEV-LANE-3 of path L-17; WES knows no path L-17; without a device: SINGLES LANE-3',
    );
  });

  it('is not asked for a device of picking', async () => {
    const raw = record({ devices: [{ path: 'PICK-TOWER', device: 'DEV-P' }] });
    raw.wcs_counters = raw.wcs_counters.filter(({ path }) => path !== 'LANE-3');
    const run = await both(raw);
    expect(qualities(run, 'FRA1_SINGLES_LANE-3')).toEqual([100]);
    expect(told(run.files)).toHaveLength(1);
  });
});

describe('what moves', () => {
  it('has left its workpool with the reading that names another', async () => {
    const multis: Lane[] = [{ path: 'LANE-9', workpool: 'MULTIS', level: 100 }];
    const run = await both(
      record({
        floor: [...FLOOR, ...multis],
        wesWorkpool: ({ path, workpool = 'SINGLES' }, minute) =>
          path === 'LANE-2' && minute >= 60 ? 'MULTIS' : workpool,
      }),
    );
    expect(told(run.files)).toEqual([]);
    const last = unitIdsAt(run, -1);
    expect(last).not.toContain('FRA1_SINGLES_LANE-2');
    expect(last).toContain('FRA1_MULTIS_LANE-2');
    const totals = run.outcomes.flatMap(({ series }) =>
      series.units.filter(({ unit }) => unit.path === 'TOTAL'),
    );
    for (const { quality } of totals) expect(quality).toMatchObject({ coverage: 1, parts: { level: 1 } });
    expect(Object.keys(run.outcomes.at(-1)?.memory.units ?? {}).toSorted()).toEqual(last);
  });

  it('is where its newest reading says, though it is told by turns', async () => {
    const multis: Lane[] = [{ path: 'LANE-9', workpool: 'MULTIS', level: 100 }];
    const run = await both(
      record({
        floor: [...FLOOR, ...multis],
        wesWorkpool: ({ path, workpool = 'SINGLES' }, minute) =>
          path === 'LANE-2' && minute >= 30 && minute < 60 && minute % 10 === 0 ? 'MULTIS' : workpool,
      }),
    );
    expect(told(run.files)).toEqual([]);
    expect(unitIdsAt(run, -1)).toContain('FRA1_SINGLES_LANE-2');
    expect(unitIdsAt(run, -1)).not.toContain('FRA1_MULTIS_LANE-2');
    for (const { series } of run.outcomes)
      expect(series.units.filter(({ unit }) => unit.path === 'LANE-2')).toHaveLength(1);
  });

  it('takes its alert with it, which says so', async () => {
    const floor = FLOOR.map((lane) => (lane.path === 'LANE-2' ? { ...lane, level: 294 } : lane));
    const run = await both(
      record({
        floor: [...floor, { path: 'LANE-9', workpool: 'MULTIS', level: 100 }],
        wesWorkpool: ({ path, workpool = 'SINGLES' }, minute) =>
          path === 'LANE-2' && minute >= 60 ? 'MULTIS' : workpool,
      }),
    );
    const lane = told(run.files).filter((line) => line.includes('LANE-2'));
    expect(
      lane.some((line) => line.startsWith('09:05 FRA1_SINGLES_LANE-2') && line.includes('CLEARED removed')),
    ).toBe(true);
    expect(
      lane.some((line) => line.startsWith('09:05 FRA1_MULTIS_LANE-2') && line.includes('NEW persistent')),
    ).toBe(true);
    const said = run.outcomes.flatMap(({ resolved }) =>
      resolved.recommendations.filter(({ unitId }) => unitId === 'FRA1_MULTIS_LANE-2'),
    );
    expect(said[0]?.because).toContain('the alert of SINGLES LANE-2 goes on here');
  });

  it('takes its total with it where nothing is left', async () => {
    const run = await both(
      record({ wesWorkpool: (_, minute) => (minute >= 60 ? 'EACHES' : 'SINGLES'), lmsWorkpool: 'SINGLES' }),
    );
    expect(unitIdsAt(run, -1).every((unitId) => unitId.startsWith('FRA1_EACHES_'))).toBe(true);
    expect(told(run.files).filter((line) => line.includes('FRA1_SINGLES'))).toEqual([]);
  });

  it('is a clash as ever where two workpools report one name at a time', async () => {
    const run = await both(record({ floor: [...FLOOR, { path: 'LANE-2', workpool: 'MULTIS', level: 80 }] }));
    expect(unitIdsAt(run, -1)).toEqual(expect.arrayContaining(['FRA1_SINGLES_LANE-2', 'FRA1_MULTIS_LANE-2']));
    const lane = run.outcomes.at(-1)?.series.units.find(({ unit }) => unit.unitId === 'FRA1_MULTIS_LANE-2');
    expect(lane?.defects.map(({ name }) => name)).toContain('NAME_CLASH');
  });

  it('is gone at once where it is no buffer of its own any more', async () => {
    const raw = record();
    for (const row of raw.wes_stock)
      if (row['path'] === 'LANE-3' && String(row['as_of']) >= iso(60)) row['stage'] = 'PICK';
    const run = await both(raw);
    expect(unitIdsAt(run, -1)).not.toContain('FRA1_SINGLES_LANE-3');
    expect(Object.keys(run.outcomes.at(-1)?.memory.units ?? {})).not.toContain('FRA1_SINGLES_LANE-3');
    expect(told(run.files)).toEqual([]);
  });
});

describe('a rename', () => {
  const rename: Spell = ({ path }, minute) => (minute >= 60 ? path.replace('LANE-', 'L-0') : path);

  it('of all lanes is one message, and they go on', async () => {
    const run = await both(record({ wesPath: rename }));
    expect(told(run.files)).toEqual(['09:10 FRA1 CHECK_DATA NEW persistent']);
    expect(run.outcomes.find(({ evaluation }) => evaluation.own)?.evaluation.own?.[0]?.because).toBe(
      '3 paths renamed: LANE-1 is now L-01, LANE-2 is now L-02, LANE-3 is now L-03',
    );
    expect(unitIdsAt(run, -1)).toEqual(
      ['INDUCT-1', 'L-01', 'L-02', 'L-03', 'TOTAL'].map((path) => `FRA1_SINGLES_${path}`),
    );
    // WCS goes on under the old names.
    expect(qualities(run, 'FRA1_SINGLES_L-02')).toEqual([100]);
    expect(qualities(run, 'FRA1_SINGLES_TOTAL')).toEqual([100]);
    expect(Object.keys(run.outcomes.at(-1)?.memory.units ?? {})).toHaveLength(5);
  });

  it('is none where the levels do not go on: the old ones are missed', async () => {
    const raw = record({ wesPath: rename });
    for (const row of raw.wes_stock) if (String(row['path']).startsWith('L-')) row['wip_units'] = '20';
    const run = await both(raw);
    expect(run.outcomes.at(-1)?.series.renamed).toBeUndefined();
    expect(unitIdsAt(run, -1)).toEqual(expect.arrayContaining(['FRA1_SINGLES_LANE-1', 'FRA1_SINGLES_L-01']));
  });
});
