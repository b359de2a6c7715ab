/** What the three systems report of one warehouse's floor, how late, and with which defects. */
import type { FaultCalendar, FeedFault } from './feed-faults.ts';
import { createLabour, type Labour } from './labour.ts';
import { pathsOf } from './layout.ts';
import { buffersOf, type Buffer } from './line-state.ts';
import type { LineRun } from './line.ts';
import { createRandom, drawInteger, drawNormal, drawUniform, type Random } from './random.ts';
import type { FeedTiming, Sensing } from './sensing.ts';
import type { CounterRecord, StockRecord, TableName, Sink } from './upstream-tables.ts';
import type { Warehouse } from './warehouse.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Of rows that are told twice. */
const REPEATED_AFTER_SEC = [20, 240] as const;
/** A stock reading is sometimes much later than usual. */
const VERY_LATE_MIN = [8, 20] as const;
/** Of a late feed. */
const LATE_FEED_MIN = [8, 18] as const;
/** Of a clock that is wrong by minutes. */
const WRONG_CLOCK_SEC = [180, 480] as const;
const CLOCK_JUMP_SEC = [900, 3600] as const;
/** Counted since some start long ago. */
const DEVICE_START_TOTAL = [10_000, 400_000] as const;
const SHORT_COUNTER = 65_536;
/** Share of the backlog that must make the next departure; all started work must. */
const BACKLOG_DUE_SHARE = 0.6;

interface DeviceTraits {
  skewMs: number;
  /** What the counter showed when the world began; lowered at a reset. */
  base: { in: number; out: number; recirc: number };
  modulus: number;
  /** Share of the units that it sees. */
  seen: number;
}

export interface Sensors {
  /** Takes the readings that fall due at a whole minute. */
  read(ts: number): void;
}

export interface SensorOptions {
  warehouse: Warehouse;
  seed: number;
  timing: FeedTiming;
  /** null: a clean feed, nothing repeated, very late or counted by a wrong clock. */
  faults: FaultCalendar | null;
  sink: Sink;
}

/** @throws RangeError that names the wrong part of `timing` */
export function createSensors({ warehouse, seed, timing, faults, sink }: SensorOptions): Sensors {
  assertTiming(timing);
  const { sensing } = warehouse.layout;
  const random = createRandom(seed, `${warehouse.code}/sensors`);
  const traits = new Map(
    warehouse.layout.lines
      .flatMap(pathsOf)
      .flatMap(({ devices }) =>
        devices.map((device) => [device, drawTraits(random, faults === null, sensing)]),
      ),
  );
  const labour: Labour = createLabour(warehouse, random, timing.lmsDelaySec, sink);
  /** Levels at which stuck sensors stand. */
  const stuckAt = new Map<string, number>();
  let before = warehouse.now();

  return {
    read: (ts) => {
      const current = faults?.between(before, ts) ?? [];
      before = ts;
      const lateMs = (source: TableName) =>
        current.some((fault) => fault.kind === 'LATE_FEED' && fault.source === source)
          ? drawUniform(random, ...LATE_FEED_MIN) * MINUTE
          : 0;
      const out = (source: TableName) =>
        current.some((fault) => fault.kind === 'FEED_OUT' && fault.source === source);
      if (ts % (timing.wesPeriodSec * SECOND) === 0) {
        const veryLate = faults !== null && random.next() < sensing.veryLateShare;
        const extraMs = veryLate ? drawUniform(random, ...VERY_LATE_MIN) * MINUTE : lateMs('wes_stock');
        const stock = readStock(warehouse, ts, current, stuckAt, timing, extraMs, random);
        if (!out('wes_stock')) sink.push('wes_stock', faults ? repeatSome(stock, sensing, random) : stock);
      }
      if (ts % (timing.wcsPeriodSec * SECOND) === 0) {
        const counters = readCounters(warehouse, ts, current, traits, timing, lateMs('wcs_counters'), random);
        if (!out('wcs_counters'))
          sink.push('wcs_counters', faults ? repeatSome(counters, sensing, random) : counters);
      }
      labour.read(ts, { actuals: out('lms_actuals'), plan: out('lms_plan') }, lateMs('lms_actuals'));
    },
  };
}

function drawTraits(random: Random, clean: boolean, sensing: Sensing): DeviceTraits {
  const wrong = random.next() < sensing.wrongClockShare && !clean;
  const skewSec = wrong
    ? drawInteger(random, ...WRONG_CLOCK_SEC) * (random.next() < 0.5 ? -1 : 1)
    : drawInteger(random, ...sensing.skewSec);
  const start = drawInteger(random, ...DEVICE_START_TOTAL);
  return {
    skewMs: skewSec * SECOND,
    base: { in: start, out: start, recirc: start },
    modulus: random.next() < sensing.shortCounterShare && !clean ? SHORT_COUNTER : 2 ** 31,
    seen: sensing.missedShare > 0 ? 1 - drawUniform(random, 0, sensing.missedShare) : 1,
  };
}

function readStock(
  warehouse: Warehouse,
  ts: number,
  faults: readonly FeedFault[],
  stuckAt: Map<string, number>,
  { wesDelaySec }: FeedTiming,
  lateMs: number,
  random: Random,
): StockRecord[] {
  const delay = drawUniform(random, ...wesDelaySec) * SECOND + lateMs;
  const recordedAt = new Date(ts + Math.round(delay));
  const departure = new Date(warehouse.plan.nextDeparture(ts));
  const records: StockRecord[] = [];
  for (const { state, line } of warehouse.runs) {
    for (const buffer of buffersOf(state)) {
      const { path, stage, bufferKind, capacityUnits } = buffer.layout;
      const here = faults.filter((fault) => fault.path === path);
      const noise = drawNormal(random) * warehouse.layout.sensing.levelNoise;
      const counted = countLevel(buffer, line.rules.layout.unitsPerTote, here, stuckAt, noise, random);
      if (here.some(({ kind }) => kind === 'PATH_MISSING')) continue;
      const induct = state.inducts.indexOf(buffer);
      const backlog = induct < 0 ? 0 : shareOf(state.backlogUnits, induct, state.inducts.length);
      records.push({
        warehouse: warehouse.code,
        workpool: line.rules.layout.workpool,
        path,
        stage,
        buffer_kind: bufferKind,
        capacity_units: capacityUnits,
        wip_units: counted,
        backlog_units: backlog,
        units_due_by_cpt: buffer.units + Math.round(backlog * BACKLOG_DUE_SHARE),
        cpt_ts: departure,
        as_of: new Date(ts),
        recorded_at: recordedAt,
      });
    }
  }
  return records;
}

function countLevel(
  { units, layout }: Buffer,
  unitsPerTote: number,
  faults: readonly FeedFault[],
  stuckAt: Map<string, number>,
  /** Of the capacity. */
  noise: number,
  random: Random,
): number {
  const { path, capacityUnits } = layout;
  const counted = Math.max(0, Math.min(capacityUnits, units + Math.round(noise * capacityUnits)));
  const is = (kind: FeedFault['kind']) => faults.some((fault) => fault.kind === kind);
  if (is('STUCK_SENSOR')) {
    const level = stuckAt.get(path) ?? counted;
    stuckAt.set(path, level);
    return level;
  }
  stuckAt.delete(path);
  if (is('NEGATIVE_LEVEL')) return -drawInteger(random, 1, 20);
  if (is('OVER_CAPACITY')) return Math.round(capacityUnits * drawUniform(random, 1.25, 2));
  if (is('TOTES_AS_UNITS')) return Math.round(counted / unitsPerTote);
  return counted;
}

function readCounters(
  warehouse: Warehouse,
  ts: number,
  faults: readonly FeedFault[],
  traits: ReadonlyMap<string, DeviceTraits>,
  { wcsDelaySec }: FeedTiming,
  lateMs: number,
  random: Random,
): CounterRecord[] {
  const records: CounterRecord[] = [];
  for (const run of warehouse.runs) {
    const { conditions, hc } = run.minute();
    const idle = hc.PICK + hc.INDUCT + hc.PACK === 0;
    for (const buffer of buffersOf(run.state)) {
      const { path, devices, stage } = buffer.layout;
      const here = faults.filter((fault) => fault.path === path);
      const jumped = here.some(({ kind }) => kind === 'CLOCK_JUMP');
      const state = conditions.jammed.has(path) ? 'FAULT' : idle ? 'IDLE' : 'RUN';
      for (const [index, device] of devices.entries()) {
        const trait = traits.get(device);
        if (!trait) continue;
        const counts = countsOf(run, buffer, index);
        if (index === 0 && here.some(({ kind }) => kind === 'COUNTER_RESET'))
          trait.base = {
            in: -Math.floor(counts.in * trait.seen),
            out: -Math.floor(counts.out * trait.seen),
            recirc: -Math.floor(counts.recirc * trait.seen),
          };
        const shown = (count: number, base: number) =>
          (Math.floor(count * trait.seen) + base) % trait.modulus;
        const jumpMs = jumped ? drawInteger(random, ...CLOCK_JUMP_SEC) * SECOND : 0;
        records.push({
          warehouse: warehouse.code,
          path,
          device,
          in_total: shown(counts.in, trait.base.in),
          out_total: shown(counts.out, trait.base.out),
          recirc_total: stage === 'SORT' ? shown(counts.recirc, trait.base.recirc) : 0,
          state,
          fault: state === 'FAULT' ? 'JAM' : null,
          plc_ts: new Date(ts + trait.skewMs - jumpMs),
          recorded_at: new Date(ts + Math.round(drawUniform(random, ...wcsDelaySec) * SECOND) + lateMs),
        });
      }
    }
  }
  return records;
}

function countsOf(
  { state }: LineRun,
  buffer: Buffer,
  index: number,
): { in: number; out: number; recirc: number } {
  const { devices } = buffer.layout;
  return {
    in: shareOf(buffer.inTotal, index, devices.length),
    out: shareOf(buffer.outTotal, index, devices.length),
    recirc: buffer === state.sorter ? shareOf(state.recircTotal, index, devices.length) : 0,
  };
}

/** Some rows come again, later, as they were. */
function repeatSome<R extends { recorded_at: Date }>(
  records: R[],
  { repeatedShare }: Sensing,
  random: Random,
): R[] {
  const repeated: R[] = [];
  for (const record of records) {
    if (random.next() >= repeatedShare) continue;
    const laterMs = drawInteger(random, ...REPEATED_AFTER_SEC) * SECOND;
    repeated.push({ ...record, recorded_at: new Date(record.recorded_at.getTime() + laterMs) });
  }
  return repeated.length > 0 ? [...records, ...repeated] : records;
}

/** The `index`th of `count` whole parts of a total; each part grows as the total does. */
function shareOf(total: number, index: number, count: number): number {
  return Math.floor((total + count - 1 - index) / count);
}

function assertTiming(timing: FeedTiming): void {
  for (const name of ['wesPeriodSec', 'wcsPeriodSec'] as const)
    if (!(timing[name] > 0 && timing[name] % 60 === 0))
      throw new RangeError(`${name} ${timing[name]}: expected a positive multiple of 60 seconds`);
  for (const name of ['wesDelaySec', 'wcsDelaySec', 'lmsDelaySec'] as const) {
    const [least, most] = timing[name];
    if (!(least >= 0 && most >= least))
      throw new RangeError(`${name} [${least}, ${most}]: expected two numbers of seconds, the lesser first`);
  }
}
