/** What each of the four raw sources is to each unit of a warehouse. */
import type { SourceRows } from '../../source-rows.ts';
import { groupBy } from '../../group-by.ts';
import type { UnitSeries } from '../../series.ts';
import { median } from '../../statistics.ts';
import { TOTAL } from '../../units.ts';
import type { Context } from '../units/context.ts';
import { lastValue } from '../grid.ts';
import {
  COUNTER_REFRESH_MIN,
  FLOW_CARRY_MIN,
  HEADCOUNT_CARRY_MIN,
  LMS_INTERVAL_MIN,
  MINUTE_MS,
  PLAN_REFRESH_MIN,
  STOCK_REFRESH_MIN,
} from '../limits.ts';
import type { SourceView } from './source-health.ts';
import type { PathSeries } from '../units/path-series.ts';

export function sourceViews(
  context: Context,
  rows: SourceRows,
  paths: readonly PathSeries[],
  units: readonly UnitSeries[],
): SourceView[] {
  const { snapshotTs, plan } = context;
  const isWithin = (ts: number | null, limitMin: number): boolean =>
    ts !== null && snapshotTs - ts <= limitMin * MINUTE_MS;
  const byWorkpool = groupBy(paths, ({ listed }) => listed.workpool);
  const membersOf = ({ unit }: UnitSeries): PathSeries[] => {
    const members = byWorkpool.get(unit.workpool) ?? [];
    return unit.path === TOTAL ? members : members.filter(({ listed }) => listed.path === unit.path);
  };
  const staffOf = ({ unit }: UnitSeries) => context.staffingOf(unit.workpool, unit.process);

  // What only goes on by the flows is none of its readings.
  const read = paths.filter(({ level: { now } }) => now.value !== null && now.provenance !== 'estimated');
  const counted = newest(paths.flatMap(({ flow }) => flow.devices.map(({ lastTs }) => lastTs)));
  const worked = newest(rows.lms_actuals.map(({ intervalEnd }) => intervalEnd));
  return [
    {
      source: 'wes_stock',
      newestTs: newest(
        read.flatMap(({ level }) => level.samples.findLast(({ estimated }) => !estimated)?.ts ?? []),
      ),
      // Some are read less often than others.
      refreshMin: Math.max(
        STOCK_REFRESH_MIN,
        Math.round(median(units.flatMap(({ samplingMin }) => samplingMin ?? [])) ?? 0),
      ),
      usable: read.length > 0,
      needs: () => true,
      serves: ({ wip }) => lastValue(wip) !== null && wip.provenance.at(-1) !== 'estimated',
    },
    {
      source: 'wcs_counters',
      newestTs: counted,
      refreshMin: COUNTER_REFRESH_MIN,
      usable: isWithin(counted, FLOW_CARRY_MIN),
      needs: ({ quality }) => quality.parts.flow !== null,
      serves: (series) =>
        membersOf(series).some(({ flow }) =>
          flow.devices.some(({ lastTs }) => isWithin(lastTs, FLOW_CARRY_MIN)),
        ),
    },
    {
      source: 'lms_actuals',
      newestTs: worked,
      refreshMin: LMS_INTERVAL_MIN,
      usable: isWithin(worked, HEADCOUNT_CARRY_MIN),
      needs: (series) =>
        context.missed('lms_actuals', membersOf(series)) ||
        (staffOf(series)?.doubt ?? null) !== null ||
        (worked !== null && series.quality.parts.headcount !== null),
      serves: (series) => isWithin(staffOf(series)?.heardTs ?? null, HEADCOUNT_CARRY_MIN),
    },
    {
      source: 'lms_plan',
      newestTs: plan.issuedTs,
      refreshMin: PLAN_REFRESH_MIN,
      usable: plan.issuedTs !== null,
      needs: (series) => context.missed('lms_plan', membersOf(series)) || (staffOf(series)?.planned ?? false),
      serves: (series) => staffOf(series)?.planned ?? false,
    },
  ];
}

function newest(instants: readonly number[]): number | null {
  return instants.length > 0 ? instants.reduce((latest, ts) => Math.max(latest, ts)) : null;
}
