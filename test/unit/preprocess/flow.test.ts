import { describe, expect, it } from 'vitest';
import { FlowSums } from '../../../src/domain/preprocess/flows/flow-sums.ts';
import { unknownTrack } from '../../../src/domain/preprocess/grid.ts';
import type { CounterRow } from '../../../src/domain/source-rows.ts';
import {
  MIN,
  around,
  PATHS,
  type PathSpec,
  SNAPSHOT,
  at,
  counterRows,
  defectNames,
  healthyRows,
  now,
  run,
  stockRows,
  unitOf,
} from './rows-builder.ts';

const LANE: PathSpec = { ...PATHS[3]!, inUpm: 4, outUpm: 4 };
const alone = (counters: CounterRow[], spec = LANE) =>
  unitOf(
    run({ rows: { wes_stock: stockRows(spec), wcs_counters: counters, lms_actuals: [], lms_plan: [] } }),
    'LANE-1',
  );
const always = (value: number): unknown[] => Array.from({ length: 61 }, () => around(value));

describe('flow from counters', () => {
  it('is the difference over plc_ts, and carried past the newest reading', () => {
    const lane = alone(counterRows(LANE));
    expect(lane.flowIn.values).toEqual(always(4));
    expect(lane.flowIn.source).toBe('wcs_counters');
    expect(new Set(lane.flowIn.provenance)).toEqual(new Set(['measured']));
    expect(defectNames(lane)).toEqual([]);
  });

  it('carries the mean of ten minutes on, not a burst in the last of them', () => {
    const rows = counterRows(LANE).slice(0, -2);
    rows.at(-1)!.inTotal! += 20;
    const lane = alone(rows);
    expect(lane.flowIn.provenance.at(-1)).toBe('carried');
    expect(now(lane.flowIn)).toBeCloseTo(6);
    expect(now(lane.flowOut)).toBeCloseTo(4);
  });

  it('adds the devices of a path up', () => {
    const lane = alone([...counterRows(LANE), ...counterRows({ ...LANE, inUpm: 1, outUpm: 0 }, 'D2')]);
    expect(lane.flowIn.values).toEqual(always(5));
    expect(lane.flowOut.values).toEqual(always(4));
  });

  it.each([
    ['minutes behind', -30 * MIN, true],
    ['an hour ahead', 60 * MIN, true],
    ['less than the tolerance', 60_000, false],
  ])('cancels a constant skew: %s', (_, skew, told) => {
    const lane = alone(counterRows(LANE).map((row) => ({ ...row, plcTs: row.plcTs! + skew })));
    expect(lane.flowIn.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual(told ? ['CLOCK_SKEW'] : []);
  });

  it.each([
    ['ahead', 45 * MIN],
    ['back', -45 * MIN],
    ['back by a little', -5 * MIN],
  ])('goes by recorded_at where plc_ts jumps %s', (_, jump) => {
    const rows = counterRows(LANE).map((row) =>
      row.recordedAt > at(20) ? { ...row, plcTs: row.plcTs! + jump } : row,
    );
    const lane = alone(rows);
    expect(lane.flowIn.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual(['CLOCK_SKEW']);
  });

  it('goes by recorded_at where there is no plc_ts', () => {
    const lane = alone(counterRows(LANE).map((row) => ({ ...row, plcTs: null })));
    expect(lane.flowIn.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual([]);
  });

  it('bears rows that come late and out of order', () => {
    const rows = counterRows(LANE).map((row) =>
      row.plcTs === at(12.5) ? { ...row, recordedAt: at(4) } : row,
    );
    const lane = alone(rows);
    expect(lane.flowIn.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual([]);
  });

  it.each([
    ['a reset', (row: CounterRow) => ({ inTotal: row.inTotal! - 9_000, outTotal: row.outTotal! - 8_900 })],
    [
      'a rollover of one counter',
      (row: CounterRow) => ({ inTotal: row.inTotal! - 9_900, outTotal: row.outTotal }),
    ],
  ])('does not know the minute of %s, and never calls it negative', (_, reset) => {
    const lane = alone(
      counterRows(LANE).map((row) => (row.plcTs! >= at(15.5) ? { ...row, ...reset(row) } : row)),
    );
    const unknown = lane.flowIn.values.flatMap((value, index) => (value === null ? index - 60 : []));
    expect(unknown).toEqual([-16, -15]);
    expect(lane.flowOut.values.map((value) => value === null)).toEqual(
      lane.flowIn.values.map((v) => v === null),
    );
    for (const value of lane.flowIn.values) expect(value ?? 0).toBeGreaterThanOrEqual(0);
    expect(defectNames(lane)).toEqual(['COUNTER_RESET']);
    expect(lane.conservation).toBeNull();
  });

  it('takes totals below 0 as unknown', () => {
    const lane = alone(
      counterRows(LANE).map((row) => (row.plcTs === at(20.5) ? { ...row, inTotal: -5 } : row)),
    );
    expect(lane.flowIn.values.filter((value) => value === null)).toHaveLength(3);
    expect(lane.flowOut.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual(['NEGATIVE']);
  });

  it('names an instant that is told twice, and takes the newer word', () => {
    const rows = counterRows(LANE);
    rows.push({ ...rows[40]!, recordedAt: rows[40]!.recordedAt + 30_000 });
    const lane = alone(rows);
    expect(lane.flowIn.values).toEqual(always(4));
    expect(defectNames(lane)).toEqual(['DUPLICATE']);
  });

  it.each([
    [5, 4, false, 1],
    [5.1, null, true, 0],
  ])('is carried for 5 min: newest reading %s min old', (age, expected, late, score) => {
    const lane = alone(
      counterRows(LANE).map((row) => ({
        ...row,
        plcTs: row.plcTs! - (age - 0.5) * MIN,
        recordedAt: row.recordedAt - (age - 0.5) * MIN,
      })),
    );
    expect(now(lane.flowIn)).toBe(expected);
    expect(defectNames(lane).includes('LATE')).toBe(late);
    expect(lane.quality.parts.flow).toBe(score);
    expect(lane.quality.flowScore).toBe(100 * score);
  });

  it.each([
    ['within 20 min the count is spread', 20, 0],
    ['beyond it nobody knows, 22 grid minutes long', 21, 22],
  ])('over a gap: %s', (_, gap, unknown) => {
    const rows = counterRows(LANE).filter(({ plcTs }) => plcTs! <= at(40) || plcTs! > at(40 - gap + 1));
    const lane = alone(rows);
    const missing = lane.flowIn.values.filter((value) => value === null).length;
    expect(missing).toBe(unknown);
  });

  it('derives the flow that has no counter from the change of level', () => {
    const filling = { ...LANE, inUpm: 5 };
    const lane = alone(
      counterRows(filling).map((row) => ({ ...row, outTotal: null })),
      filling,
    );
    expect(lane.flowOut.source).toBe('wes_stock');
    expect(lane.flowOut.provenance.at(-1)).toBe('derived');
    expect(now(lane.flowOut)).toBeCloseTo(4);
    expect(lane.conservation).toBeNull();
    expect(lane.quality.parts.flow).toBe(0.75);
  });

  it('knows no flow from levels alone', () => {
    const lane = alone([], { ...LANE, inUpm: 5 });
    expect(now(lane.flowIn)).toBeNull();
    expect(now(lane.flowOut)).toBeNull();
    expect(lane.quality).toMatchObject({
      score: 100,
      parts: { flow: null, headcount: null, conservation: null },
    });
  });
});

describe('flows of the total', () => {
  it('are what enters the first stage and leaves the last', () => {
    const total = unitOf(run({ rows: healthyRows() }), 'TOTAL');
    expect(now(total.flowIn)).toBeCloseTo(8);
    expect(now(total.flowOut)).toBeCloseTo(8);
    expect(now(total.recirc)).toBe(0);
  });

  it('recirculates what its sorter does', () => {
    const rows = healthyRows();
    for (const row of rows.wcs_counters)
      if (row.path === 'SORT-1') row.recircTotal = 1_000 - (2 * (SNAPSHOT - row.plcTs!)) / MIN;
    expect(now(unitOf(run({ rows }), 'TOTAL').recirc)).toBeCloseTo(2);
  });
});

describe('devices', () => {
  const withState = (state: CounterRow['state'], fault: string | null, age = 0.5) => {
    const second = counterRows(LANE, 'D2').map((row) =>
      row.plcTs === at(age) ? { ...row, state, fault } : row,
    );
    return alone([...counterRows(LANE), ...second.filter(({ plcTs }) => plcTs! <= at(age))]).device;
  };
  it.each([
    ['RUN', null, { state: 'RUN', faults: [], devices: ['D2', 'LANE-1-D1'] }],
    ['IDLE', null, { state: 'IDLE', faults: [], devices: ['D2'] }],
    ['FAULT', 'JAM', { state: 'FAULT', faults: ['JAM'], devices: ['D2'] }],
    ['ESTOP', null, { state: 'ESTOP', faults: [], devices: ['D2'] }],
  ] as const)('the worst state counts: %s', (state, fault, expected) => {
    expect(withState(state, fault)).toEqual(expected);
  });

  it('forgets the state of a device after 10 min of silence', () => {
    expect(withState('ESTOP', null, 9.5).state).toBe('ESTOP');
    expect(withState('ESTOP', null, 10.5).state).toBe('RUN');
  });
});

describe('the sorter of a total', () => {
  it('is its SORT paths together', () => {
    const rows = healthyRows();
    for (const row of rows.wcs_counters)
      if (row.path === 'SORT-1' && row.plcTs === at(0.5))
        Object.assign(row, { state: 'FAULT', fault: 'JAM' });
    const series = run({ rows });
    expect(unitOf(series, 'TOTAL').sorter).toEqual({ fill: expect.closeTo(0.45, 6), state: 'FAULT' });
    expect(unitOf(series, 'LANE-1').sorter).toBeNull();
    for (const row of rows.wes_stock) if (row.path === 'SORT-1') row.wipUnits = -1;
    expect(unitOf(run({ rows }), 'TOTAL').sorter).toEqual({ fill: null, state: 'FAULT' });
  });

  it('is not there without a SORT path', () => {
    const rows = healthyRows(PATHS.filter(({ stage }) => stage !== 'SORT'));
    expect(unitOf(run({ rows }), 'TOTAL').sorter).toBeNull();
  });
});

describe('what passed between two instants', () => {
  const rates = Array.from({ length: 61 }, (_, index) => (index === 30 ? null : 2));
  const into = { ...unknownTrack('wcs_counters'), values: rates };
  const out = { ...into, values: rates.map((rate) => rate && 0) };
  const flows = new FlowSums(into, out, SNAPSHOT);
  it.each([
    ['whole minutes', 10, 0, 20],
    ['parts of minutes', 10.25, 0.5, 19.5],
    ['nothing', 5, 5, 0],
    ['over an unknown minute', 31, 29, null],
    ['up to an unknown minute', 30, 0, 60],
    ['before the grid', 62, 55, null],
    ['after the snapshot', 5, -1, null],
  ])('%s', (_, from, to, expected) => {
    const sum = flows.known(at(from), at(to))?.net ?? null;
    expect(sum).toEqual(around(expected));
  });
});
