/** A level that is doubted, until it is back where the flows put it or tells the same change as they do. */
import type { Doubt } from '../../series.ts';
import { nameOf } from './believed.ts';
import { type Anchor, type LevelReading, estimateAt } from './estimate.ts';
import { denyFlow } from './flow-doubt.ts';
import {
  type Inquiry,
  type ToldLevel,
  agrees,
  goesWithFlows,
  isImpossible,
  over,
  passed,
  stepError,
} from './inquiry.ts';
import { BACK_READINGS, ESTIMATE_LIMIT_SHARE, MOVING_READINGS } from '../limits.ts';

export function suspect(inquiry: Inquiry, reading: ToldLevel, doubt: Doubt): void {
  const { evidence, capacity, suspects } = inquiry;
  const before = suspects.at(-1) ?? null;
  suspects.push(reading);
  if (reading.fault !== null) return;
  const estimate = doubt.estimate ? estimateAt(doubt.estimate, evidence.flows, capacity, reading.ts) : null;
  const isBounded = estimate !== null && estimate.offBy <= ESTIMATE_LIMIT_SHARE * capacity;
  // Impossible by itself: where no flow says more, the next possible reading is as good as any.
  if (estimate === null && (doubt.name === 'NEGATIVE' || doubt.name === 'OVER_CAPACITY'))
    return end(inquiry, doubt, reading);
  if (doubt.name === 'LATE') {
    if (!isBounded || agrees(inquiry, reading.wipUnits, estimate.units, estimate.offBy + stepError(inquiry)))
      return end(inquiry, doubt, reading);
    inquiry.level = { ...doubt, name: nameOf(reading.wipUnits, estimate.units), since: reading.ts };
    return;
  }
  if (estimate && isImpossible(inquiry, estimate.unbounded, estimate.offBy + stepError(inquiry))) {
    // Flows that no buffer could hold: it was they that were wrong, all the time.
    inquiry.level = null;
    inquiry.believed.push(...suspects.filter(({ fault }) => fault === null));
    inquiry.suspects = [];
    denyFlow(inquiry, doubt.since);
    return;
  }
  const jumped = before !== null && (before.fault !== null || hasJumped(inquiry, before, reading));
  const back = isBounded ? steppedBack(inquiry, doubt.estimate) : null;
  if (back) return end(inquiry, doubt, back);
  if (
    !doubt.estimate &&
    before !== null &&
    jumped &&
    nameOf(before.wipUnits, reading.wipUnits) === 'WRONG_UNIT'
  )
    if (reading.wipUnits > before.wipUnits) return end(inquiry, doubt, reading);
  if (isBounded && doubt.name === 'STUCK_SENSOR' && movesAgain(inquiry, doubt))
    return end(inquiry, doubt, reading);
  const agreed = agreesOverChange(inquiry);
  if (agreed) end(inquiry, doubt, agreed);
}

/**
 * The first of the newest readings that came back by a jump to where the flows put the level and went on with them: as
 * many as were wrong before, up to a few, since of many wrong ones some are near by chance.
 */
function steppedBack(inquiry: Inquiry, estimate: Anchor | undefined): ToldLevel | null {
  const { suspects } = inquiry;
  let first = suspects.length;
  while (first > 0) {
    const [from, to] = [suspects[first - 1], suspects[first]];
    if (!from || !isNear(inquiry, from, estimate)) break;
    if (to && hasJumped(inquiry, from, to)) break;
    first--;
  }
  const [before, back] = [suspects[first - 1], suspects[first]];
  if (!before || !back || (before.fault === null && !hasJumped(inquiry, before, back))) return null;
  return suspects.length - first >= Math.min(first, BACK_READINGS) ? back : null;
}

function isNear(inquiry: Inquiry, { ts, wipUnits, fault }: ToldLevel, anchor: Anchor | undefined): boolean {
  const at = anchor ? estimateAt(anchor, inquiry.evidence.flows, inquiry.capacity, ts) : null;
  return fault === null && at !== null && agrees(inquiry, wipUnits, at.units, at.offBy + stepError(inquiry));
}

/** It no longer stands, and several readings in a row are where the flows put the level. */
function movesAgain(inquiry: Inquiry, { estimate }: Doubt): boolean {
  const newest = inquiry.suspects.slice(-MOVING_READINGS);
  const distinct = new Set(newest.map(({ wipUnits }) => wipUnits));
  if (newest.length < MOVING_READINGS || distinct.size < MOVING_READINGS) return false;
  return newest.every((reading) => isNear(inquiry, reading, estimate));
}

function hasJumped(inquiry: Inquiry, before: LevelReading, now: LevelReading): boolean {
  const flowed = passed(inquiry, before.ts, now.ts);
  return (
    flowed !== null &&
    !agrees(inquiry, now.wipUnits, before.wipUnits + flowed.net, stepError(inquiry, flowed))
  );
}

/** The first of the newest suspects that went with the flows, step by step, over a change large enough to tell. */
function agreesOverChange(inquiry: Inquiry): ToldLevel | null {
  const { suspects } = inquiry;
  const newest = suspects.at(-1);
  if (!newest) return null;
  let first = suspects.length - 1;
  while (first > 0) {
    const [from, to] = [suspects[first - 1], suspects[first]];
    if (!from || !to || from.fault !== null || hasJumped(inquiry, from, to)) break;
    if (!passed(inquiry, from.ts, to.ts)) break;
    first--;
  }
  return goesWithFlows(inquiry, suspects.slice(first, -1), newest) ?? null;
}

function end(inquiry: Inquiry, doubt: Doubt, first: LevelReading): void {
  if (doubt.name !== 'LATE') inquiry.ended.push(over(doubt, first.ts));
  inquiry.level = null;
  inquiry.believed.push(...inquiry.suspects.filter(({ ts, fault }) => ts >= first.ts && fault === null));
  inquiry.suspects = [];
}
