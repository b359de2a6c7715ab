import { describe, expect, it } from 'vitest';
import type { ActualsRow, PlanRow, SourceRows } from '../../../src/domain/source-rows.ts';
import {
  PATHS,
  actualsRows,
  at,
  defectNames,
  healthyRows,
  levelOnly,
  planRow,
  run,
  stockRows,
  unitOf,
} from './rows-builder.ts';
import { overrideOf } from '../unit-override.ts';

const withStaff = (actuals: ActualsRow[], plan: PlanRow[]): SourceRows => ({
  ...levelOnly(),
  lms_actuals: actuals,
  lms_plan: plan,
});
const packing = (actuals: ActualsRow[], plan: PlanRow[]) =>
  unitOf(run({ rows: withStaff(actuals, plan) }), 'TOTAL').staffing;
const onBreak = (hcPlan: number, startAge: number, endAge: number): PlanRow =>
  planRow('PACK', hcPlan, { breakStart: at(startAge), breakEnd: at(endAge) });
const interval = (endAge: number, change: Partial<ActualsRow> = {}): ActualsRow => ({
  ...actualsRows('PACK', 8)[0]!,
  intervalEnd: at(endAge),
  recordedAt: at(Math.max(0, endAge - 2)),
  ...change,
});

describe('headcount', () => {
  it.each([
    ['measured in the interval just ended', 15, 8, 'measured'],
    ['carried', 15.1, 8, 'carried'],
    ['carried at 30 min', 30, 8, 'carried'],
    ['by plan above 30 min', 30.1, 10, 'plan'],
  ] as const)('%s', (_, age, hcActive, provenance) => {
    expect(packing([interval(age)], [planRow('PACK', 10)])).toMatchObject({ hcActive, provenance });
  });

  it('is unknown above 30 min without a plan, and scores 0', () => {
    const total = unitOf(run({ rows: withStaff([interval(31)], []) }), 'TOTAL');
    expect(total.staffing).toMatchObject({ hcActive: null, provenance: 'unknown', uphActual: null });
    expect(total.quality.parts.headcount).toBe(0);
    expect(defectNames(total)).toContain('LATE');
  });

  it.each([
    ['all of them left for it', [planRow('PACK', 10, { breakStart: at(5), breakEnd: at(-10) })], {}, 0, 8],
    [
      'half of them left for it',
      [planRow('PACK', 5, { breakStart: at(5), breakEnd: at(-10) }), planRow('PACK', 5)],
      {},
      4,
      4,
    ],
    [
      'all of them came back from it',
      [planRow('PACK', 10, { breakStart: at(25), breakEnd: at(10) })],
      { hcActive: 0, hcBreak: 8 },
      8,
      0,
    ],
    ['nobody moved', [planRow('PACK', 10, { breakStart: at(-5), breakEnd: at(-20) })], {}, 8, 0],
    [
      'the shift was doubled since',
      [planRow('PACK', 10), planRow('PACK', 10, { shiftStart: at(8) })],
      {},
      16,
      0,
    ],
    ['the shift ended since', [planRow('PACK', 10, { shiftEnd: at(8) })], {}, 0, 0],
  ])('is corrected by planned breaks: %s', (_, plan, row, hcActive, hcBreak) => {
    const staffing = packing([interval(10, row)], plan);
    expect(staffing?.hcActive).toBeCloseTo(hcActive);
    expect(staffing?.hcBreak).toBeCloseTo(hcBreak);
  });

  it('takes values below 0 as unknown', () => {
    const total = unitOf(
      run({ rows: withStaff([interval(10, { hcActive: -3 })], [planRow('PACK', 10)]) }),
      'TOTAL',
    );
    expect(total.staffing).toMatchObject({ hcActive: 10, provenance: 'plan' });
    expect(defectNames(total)).toContain('NEGATIVE');
  });

  it('takes the newer word on an interval, and no interval from the future', () => {
    const rows = [
      interval(10),
      interval(10, { hcActive: 6, recordedAt: at(1) }),
      interval(-60, { hcActive: 99, recordedAt: at(1) }),
    ];
    const total = unitOf(run({ rows: withStaff(rows, []) }), 'TOTAL');
    expect(total.staffing?.hcActive).toBe(6);
    expect(defectNames(total)).toEqual(['CLOCK_SKEW', 'DUPLICATE']);
  });

  it('is shared among lanes by stations, else by capacity; an induct has it whole', () => {
    const byCapacity = run({ rows: healthyRows() });
    expect(unitOf(byCapacity, 'LANE-2').staffing).toMatchObject({
      share: 0.75,
      shareBy: 'capacity',
      hcActive: 6,
      hcPlan: 7.5,
      hcShift: 7.5,
    });
    expect(unitOf(byCapacity, 'INDUCT-1').staffing).toMatchObject({
      process: 'INDUCT',
      share: 1,
      hcActive: 2,
    });
    const byStations = run({
      rows: healthyRows(),
      overrides: [
        overrideOf('FRA1_SINGLES_LANE-1', { maxStations: 4 }),
        overrideOf('FRA1_SINGLES_LANE-2', { maxStations: 4 }),
      ],
    });
    expect(unitOf(byStations, 'LANE-2').staffing).toMatchObject({
      share: 0.5,
      shareBy: 'stations',
      hcActive: 4,
    });
  });
});

describe('the plan', () => {
  it('counts whole, by its newest visible issue, however often a row is told', () => {
    const old = [planRow('PACK', 50, { recordedAt: at(100) }), planRow('PICK', 9, { recordedAt: at(100) })];
    const groups = [planRow('PACK', 6), planRow('PACK', 4, { breakStart: at(5), breakEnd: at(-5) })];
    const unseen = planRow('PACK', 99, { recordedAt: at(-1) });
    const series = run({ rows: withStaff([], [...old, ...groups, ...groups, unseen]) });
    const total = unitOf(series, 'TOTAL');
    expect(total.staffing).toMatchObject({ hcPlan: 6, hcShift: 10, uphPlan: 60, provenance: 'plan' });
    expect(total.picking).toMatchObject({ hcPlan: 0 });
    expect(total.quality.parts.headcount).toBe(1);
  });

  it('tells the next hour in steps, with breaks and the end of the shift', () => {
    const staffing = packing(
      [],
      [planRow('PACK', 6, { breakStart: at(-10), breakEnd: at(-25), shiftEnd: at(-50) })],
    );
    expect(staffing?.ahead.map(({ inMin }) => inMin)).toEqual([
      0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60,
    ]);
    expect(staffing?.ahead.map(({ hcPlan }) => hcPlan)).toEqual([6, 6, 0, 0, 0, 6, 6, 6, 6, 6, 0, 0, 0]);
    expect(staffing).toMatchObject({ nextBreakStart: at(-10), nextBreakEnd: at(-25) });
  });

  it.each<[string, PlanRow[], unknown]>([
    ['all at work for hours', [planRow('PACK', 6)], 6],
    ['a third on a break until now', [onBreak(2, 20, 0), planRow('PACK', 4)], 4],
    ['a third back for 35 min', [onBreak(2, 60, 36), planRow('PACK', 4)], 4],
    ['a third back for 40 min', [onBreak(2, 60, 40), planRow('PACK', 4)], 6],
    ['the half began 38 min ago', [planRow('PACK', 3, { shiftStart: at(38) }), planRow('PACK', 3)], 3],
    ['the half began 39 min ago', [planRow('PACK', 3, { shiftStart: at(39) }), planRow('PACK', 3)], 6],
    ['nobody is on a shift', [planRow('PACK', 6, { shiftEnd: at(5) })], 0],
  ])('tells the fewest of the last 40 minutes: %s', (_, plan, expected) => {
    expect(packing([], plan)?.leastRecentPlan).toEqual(expected);
  });

  it.each([
    ['a break at 60 min', -60, at(-60)],
    ['a break beyond it', -61, null],
    ['a break that has begun', 0, null],
  ])('tells %s', (_, startAge, expected) => {
    const staffing = packing(
      [],
      [planRow('PACK', 6, { breakStart: at(startAge), breakEnd: at(startAge - 20) })],
    );
    expect(staffing?.nextBreakStart).toBe(expected);
  });

  it('is said to be late after 2 h, and still counts', () => {
    const issue = (age: number) =>
      unitOf(run({ rows: withStaff([], [planRow('PACK', 6, { recordedAt: at(age) })]) }), 'TOTAL');
    expect(defectNames(issue(120))).toEqual([]);
    expect(defectNames(issue(121))).toEqual(['LATE']);
    expect(issue(121).staffing?.hcPlan).toBe(6);
  });

  it('refuses a shift that ends before it starts, with the row named', () => {
    const series = run({ rows: withStaff([], [planRow('PACK', 6, { shiftEnd: at(300) })]) });
    expect(series.refused).toEqual([
      expect.stringContaining('lms_plan row workpool "SINGLES", process "PACK"'),
    ]);
  });

  it.each([
    ['in a shift', [planRow('PACK', 6)], true],
    ['in a break', [planRow('PACK', 6, { breakStart: at(5), breakEnd: at(-5) })], false],
    ['outside shifts', [planRow('PACK', 6, { shiftEnd: at(5) })], false],
    ['with another process at work, its own not planned by anyone', [planRow('PICK', 6)], true],
    ['without a plan', [], null],
    ['with a plan for another workpool', [planRow('PACK', 6, { workpool: 'MULTIS' })], null],
  ])('schedules a unit %s', (_, plan, expected) => {
    expect(unitOf(run({ rows: withStaff([], plan) }), 'TOTAL').scheduled).toBe(expected);
  });
});

it('tells the part of pickers and staff that serves a unit', () => {
  const series = run({ rows: healthyRows() });
  const near = (inflow: number, outflow: number) => ({
    inflow: expect.closeTo(inflow),
    outflow: expect.closeTo(outflow),
  });
  expect(unitOf(series, 'TOTAL').shares).toEqual({ inflow: 1, outflow: 1 });
  expect(unitOf(series, 'INDUCT-1').shares).toEqual(near(0.75, 0.75));
  expect(unitOf(series, 'INDUCT-2').shares).toEqual(near(0.25, 0.25));
  // The staffing of a lane is its own already.
  expect(unitOf(series, 'LANE-2').shares).toEqual(near(0.75, 1));
});

describe('planned flows', () => {
  it('come from plan and demand, and are shared', () => {
    const series = run({ rows: healthyRows() });
    expect(unitOf(series, 'TOTAL')).toMatchObject({
      plannedInflowUpm: 8,
      plannedOutflowUpm: 10,
      backlogUnits: 1000,
      unitsDueByCpt: 500,
      cptTs: at(-90),
    });
    expect(unitOf(series, 'INDUCT-1').plannedInflowUpm).toBeCloseTo(6);
    expect(unitOf(series, 'INDUCT-1').plannedOutflowUpm).toBeCloseTo(1.5);
    expect(unitOf(series, 'INDUCT-1').backlogUnits).toBe(500);
    expect(unitOf(series, 'LANE-2').plannedInflowUpm).toBeCloseTo(6);
    expect(unitOf(series, 'LANE-2').plannedOutflowUpm).toBeCloseTo(7.5);
    expect(unitOf(series, 'LANE-2').backlogUnits).toBe(1000);
  });

  it('share inducts by capacity where counters are missing, and stay within the equipment', () => {
    const rows = healthyRows(
      PATHS.map((spec) => (spec.path === 'INDUCT-2' ? { ...spec, capacity: 300 } : spec)),
    );
    rows.wcs_counters = [];
    const series = run({ rows, overrides: [overrideOf('FRA1_SINGLES_TOTAL', { equipmentLimitUpm: 7 })] });
    expect(unitOf(series, 'INDUCT-1').plannedInflowUpm).toBeCloseTo(2);
    expect(unitOf(series, 'TOTAL').plannedOutflowUpm).toBe(7);
  });

  it.each([
    ['backlog', 500, 0, [planRow('PICK', 8)], 8],
    ['units due', 0, 20, [planRow('PICK', 8)], 8],
    ['no demand', 0, 0, [planRow('PICK', 8)], 0],
    ['no picking planned', 500, 100, [planRow('PACK', 8)], 0],
    ['unknown demand', null, null, [planRow('PICK', 8)], null],
    ['no backlog, units due unknown', 0, null, [planRow('PICK', 8)], null],
    ['no plan', 500, 100, [], null],
  ])('inflow with %s', (_, backlogUnits, unitsDueByCpt, plan, expected) => {
    const rows = withStaff([], plan);
    for (const row of rows.wes_stock)
      Object.assign(row, { backlogUnits: row.stage === 'INDUCT' ? backlogUnits : 0, unitsDueByCpt });
    expect(unitOf(run({ rows }), 'TOTAL').plannedInflowUpm).toBe(expected);
  });

  it.each<[string, number, number, number]>([
    ['all the while', 99, 500, 1000],
    ['released 37 min ago', 37, 0, 0],
    ['before that is forgotten', 42, 0, 1000],
  ])('tells the least backlog of the last 40 min: %s', (_, ageMin, before, expected) => {
    const rows = healthyRows();
    for (const row of rows.wes_stock)
      if (row.stage === 'INDUCT' && row.asOf !== null && row.asOf <= at(ageMin)) row.backlogUnits = before;
    expect(unitOf(run({ rows }), 'LANE-2').leastRecentBacklogUnits).toBe(expected);
  });

  it('never reads a silent induct as no demand', () => {
    const knownPaths = run({ rows: levelOnly() }).paths;
    const rows = levelOnly(PATHS.filter(({ path }) => path !== 'INDUCT-1'));
    for (const row of rows.wes_stock) Object.assign(row, { backlogUnits: 0, unitsDueByCpt: 0 });
    expect(unitOf(run({ rows, knownPaths }), 'TOTAL')).toMatchObject({
      backlogUnits: null,
      unitsDueByCpt: null,
    });
  });

  it.each([
    [20, 500],
    [21, null],
  ])('carries demand for 20 min: %s', (age, expected) => {
    const rows = { ...levelOnly([]), wes_stock: stockRows(PATHS[0]!, [age]) };
    expect(unitOf(run({ rows }), 'INDUCT-1').backlogUnits).toBe(expected);
  });
});
