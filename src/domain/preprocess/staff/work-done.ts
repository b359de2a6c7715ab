/** What the counters saw pass through a process's hands. */
import type { Track } from '../../series.ts';
import { integrate } from '../grid.ts';
import { WORK_SEEN_SHARE } from '../limits.ts';

/** A buffer that the process empties, or fills where it is picking. */
export interface WorkPlace {
  /** Units that the process has handled there, per minute. */
  passed: Track;
  capacityUnits: number | null;
}

/**
 * Units between two instants. A place without counters passes as much as the others for its size; null where most of the
 * process works out of the counters' sight.
 */
export function workDone(
  places: readonly WorkPlace[],
  fromTs: number,
  toTs: number,
  snapshotTs: number,
): number | null {
  const isSized = places.every(({ capacityUnits }) => capacityUnits !== null);
  let [units, seen, whole] = [0, 0, 0];
  for (const { passed, capacityUnits } of places) {
    const weight = isSized ? (capacityUnits ?? 0) : 1;
    const own = integrate(passed.values, snapshotTs, fromTs, toTs);
    whole += weight;
    if (own === null) continue;
    units += own;
    seen += weight;
  }
  return whole > 0 && seen >= WORK_SEEN_SHARE * whole ? (units * whole) / seen : null;
}
