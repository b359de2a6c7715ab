/** The level of one path at any instant, from what is believed of it. */
import { GRID_POINTS, type Provenance, type Track } from '../../series.ts';
import type { FlowSums } from '../flows/flow-sums.ts';
import { STEP_MS, gridTs, unknownTrack } from '../grid.ts';
import { BRIDGE_MAX_MIN, BRIDGE_SEEN_SHARE, ESTIMATE_LIMIT_SHARE, MINUTE_MS } from '../limits.ts';
import { type Anchor, type LevelReading, estimateAt } from './estimate.ts';

/** What a level at any instant is read from. */
export interface LevelSources {
  /** Believed, in time order. */
  believed: readonly LevelReading[];
  flows: FlowSums;
  /** null where nothing has to be estimated. */
  anchor: Anchor | null;
  denied: (ts: number) => boolean;
  capacityUnits: number | null;
  carryMin: number;
}

export interface LevelAt {
  value: number | null;
  provenance: Provenance;
  /** Units; 0 where it is measured, bridged or carried. */
  offBy: number;
}

const UNKNOWN_LEVEL: LevelAt = { value: null, provenance: 'unknown', offBy: 0 };

/** In the order of precedence: measured within the step, bridged, carried, estimated, unknown. */
export function levelAt(sources: LevelSources, ts: number): LevelAt {
  return levelAfter(
    sources.believed.findLast((candidate) => candidate.ts <= ts),
    sources,
    ts,
  );
}

/** @param reading the newest up to the instant */
function levelAfter(reading: LevelReading | undefined, sources: LevelSources, ts: number): LevelAt {
  if (!reading || sources.denied(ts)) return estimated(sources, ts);
  const { flows, capacityUnits, carryMin } = sources;
  const age = ts - reading.ts;
  if (age < STEP_MS) return { value: reading.wipUnits, provenance: 'measured', offBy: 0 };
  const flowed = age <= BRIDGE_MAX_MIN * MINUTE_MS ? flows.known(reading.ts, ts) : null;
  const bridged = flowed && reading.wipUnits + flowed.net;
  if (bridged !== null) {
    const most = Math.max(capacityUnits ?? Infinity, reading.wipUnits);
    const value = Math.min(most, Math.max(0, bridged));
    const unseen =
      capacityUnits !== null && Math.abs(bridged - reading.wipUnits) > BRIDGE_SEEN_SHARE * capacityUnits;
    return unseen
      ? { value, provenance: 'estimated', offBy: ESTIMATE_LIMIT_SHARE * capacityUnits }
      : { value, provenance: 'bridged', offBy: 0 };
  }
  if (age <= carryMin * MINUTE_MS) return { value: reading.wipUnits, provenance: 'carried', offBy: 0 };
  return estimated(sources, ts);
}

function estimated({ anchor, flows, capacityUnits }: LevelSources, ts: number): LevelAt {
  if (!anchor || capacityUnits === null || ts < anchor.ts) return UNKNOWN_LEVEL;
  const estimate = estimateAt(anchor, flows, capacityUnits, ts);
  if (!estimate || estimate.offBy > ESTIMATE_LIMIT_SHARE * capacityUnits) return UNKNOWN_LEVEL;
  return { value: estimate.units, provenance: 'estimated', offBy: estimate.offBy };
}

export function levelTrack(sources: LevelSources, snapshotTs: number): Track {
  const track = unknownTrack('wes_stock');
  let next = 0;
  for (let index = 0; index < GRID_POINTS; index++) {
    const ts = gridTs(snapshotTs, index);
    while ((sources.believed[next]?.ts ?? Infinity) <= ts) next++;
    const { value, provenance } = levelAfter(sources.believed[next - 1], sources, ts);
    track.values[index] = value;
    track.provenance[index] = provenance;
  }
  return track;
}
