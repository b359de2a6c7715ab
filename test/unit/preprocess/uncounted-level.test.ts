/** The level of a path without counters, held against what its neighbours could have passed meanwhile. */
import { describe, expect, it } from 'vitest';
import type { Doubt } from '../../../src/domain/series.ts';
import type { SourceRows } from '../../../src/domain/source-rows.ts';
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

/** The neighbours pass 4 and 5 units a minute. */
const LANE: PathSpec = { ...PATHS[4]!, path: 'LANE-3', level: 0 };
const AGES = [57, 52, 47, 42, 37, 32, 27, 22, 17, 12, 7, 2];
/** @param levels of the newest readings, the last 2 minutes ago */
const withLevels = (...levels: number[]): SourceRows => {
  const rows = healthyRows();
  const lane = stockRows(LANE, AGES.slice(-levels.length)).map((row, index) => ({
    ...row,
    wipUnits: levels[index] ?? 0,
  }));
  return { ...rows, wes_stock: [...rows.wes_stock, ...lane] };
};
const laneOf = (rows: SourceRows, knownDoubts: Doubt[] = []) => {
  const series = run({ rows, knownDoubts });
  const doubts = series.doubts.filter(({ path }) => path === 'LANE-3');
  return { lane: unitOf(series, 'LANE-3'), doubts, series };
};
const doubt = (name: Doubt['name'], change: Partial<Doubt> = {}): Doubt => ({
  ...{ workpool: 'SINGLES', path: 'LANE-3', reading: 'level', name, since: at(12) },
  ...change,
});
const DENIED = doubt('LEVEL_DENIED', { since: at(90), estimate: { ts: at(95), units: 200, offBy: 8 } });

describe('a level without counters', () => {
  it.each([
    ['in totes from one reading to the next', [200, 205, 20, 20, 21], 'WRONG_UNIT'],
    ['of 0 at once', [200, 205, 0, 0, 0], 'LEVEL_DENIED'],
    ['that is full at once', [100, 95, 300, 300, 300], 'WRONG_UNIT'],
  ] as const)('%s is denied', (_, levels, name) => {
    const { lane, doubts, series } = laneOf(withLevels(...levels));
    expect(doubts).toEqual([expect.objectContaining(doubt(name))]);
    expect(now(lane.wip)).toBeNull();
    expect(lane.defects).toContainEqual(expect.objectContaining({ name, hard: true, tell: true }));
    expect(unitOf(series, 'TOTAL').quality.coverage).toBeLessThan(1);
  });

  it.each([
    ['somewhat faster than a neighbour', [200, 140, 80, 20, 0]],
    ['that comes and goes', [200, 190, 205, 198, 210]],
  ])('%s is believed', (_, levels) => {
    const { lane, doubts } = laneOf(withLevels(...levels));
    expect(doubts).toEqual([]);
    expect(now(lane.wip)).toBe(levels.at(-1));
  });

  it.each([
    ['says nothing', (rows: SourceRows) => ({ ...rows, wcs_counters: [] })],
    [
      'stands still',
      (rows: SourceRows) => ({
        ...rows,
        wcs_counters: rows.wcs_counters.map((row) => ({ ...row, inTotal: 1, outTotal: 1 })),
      }),
    ],
  ])('is believed where nobody beside it %s', (_, spoil) => {
    const { lane, doubts } = laneOf(spoil(withLevels(200, 205, 20, 20, 21)));
    expect(doubts).toEqual([]);
    expect(now(lane.wip)).toBe(21);
  });

  it('is held against its own counters where it has some', () => {
    const rows = withLevels(150, 150, 150, 150, 20);
    const counted = { ...LANE, inUpm: 4, outUpm: 4 };
    const { doubts } = laneOf({ ...rows, wcs_counters: [...rows.wcs_counters, ...counterRows(counted)] });
    expect(doubts).toEqual([expect.objectContaining({ name: 'WRONG_UNIT', since: at(2) })]);
  });
});

describe('a doubt of it', () => {
  it.each([
    ['lasts however long it stands', [20, 20, 21, 20, 19, 20, 20, 21, 20, 20, 21, 21]],
    ['lasts where it jumps on', [100, 100, 100, 10]],
  ])('%s', (_, levels) => {
    const { lane, doubts } = laneOf(withLevels(...levels), [DENIED]);
    expect(doubts).toEqual([DENIED]);
    expect(now(lane.wip)).toBeNull();
    expect(defectNames(lane)).toContain('LEVEL_DENIED');
  });

  it.each([
    ['a jump back', [20, 20, 180, 185], at(7)],
    ['a change of its own, step by step', [20, 30, 45, 68], at(17)],
  ])('ends by %s', (_, levels, until) => {
    const { lane, doubts } = laneOf(withLevels(...levels), [DENIED]);
    expect(doubts).toEqual([doubt('LEVEL_DENIED', { since: at(90), until })]);
    expect(now(lane.wip)).toBe(levels.at(-1));
  });

  it('is over after one spike', () => {
    const { lane, doubts } = laneOf(withLevels(200, 205, 20, 203, 201));
    expect(doubts).toEqual([doubt('WRONG_UNIT', { until: at(7) })]);
    expect(now(lane.wip)).toBe(201);
  });

  it('what was said of counters that are gone by now concerns no level', () => {
    const gone = doubt('FLOW_DENIED', { reading: 'flow', since: at(50), until: at(20) });
    const { lane, doubts } = laneOf(withLevels(...AGES.map(() => 40)), [gone]);
    expect(lane.levelSamples).toHaveLength(AGES.length);
    expect(doubts).toEqual([gone]);
  });
});
