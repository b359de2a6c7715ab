/** A flow that no counter measures, from the other one and the change of level. */
import { GRID_POINTS, type Track } from '../../series.ts';
import { STEP_MS, gridTs, unknownTrack } from '../grid.ts';
import { BRIDGE_MAX_MIN, MINUTE_MS } from '../limits.ts';
import type { LevelReading } from '../levels/estimate.ts';

/** Change of level per minute between readings, and carried for `carryMin` after the last; unknown elsewhere. */
function levelRates(
  readings: readonly LevelReading[],
  carryMin: number,
  snapshotTs: number,
): (number | null)[] {
  return Array.from({ length: GRID_POINTS }, (_, index) => {
    const middle = gridTs(snapshotTs, index) - STEP_MS / 2;
    const after = readings.findIndex(({ ts }) => ts >= middle);
    const to = after === -1 ? readings.at(-1) : readings[after];
    const from = after === -1 ? readings.at(-2) : readings[after - 1];
    if (!from || !to || to.ts - from.ts > BRIDGE_MAX_MIN * MINUTE_MS) return null;
    if (middle - to.ts > carryMin * MINUTE_MS) return null;
    return (to.wipUnits - from.wipUnits) / ((to.ts - from.ts) / MINUTE_MS);
  });
}

function isUnmeasured(track: Track): boolean {
  return track.values.every((value) => value === null);
}

/**
 * Completes a pair of flows where counters measure only one of them. A gap in a measured flow stays unknown, and so
 * do both flows where neither is measured: a level alone tells growth, not what passed through.
 */
export function completeFlows(input: {
  flowIn: Track;
  flowOut: Track;
  readings: readonly LevelReading[];
  carryMin: number;
  snapshotTs: number;
}): { flowIn: Track; flowOut: Track } {
  const { flowIn, flowOut, readings, carryMin, snapshotTs } = input;
  const [noIn, noOut] = [isUnmeasured(flowIn), isUnmeasured(flowOut)];
  if (noIn === noOut) return { flowIn, flowOut };
  const rates = levelRates(readings, carryMin, snapshotTs);
  const measured = noIn ? flowOut : flowIn;
  const sign = noIn ? 1 : -1;
  const derived = unknownTrack('wes_stock');
  for (let index = 0; index < GRID_POINTS; index++) {
    const rate = rates[index] ?? null;
    const other = measured.values[index] ?? null;
    if (rate === null || other === null) continue;
    derived.values[index] = Math.max(0, other + sign * rate);
    derived.provenance[index] = 'derived';
  }
  return noIn ? { flowIn: derived, flowOut } : { flowIn, flowOut: derived };
}
