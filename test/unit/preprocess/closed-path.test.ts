import { describe, expect, it } from 'vitest';
import type { CounterRow, SourceRows, StockRow } from '../../../src/domain/source-rows.ts';
import {
  PATHS,
  type PathSpec,
  at,
  counterRows,
  defectNames,
  healthyRows,
  now,
  run,
  stockRows,
  unitOf,
} from './rows-builder.ts';

/** LANE-2 stands still: nothing goes in or out. */
const still = (level: number): PathSpec => ({ ...PATHS[4]!, level, inUpm: 0, outUpm: 0 });
/** What comes in goes out through LANE-1 alone. */
const OTHERS = PATHS.slice(0, 4).map((spec, index): PathSpec => ({
  ...spec,
  inUpm: [2, 2, 4, 4][index]!,
  outUpm: [2, 2, 4, 4][index]!,
}));
/** Everything healthy but LANE-2, whose stock rows are changed. */
function floor(
  spec: PathSpec,
  change: (row: StockRow) => Partial<StockRow>,
  counters?: CounterRow[],
): SourceRows {
  const rows = healthyRows(OTHERS);
  return {
    ...rows,
    wes_stock: [...rows.wes_stock, ...stockRows(spec).map((row) => ({ ...row, ...change(row) }))],
    wcs_counters: [...rows.wcs_counters, ...(counters ?? counterRows(spec))],
  };
}
const always = () => ({ capacityUnits: 0 });
const since = (age: number) => (row: StockRow) => (row.asOf >= at(age) ? { capacityUnits: 0 } : {});

describe('a path with capacity 0', () => {
  it.each([
    ['from the first row on', still(0), always],
    ['empty, for some minutes', still(0), since(15)],
    ['with a rest that has lain there for the hour', still(30), always],
  ])('is closed: %s', (_, spec, change) => {
    const series = run({ rows: floor(spec, change) });
    const lane = unitOf(series, 'LANE-2');
    expect(lane).toMatchObject({ closed: 'settled', capacityUnits: 0, quality: { score: 100, coverage: 1 } });
    expect(defectNames(lane)).toEqual([]);
    const total = unitOf(series, 'TOTAL');
    expect(total.closed).toBeUndefined();
    expect(total).toMatchObject({ capacityUnits: 500, quality: { coverage: 1 } });
    expect(now(total.wip)).toBeCloseTo(50 + 40 + 90 + 60);
    expect(unitOf(series, 'LANE-1').staffing?.share).toBe(1);
    expect(series.paths.find(({ path }) => path === 'LANE-2')?.capacityUnits).toBe(0);
  });

  it('has not recovered from anything while stock lies in it, and the total goes on counting it', () => {
    const series = run({ rows: floor(still(290), since(15)) });
    expect(unitOf(series, 'LANE-2').closed).toBe('holding');
    expect(unitOf(series, 'TOTAL')).toMatchObject({ capacityUnits: 800, quality: { coverage: 1 } });
    expect(now(unitOf(series, 'TOTAL').wip)).toBeCloseTo(530);
  });

  it('gives up its stock without a step in the total', () => {
    const draining = { ...PATHS[4]!, level: 0, inUpm: 0, outUpm: 0 };
    const rows = floor(draining, (row) => ({
      capacityUnits: row.asOf >= at(15) ? 0 : 300,
      wipUnits: Math.max(0, Math.round((row.asOf - at(20)) / -60_000) * 3),
    }));
    for (const row of rows.wcs_counters)
      if (row.path === 'LANE-2') row.outTotal = 9_000 - 3 * Math.max(0, (at(20) - row.plcTs!) / 60_000);
    const total = unitOf(run({ rows }), 'TOTAL');
    expect(defectNames(total)).toEqual([]);
    expect(total.conservation?.shareOfCapacity).toBeLessThan(0.02);
  });

  it('may be switched off', () => {
    const series = run({ rows: floor(still(0), always, []) });
    expect(unitOf(series, 'LANE-2').closed).toBe('settled');
    expect(now(unitOf(series, 'TOTAL').flowOut)).toBeCloseTo(4);
    expect(unitOf(series, 'TOTAL').quality.score).toBe(100);
  });

  it('is denied while units go in', () => {
    const series = run({ rows: floor({ ...still(150), inUpm: 4, outUpm: 4 }, since(15)) });
    const lane = unitOf(series, 'LANE-2');
    expect(lane.closed).toBeUndefined();
    expect(lane.capacityUnits).toBeNull();
    expect(lane.quality.score).toBeLessThan(50);
    expect(lane.defects).toContainEqual(expect.objectContaining({ name: 'CAPACITY_DENIED', tell: true }));
    expect(unitOf(series, 'TOTAL')).toMatchObject({ capacityUnits: 800 });
  });

  it('is watched again with the first row that tells a capacity', () => {
    const series = run({ rows: floor(PATHS[4]!, (row) => (row.asOf < at(5) ? { capacityUnits: 0 } : {})) });
    expect(unitOf(series, 'LANE-2').closed).toBeUndefined();
    expect(unitOf(series, 'LANE-2')).toMatchObject({ capacityUnits: 300, quality: { score: 100 } });
  });

  it('closes its workpool where all are', () => {
    const rows = healthyRows([still(0)]);
    for (const row of rows.wes_stock) row.capacityUnits = 0;
    expect(unitOf(run({ rows }), 'TOTAL')).toMatchObject({ closed: 'settled', capacityUnits: 0 });
  });
});

describe('a capacity that is told no longer', () => {
  const withdrawn = (row: StockRow) => (row.asOf >= at(15) ? { capacityUnits: null } : {});

  it('is unknown of what is empty and idle, which the total does not miss', () => {
    const series = run({ rows: floor(still(0), withdrawn) });
    expect(unitOf(series, 'LANE-2').capacityUnits).toBeNull();
    expect(unitOf(series, 'TOTAL')).toMatchObject({ capacityUnits: 500, quality: { coverage: 1 } });
    expect(series.paths.find(({ path }) => path === 'LANE-2')?.capacityUnits).toBeNull();
  });

  it('is the last that was told where the path is in use', () => {
    expect(unitOf(run({ rows: floor(PATHS[4]!, withdrawn) }), 'LANE-2').capacityUnits).toBe(300);
  });
});
