/** When the present shift of a workpool ends, by the newest plan that was extracted. */
import type { PlanRow } from '../domain/source-rows.ts';

/**
 * The end of the group that goes home first among those at work: whoever takes over hears of it again.
 * @returns epoch ms; null where no planned shift is under way
 */
export function findShiftEnd(plan: readonly PlanRow[], workpool: string, nowMs: number): number | null {
  // Each issue replaces the one before as a whole.
  const newest = Math.max(...plan.map(({ recordedAt }) => recordedAt));
  const ends = plan
    .filter(({ recordedAt }) => recordedAt === newest)
    .filter((row) => workpool === '' || asInUnitIds(row.workpool) === workpool)
    .filter(({ shiftStart, shiftEnd }) => shiftStart <= nowMs && nowMs < shiftEnd)
    .map(({ shiftEnd }) => shiftEnd);
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Unit ids hold letters, digits and "-" alone. */
function asInUnitIds(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9-]/g, '-');
}
