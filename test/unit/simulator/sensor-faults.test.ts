/** Each fault of a sensor shows in the rows, where and when its truth says, and the floor knows nothing of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  SENSOR_FAULTS,
  SEVERITIES,
  type FaultSeverity,
  type SensorFaultKind,
} from '../../../src/simulator/sensor-faults/kinds.ts';
import {
  createSensorFaults,
  type SensorFault,
  type SensorFaults,
} from '../../../src/simulator/sensor-faults/sensor-faults.ts';
import { REALISTIC_TIMING } from '../../../src/simulator/sensing.ts';
import { createSensors } from '../../../src/simulator/sensors.ts';
import {
  TABLE_NAMES,
  type CounterRecord,
  type Sink,
  type StockRecord,
  type TableName,
  type UpstreamRecords,
} from '../../../src/simulator/upstream-tables.ts';
import { buildWarehouse, MINUTE, START } from './floor.ts';

const HOURS = 10;
const SEED = 3;

interface Heard {
  rows: UpstreamRecords;
  faults: SensorFault[];
}

const empty = (): UpstreamRecords => ({ wes_stock: [], wcs_counters: [], lms_actuals: [], lms_plan: [] });
const keeper = (rows: UpstreamRecords): Sink => ({
  push: <T extends TableName>(table: T, more: UpstreamRecords[T]) => {
    (rows[table] as unknown[]).push(...more);
  },
});

/** One floor, whose readings go through every fault by itself. */
const clean = empty();
const heard = new Map<string, Heard>();

beforeAll(() => {
  const warehouse = buildWarehouse(SEED, { startTs: START });
  const listeners: { faults: SensorFaults; heard: Heard }[] = [];
  const listen = (name: string, kinds: readonly SensorFaultKind[], severity: FaultSeverity) => {
    const of: Heard = { rows: empty(), faults: [] };
    const sink = keeper(of.rows);
    listeners.push({
      heard: of,
      faults: createSensorFaults({ warehouse, seed: SEED, kinds, severity, sink }),
    });
    heard.set(name, of);
  };
  for (const severity of SEVERITIES) {
    for (const kind of SENSOR_FAULTS) listen(`${kind} ${severity}`, [kind], severity);
    listen(`all ${severity}`, SENSOR_FAULTS, severity);
  }
  listen('again', SENSOR_FAULTS, 'medium');
  listen('none', [], 'severe');
  const sensors = createSensors({
    warehouse,
    seed: SEED,
    timing: REALISTIC_TIMING,
    faults: null,
    sink: {
      push: (table, records) => {
        keeper(clean).push(table, records);
        for (const { faults } of listeners) faults.sink.push(table, records);
      },
    },
  });
  warehouse.advance(START + HOURS * 60 * MINUTE, undefined, (ts) => {
    for (const { faults } of listeners) faults.advance(ts);
    sensors.read(ts);
  });
  for (const { faults, heard: of } of listeners) of.faults = faults.take();
}, 60_000);

const of = (name: string): Heard => heard.get(name) ?? { rows: empty(), faults: [] };
const readAt = (row: UpstreamRecords[TableName][number]): number =>
  'as_of' in row
    ? row.as_of.getTime()
    : 'plc_ts' in row
      ? row.plc_ts.getTime()
      : 'interval_end' in row
        ? row.interval_end.getTime()
        : row.recorded_at.getTime();
/** Clean rows beside what was made of them, where every row is still there. */
const pairs = <T extends 'wes_stock' | 'wcs_counters'>(name: string, table: T) =>
  clean[table].map((row, index) => ({ row, told: of(name).rows[table][index] })) as {
    row: UpstreamRecords[T][number];
    told: UpstreamRecords[T][number];
  }[];

/** Rows that nothing has touched are the same objects. */
const differs = (row: object, told: object | undefined): boolean =>
  row !== told &&
  (told === undefined ||
    Object.entries(row).some(([name, value]) => String(value) !== String(Reflect.get(told, name))));
const isTouched = (rows: UpstreamRecords, table: TableName): boolean =>
  rows[table].length !== clean[table].length ||
  clean[table].some((row, index) => differs(row, rows[table][index]));

describe.each(SEVERITIES)('%s', (severity) => {
  it('every kind shows, in its source', () => {
    for (const kind of SENSOR_FAULTS) {
      const { rows, faults } = of(`${kind} ${severity}`);
      // What waits for a path that is full or empty may wait in vain.
      const mayBeNone = ['LEVEL_STUCK_FULL', 'LEVEL_STUCK_EMPTY'].includes(kind);
      expect({ kind, shows: faults.length > 0 || mayBeNone }).toEqual({ kind, shows: true });
      expect(
        faults.filter(
          (fault) =>
            fault.kind !== kind ||
            fault.severity !== severity ||
            fault.endTs <= fault.startTs ||
            fault.startTs % MINUTE !== 0 ||
            !isTouched(rows, fault.source),
        ),
      ).toEqual([]);
    }
  });

  it('a wrong level shows nowhere but there and then', () => {
    for (const kind of SENSOR_FAULTS.filter((each) => /^(LEVEL|CAPACITY)_/.test(each))) {
      const { faults } = of(`${kind} ${severity}`);
      const changed = pairs(`${kind} ${severity}`, 'wes_stock').filter(({ row, told }) => differs(row, told));
      const belongs = ({ row }: { row: StockRecord }) =>
        faults.some(
          ({ path, startTs, endTs }) => path === row.path && readAt(row) >= startTs && readAt(row) < endTs,
        );
      expect(changed.filter((each) => !belongs(each))).toEqual([]);
    }
  });

  it('a line has one wrong sensor at a time', () => {
    const faults = of(`LEVEL_ZERO ${severity}`).faults;
    for (const [index, a] of faults.entries())
      for (const b of faults.slice(index + 1))
        expect(a.workpool !== b.workpool || a.endTs <= b.startTs || b.endTs <= a.startTs).toBe(true);
  });
});

it('without a kind every row is as it was', () => {
  expect(of('none').faults).toEqual([]);
  expect(TABLE_NAMES.filter((table) => isTouched(of('none').rows, table))).toEqual([]);
});

it('the same seed strikes the same', () => {
  expect(of('again')).toEqual(of('all medium'));
});

it('all together bring many kinds within hours', () => {
  expect(new Set(of('all mild').faults.map(({ kind }) => kind)).size).toBeGreaterThan(6);
});

it('a stuck level is one level', () => {
  const { rows, faults } = of('LEVEL_STUCK severe');
  for (const { path, startTs, endTs } of faults) {
    const during = rows.wes_stock.filter(
      (row) => row.path === path && readAt(row) >= startTs && readAt(row) < endTs,
    );
    expect(new Set(during.map((row) => row.wip_units)).size).toBeLessThanOrEqual(1);
  }
});

const growths = (counters: readonly CounterRecord[], device: string, total: 'in_total' | 'out_total') => {
  const totals = counters.filter((row) => row.device === device).map((row) => row[total]);
  return totals.slice(1).map((count, index) => count - (totals[index] ?? 0));
};
const devicesOf = ({ path }: SensorFault) => [
  ...new Set(clean.wcs_counters.filter((row) => row.path === path).map(({ device }) => device)),
];

it.each([
  ['mild', [2 ** 31, 2 ** 32]],
  ['medium', [2 ** 32]],
  ['severe', [2 ** 16]],
] as const)('a %s counter that goes round loses nothing but its rounds', (severity, rounds) => {
  const { rows, faults } = of(`COUNTER_WRAP ${severity}`);
  for (const fault of faults) {
    for (const device of devicesOf(fault)) {
      const shown = growths(rows.wcs_counters, device, 'in_total');
      const real = growths(clean.wcs_counters, device, 'in_total');
      const differences = new Set(shown.map((growth, index) => (real[index] ?? 0) - growth));
      differences.delete(0);
      expect(differences.size).toBeLessThanOrEqual(1);
      for (const difference of differences) expect(rounds).toContain(difference);
    }
  }
});

it('a frozen counter stands, then counts on from where it stood', () => {
  const { rows, faults } = of('COUNTER_IN_FROZEN medium');
  const [fault] = faults;
  if (!fault) throw new Error('no fault');
  const [device = ''] = devicesOf(fault);
  const own = rows.wcs_counters.filter((row) => row.device === device);
  const during = own.filter(
    ({ recorded_at }) =>
      recorded_at.getTime() > fault.startTs + MINUTE && recorded_at.getTime() < fault.endTs,
  );
  expect(new Set(during.map((row) => row.in_total)).size).toBe(1);
  expect(new Set(during.map((row) => row.out_total)).size).toBeGreaterThan(1);
  expect(growths(rows.wcs_counters, device, 'in_total').every((growth) => growth >= 0)).toBe(true);
});

it('a dirty eye counts a share, and never backwards', () => {
  const { rows, faults } = of('COUNTER_UNDERCOUNT severe');
  for (const device of faults.flatMap(devicesOf)) {
    for (const total of ['in_total', 'out_total'] as const) {
      expect(growths(rows.wcs_counters, device, total).every((growth) => growth >= 0)).toBe(true);
    }
  }
});

it('a clock that is set right tells the right time in between', () => {
  const { faults } = of('CLOCK_STEP medium');
  const offs = pairs('CLOCK_STEP medium', 'wcs_counters')
    .filter(
      ({ row }) =>
        row.path === faults[0]?.path &&
        row.recorded_at.getTime() > (faults[0]?.startTs ?? 0) &&
        row.recorded_at.getTime() < (faults[0]?.endTs ?? 0),
    )
    .map(({ row, told }) => told.plc_ts.getTime() - row.plc_ts.getTime());
  expect(offs).toContain(0);
  expect(Math.max(...offs.map(Math.abs))).toBeGreaterThanOrEqual(90_000);
});

it('an hour off is an hour, and recorded when it was', () => {
  const off = pairs('AS_OF_HOUR mild', 'wes_stock').map(({ row, told }) => ({
    asOfMin: Math.abs(told.as_of.getTime() - row.as_of.getTime()) / MINUTE,
    recordedMin: told.recorded_at.getTime() - row.recorded_at.getTime(),
  }));
  expect(new Set(off.map(({ asOfMin }) => asOfMin))).toEqual(new Set([0, 60]));
  expect(new Set(off.map(({ recordedMin }) => recordedMin))).toEqual(new Set([0]));
});
