/** The newest issue of the staff plan, asked at any instant. */
import type { PlanRow } from '../../source-rows.ts';
import { normalizeProcess, sanitizeName } from '../../units.ts';
import { MINUTE_MS } from '../limits.ts';
import { groupBy } from '../../group-by.ts';
import { sortDistinct } from '../row-order.ts';

export interface StaffPlan {
  /** Epoch ms of the issue; null where no plan is known. */
  issuedTs: number | null;
  /** Rows of one process of a workpool (sanitized); null where the workpool is not planned at all. */
  rowsOf(workpool: string, process: string): PlanRow[] | null;
  processesOf(workpool: string): string[];
  refused: string[];
}

export interface PlannedStaff {
  /** Scheduled, breaks taken off; null where a row doesn't tell. */
  active: number | null;
  /** Scheduled, breaks not taken off. */
  shift: number | null;
  /** Units per hour and person, weighted by headcount. */
  uphPlan: number | null;
}

/** An issue is all rows of one recorded_at; only the newest counts, and it counts whole. */
export function readStaffPlan(rows: readonly PlanRow[]): StaffPlan {
  const issuedTs = rows.length > 0 ? rows.reduce((newest, row) => Math.max(newest, row.recordedAt), 0) : null;
  const issue = sortDistinct(
    rows.filter(({ recordedAt }) => recordedAt === issuedTs),
    [
      ({ workpool }) => workpool,
      ({ process }) => process,
      ({ shiftStart }) => shiftStart,
      ({ shiftEnd }) => shiftEnd,
      ({ breakStart }) => breakStart,
      ({ breakEnd }) => breakEnd,
      ({ hcPlan }) => hcPlan,
      ({ uphPlan }) => uphPlan,
    ],
  );
  const fits = (row: PlanRow): boolean => row.shiftEnd > row.shiftStart && (row.hcPlan ?? 0) >= 0;
  const refused = issue
    .filter((row) => !fits(row))
    .map(
      (row) =>
        `lms_plan row workpool "${row.workpool}", process "${row.process}", shift_start ${new Date(row.shiftStart).toISOString()}: expected shift_end after it and hc_plan of at least 0`,
    );
  const byWorkpool = new Map(
    [...groupBy(issue.filter(fits), ({ workpool }) => sanitizeName(workpool))].map(([workpool, own]) => [
      workpool,
      groupBy(own, ({ process }) => normalizeProcess(process)),
    ]),
  );
  return {
    issuedTs,
    rowsOf: (workpool, process) => {
      const own = byWorkpool.get(workpool);
      return own ? (own.get(process) ?? []) : null;
    },
    processesOf: (workpool) => [...(byWorkpool.get(workpool)?.keys() ?? [])],
    refused,
  };
}

function onBreak({ breakStart, breakEnd }: PlanRow, ts: number): boolean {
  return breakStart !== null && breakEnd !== null && breakStart <= ts && ts < breakEnd;
}

function sumKnown(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0);
}

/** @param rows of one process of a workpool. */
export function plannedAt(rows: readonly PlanRow[], ts: number): PlannedStaff {
  const present = rows.filter(({ shiftStart, shiftEnd }) => shiftStart <= ts && ts < shiftEnd);
  let [weighted, weights] = [0, 0];
  for (const { hcPlan, uphPlan } of present) {
    if (hcPlan === null || uphPlan === null || uphPlan < 0) continue;
    weighted += hcPlan * uphPlan;
    weights += hcPlan;
  }
  return {
    active: sumKnown(present.map((row) => (onBreak(row, ts) ? 0 : row.hcPlan))),
    shift: sumKnown(present.map(({ hcPlan }) => hcPlan)),
    uphPlan: weights > 0 ? weighted / weights : null,
  };
}

/** Minute by minute averages of the scheduled staff over an interval. */
export function plannedOver(
  rows: readonly PlanRow[],
  fromTs: number,
  toTs: number,
): { active: number; shift: number } | null {
  let [active, shift, count] = [0, 0, 0];
  for (let ts = fromTs + MINUTE_MS / 2; ts < toTs; ts += MINUTE_MS) {
    const planned = plannedAt(rows, ts);
    if (planned.active === null || planned.shift === null) return null;
    active += planned.active;
    shift += planned.shift;
    count++;
  }
  return count > 0 ? { active: active / count, shift: shift / count } : null;
}

/** Fewest people at work by the plan at a time within the last `windowMin` minutes; null where a minute is not known. */
export function leastPlanned(rows: readonly PlanRow[], ts: number, windowMin: number): number | null {
  let least = Infinity;
  for (let at = ts; at > ts - windowMin * MINUTE_MS; at -= MINUTE_MS) {
    const { active } = plannedAt(rows, at);
    if (active === null) return null;
    least = Math.min(least, active);
  }
  return least;
}

/** The next start and the next end of a planned break after `ts`, at most `withinMin` ahead; else null. */
export function nextBreak(
  rows: readonly PlanRow[],
  ts: number,
  withinMin: number,
): { start: number | null; end: number | null } {
  const soonest = (instants: (number | null)[]): number | null => {
    const ahead = instants.filter(
      (instant): instant is number =>
        instant !== null && instant > ts && instant <= ts + withinMin * MINUTE_MS,
    );
    return ahead.length > 0 ? Math.min(...ahead) : null;
  };
  const whole = rows.filter(({ breakStart, breakEnd }) => breakStart !== null && breakEnd !== null);
  return {
    start: soonest(whole.map(({ breakStart }) => breakStart)),
    end: soonest(whole.map(({ breakEnd }) => breakEnd)),
  };
}
