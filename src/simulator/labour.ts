/** What the labour system reports: the work of each quarter of an hour, and the plan, issued hourly. */
import { PROCESSES, type ByProcess, type Process } from './layout.ts';
import type { LineState } from './line-state.ts';
import { drawInteger, drawUniform, type Random } from './random.ts';
import type { ActualsRecord, PlanRecord, Sink } from './upstream-tables.ts';
import type { Warehouse } from './warehouse.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ACTUALS_INTERVAL_MS = 15 * MINUTE;
const PLAN_PERIOD_MS = HOUR;
const PLAN_DELAY_SEC = [5, 40] as const;
/** An issue tells of the shifts that touch this stretch: the one before, the present one, the next. */
const PLAN_BEHIND_MS = 2 * HOUR;
const PLAN_AHEAD_MS = 10 * HOUR;
/** How often a labour system does not know who stands at the inducts. */
const NO_INDUCT_SHARE = 0.15;

interface Tally {
  minutes: number;
  hc: number;
  onBreak: number;
  unitsBefore: number;
}

export interface Labour {
  /** At a whole minute. @param out which of the two tables is not written */
  read(ts: number, out: { actuals: boolean; plan: boolean }, lateMs: number): void;
}

export function createLabour(
  warehouse: Warehouse,
  random: Random,
  delaySec: readonly [number, number],
  sink: Sink,
): Labour {
  const covered = PROCESSES.filter((process) => process !== 'INDUCT' || random.next() >= NO_INDUCT_SHARE);
  const tallies = new Map(warehouse.runs.map((run) => [run, startTallies(run.state)]));
  let planned = false;

  const readActuals = (ts: number, lateMs: number): ActualsRecord[] => {
    const recordedAt = new Date(ts + Math.round(drawUniform(random, ...delaySec)) * SECOND + lateMs);
    const records: ActualsRecord[] = [];
    for (const [run, tally] of tallies) {
      const { layout } = run.line.rules;
      for (const process of covered) {
        if (layout.headcount[process] === 0) continue;
        const { minutes, hc, onBreak, unitsBefore } = tally[process];
        const units = unitsDone(run.state, process) - unitsBefore;
        const personHours = hc / 60;
        const active = minutes === 0 ? 0 : hc / minutes;
        const busy = personHours === 0 ? 0 : units / (personHours * layout.uph[process]);
        records.push({
          warehouse: warehouse.code,
          workpool: layout.workpool,
          process,
          hc_active: round(active, 2),
          hc_idle: round(active * Math.max(0, 1 - busy), 2),
          hc_break: minutes === 0 ? 0 : round(onBreak / minutes, 2),
          uph_15m: personHours < 0.05 ? null : round(units / personHours, 1),
          interval_end: new Date(ts),
          recorded_at: recordedAt,
        });
      }
    }
    return records;
  };

  return {
    read: (ts, out, lateMs) => {
      for (const [run, tally] of tallies) {
        const { hc, onBreak } = run.minute();
        for (const process of PROCESSES) {
          tally[process].minutes += 1;
          tally[process].hc += hc[process];
          tally[process].onBreak += onBreak[process];
        }
      }
      if (ts % ACTUALS_INTERVAL_MS === 0) {
        const records = readActuals(ts, lateMs);
        if (!out.actuals) sink.push('lms_actuals', records);
        for (const run of tallies.keys()) tallies.set(run, startTallies(run.state));
      }
      if (!planned || ts % PLAN_PERIOD_MS === 0) {
        const records = issuePlan(warehouse, ts, random);
        if (!out.plan) sink.push('lms_plan', records);
        planned = true;
      }
    },
  };
}

function startTallies(state: LineState): ByProcess<Tally> {
  const start = (process: Process): Tally => ({
    minutes: 0,
    hc: 0,
    onBreak: 0,
    unitsBefore: unitsDone(state, process),
  });
  return { PICK: start('PICK'), INDUCT: start('INDUCT'), REBIN: start('REBIN'), PACK: start('PACK') };
}

/** Units that a process has passed since the world began. */
function unitsDone(state: LineState, process: Process): number {
  if (process === 'PICK') return state.pickedTotal;
  if (process === 'PACK') return state.packedTotal;
  const buffers = process === 'INDUCT' ? state.inducts : state.walls;
  return buffers.reduce((sum, { outTotal }) => sum + outTotal, 0);
}

/** One issue: every row carries the same `recorded_at`. */
function issuePlan(warehouse: Warehouse, ts: number, random: Random): PlanRecord[] {
  const { plan, code } = warehouse;
  const recordedAt = new Date(ts + drawInteger(random, ...PLAN_DELAY_SEC) * SECOND);
  const records: PlanRecord[] = [];
  for (const shift of plan.shiftsBetween(ts - PLAN_BEHIND_MS, ts + PLAN_AHEAD_MS)) {
    for (const { line } of warehouse.runs) {
      for (const group of plan.groupsOf(line.rules.layout, shift)) {
        records.push({
          warehouse: code,
          workpool: line.rules.layout.workpool,
          process: group.process,
          shift_start: new Date(group.start),
          shift_end: new Date(group.end),
          break_start: new Date(group.breakStart),
          break_end: new Date(group.breakEnd),
          hc_plan: group.hc,
          uph_plan: line.rules.layout.uph[group.process],
          recorded_at: recordedAt,
        });
      }
    }
  }
  return records;
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
