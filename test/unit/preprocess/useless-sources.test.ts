/** Sources whose rows come and say nothing: what is left is judged by itself, and people are told. */
import { describe, expect, it } from 'vitest';
import {
  PATHS,
  type PathSpec,
  at,
  counterRows,
  defectNames,
  healthyRows,
  run,
  stockRows,
  unitOf,
} from './rows-builder.ts';

const FILLING: PathSpec = { ...PATHS[3]!, level: 60, inUpm: 4.5, outUpm: 4 };

describe('flows', () => {
  const withCounters = (spec: PathSpec, spoil: (index: number) => object) =>
    unitOf(
      run({
        rows: {
          wes_stock: stockRows(spec),
          wcs_counters: counterRows(spec).map((row, index) => ({ ...row, ...spoil(index) })),
          lms_actuals: [],
          lms_plan: [],
        },
      }),
      'LANE-1',
    );
  const falling = (index: number) => ({ inTotal: 10_000 - index, outTotal: 10_000 - index });

  it.each([
    ['unknown for the hour', falling],
    ['never told', () => ({ inTotal: null, outTotal: null, recircTotal: null })],
  ])('%s have no weight where the level moves', (_, spoil) => {
    const lane = withCounters(FILLING, spoil);
    expect(lane.quality).toMatchObject({ score: 100, parts: { flow: null } });
    expect(lane.defects).toContainEqual(
      expect.objectContaining({ name: 'FLOW_DENIED', source: 'wcs_counters', hard: false, tell: true }),
    );
  });

  it('count as missing where the level stands still, and where they are known at times', () => {
    expect(withCounters({ ...FILLING, inUpm: 4 }, falling).quality.parts.flow).toBe(0);
    const once = withCounters(FILLING, (index) => (index > 20 ? falling(index) : {}));
    expect(once.quality.parts.flow).toBe(0);
    expect(defectNames(once)).not.toContain('FLOW_DENIED');
  });
});

describe('headcount', () => {
  it.each([
    ['never told', () => null, null],
    ['left out once', (age: number) => (age > 30 ? 8 : null), 0],
  ])('%s', (_, hcActive, score) => {
    const rows = healthyRows();
    for (const row of rows.lms_actuals)
      if (row.process === 'PACK') row.hcActive = hcActive((at(0) - row.intervalEnd) / 60_000);
    const series = run({ rows });
    expect(unitOf(series, 'LANE-1').quality.parts.headcount).toBe(score);
    const tells = (path: string): boolean =>
      unitOf(series, path).defects.some(({ source, tell }) => source === 'lms_actuals' && tell);
    // What is the matter with a process is said once.
    expect(['TOTAL', 'LANE-1', 'LANE-2'].map(tells)).toEqual([score === null, false, false]);
  });
});
