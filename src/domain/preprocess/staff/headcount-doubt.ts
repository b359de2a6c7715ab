/**
 * The people that LMS tells of, held against the plan and against the work that the counters saw. Where the two bear each
 * other out and the headcount fits neither, it is the headcount that is wrong. Many who pass little may be idle, so that is
 * not enough: they are denied only where LMS itself claims work of them that nobody saw.
 */
import type { Defect, Doubt } from '../../series.ts';
import type { ActualsRow, PlanRow } from '../../source-rows.ts';
import { span } from '../../words/amounts.ts';
import {
  DOUBT_TOLD_MIN,
  HEADCOUNT_BACK_INTERVALS,
  HEADCOUNT_FIT_FACTOR,
  HEADCOUNT_LEAST,
  LMS_INTERVAL_MIN,
  MINUTE_MS,
} from '../limits.ts';
import { plannedAt, plannedOver } from './staff-plan.ts';
import { type WorkPlace, workDone } from './work-done.ts';

export interface HeadcountEvidence {
  of: { workpool: string; process: string };
  /** One row an interval, oldest first. */
  intervals: readonly ActualsRow[];
  plan: readonly PlanRow[] | null;
  places: readonly WorkPlace[];
  /** As the last cycle left it. */
  known: Doubt | null;
  snapshotTs: number;
}

/** What is not believed of a headcount now; null: nothing. */
export function doubtHeadcount(evidence: HeadcountEvidence): Doubt | null {
  const { of, intervals, known } = evidence;
  let doubt = known;
  let agreed = 0;
  for (const interval of intervals) {
    if (doubt && interval.intervalEnd <= doubt.since) continue;
    const verdict = verdictOn(interval, evidence);
    if (verdict === 'denied') {
      agreed = 0;
      doubt ??= {
        workpool: of.workpool,
        path: '',
        process: of.process,
        reading: 'headcount',
        name: 'HEADCOUNT_DENIED',
        since: interval.intervalEnd,
      };
    } else if (doubt && verdict === 'borne out') {
      agreed += 1;
      if (agreed < HEADCOUNT_BACK_INTERVALS) continue;
      doubt = null;
      agreed = 0;
    }
  }
  return doubt;
}

/** null: what is known can't tell. */
function verdictOn(
  { hcActive, uph15m, intervalEnd }: ActualsRow,
  { plan, places, snapshotTs }: HeadcountEvidence,
): 'denied' | 'borne out' | null {
  const from = intervalEnd - LMS_INTERVAL_MIN * MINUTE_MS;
  const planned = plan && plannedOver(plan, from, intervalEnd);
  if (!plan || !planned || hcActive === null || hcActive < 0 || planned.active < HEADCOUNT_LEAST) return null;
  if (fits(hcActive, planned.active)) return 'borne out';
  const { uphPlan } = plannedAt(plan, from);
  const units = workDone(places, from, intervalEnd, snapshotTs);
  if (uphPlan === null || uphPlan <= 0 || units === null) return null;
  const personUnits = (uphPlan * LMS_INTERVAL_MIN) / 60;
  const worked = units / personUnits;
  if (fits(hcActive, worked)) return 'borne out';
  if (!fits(worked, planned.active) || Math.abs(hcActive - planned.active) < HEADCOUNT_LEAST) return null;
  if (hcActive < planned.active) return 'denied';
  const claimed = uph15m === null ? 0 : (hcActive * uph15m) / uphPlan;
  return claimed > HEADCOUNT_FIT_FACTOR * worked ? 'denied' : null;
}

function fits(one: number, other: number): boolean {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  return low > 0 && high <= HEADCOUNT_FIT_FACTOR * low;
}

export function headcountDefect(
  { since }: Doubt,
  { of, intervals, plan, snapshotTs }: HeadcountEvidence,
): Defect {
  const told = intervals.at(-1)?.hcActive ?? null;
  const lastedMin = (snapshotTs - since) / MINUTE_MS;
  const defect: Defect = {
    name: 'HEADCOUNT_DENIED',
    source: 'lms_actuals',
    detail:
      `${of.process} of ${of.workpool}: LMS says ${told === null ? 'nothing of' : told} people, which for ` +
      `${span(lastedMin)} has fitted neither the plan nor the work that WCS counted; ` +
      (plan === null ? 'nobody knows how many there are' : 'gone by the plan'),
    hard: false,
    since,
  };
  return lastedMin >= DOUBT_TOLD_MIN ? { ...defect, tell: true } : defect;
}
