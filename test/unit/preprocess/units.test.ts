import { describe, expect, it } from 'vitest';
import {
  defaultProcess,
  parseUnitId,
  sanitizeName,
  unitIdOf,
  unitTypeOfPath,
} from '../../../src/domain/units.ts';
import { PATHS, type PathSpec, healthyRows, levelOnly, run, stockRows, unitOf } from './rows-builder.ts';
import { overrideOf } from '../unit-override.ts';

describe('names', () => {
  it.each([
    ['LANE-1', 'LANE-1'],
    ['LANE_1', 'LANE-1'],
    ['Lane 1/a', 'Lane-1-a'],
    ['Übergabe', '-bergabe'],
  ])('%s becomes %s', (name, expected) => {
    expect(sanitizeName(name)).toBe(expected);
  });

  it('composes and parses ids', () => {
    expect(unitIdOf('FRA1', 'MULTI_S', 'PUT WALL')).toBe('FRA1_MULTI-S_PUT-WALL');
    expect(parseUnitId('FRA1_MULTI-S_PUT-WALL')).toEqual({
      warehouse: 'FRA1',
      workpool: 'MULTI-S',
      path: 'PUT-WALL',
    });
    expect(parseUnitId('FRA1_A_B_C')).toBeNull();
  });

  it.each([
    ['INDUCT', 'CONVEYOR', 'INDUCT'],
    ['SORT', 'CONVEYOR', 'TOTAL'],
    ['PACK', 'LANE', 'LANE'],
    ['PACK', 'CHUTE', 'LANE'],
    ['REBIN', 'PUTWALL', 'LANE'],
    ['PACK', 'CONVEYOR', 'TOTAL'],
    ['PACK', 'DROP_ZONE', 'TOTAL'],
  ] as const)('a %s %s is a %s unit', (stage, kind, expected) => {
    expect(unitTypeOfPath(stage, kind)).toBe(expected);
  });

  it('knows whose work empties a unit', () => {
    expect(defaultProcess('INDUCT', 'INDUCT', new Set())).toBe('INDUCT');
    expect(defaultProcess('LANE', 'REBIN', new Set(['REBIN']))).toBe('REBIN');
    expect(defaultProcess('LANE', 'REBIN', new Set(['PACK']))).toBe('PACK');
    expect(defaultProcess('TOTAL', null, new Set(['REBIN']))).toBe('PACK');
  });
});

describe('units of a warehouse', () => {
  const ids = (series: ReturnType<typeof run>): string[] => series.units.map(({ unit }) => unit.unitId);

  it('derives them from the paths: SORT counts in the total alone', () => {
    const series = run({ rows: healthyRows() });
    expect(ids(series)).toEqual([
      'FRA1_SINGLES_INDUCT-1',
      'FRA1_SINGLES_INDUCT-2',
      'FRA1_SINGLES_LANE-1',
      'FRA1_SINGLES_LANE-2',
      'FRA1_SINGLES_TOTAL',
    ]);
    const total = unitOf(series, 'TOTAL');
    expect(total.unit.sourcePaths).toEqual(PATHS.map(({ path }) => path).toSorted());
    expect(total.capacityUnits).toBe(800);
    expect(series.refused).toEqual([]);
    expect(series.blind).toEqual([]);
    expect(series.paths).toHaveLength(5);
    for (const unit of series.units) expect(unit.quality.score).toBe(100);
  });

  it('follows overrides', () => {
    const series = run({
      rows: healthyRows(),
      overrides: [
        overrideOf('FRA1_SINGLES_LANE-1', { excluded: true }),
        overrideOf('FRA1_SINGLES_LANE-2', { capacityUnits: 400, process: 'wrap' }),
        overrideOf('FRA1_SINGLES_SORT-1', { unitType: 'LANE' }),
        overrideOf('FRA1_SINGLES_INDUCT-2', { unitType: 'TOTAL' }),
      ],
    });
    expect(ids(series)).toEqual([
      'FRA1_SINGLES_INDUCT-1',
      'FRA1_SINGLES_LANE-2',
      'FRA1_SINGLES_SORT-1',
      'FRA1_SINGLES_TOTAL',
    ]);
    expect(unitOf(series, 'LANE-2')).toMatchObject({ capacityUnits: 400, unit: { process: 'WRAP' } });
    expect(unitOf(series, 'TOTAL').capacityUnits).toBe(100 + 100 + 200 + 400);
    expect(series.paths.map(({ path }) => path)).not.toContain('LANE-1');
    expect(series.paths.find(({ path }) => path === 'LANE-2')?.capacityUnits).toBe(300);
  });

  it("replaces a total's capacity, in proportion to what is covered", () => {
    const overrides = [overrideOf('FRA1_SINGLES_TOTAL', { capacityUnits: 1000 })];
    expect(unitOf(run({ rows: healthyRows(), overrides }), 'TOTAL').capacityUnits).toBe(1000);
    const rows = healthyRows();
    for (const row of rows.wes_stock) if (row.path === 'LANE-1') row.wipUnits = null;
    expect(unitOf(run({ rows, overrides }), 'TOTAL').capacityUnits).toBe(875);
  });

  it('refuses a path named TOTAL and one of stage PICK, with the row named', () => {
    const named: PathSpec = { ...PATHS[3]!, path: 'TOTAL' };
    const pick: PathSpec = { ...PATHS[3]!, path: 'CART', stage: 'PICK' };
    const rows = levelOnly();
    rows.wes_stock.push(...stockRows(named), ...stockRows(pick));
    const series = run({ rows });
    expect(series.refused).toEqual([
      expect.stringContaining('path "CART", as_of 2026-03-02T09:58:00.000Z: stage PICK has no buffer'),
      expect.stringContaining('path "TOTAL", as_of 2026-03-02T09:58:00.000Z: a path may not be named TOTAL'),
    ]);
    expect(unitOf(series, 'TOTAL').capacityUnits).toBe(800);
  });

  it.each([
    {
      what: 'two paths',
      names: [['SINGLES', 'LANE_2']],
      workpool: 'SINGLES',
      lost: 'LANE-2',
      coverage: 500 / 800,
    },
    {
      what: 'two workpools',
      names: [
        ['MULTI S', 'LANE-8'],
        ['MULTI-S', 'LANE-9'],
      ],
      workpool: 'MULTI-S',
      lost: 'LANE-9',
      coverage: 0,
    },
  ])('refuses $what whose names become the same, both rows named', ({ names, workpool, lost, coverage }) => {
    const rows = levelOnly();
    for (const [pool = '', path = ''] of names)
      rows.wes_stock.push(...stockRows({ ...PATHS[4]!, workpool: pool, path }));
    const series = run({ rows });
    expect(series.refused).toHaveLength(2);
    for (const [pool, path] of names)
      expect(series.refused.join('\n')).toContain(`workpool "${pool}", path "${path}"`);
    const total = unitOf(series, 'TOTAL', workpool);
    expect(total.defects.map(({ name }) => name)).toContain('NAME_CLASH');
    expect(total.quality.coverage).toBeCloseTo(coverage);
    expect(total.quality.score).toBeLessThan(50);
    expect(ids(series)).not.toContain(`FRA1_${workpool}_${lost}`);
  });

  it('takes no counters for a path name that two workpools share', () => {
    const rows = healthyRows();
    rows.wes_stock.push(...stockRows({ ...PATHS[3]!, workpool: 'MULTIS' }));
    const series = run({ rows });
    for (const workpool of ['SINGLES', 'MULTIS']) {
      const lane = unitOf(series, 'LANE-1', workpool);
      expect(lane.flowIn.values.every((value) => value === null)).toBe(true);
      expect(lane.defects.map(({ name }) => name)).toContain('NAME_CLASH');
    }
  });
});
