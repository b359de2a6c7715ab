/** Who works on one process of a workpool: actuals carried and corrected by planned breaks, else the plan. */
import type { Defect, Doubt, Provenance, Staffing } from '../../series.ts';
import type { ActualsRow, PlanRow } from '../../source-rows.ts';
import { normalizeProcess, sanitizeName } from '../../units.ts';
import {
  AHEAD_MAX_MIN,
  AHEAD_STEP_MIN,
  CLOCK_TOLERANCE_MS,
  HEADCOUNT_CARRY_MIN,
  LMS_INTERVALS_USELESS,
  LMS_INTERVAL_MIN,
  MINUTE_MS,
  PLAN_AFTERMATH_MIN,
  PLAN_LATE_MIN,
} from '../limits.ts';
import { groupBy } from '../../group-by.ts';
import { newestOfEach, sortDistinct } from '../row-order.ts';
import { doubtHeadcount, headcountDefect } from './headcount-doubt.ts';
import { leastPlanned, type StaffPlan, nextBreak, plannedAt, plannedOver } from './staff-plan.ts';
import type { WorkPlace } from './work-done.ts';

/** Staffing of a whole process; a LANE's share is taken by `shareStaffing`. */
export interface ProcessStaffing {
  staffing: Staffing;
  /** Epoch ms of the newest actuals' interval end; null where the process has no actuals. */
  heardTs: number | null;
  planned: boolean;
  /** Actuals exist but are too old to be carried. */
  late: boolean;
  /** Actuals come, and none of an hour's tells a headcount. */
  useless: boolean;
  /** The headcount is not believed now. */
  doubt: Doubt | null;
  defects: Defect[];
}

/** @param workpool sanitized */
export function staffKey(workpool: string, process: string): string {
  return `${workpool}\n${process}`;
}

/** By workpool (sanitized) and process. */
export type Actuals = ReadonlyMap<string, ReadonlyMap<string, readonly ActualsRow[]>>;

/** Oldest interval first. */
export function groupActuals(rows: readonly ActualsRow[]): Actuals {
  const sorted = sortDistinct(rows, [
    ({ intervalEnd }) => intervalEnd,
    ({ recordedAt }) => recordedAt,
    ({ workpool }) => workpool,
    ({ process }) => process,
    ({ hcActive }) => hcActive,
    ({ hcIdle }) => hcIdle,
    ({ hcBreak }) => hcBreak,
    ({ uph15m }) => uph15m,
  ]);
  const byWorkpool = groupBy(sorted, ({ workpool }) => sanitizeName(workpool));
  return new Map(
    [...byWorkpool].map(([workpool, own]) => [
      workpool,
      groupBy(own, ({ process }) => normalizeProcess(process)),
    ]),
  );
}

function nonNegative(value: number | null | undefined): number | null {
  return value === null || value === undefined || value < 0 ? null : value;
}

/**
 * Headcount now from an interval's average: people who are planned to have come, gone, or to be on a break since
 * are added or taken off, in proportion to those who are really there. Without a plan nothing is corrected.
 */
function correctByPlan(
  row: ActualsRow,
  plan: readonly PlanRow[] | null,
  snapshotTs: number,
): { active: number | null; onBreak: number | null } {
  const active = nonNegative(row.hcActive);
  const onBreak = nonNegative(row.hcBreak);
  if (active === null || plan === null) return { active, onBreak };
  const then = plannedOver(plan, row.intervalEnd - LMS_INTERVAL_MIN * MINUTE_MS, row.intervalEnd);
  const now = plannedAt(plan, snapshotTs);
  if (then === null || now.active === null || now.shift === null) return { active, onBreak };
  if (then.active === now.active && then.shift === now.shift) return { active, onBreak };
  if (then.shift === 0) return { active: now.active, onBreak: now.shift - now.active };
  const shareThen = then.active / then.shift;
  const present =
    onBreak !== null ? active + onBreak : shareThen > 0 ? active / shareThen : Math.max(active, then.shift);
  const stay = now.shift / then.shift;
  const shareNow = now.shift > 0 ? now.active / now.shift : 0;
  const corrected = Math.min(present, Math.max(0, active + present * (shareNow - shareThen))) * stay;
  return { active: corrected, onBreak: Math.max(0, present * stay - corrected) };
}

/** null where neither actuals nor plan know the process. */
export function readStaffing(input: {
  workpool: string;
  process: string;
  actuals: Actuals;
  plan: StaffPlan;
  /** Where its work is seen. */
  places: readonly WorkPlace[];
  /** What the last cycle did not believe of it. */
  known: Doubt | null;
  snapshotTs: number;
}): ProcessStaffing | null {
  const { workpool, process, plan, snapshotTs } = input;
  const sorted = input.actuals.get(workpool)?.get(process) ?? [];
  const workpoolPlan = plan.rowsOf(workpool, process);
  // A process that an issue leaves out has nobody scheduled, if it is one that this workpool is known to have.
  const rows =
    workpoolPlan && (workpoolPlan.length > 0 || sorted.length > 0 || process === 'PICK')
      ? workpoolPlan
      : null;
  if (sorted.length === 0 && rows === null) return null;

  const defects: Defect[] = [];
  const about = `${process} of ${workpool}`;
  // An unfinished interval may be told before its end, but not before its start.
  const begun = sorted.filter(
    ({ intervalEnd, recordedAt }) =>
      intervalEnd - recordedAt <= LMS_INTERVAL_MIN * MINUTE_MS + CLOCK_TOLERANCE_MS,
  );
  if (begun.length < sorted.length)
    defects.push({
      name: 'CLOCK_SKEW',
      source: 'lms_actuals',
      detail: `${about}: ${sorted.length - begun.length} intervals that begin after recorded_at, left out`,
      hard: false,
    });
  const { rows: intervals, superseded } = newestOfEach(begun, ({ intervalEnd }) => intervalEnd);
  if (superseded > 0)
    defects.push({
      name: 'DUPLICATE',
      source: 'lms_actuals',
      detail: `${about}: ${superseded} intervals told anew`,
      hard: false,
    });
  const negative = intervals.filter(({ hcActive, hcIdle, hcBreak, uph15m }) =>
    [hcActive, hcIdle, hcBreak, uph15m].some((value) => (value ?? 0) < 0),
  );
  if (negative.length > 0)
    defects.push({
      name: 'NEGATIVE',
      source: 'lms_actuals',
      detail: `${about}: values below 0 in ${negative.length} intervals, taken as unknown`,
      hard: false,
    });

  const newest = intervals.at(-1) ?? null;
  const ageMin = newest ? (snapshotTs - newest.intervalEnd) / MINUTE_MS : Infinity;
  const late = newest !== null && ageMin > HEADCOUNT_CARRY_MIN;
  if (late)
    defects.push({
      name: 'LATE',
      source: 'lms_actuals',
      detail: `${about}: newest interval ended ${Math.floor(ageMin)} min ago, expected at most ${HEADCOUNT_CARRY_MIN}`,
      hard: false,
    });
  if (rows && plan.issuedTs !== null && snapshotTs - plan.issuedTs > PLAN_LATE_MIN * MINUTE_MS)
    defects.push({
      name: 'LATE',
      source: 'lms_plan',
      detail: `newest issue ${Math.floor((snapshotTs - plan.issuedTs) / MINUTE_MS)} min old, expected at most ${PLAN_LATE_MIN}`,
      hard: false,
    });

  const useless =
    !late &&
    intervals.length >= LMS_INTERVALS_USELESS &&
    intervals.every(({ hcActive }) => nonNegative(hcActive) === null);
  if (useless)
    defects.push({
      name: 'SOURCE_ABSENT',
      source: 'lms_actuals',
      detail: `rows of ${about} come and tell no headcount: judged without it`,
      hard: false,
      tell: true,
    });
  const evidence = { ...input, of: { workpool, process }, intervals, plan: rows };
  const doubt = doubtHeadcount(evidence);
  if (doubt) defects.push(headcountDefect(doubt, evidence));

  const planned = rows ? plannedAt(rows, snapshotTs) : null;
  // What goes with a headcount that is not believed is none either.
  const current = newest && !late && !doubt ? newest : null;
  const actual = current ? correctByPlan(current, rows, snapshotTs) : null;
  let provenance: Provenance = 'unknown';
  if (actual && actual.active !== null) provenance = ageMin <= LMS_INTERVAL_MIN ? 'measured' : 'carried';
  else if (planned && planned.active !== null) provenance = 'plan';
  const { start, end } = nextBreak(rows ?? [], snapshotTs, AHEAD_MAX_MIN);

  return {
    staffing: {
      process,
      hcActive: actual?.active ?? planned?.active ?? null,
      hcIdle: nonNegative(current?.hcIdle),
      hcBreak:
        actual?.onBreak ??
        (planned?.shift != null && planned.active !== null ? planned.shift - planned.active : null),
      uphActual: nonNegative(current?.uph15m),
      uphPlan: planned?.uphPlan ?? null,
      hcPlan: planned?.active ?? null,
      hcShift: planned?.shift ?? null,
      provenance,
      share: 1,
      shareBy: null,
      ahead: Array.from({ length: AHEAD_MAX_MIN / AHEAD_STEP_MIN + 1 }, (_, index) => ({
        inMin: index * AHEAD_STEP_MIN,
        hcPlan: rows ? plannedAt(rows, snapshotTs + index * AHEAD_STEP_MIN * MINUTE_MS).active : null,
      })),
      nextBreakStart: start,
      nextBreakEnd: end,
      leastRecentPlan: rows ? leastPlanned(rows, snapshotTs, PLAN_AFTERMATH_MIN) : null,
    },
    heardTs: newest?.intervalEnd ?? null,
    planned: rows !== null,
    late,
    useless,
    doubt,
    defects,
  };
}

/** The part of a process that serves one LANE. */
export function shareStaffing(staffing: Staffing, share: number, shareBy: Staffing['shareBy']): Staffing {
  const part = (headcount: number | null): number | null => (headcount === null ? null : headcount * share);
  return {
    ...staffing,
    hcActive: part(staffing.hcActive),
    hcIdle: part(staffing.hcIdle),
    hcBreak: part(staffing.hcBreak),
    hcPlan: part(staffing.hcPlan),
    hcShift: part(staffing.hcShift),
    leastRecentPlan: part(staffing.leastRecentPlan ?? null),
    ahead: staffing.ahead.map(({ inMin, hcPlan }) => ({ inMin, hcPlan: part(hcPlan) })),
    share,
    shareBy,
  };
}
