/**
 * Minutes in which no buffer of a path's size can have taken in, or given away, what its counters say: garbage, or a total
 * that was set anew. Nothing is known of them, and nothing of what they say is added up.
 */
import type { Defect } from '../../series.ts';
import type { PathFlow } from './path-flow.ts';
import { gridTs, withoutMinutes } from '../grid.ts';
import { IMPOSSIBLE_SHARE } from '../limits.ts';

export function possibleFlows(flow: PathFlow, capacityUnits: number | null, snapshotTs: number): PathFlow {
  const { flowIn, flowOut } = flow;
  if (capacityUnits === null || capacityUnits <= 0) return flow;
  const most = (1 + IMPOSSIBLE_SHARE) * capacityUnits;
  const impossible = new Set<number>();
  const isImpossible = (ts: number): boolean => impossible.has(ts);
  for (const [index, into] of flowIn.values.entries()) {
    const out = flowOut.values[index] ?? null;
    if (into !== null && out !== null && !(Math.abs(into - out) <= most))
      impossible.add(gridTs(snapshotTs, index));
  }
  if (impossible.size === 0) return flow;
  const defect: Defect = {
    name: 'COUNTER_RESET',
    source: 'wcs_counters',
    detail: `in - out of ${impossible.size} minutes is more than the ${Math.round(capacityUnits)} units that the buffer holds: left out`,
    hard: false,
  };
  return {
    ...flow,
    defects: [...flow.defects, defect],
    flowIn: withoutMinutes(flowIn, isImpossible, snapshotTs),
    flowOut: withoutMinutes(flowOut, isImpossible, snapshotTs),
  };
}
