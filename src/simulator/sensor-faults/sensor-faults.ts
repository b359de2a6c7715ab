/** Sensor faults between the sensors and the tables, with a truth of their own. */
import { unitIdOf } from '../layout.ts';
import { createRandom } from '../random.ts';
import type { Sink, TableName, UpstreamRecords } from '../upstream-tables.ts';
import type { Warehouse } from '../warehouse.ts';
import type { Effect } from './effect.ts';
import { EFFECTS } from './effects.ts';
import { SHAPES, type FaultSeverity, type SensorFaultKind } from './kinds.ts';
import { createSchedule, type Strike } from './schedule.ts';

const MINUTE = 60_000;

/** What was wrong, where, and for how long. */
export interface SensorFault {
  kind: SensorFaultKind;
  severity: FaultSeverity;
  source: TableName;
  warehouse: string;
  /** null where it is the whole feed. */
  workpool: string | null;
  /** As its systems spell it when nothing is wrong; null where it is not one path. */
  path: string | null;
  unitId: string | null;
  /** The unit that the stock system reports it as meanwhile; null where that is the same. */
  toldUnitId: string | null;
  /** Epoch ms, whole minutes. */
  startTs: number;
  endTs: number;
}

export interface SensorFaultOptions {
  warehouse: Warehouse;
  seed: number;
  kinds: readonly SensorFaultKind[];
  severity: FaultSeverity;
  /** Where the rows go. */
  sink: Sink;
}

export interface SensorFaults {
  /** Where clean rows are brought. */
  sink: Sink;
  /** Lets begin what begins at a whole minute; before that minute's readings. */
  advance(ts: number): void;
  /** Faults that showed since last asked. */
  take(): SensorFault[];
}

interface Active extends Strike {
  effect: Effect;
}

export function createSensorFaults(options: SensorFaultOptions): SensorFaults {
  const { warehouse, seed, severity, sink } = options;
  const schedule = createSchedule(options);
  let active: Active[] = [];
  let shown: SensorFault[] = [];
  let count = 0;

  const begin = (strike: Strike): Active => {
    const { kind, startTs, line, path } = strike;
    count += 1;
    const others = warehouse.layout.lines.filter((each) => each !== line);
    const effect = EFFECTS[kind]({
      random: createRandom(seed, `${warehouse.code}/${kind}/${severity}/${count}`),
      ...{ severity, startTs, line, path },
      otherWorkpools: others.map(({ workpool }) => workpool),
      shows: (ts) => shown.push(truthOf(wholeMinute(strike, ts), effect)),
    });
    if (!SHAPES[kind].fromStart) shown.push(truthOf(strike, effect));
    return { ...strike, effect };
  };
  const truthOf = ({ kind, startTs, endTs, line, path }: Strike, { source, toldAs }: Effect): SensorFault => {
    const shape = SHAPES[kind];
    const ofPath = shape.of === 'path' || shape.of === 'counted path';
    return {
      ...{ kind, severity, warehouse: warehouse.code, startTs, endTs },
      source: source ?? shape.source,
      workpool: shape.of === 'warehouse' ? null : line.workpool,
      path: ofPath ? path.path : null,
      unitId: ofPath ? path.unitId : null,
      toldUnitId: toldAs ? unitIdOf(warehouse.code, toldAs.workpool, toldAs.path) : null,
    };
  };

  return {
    advance: (ts) => {
      active = active.filter(({ endTs, effect }) => effect.lasting || endTs > ts);
      active.push(...schedule.at(ts).map(begin));
    },
    sink: {
      push: (table, records) => {
        const now = warehouse.now();
        sink.push(table, rewrite(table, records, active, now));
      },
    },
    take: () => {
      const taken = shown;
      shown = [];
      return taken;
    },
  };
}

function wholeMinute(strike: Strike, ts: number): Strike {
  const startTs = Math.floor(ts / MINUTE) * MINUTE;
  return { ...strike, startTs, endTs: startTs + (strike.endTs - strike.startTs) };
}

const REWRITES = {
  wes_stock: 'stock',
  wcs_counters: 'counter',
  lms_actuals: 'actuals',
  lms_plan: 'plan',
} as const satisfies Record<TableName, keyof Effect>;

function rewrite<T extends TableName>(
  table: T,
  records: UpstreamRecords[T],
  active: readonly Active[],
  now: number,
): UpstreamRecords[T] {
  type Row = UpstreamRecords[T][number];
  const told: Row[] = [];
  for (const record of records) {
    let row: Row | null = record;
    for (const { effect, startTs, endTs, ...strike } of active) {
      const on = now >= startTs && now < endTs;
      const change = effect[REWRITES[table]] as ((row: Row, on: boolean) => Row | null) | undefined;
      if (row === null || !change || !(on || effect.lasting) || !concerns(strike, record)) continue;
      row = change(row, on);
    }
    if (row !== null) told.push(row);
  }
  return told as UpstreamRecords[T];
}

function concerns(
  { kind, line, path }: Pick<Strike, 'kind' | 'line' | 'path'>,
  record: UpstreamRecords[TableName][number],
): boolean {
  const { of } = SHAPES[kind];
  if (of === 'warehouse') return true;
  if (of === 'workpool') return 'workpool' in record && record.workpool === line.workpool;
  return 'path' in record ? record.path === path.path : true;
}
