/**
 * While an alert is open, level and counters have to say together that it is over. A level that moves out of it is held
 * against all that passed since it began, however slowly it moves, not against the last hour; and what the counters make
 * of the newest level is not enough until the level is read again.
 */
import type { Doubt } from '../../series.ts';
import { type LevelReading, anchorAt, estimateAt } from './estimate.ts';
import { type Inquiry, goesWithFlows, mostDrift, stepError } from './inquiry.ts';
import type { LevelAt } from './level-at.ts';
import type { OpenAlarm } from './open-alarm.ts';
import { CAPACITY_FREE_FILL } from '../limits.ts';

/** What the alert began with is remembered until it is over, or the counters are no witness. */
export function watchAlarm(inquiry: Inquiry): void {
  const { evidence, capacity, believed } = inquiry;
  const { high, low } = evidence.alarm;
  if ((!high && !low) || inquiry.flow) inquiry.alarm = null;
  else if (!inquiry.alarm?.estimate && !inquiry.level) {
    const newest = believed.at(-1);
    if (newest) inquiry.alarm = beginning(inquiry, newest);
  } else if (inquiry.alarm && hasLeft(inquiry, inquiry.alarm)) {
    // Both tell the same change, large enough: from here on they are held against each other anew.
    const newest = believed.at(-1);
    if (newest && goesWithFlows(inquiry, believed, newest))
      inquiry.alarm = { ...inquiry.alarm, estimate: anchorAt(newest, capacity) };
  }
}

function beginning({ evidence, capacity }: Inquiry, { ts, wipUnits }: LevelReading): Doubt {
  const estimate = anchorAt({ ts, wipUnits }, capacity);
  return { ...evidence.of, reading: 'alarm', name: 'CONSERVATION', since: ts, estimate };
}

/** The level says that the alert is over, or nearer to it, and nothing passed that would make it so. */
export function hasLeft({ evidence, capacity, believed }: Inquiry, { estimate }: Doubt): boolean {
  const newest = believed.at(-1);
  if (!newest || !estimate || newest.ts <= estimate.ts) return false;
  const at = estimateAt(estimate, evidence.flows, capacity, newest.ts);
  if (!at) return false;
  const most = mostDrift(evidence.flows.between(estimate.ts, newest.ts), capacity);
  const fallen = at.units - newest.wipUnits;
  return (evidence.alarm.high && fallen > most) || (evidence.alarm.low && -fallen > most);
}

/** It is the counters alone that say so: by the level, as it was read last, the alert may well go on. */
export function isUnseen(
  { high, low }: OpenAlarm,
  { value, provenance }: LevelAt,
  newest: LevelReading | undefined,
  capacityUnits: number | null,
): boolean {
  if (value === null || provenance !== 'bridged' || !newest || capacityUnits === null) return false;
  const told = newest.wipUnits;
  const error = stepError({ capacity: capacityUnits });
  return (
    (high && told >= CAPACITY_FREE_FILL * capacityUnits && told - value > error) ||
    (low && told <= (1 - CAPACITY_FREE_FILL) * capacityUnits && value - told > error)
  );
}
