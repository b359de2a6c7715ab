/** No single step, and yet over the hour level and flows part: nobody knows which is right, until the flows become impossible. */
import type { Doubt } from '../../series.ts';
import { hasLeft, watchAlarm } from './alarm.ts';
import { type Anchor, type LevelReading, anchorAt, estimateAt } from './estimate.ts';
import { denyFlow } from './flow-doubt.ts';
import {
  type Inquiry,
  agrees,
  agreesOfLate,
  correctedTs,
  isImpossible,
  mostDrift,
  over,
  passed,
  stepError,
} from './inquiry.ts';
import { CONSERVATION_WINDOW_MIN, ESTIMATE_LIMIT_SHARE, MINUTE_MS } from '../limits.ts';

export function watchDrift(inquiry: Inquiry): void {
  watchAlarm(inquiry);
  const { evidence, capacity, believed, alarm } = inquiry;
  const newest = believed.at(-1);
  if (inquiry.level || inquiry.flow || !newest) return;
  if (alarm && hasLeft(inquiry, alarm)) {
    inquiry.drift ??= begun(inquiry, newest, alarm.estimate);
    return;
  }
  const from = inquiry.drift?.estimate ?? oldestComparable(inquiry, newest);
  const estimate = from ? estimateAt(from, evidence.flows, capacity, newest.ts) : null;
  if (!from || !estimate || newest.ts - from.ts < CONSERVATION_WINDOW_MIN * MINUTE_MS) {
    if (inquiry.drift && agreesOfLate(inquiry, newest)) inquiry.drift = null;
    return;
  }
  const most = mostDrift(evidence.flows.between(from.ts, newest.ts), capacity);
  const parted = Math.abs(newest.wipUnits - estimate.units) > most;
  if (parted && isImpossible(inquiry, estimate.unbounded, most)) {
    inquiry.drift = null;
    denyFlow(inquiry, from.ts);
  } else if (parted && !inquiry.drift) inquiry.drift = begun(inquiry, newest, from);
  else if (inquiry.drift) {
    // At an end of the scale whatever goes beyond it would agree.
    const isBack = Math.abs(newest.wipUnits - estimate.unbounded) <= most;
    if (isBack || agreesOfLate(inquiry, newest)) inquiry.drift = null;
  }
}

/** A step back to where the flows put the level all the time says that it was the level that had left them. */
export function endsDrift(inquiry: Inquiry, reading: LevelReading): boolean {
  const { evidence, capacity, believed, drift } = inquiry;
  if (!drift?.estimate || inquiry.flow) return false;
  const at = estimateAt(drift.estimate, evidence.flows, capacity, reading.ts);
  if (!at || at.offBy > ESTIMATE_LIMIT_SHARE * capacity) return false;
  if (!agrees(inquiry, reading.wipUnits, at.units, at.offBy + stepError(inquiry))) return false;
  inquiry.ended.push(over({ ...drift, name: 'LEVEL_DENIED' }, reading.ts));
  const first = believed.findIndex(({ ts }) => ts >= drift.since);
  if (first >= 0) believed.splice(first);
  inquiry.drift = null;
  return true;
}

function begun({ evidence }: Inquiry, { ts }: LevelReading, estimate: Anchor | undefined): Doubt {
  const doubt: Doubt = { ...evidence.of, reading: 'level', name: 'CONSERVATION', since: ts };
  return estimate ? { ...doubt, estimate } : doubt;
}

function oldestComparable(inquiry: Inquiry, newest: LevelReading): Anchor | undefined {
  const after = correctedTs(inquiry);
  const oldest = inquiry.believed.find(({ ts }) => ts >= after && passed(inquiry, ts, newest.ts) !== null);
  return oldest && anchorAt(oldest, inquiry.capacity);
}
