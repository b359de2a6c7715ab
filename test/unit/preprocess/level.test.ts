import { describe, expect, it } from 'vitest';
import type { StockRow } from '../../../src/domain/source-rows.ts';
import {
  MIN,
  around,
  PATHS,
  type PathSpec,
  at,
  counterRows,
  defectNames,
  healthyRows,
  levelOnly,
  now,
  run,
  stockRows,
  unitOf,
} from './rows-builder.ts';

const LANE: PathSpec = { ...PATHS[3]!, level: 60, inUpm: 4, outUpm: 4 };
/** Fills by 1 a minute: 60 now, 40 twenty minutes ago. */
const FILLING: PathSpec = { ...LANE, inUpm: 5 };

const alone = (stock: StockRow[], spec: PathSpec | null = null) =>
  unitOf(
    run({
      rows: { wes_stock: stock, wcs_counters: spec ? counterRows(spec) : [], lms_actuals: [], lms_plan: [] },
    }),
    'LANE-1',
  );

describe('level by precedence', () => {
  const ages = (newest: number, step = 5): number[] =>
    Array.from({ length: Math.floor((60 - newest) / step) + 1 }, (_, index) => newest + index * step);

  it.each([
    ['measured within the step', 0.5, FILLING, 59.5, 'measured'],
    ['bridged after a step', 1, FILLING, 60, 'bridged'],
    ['bridged just below 20 min', 19.9, FILLING, 60, 'bridged'],
    ['bridged at 20 min', 20, FILLING, 60, 'bridged'],
    ['estimated above 20 min', 20.1, FILLING, 60, 'estimated'],
    ['carried at 10 min without flow', 10, null, 50, 'carried'],
    ['unknown above 10 min without flow', 10.1, null, null, 'unknown'],
  ] as const)('%s', (_, newest, flow, expected, provenance) => {
    const lane = alone(stockRows(FILLING, ages(newest)), flow);
    expect(now(lane.wip)).toEqual(around(expected));
    expect(lane.wip.provenance.at(-1)).toBe(provenance);
    expect(lane.quality.coverage).toBe(expected === null ? 0 : 1);
    expect(lane.quality.score === 0).toBe(expected === null);
  });

  it.each([
    [22.5, 37.5],
    [22.6, null],
  ])('is carried for 1.5 sampling intervals: %s min of 15', (newest, expected) => {
    const lane = alone(stockRows({ ...LANE, level: 60, inUpm: 5 }, ages(newest, 15)));
    expect(lane.samplingMin).toBe(15);
    expect(now(lane.wip)).toBe(expected);
  });

  it('never bridges below empty or above full', () => {
    expect(now(alone(stockRows({ ...LANE, level: 5 }, [10]), { ...LANE, outUpm: 9 }).wip)).toBe(0);
    expect(now(alone(stockRows({ ...LANE, level: 95 }, [10]), { ...LANE, inUpm: 9 }).wip)).toBe(100);
  });

  it('takes the newest capacity that a row tells', () => {
    const rows = stockRows(LANE);
    rows.at(-1)!.capacityUnits = null;
    rows.at(-2)!.capacityUnits = 120;
    expect(alone(rows).capacityUnits).toBe(120);
  });

  it('does not see what was recorded after the snapshot', () => {
    const rows = stockRows(LANE);
    rows.push({ ...rows.at(-1)!, wipUnits: 99, asOf: at(1), recordedAt: at(-0.5) });
    expect(now(alone(rows).wip)).toBe(60);
  });

  it('knows nothing of a level without a capacity', () => {
    const lane = alone(stockRows(LANE).map((row) => ({ ...row, capacityUnits: null })));
    expect(lane.quality.score).toBe(0);
    expect(defectNames(lane)).toContain('PATHS_MISSING');
  });
});

describe('defects of the level', () => {
  const change = (spec: PathSpec, age: number, patch: Partial<StockRow>): StockRow[] =>
    stockRows(spec).map((row) => (row.asOf === at(age) ? { ...row, ...patch } : row));

  it.each([
    ['below 0 now', change(LANE, 2, { wipUnits: -1 }), 'NEGATIVE', false],
    ['below 0 before', change(LANE, 12, { wipUnits: -1 }), 'NEGATIVE', false],
    ['above 120 % now', change(LANE, 2, { wipUnits: 121 }), 'OVER_CAPACITY', false],
    ['above 120 % before', change(LANE, 12, { wipUnits: 121 }), 'OVER_CAPACITY', false],
    ['as_of after recorded_at', change(LANE, 2, { asOf: at(-58) }), 'CLOCK_SKEW', false],
    ['capacity below 0', change(LANE, 12, { capacityUnits: -100 }), 'NEGATIVE', false],
    [
      'told anew',
      [...stockRows(LANE), { ...stockRows(LANE)[5]!, wipUnits: 61, recordedAt: at(30) }],
      'DUPLICATE',
      false,
    ],
    ['late', stockRows(LANE, [50, 45, 40, 35, 30]), 'LATE', false],
  ] as const)('%s', (_, rows, name, hard) => {
    const lane = alone([...rows], LANE);
    const defect = lane.defects.find((candidate) => candidate.name === name);
    expect(defect).toMatchObject({ source: 'wes_stock', hard });
    expect(lane.quality.score).toBeLessThanOrEqual(100);
    expect(now(lane.wip)).toEqual(around(60));
  });

  it('leaves a level of exactly 120 % and a reading rewritten by a newer row as they are', () => {
    const full = alone(change(LANE, 2, { wipUnits: 120 }));
    expect(now(full.wip)).toBe(120);
    expect(full.quality.score).toBe(100);
    const rewritten = alone([
      ...stockRows(LANE),
      { ...stockRows(LANE).at(-1)!, wipUnits: 70, recordedAt: at(0) },
    ]);
    expect(now(rewritten.wip)).toBe(70);
  });

  it.each([
    ['below 0', { wipUnits: -1 }, 'NEGATIVE'],
    ['above 120 %', { wipUnits: 121 }, 'OVER_CAPACITY'],
  ])('%s now is a hard fault where no counters tell the level', (_, patch, name) => {
    const lane = alone(change(LANE, 2, patch));
    expect(lane.defects).toContainEqual(expect.objectContaining({ name, hard: true }));
    expect(lane.quality.score).toBeLessThanOrEqual(40);
    expect(now(lane.wip)).toBeNull();
  });

  it('a sensor that stands still is told, and the total counts what the counters make of it', () => {
    const rows = healthyRows();
    for (const row of rows.wes_stock) if (row.path === 'LANE-2') row.wipUnits = 150;
    const series = run({ rows });
    expect(defectNames(unitOf(series, 'LANE-2'))).toContain('STUCK_SENSOR');
    const total = unitOf(series, 'TOTAL');
    expect(total.capacityUnits).toBe(800);
    expect(total.wipOffBy).toBeGreaterThan(0);
    expect(total.quality.score).toBeLessThanOrEqual(60);
  });

  it('a level in totes is carried on from its last good value', () => {
    const rows = stockRows(LANE).map((row) => (row.asOf >= at(17) ? { ...row, wipUnits: 6 } : row));
    const lane = alone(rows, LANE);
    expect(lane.defects).toContainEqual(expect.objectContaining({ name: 'WRONG_UNIT', tell: true }));
    expect(lane.levelSamples.every(({ wipUnits }) => wipUnits === 60)).toBe(true);
    expect(lane.levelSamples.filter(({ estimated }) => estimated)).toHaveLength(4);
    expect([now(lane.wip), lane.quality.score]).toEqual([60, 60]);
  });

  it('tells totes from units by changes at a fraction of the flow', () => {
    const wave: PathSpec = { ...LANE, capacity: 400, outUpm: 20 };
    const levels = [10, 20, 30, 20, 10, 20, 30, 20, 10, 20, 30, 20, 10];
    const rows = stockRows(wave).map((row, index) => ({ ...row, wipUnits: levels[index]! }));
    const counters = counterRows(wave).map((row) => {
      const minutes = (row.plcTs! - at(62)) / MIN;
      const position = Math.min(12, Math.max(0, minutes / 5));
      const index = Math.min(11, Math.floor(position));
      const level = levels[index]! + (levels[index + 1]! - levels[index]!) * (position - index);
      return { ...row, inTotal: row.outTotal! + 8 * level };
    });
    const lane = unitOf(
      run({ rows: { wes_stock: rows, wcs_counters: counters, lms_actuals: [], lms_plan: [] } }),
      'LANE-1',
    );
    expect(lane.defects).toContainEqual(expect.objectContaining({ name: 'WRONG_UNIT', hard: true }));
    expect(lane.quality.score).toBe(0);
  });

  it('calls no real drop a wrong unit', () => {
    const draining: PathSpec = { ...LANE, level: 10, inUpm: 0, outUpm: 9 };
    const rows = stockRows(draining, [7, 2]);
    expect(rows.map(({ wipUnits }) => wipUnits)).toEqual([73, 28]);
    expect(defectNames(alone(rows, draining))).toEqual([]);
  });

  it.each([
    ['at 5 %', 5, false],
    ['above 5 %', 5.1, true],
  ])('a conservation residual %s of capacity', (_, drift, warned) => {
    const rows = stockRows(LANE).map((row) => (row.asOf >= at(12) ? { ...row, wipUnits: 60 + drift } : row));
    const lane = alone(rows, LANE);
    expect(lane.conservation?.shareOfCapacity).toBeCloseTo(drift / 100, 6);
    expect(defectNames(lane).includes('CONSERVATION')).toBe(warned);
    expect(lane.quality.parts.conservation).toBe(warned ? 0 : 1);
  });
});

describe('the total', () => {
  it('is UNKNOWN below 80 % of the capacity covered, and falls with it above', () => {
    const without = (path: string) => {
      const known = run({ rows: levelOnly() }).paths;
      const rows = levelOnly(PATHS.filter((spec) => spec.path !== path));
      return unitOf(run({ rows, knownPaths: known }), 'TOTAL');
    };
    const small = without('INDUCT-1');
    expect(small.quality).toMatchObject({ coverage: 0.875, score: 87.5 });
    expect(small.capacityUnits).toBe(700);
    const big = without('SORT-1');
    expect(big.quality).toMatchObject({ coverage: 0.75, score: 40 });
    expect(big.defects).toContainEqual(expect.objectContaining({ name: 'PATHS_MISSING', hard: true }));
  });

  it('samples once a minute although its paths are read apart', () => {
    const rows = levelOnly();
    for (const row of rows.wes_stock) if (row.path === 'LANE-1') row.asOf += 20_000;
    const total = unitOf(run({ rows }), 'TOTAL');
    expect(total.levelSamples).toHaveLength(12);
    expect(total.samplingMin).toBe(5);
  });
});
