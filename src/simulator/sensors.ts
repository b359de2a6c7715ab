/** What the upstream systems report of one warehouse's floor, and how late. */
import { PROCESSES, type PathLayout, type Process } from './layout.ts';
import { buffersOf, STEP_SEC, type Buffer, type LineState, type LineWork } from './line-physics.ts';
import { drawInteger, drawUniform, type Random } from './random.ts';
import { BREAK_GROUPS, type ShiftPlan } from './shift-plan.ts';
import type { ActualsRecord, CounterRecord, PlanRecord, StockRecord } from './upstream-tables.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export interface FeedTiming {
  /** Seconds between two stock readings; a multiple of the 10-second step. */
  wesPeriodSec: number;
  /** Seconds from a stock reading to its record, least and most. */
  wesDelaySec: readonly [number, number];
}

/** As real execution systems do: every 5 minutes, 1 to 6 minutes late. */
export const REALISTIC_TIMING: FeedTiming = { wesPeriodSec: 300, wesDelaySec: [60, 360] };
/** A modern execution system: people who watch a demonstration have no patience. */
export const DEMO_TIMING: FeedTiming = { wesPeriodSec: 60, wesDelaySec: [10, 40] };

export const COUNTER_PERIOD_MS = MINUTE;
const COUNTER_DELAY_MS = [500, 3000] as const;
export const ACTUALS_INTERVAL_MS = 15 * MINUTE;
const ACTUALS_DELAY_SEC = [120, 300] as const;
export const PLAN_PERIOD_MS = HOUR;
const PLAN_DELAY_SEC = [5, 40] as const;
/** An issue tells of the shifts that touch this stretch: the one before, the present one, the next. */
const PLAN_BEHIND_MS = 2 * HOUR;
const PLAN_AHEAD_MS = 10 * HOUR;

/** Nobody sets the clocks of the controllers: seconds off, each its own, constant. */
const PLC_SKEW_MS = [-20_000, 40_000] as const;
/** Counted since some start long ago. */
const DEVICE_START_TOTAL = [10_000, 400_000] as const;
/** Share of the backlog that must make the next departure; all started work must. */
const BACKLOG_DUE_SHARE = 0.6;

/** Of one interval, per process. */
export type WorkTally = Record<
  Process,
  { steps: number; hcSteps: number; breakSteps: number; units: number }
>;

export function emptyTally(): WorkTally {
  const entry = () => ({ steps: 0, hcSteps: 0, breakSteps: 0, units: 0 });
  return { PICK: entry(), INDUCT: entry(), PACK: entry() };
}

export function addWork(tally: WorkTally, work: LineWork, line: LineState, presence: number): void {
  for (const process of PROCESSES) {
    const entry = tally[process];
    entry.steps += 1;
    entry.hcSteps += work[process].hcActive;
    entry.breakSteps += line.layout.headcount[process] * (1 - presence);
    entry.units += work[process].units;
  }
}

export function readStock(
  warehouse: string,
  lines: readonly LineState[],
  plan: ShiftPlan,
  ts: number,
  timing: FeedTiming,
  random: Random,
): StockRecord[] {
  const recordedAt = new Date(ts + Math.round(drawUniform(random, ...timing.wesDelaySec) * SECOND));
  const departure = new Date(plan.nextDeparture(ts));
  return lines.flatMap((line) =>
    buffersOf(line).map((buffer): StockRecord => {
      const induct = line.inducts.indexOf(buffer);
      const backlog = induct < 0 ? 0 : shareOf(line.backlogUnits, induct, line.inducts.length);
      return {
        warehouse,
        workpool: line.layout.workpool,
        path: buffer.layout.path,
        stage: buffer.layout.stage,
        buffer_kind: buffer.layout.bufferKind,
        capacity_units: buffer.layout.capacityUnits,
        wip_units: buffer.units,
        backlog_units: backlog,
        units_due_by_cpt: buffer.units + Math.round(backlog * BACKLOG_DUE_SHARE),
        cpt_ts: departure,
        as_of: new Date(ts),
        recorded_at: recordedAt,
      };
    }),
  );
}

/** A device's clock and where its counters stood when the feed began. */
export interface DeviceTraits {
  skewMs: number;
  startTotal: number;
}

export function drawDeviceTraits(random: Random, path: PathLayout): Map<string, DeviceTraits> {
  return new Map(
    path.devices.map((device) => [
      device,
      { skewMs: drawInteger(random, ...PLC_SKEW_MS), startTotal: drawInteger(random, ...DEVICE_START_TOTAL) },
    ]),
  );
}

export function readCounters(
  warehouse: string,
  buffer: Buffer,
  traits: ReadonlyMap<string, DeviceTraits>,
  jammed: boolean,
  ts: number,
  random: Random,
): CounterRecord[] {
  const { path, devices, stage } = buffer.layout;
  return devices.map((device, index): CounterRecord => {
    const { skewMs, startTotal } = traits.get(device) ?? { skewMs: 0, startTotal: 0 };
    return {
      warehouse,
      path,
      device,
      in_total: startTotal + shareOf(buffer.inTotal, index, devices.length),
      out_total: startTotal + shareOf(buffer.outTotal, index, devices.length),
      recirc_total: stage === 'SORT' ? startTotal + buffer.recircTotal : 0,
      state: jammed ? 'FAULT' : 'RUN',
      fault: jammed ? 'JAM' : null,
      plc_ts: new Date(ts + skewMs),
      recorded_at: new Date(ts + drawInteger(random, ...COUNTER_DELAY_MS)),
    };
  });
}

/** @param intervalEnd epoch ms; the tallies, in the order of the lines, cover the 15 minutes before it */
export function readActuals(
  warehouse: string,
  lines: readonly LineState[],
  tallies: readonly WorkTally[],
  intervalEnd: number,
  random: Random,
): ActualsRecord[] {
  const recordedAt = new Date(intervalEnd + drawInteger(random, ...ACTUALS_DELAY_SEC) * SECOND);
  return lines.flatMap((line, index) =>
    PROCESSES.map((process): ActualsRecord => {
      const tally = tallies[index]?.[process] ?? { steps: 0, hcSteps: 0, breakSteps: 0, units: 0 };
      const personHours = (tally.hcSteps * STEP_SEC) / 3600;
      const active = tally.steps === 0 ? 0 : tally.hcSteps / tally.steps;
      const busy = personHours === 0 ? 0 : tally.units / (personHours * line.layout.uph[process]);
      return {
        warehouse,
        workpool: line.layout.workpool,
        process,
        hc_active: round(active, 2),
        hc_idle: round(active * Math.max(0, 1 - busy), 2),
        hc_break: tally.steps === 0 ? 0 : round(tally.breakSteps / tally.steps, 2),
        uph_15m: personHours === 0 ? null : round(tally.units / personHours, 1),
        interval_end: new Date(intervalEnd),
        recorded_at: recordedAt,
      };
    }),
  );
}

/** One issue: every row carries the same `recorded_at`. */
export function issuePlan(
  warehouse: string,
  lines: readonly LineState[],
  plan: ShiftPlan,
  ts: number,
  random: Random,
): PlanRecord[] {
  const recordedAt = new Date(ts + drawInteger(random, ...PLAN_DELAY_SEC) * SECOND);
  return plan.shiftsBetween(ts - PLAN_BEHIND_MS, ts + PLAN_AHEAD_MS).flatMap((shift) =>
    lines.flatMap(({ layout }) =>
      PROCESSES.flatMap((process) =>
        shift.breaks.map((pause): PlanRecord => ({
          warehouse,
          workpool: layout.workpool,
          process,
          shift_start: new Date(shift.start),
          shift_end: new Date(shift.end),
          break_start: new Date(pause.start),
          break_end: new Date(pause.end),
          hc_plan: layout.headcount[process] / BREAK_GROUPS,
          uph_plan: layout.uph[process],
          recorded_at: recordedAt,
        })),
      ),
    ),
  );
}

/** The `index`th of `count` whole parts of a total; each part grows as the total does. */
function shareOf(total: number, index: number, count: number): number {
  return Math.floor((total + count - 1 - index) / count);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
