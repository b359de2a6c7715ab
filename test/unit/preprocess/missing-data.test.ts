import { describe, expect, it } from 'vitest';
import type { KnownPath } from '../../../src/domain/series.ts';
import type { SourceRows } from '../../../src/domain/source-rows.ts';
import {
  MIN,
  PATHS,
  SNAPSHOT,
  defectNames,
  healthyRows,
  levelOnly,
  now,
  run,
  unitOf,
} from './rows-builder.ts';
import { overrideOf } from '../unit-override.ts';

const HOUR = 60 * MIN;
const NOTHING: SourceRows = { wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] };

describe('quality', () => {
  it.each<[string, SourceRows, (keyof SourceRows)[], number]>([
    ['all sources', healthyRows(), [], 100],
    ['levels alone, and no other source exists', levelOnly(), [], 100],
    ['WCS failed', { ...healthyRows(), wcs_counters: [] }, ['wcs_counters'], (100 * 55) / 80],
    ['LMS failed', { ...healthyRows(), lms_actuals: [], lms_plan: [] }, ['lms_actuals', 'lms_plan'], 85],
    ['all but WES failed', levelOnly(), ['wcs_counters', 'lms_actuals', 'lms_plan'], 50],
    ['WES failed', { ...healthyRows(), wes_stock: [] }, ['wes_stock'], 0],
  ])('with %s', (_, rows, absent, score) => {
    const knownPaths = run({ rows: healthyRows() }).paths.map(({ sources: _sources, ...path }) => path);
    const total = unitOf(run({ rows, absent, knownPaths }), 'TOTAL');
    expect(total.quality.score).toBeCloseTo(score);
    for (const source of absent)
      expect(total.defects).toContainEqual(expect.objectContaining({ name: 'SOURCE_ABSENT', source }));
  });

  it('says that rows were rejected', () => {
    const total = unitOf(run({ rows: healthyRows(), rejected: { wes_stock: 3 } }), 'TOTAL');
    expect(total.defects).toContainEqual({
      name: 'ROWS_REJECTED',
      source: 'wes_stock',
      detail: '3 rows of wes_stock do not fit: wip_units: expected a number',
      hard: false,
    });
    expect(total.quality.score).toBe(100);
  });

  it('misses a source of which no row fits', () => {
    const series = run({ rows: { ...healthyRows(), wcs_counters: [] }, rejected: { wcs_counters: 400 } });
    expect(unitOf(series, 'TOTAL').quality.parts.flow).toBe(0);
    expect(series.blind).toEqual([{ source: 'wcs_counters', share: 1 }]);
  });
});

describe('a source that falls silent', () => {
  const remembered = run({ rows: healthyRows() }).paths;

  it('is missed although its query succeeds', () => {
    const series = run({ rows: { ...healthyRows(), wcs_counters: [] }, knownPaths: remembered });
    const total = unitOf(series, 'TOTAL');
    expect(total.quality.parts.flow).toBe(0);
    expect(total.defects).toContainEqual(
      expect.objectContaining({ name: 'SOURCE_ABSENT', source: 'wcs_counters' }),
    );
    expect(series.blind).toEqual([{ source: 'wcs_counters', share: 1 }]);
    expect(series.paths).toEqual(remembered);
  });

  it('is blind for those alone that it served', () => {
    const rows = healthyRows();
    rows.wcs_counters = [];
    const knownPaths = remembered.map((path) => {
      const { sources: _, ...rest } = path;
      return path.path === 'LANE-1' ? path : rest;
    });
    const series = run({ rows, knownPaths });
    // LANE-1 and the total, of five units.
    expect(series.blind).toEqual([{ source: 'wcs_counters', share: 0.4 }]);
    expect(unitOf(series, 'LANE-2').quality.parts.flow).toBeNull();
  });

  it('is forgotten after a day', () => {
    const knownPaths = remembered.map((path) => ({
      ...path,
      sources: { wcs_counters: SNAPSHOT - 25 * HOUR },
    }));
    const series = run({ rows: levelOnly(), knownPaths });
    expect(unitOf(series, 'TOTAL').quality.parts.flow).toBeNull();
    expect(series.paths.every(({ sources }) => sources === undefined)).toBe(true);
  });

  it('leaves everything blind where it is the stock source', () => {
    const series = run({
      rows: { ...healthyRows(), wes_stock: [] },
      absent: ['wes_stock'],
      knownPaths: remembered,
    });
    expect(series.blind).toEqual([{ source: 'wes_stock', share: 1 }]);
    expect(series.units).toHaveLength(5);
    for (const unit of series.units) {
      expect(unit.quality.score).toBe(0);
      expect(now(unit.wip)).toBeNull();
    }
    expect(series.paths).toEqual(remembered);
    expect(run({ rows: NOTHING }).blind).toEqual([{ source: 'wes_stock', share: 1 }]);
  });
});

describe('a path that falls silent', () => {
  const rows = levelOnly(PATHS.filter(({ path }) => path !== 'LANE-1'));
  const known = (laneSeen: number, othersSeen = SNAPSHOT - HOUR): KnownPath[] =>
    run({ rows: levelOnly() }).paths.map((path) => ({
      ...path,
      lastSeenHour: path.path === 'LANE-1' ? laneSeen : othersSeen,
    }));
  const has = (series: ReturnType<typeof run>): boolean =>
    series.units.some(({ unit }) => unit.unitId === 'FRA1_SINGLES_LANE-1');

  it('is missed: unknown, quality 0, and the total says so', () => {
    const series = run({ rows, knownPaths: known(SNAPSHOT - 2 * HOUR) });
    const lane = unitOf(series, 'LANE-1');
    expect(lane.quality.score).toBe(0);
    expect(lane.wip.values.every((value) => value === null)).toBe(true);
    expect(lane.capacityUnits).toBe(100);
    expect(defectNames(lane)).toContain('PATHS_MISSING');
    expect(unitOf(series, 'TOTAL').quality.coverage).toBe(0.875);
  });

  it.each([
    ['just below a day, counted from the end of its hour', SNAPSHOT - 25 * HOUR + 1, SNAPSHOT - HOUR, true],
    ['a day', SNAPSHOT - 25 * HOUR, SNAPSHOT - HOUR, false],
    ['a day, but the source was silent too until now', SNAPSHOT - 30 * HOUR, SNAPSHOT - 29 * HOUR, true],
  ])('after %s', (_, laneSeen, othersSeen, expected) => {
    const series = run({ rows, knownPaths: known(laneSeen, othersSeen) });
    expect(has(series)).toBe(expected);
    expect(series.paths.some(({ path }) => path === 'LANE-1')).toBe(expected);
  });

  it('starts its day afresh after an outage', () => {
    const series = run({ rows, knownPaths: known(SNAPSHOT - 30 * HOUR, SNAPSHOT - 29 * HOUR) });
    expect(series.paths.find(({ path }) => path === 'LANE-1')?.lastSeenHour).toBe(SNAPSHOT);
  });

  it('is never gone while the source is out', () => {
    expect(has(run({ rows: NOTHING, knownPaths: known(SNAPSHOT - 90 * HOUR, SNAPSHOT - 80 * HOUR) }))).toBe(
      true,
    );
  });

  it('is gone by override', () => {
    const overrides = [overrideOf('FRA1_SINGLES_LANE-1', { excluded: true })];
    const series = run({ rows, knownPaths: known(SNAPSHOT - HOUR), overrides });
    expect(has(series)).toBe(false);
    expect(unitOf(series, 'TOTAL').quality.coverage).toBe(1);
  });
});

describe('a unit that is only remembered', () => {
  const knownUnits = { 'FRA1_MULTIS_LANE-7': { unitType: 'LANE', workpool: 'MULTIS' } } as const;

  it('is returned as unknown', () => {
    const lane = unitOf(run({ rows: levelOnly(), knownUnits }), 'LANE-7', 'MULTIS');
    expect(lane.quality.score).toBe(0);
    expect(lane.wip.values.every((value) => value === null)).toBe(true);
    expect(lane.unit).toMatchObject({ unitType: 'LANE', workpool: 'MULTIS', path: 'LANE-7' });
  });

  it('is gone where the path list is remembered without it, or by override', () => {
    const knownPaths = run({ rows: levelOnly() }).paths;
    expect(run({ rows: levelOnly(), knownUnits, knownPaths }).units).toHaveLength(5);
    const overrides = [overrideOf('FRA1_MULTIS_LANE-7', { excluded: true })];
    expect(run({ rows: levelOnly(), knownUnits, overrides }).units).toHaveLength(5);
  });
});
