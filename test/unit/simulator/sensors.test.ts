/** Each defect of the feed shows in the rows, and nowhere else. */
import { expect, it } from 'vitest';
import type { FeedFault, FeedFaultKind } from '../../../src/simulator/feed-faults.ts';
import { DEMO_TIMING, REALISTIC_TIMING, type FeedTiming } from '../../../src/simulator/sensing.ts';
import { createSensors } from '../../../src/simulator/sensors.ts';
import type { TableName, UpstreamRecords } from '../../../src/simulator/upstream-tables.ts';
import { buildWarehouse, MINUTE, MORNING } from './floor.ts';

const FAULT_FROM = MORNING + 60 * MINUTE;
const FAULT_TO = MORNING + 120 * MINUTE;

function record(
  fault: (Pick<FeedFault, 'kind' | 'source' | 'path'> & { minutes?: number }) | null,
  timing: FeedTiming = REALISTIC_TIMING,
): UpstreamRecords {
  const warehouse = buildWarehouse(3, { startTs: MORNING });
  const records: UpstreamRecords = { wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] };
  const fixed = fault && {
    ...fault,
    startTs: FAULT_FROM,
    endTs: fault.minutes === undefined ? FAULT_TO : FAULT_FROM + fault.minutes * MINUTE,
  };
  const sensors = createSensors({
    warehouse,
    seed: 3,
    timing,
    faults: fixed && { between: (from, to) => (fixed.startTs < to && fixed.endTs > from ? [fixed] : []) },
    sink: {
      push: <T extends TableName>(table: T, more: UpstreamRecords[T]) => {
        (records[table] as unknown[]).push(...more);
      },
    },
  });
  warehouse.advance(MORNING + 180 * MINUTE, undefined, (ts) => sensors.read(ts));
  return records;
}

const during = ({ as_of }: { as_of: Date }) => as_of.getTime() > FAULT_FROM && as_of.getTime() <= FAULT_TO;
const levels = (kind: FeedFaultKind, path = 'LANE-1') =>
  record({ kind, source: 'wes_stock', path }).wes_stock.filter((row) => row.path === path);

it('a clean feed counts right: levels agree with the counters of the same minute', () => {
  const { wes_stock: stock, wcs_counters: counters } = record(null, DEMO_TIMING);
  const lane = stock.filter(({ path }) => path === 'LANE-1');
  expect(lane).toHaveLength(180);
  const eye = counters.filter(({ path }) => path === 'LANE-1');
  expect(eye).toHaveLength(180);
  const offsets = lane.map(
    (row, index) => row.wip_units - (eye[index]?.in_total ?? 0) + (eye[index]?.out_total ?? 0),
  );
  const capacity = lane[0]?.capacity_units ?? 0;
  expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(capacity * 0.05);
});

it('a stuck sensor shows one level', () => {
  const rows = levels('STUCK_SENSOR');
  expect(new Set(rows.filter(during).map((row) => row.wip_units)).size).toBe(1);
  expect(new Set(rows.map((row) => row.wip_units)).size).toBeGreaterThan(10);
});

it('totes as units show a fraction of the level', () => {
  const rows = levels('TOTES_AS_UNITS');
  const mean = (some: typeof rows) => some.reduce((sum, row) => sum + row.wip_units, 0) / some.length;
  expect(mean(rows.filter(during))).toBeLessThan(mean(rows.filter((row) => !during(row))) / 4);
});

it('negative levels and levels above the capacity show as such', () => {
  for (const row of levels('NEGATIVE_LEVEL')) expect(row.wip_units < 0).toBe(during(row));
  for (const row of levels('OVER_CAPACITY'))
    expect(row.wip_units > row.capacity_units * 1.2).toBe(during(row));
});

it('a missing path is silent while the others are told', () => {
  const { wes_stock: stock } = record({ kind: 'PATH_MISSING', source: 'wes_stock', path: 'LANE-1' });
  expect(stock.filter((row) => row.path === 'LANE-1' && during(row))).toEqual([]);
  expect(stock.filter((row) => row.path === 'LANE-2' && during(row)).length).toBeGreaterThanOrEqual(12);
});

it.each(['wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan'] as const)(
  '%s that is out has no rows',
  (source) => {
    const rows = (faulty: boolean) =>
      record(faulty ? { kind: 'FEED_OUT', source, path: null } : null)[source].filter(
        ({ recorded_at }) =>
          recorded_at.getTime() > FAULT_FROM + 16 * MINUTE && recorded_at.getTime() < FAULT_TO + MINUTE,
      ).length;
    expect(rows(true)).toBe(0);
    expect(rows(false)).toBeGreaterThan(0);
  },
);

it('a late feed comes later than it ever does', () => {
  const { wes_stock: stock } = record({ kind: 'LATE_FEED', source: 'wes_stock', path: null });
  const late = stock.filter(during).map((row) => (row.recorded_at.getTime() - row.as_of.getTime()) / MINUTE);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(9 - 1);
});

it('a reset counter falls to nothing and goes on counting', () => {
  const { wcs_counters: counters } = record({
    kind: 'COUNTER_RESET',
    source: 'wcs_counters',
    path: 'LANE-1',
    minutes: 1,
  });
  const totals = [
    ...new Map(
      counters.filter(({ path }) => path === 'LANE-1').map((row) => [row.plc_ts.getTime(), row.in_total]),
    ).values(),
  ];
  const falls = totals.slice(1).filter((total, index) => total < (totals[index] ?? 0));
  expect(falls).toEqual([0]);
  expect(totals.at(-1)).toBeGreaterThan(100);
});

it('a clock that jumps tells other times than before', () => {
  const { wcs_counters: counters } = record({ kind: 'CLOCK_JUMP', source: 'wcs_counters', path: 'LANE-1' });
  const behind = counters
    .filter(({ path }) => path === 'LANE-1')
    .map((row) => (row.recorded_at.getTime() - row.plc_ts.getTime()) / MINUTE);
  expect(behind.filter((minutes) => minutes > 14).length).toBeGreaterThan(50);
  expect(behind.filter((minutes) => minutes < 10).length).toBeGreaterThan(100);
});

it('refuses a timing that makes no sense, by name', () => {
  expect(() => record(null, { ...DEMO_TIMING, wesPeriodSec: 45 })).toThrow(/wesPeriodSec 45/);
  expect(() => record(null, { ...DEMO_TIMING, lmsDelaySec: [9, 3] })).toThrow(/lmsDelaySec \[9, 3\]/);
});
