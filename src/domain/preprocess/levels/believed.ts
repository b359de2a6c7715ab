/** A level that is believed, until it is not where the one before and the flows since put it, or stands while units flow. */
import type { DefectName } from '../../series.ts';
import type { Flowed } from '../flows/flow-sums.ts';
import { endsDrift } from './drift.ts';
import { type Anchor, anchorAt } from './estimate.ts';
import { denyFlow } from './flow-doubt.ts';
import { type Inquiry, type ToldLevel, agrees, isImpossible, passed, stepError } from './inquiry.ts';
import { levelScale } from './level-scale.ts';
import {
  ANCHOR_MAX_MIN,
  BRIDGE_MAX_MIN,
  ESTIMATE_LIMIT_SHARE,
  MINUTE_MS,
  STUCK_EMPTY_SHARE,
  STUCK_FLOW_SHARE,
  STUCK_FULL_SHARE,
  STUCK_READINGS,
  WRONG_UNIT_FACTOR,
} from '../limits.ts';

/** Both tell the same story, at another scale: the one that makes the smaller steps counts something else. */
export function watchScale(inquiry: Inquiry): void {
  const { evidence, capacity } = inquiry;
  const [first] = evidence.readings;
  if (inquiry.level || inquiry.flow || !first) return;
  const told = evidence.readings.filter(({ fault }) => fault === null);
  const scale = levelScale(told, evidence.flows, capacity);
  if (scale === null) return;
  if (scale <= 1 / WRONG_UNIT_FACTOR)
    inquiry.level = { ...evidence.of, reading: 'level', name: 'WRONG_UNIT', since: first.ts };
  else if (scale >= WRONG_UNIT_FACTOR) denyFlow(inquiry, first.ts);
}

export function believe(inquiry: Inquiry, reading: ToldLevel): void {
  const { believed } = inquiry;
  const last = believed.at(-1);
  const anchor = last ? anchorAt(last, inquiry.capacity) : undefined;
  if (reading.fault !== null) return doubt(inquiry, reading.fault, reading, anchor);
  if (!last || !anchor) return void believed.push(reading);

  const flowed = passed(inquiry, last.ts, reading.ts);
  if (flowed) {
    const expected = last.wipUnits + flowed.net;
    const error = stepError(inquiry, flowed);
    const garbage = isImpossible(inquiry, expected, anchor.offBy + error);
    if (garbage) denyFlow(inquiry, last.ts);
    else if (!agrees(inquiry, reading.wipUnits, expected, error) && !endsDrift(inquiry, reading))
      return doubt(inquiry, nameOf(reading.wipUnits, expected), reading, anchor);
  }
  believed.push(reading);
  watchStuck(inquiry);
}

/** So many readings in a row without a change, although units came or left and the buffer is no end of the scale. */
function watchStuck(inquiry: Inquiry): void {
  const { evidence, capacity, believed } = inquiry;
  const newest = believed.at(-1);
  if (!newest) return;
  const changed = believed.findLastIndex(({ wipUnits }) => wipUnits !== newest.wipUnits);
  const still = believed.slice(changed + 1);
  const fill = newest.wipUnits / capacity;
  for (const [at, from] of still.entries()) {
    if (still.length - at < STUCK_READINGS) return;
    const flowed = passed(inquiry, from.ts, newest.ts);
    if (!flowed || Math.abs(flowed.net) <= STUCK_FLOW_SHARE * capacity) continue;
    if (flowed.net > 0 ? fill >= STUCK_FULL_SHARE : fill <= STUCK_EMPTY_SHARE) continue;
    const since = still[at + 1] ?? newest;
    believed.splice(believed.indexOf(since));
    inquiry.suspects = still.slice(at + 1).map((each) => ({ ...each, fault: null }));
    const anchor = anchorAt(from, capacity);
    // Where units flow one way alone, the other counter may be the one that stands still: then nobody knows.
    if (isOneWay(flowed)) anchor.offBy += ESTIMATE_LIMIT_SHARE * capacity;
    inquiry.level = {
      ...evidence.of,
      reading: 'level',
      name: 'STUCK_SENSOR',
      since: since.ts,
      estimate: anchor,
    };
    return;
  }
}

function isOneWay({ net, gross }: Flowed): boolean {
  return gross - Math.abs(net) <= STUCK_FLOW_SHARE * Math.abs(net);
}

function doubt(inquiry: Inquiry, name: DefectName, reading: ToldLevel, anchor: Anchor | undefined): void {
  inquiry.level = {
    ...inquiry.evidence.of,
    reading: 'level',
    name,
    since: reading.ts,
    ...(anchor ? { estimate: anchor } : {}),
  };
  inquiry.suspects = [reading];
}

/** A level that is off by a factor is told in another unit: totes, percent, a fraction, thousands. */
export function nameOf(wipUnits: number, expected: number): 'WRONG_UNIT' | 'LEVEL_DENIED' {
  const [low, high] = [Math.min(wipUnits, expected), Math.max(wipUnits, expected)];
  return low > 0 && high / low >= WRONG_UNIT_FACTOR ? 'WRONG_UNIT' : 'LEVEL_DENIED';
}

/** The newest level that is believed, where it is older than it may be bridged. */
export function silentSince({ evidence, capacity, believed }: Inquiry): Anchor | null {
  const newest = believed.at(-1);
  if (!newest || evidence.snapshotTs - newest.ts <= BRIDGE_MAX_MIN * MINUTE_MS) return null;
  return anchorAt(newest, capacity);
}

/** Remembered before the last reading leaves the grid, so that it can be carried on from there. */
export function watchSilence(inquiry: Inquiry): void {
  const { evidence } = inquiry;
  const estimate = silentSince(inquiry);
  if (inquiry.level || inquiry.flow || !estimate || !evidence.flows.isMeasured) return;
  if (evidence.snapshotTs - estimate.ts <= ANCHOR_MAX_MIN * MINUTE_MS) return;
  inquiry.level = { ...evidence.of, reading: 'level', name: 'LATE', since: estimate.ts + 1, estimate };
}
