/** What the plan says of the present minute. */
import type { Staffing, UnitSeries } from '../series.ts';

/** 0..1 of the shift's people who are on a planned break now; null without a plan. */
export function shareOnBreak(staffing: Staffing | null): number | null {
  if (!staffing || staffing.hcPlan === null || staffing.hcShift === null || staffing.hcShift <= 0)
    return null;
  return 1 - staffing.hcPlan / staffing.hcShift;
}

/** Infinity where it is over, or where none is known. */
export function minutesUntil(series: UnitSeries, ts: number | null | undefined): number {
  if (ts === null || ts === undefined || ts < series.snapshotTs) return Infinity;
  return (ts - series.snapshotTs) / 60_000;
}
