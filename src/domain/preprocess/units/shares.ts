/** How units side by side divide what belongs to all of them. */
import type { Unit } from '../../series.ts';
import { meanRate, sharesOf } from '../staff/demand.ts';
import { groupBy } from '../../group-by.ts';
import type { PathSeries } from './path-series.ts';

/** A lane's part of its process, none where it is closed: by stations where every lane has them, else by capacity, else evenly. */
export function laneShares(
  lanes: readonly Unit[],
  capacities: ReadonlyMap<string, number | null>,
): Map<string, { share: number; shareBy: 'stations' | 'capacity' | null }> {
  const shares = new Map<string, { share: number; shareBy: 'stations' | 'capacity' | null }>();
  for (const group of groupBy(lanes, ({ process }) => process).values()) {
    const byStations = sharesOf(
      group.map(({ unitId, override }) =>
        capacities.get(unitId) === 0 ? 0 : (override?.maxStations ?? null),
      ),
    );
    const byCapacity = sharesOf(group.map(({ unitId }) => capacities.get(unitId) ?? null));
    for (const [index, { unitId }] of group.entries())
      shares.set(unitId, {
        share: (byStations ?? byCapacity)?.[index] ?? 1 / group.length,
        shareBy: byStations ? 'stations' : byCapacity ? 'capacity' : null,
      });
  }
  return shares;
}

/** An induct's part of the workpool's inflow: as measured over the hour, so that a short jam takes nothing away. */
export function inductShares(inducts: readonly PathSeries[]): Map<string, number> {
  const shares =
    sharesOf(inducts.map(({ flow }) => meanRate(flow.flowIn))) ??
    sharesOf(inducts.map(({ listed }) => listed.capacityUnits));
  return new Map(
    inducts.map(({ listed }, index) => [listed.unitId, shares?.[index] ?? 1 / inducts.length] as const),
  );
}
