/** Each source's figures: how old, how much of what it should serve, how much of that is doubted, and why. */
import { describe, expect, it } from 'vitest';
import {
  blindOf,
  sourceHealth,
  type SourceView,
} from '../../../src/domain/preprocess/health/source-health.ts';
import type { SourceHealth, WarehouseSeries } from '../../../src/domain/series.ts';
import { healthInWords, isAmiss } from '../../../src/domain/words/source-health.ts';
import { at, healthyRows, levelOnly, run, SNAPSHOT } from './rows-builder.ts';

const figures = ({ health }: WarehouseSeries) =>
  Object.fromEntries(
    health.map(({ source, ageMin, units, served, doubted, usable }) => [
      source,
      [ageMin, units, served, doubted, usable],
    ]),
  );
const healthOf = (series: WarehouseSeries, source: string): SourceHealth => {
  const found = series.health.find((each) => each.source === source);
  if (!found) throw new Error(`${source} has no figures`);
  return found;
};

describe('a warehouse whose data are well', () => {
  const series = run({ rows: healthyRows() });

  it('has figures of each source, and nothing amiss', () => {
    expect(series.health.map(({ source }) => source)).toEqual([
      'wes_stock',
      'wcs_counters',
      'lms_actuals',
      'lms_plan',
    ]);
    for (const health of series.health) {
      expect(health).toMatchObject({ usable: true, doubted: 0, served: health.units, defects: [] });
      expect(isAmiss(health)).toBe(false);
    }
    expect(series.blind).toEqual([]);
  });

  it('has none of a source that does not exist', () => {
    expect(run({ rows: levelOnly() }).health.map(({ source }) => source)).toEqual(['wes_stock']);
  });
});

describe('a source that is not well', () => {
  it('silent: old, serves nobody, is blind for whoever needs it', () => {
    const knownPaths = run({ rows: healthyRows() }).paths;
    const rows = healthyRows();
    const series = run({
      rows: { ...rows, wcs_counters: rows.wcs_counters.filter(({ recordedAt }) => recordedAt < at(30)) },
      knownPaths,
    });
    const counters = healthOf(series, 'wcs_counters');
    expect(counters).toMatchObject({ usable: false, served: 0, refreshMin: 1 });
    expect(counters.ageMin).toBeGreaterThanOrEqual(30);
    expect(isAmiss(counters)).toBe(true);
    expect(series.blind).toEqual([{ source: 'wcs_counters', share: counters.units / series.units.length }]);
  });

  it('of one path: served is less than what needs it', () => {
    const rows = healthyRows();
    const series = run({
      rows: {
        ...rows,
        wes_stock: rows.wes_stock.filter(({ path, asOf }) => path !== 'LANE-1' || asOf < at(40)),
      },
      knownPaths: run({ rows }).paths,
    });
    const stock = healthOf(series, 'wes_stock');
    expect(stock.served).toBeLessThan(stock.units);
    expect(stock.defects).toContainEqual(expect.objectContaining({ name: 'LATE', count: 2 }));
  });

  it('rejected rows are told by name, with how many units they concern', () => {
    const series = run({ rows: healthyRows(), rejected: { wes_stock: 3 } });
    expect(healthOf(series, 'wes_stock').defects).toEqual([
      expect.objectContaining({ name: 'ROWS_REJECTED', count: series.units.length, since: null }),
    ]);
  });

  it('without a stock report at all every unit is blind', () => {
    const { health, blind } = run({ rows: { ...healthyRows(), wes_stock: [] }, absent: ['wes_stock'] });
    expect(figures({ health } as WarehouseSeries)['wes_stock']).toEqual([null, 0, 0, 0, false]);
    expect(blind).toEqual([{ source: 'wes_stock', share: 1 }]);
  });
});

describe('what is doubted', () => {
  const [unit] = run({ rows: healthyRows() }).units;
  if (!unit) throw new Error('the example has no unit');
  const view: SourceView = {
    ...{ source: 'wes_stock', newestTs: at(2), refreshMin: 5, usable: true },
    needs: () => true,
    serves: () => true,
  };
  const denied = { name: 'LEVEL_DENIED', source: 'wes_stock', detail: 'denied', hard: true } as const;
  const units = [
    { ...unit, defects: [denied, denied] },
    { ...unit, defects: [{ ...denied, name: 'LATE' as const, hard: false }] },
    { ...unit, defects: [{ ...denied, source: 'wcs_counters' as const, name: 'FLOW_DENIED' as const }] },
  ];
  const doubt = { workpool: 'SINGLES', path: 'LANE-1', reading: 'level', name: 'LEVEL_DENIED' } as const;
  const [health] = sourceHealth([view], {
    snapshotTs: SNAPSHOT,
    units,
    doubts: [
      { ...doubt, since: at(50) },
      { ...doubt, path: 'LANE-2', since: at(90), until: at(60) },
      { ...doubt, reading: 'flow', since: at(99) },
    ],
    leftOver: [
      { source: 'wes_stock', name: 'Lane-9', detail: 'no device', stopped: false },
      { source: 'wes_stock', name: 'Lane-8', detail: 'no device', stopped: false },
      { source: 'alert_route', name: 'X', detail: 'no workpool', stopped: false },
    ],
  });

  it('is a share of the units, each counted once, with since when it lasts', () => {
    expect(health).toMatchObject({
      ...{ ageMin: 2, units: 3, served: 3, doubted: 1 },
      defects: [
        { name: 'LATE', count: 1, since: null },
        { name: 'LEVEL_DENIED', count: 1, since: at(50) },
        { name: 'NO_PARTNER', count: 2, detail: 'Lane-9, Lane-8' },
      ],
    });
  });

  it('is said in one line', () => {
    expect(health && healthInWords(health)).toBe(
      'newest reading 2 min old, due every 5; 3 of 3 units have it, 33 % doubted; LATE in 1 unit, LEVEL_DENIED in 1 unit since 2026-03-02 09:10 UTC, NO_PARTNER of 2 names',
    );
  });

  it('and no cause to call it blind', () => {
    expect(blindOf(health ? [health] : [], 3)).toEqual([]);
  });
});
