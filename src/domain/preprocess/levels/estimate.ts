/** Where the flows put a level that nobody told, and by how much that may be off. */
import type { Doubt } from '../../series.ts';
import type { FlowSums } from '../flows/flow-sums.ts';
import {
  COUNTER_ERROR_SHARE,
  ESTIMATE_DRIFT_SHARE_HOUR,
  ESTIMATE_ERROR_SHARE,
  LEVEL_ERROR_UNITS,
  MINUTE_MS,
} from '../limits.ts';

export interface LevelReading {
  ts: number;
  wipUnits: number;
}

/** A level from which the flows are added up: epoch ms, units, and by how much it may be off. */
export type Anchor = NonNullable<Doubt['estimate']>;

/** Where the flows put the level at `ts`, starting from `anchor`; null where they are not known well enough. */
export function estimateAt(
  anchor: Anchor,
  flows: FlowSums,
  capacityUnits: number,
  ts: number,
): { units: number; unbounded: number; offBy: number } | null {
  const flowed = flows.between(anchor.ts, ts);
  if (!flowed) return null;
  const minutes = (ts - anchor.ts) / MINUTE_MS;
  const knownMin = minutes - flowed.unknownMin;
  if (flowed.unknownMin > knownMin) return null;
  // A minute that is not known was most likely like the others, and may have been quite another one.
  const ratio = knownMin > 0 ? flowed.unknownMin / knownMin : 0;
  const unbounded = anchor.units + flowed.net * (1 + ratio);
  return {
    units: Math.min(Math.max(unbounded, 0), Math.max(capacityUnits, anchor.units)),
    unbounded,
    // Miscounted at the start, lost by the counters, moved by hand: none has to do with the others.
    offBy:
      Math.hypot(
        anchor.offBy,
        COUNTER_ERROR_SHARE * flowed.gross,
        (ESTIMATE_DRIFT_SHARE_HOUR * capacityUnits * minutes) / 60,
      ) +
      ratio * flowed.gross,
  };
}

export function anchorAt({ ts, wipUnits }: LevelReading, capacityUnits: number): Anchor {
  return { ts, units: wipUnits, offBy: ESTIMATE_ERROR_SHARE * capacityUnits + LEVEL_ERROR_UNITS };
}
