/** LOW, from the question whether our own throttle may be opened down to the branch of the unit's type. The first match wins. */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { productiveUph, recentMean } from '../forecast/signals.ts';
import type { Cause, LowZone } from '../vocabulary.ts';
import { isAtLeastLow } from './zones.ts';
import { causeOfTeam, jammedUpstream } from './cause.ts';
import { fillOfStage, peopleOf, stageBefore, sumOf, type People } from './line.ts';
import { BECAUSE, nobodyFree } from '../words/because.ts';
import * as leaf from './proposals.ts';
import type { Case, Proposal } from './proposals.ts';
import * as amounts from './quantities.ts';
import { minutesUntil } from './schedule.ts';
import { keepFlow, noLessThanTold, richest } from './hold.ts';
import type { UnitSituation } from './unit-situation.ts';
import type { Ask } from '../trace.ts';

export function decideLow(one: Case, zone: LowZone, ask: Ask): Proposal | null {
  const { self } = one;
  const type = self.unit.unitType;
  if (type === 'INDUCT' && mayOpen(one, ask)) return leaf.release('INDUCT.low.open', one, self);
  if (zone === 'OK') return null;
  if (type === 'TOTAL') return totalLow(one, zone, ask);
  if (ask('something is waiting, due or coming in', self.demand.wanted, 'is', false)) {
    return leaf.wait(`${type}.low.no-demand`, self);
  }
  return type === 'INDUCT' ? inductLow(one, zone, ask) : laneLow(one, zone, ask);
}

function totalLow(one: Case, zone: LowZone, ask: Ask): Proposal {
  const { self, near } = one;
  const jammed = jammedUpstream(self, near);
  if (ask('jam upstream', jammed !== null, 'is', true) && jammed) {
    return leaf.wait('TOTAL.low.upstream-jam', jammed, '', 'UPSTREAM_STOP');
  }
  const proposed = lineLow(one, self, ask);
  if (proposed) return proposed;
  if (zone === 'WATCH_LOW' && ask('backlog, units', self.demand.backlogUnits, '<=', 0)) {
    return removeStaff(one, ask);
  }
  return leaf.wait('TOTAL.low.otherwise', self);
}

/**
 * Why nothing comes, from the unit backwards along its line, and what its total is to do about it: the same for every
 * unit of the line, as it is done once. null where no work is known to wait.
 */
function lineLow(one: Case, total: UnitSituation, ask: Ask): Proposal | null {
  const { self, near, p } = one;
  const { relief } = p;
  const type = self.unit.unitType;
  const { signals, series, demand, inForce } = total;
  if (type !== 'INDUCT') {
    if (ask('fill of the sorter', series.sorter?.fill ?? null, '>=', total.thresholds.sorterFill)) {
      return leaf.wait(`${type}.low.sorter-full`, total, BECAUSE.stuckOnSorter, 'BLOCKED');
    }
    const before = stageBefore(near.paths, self);
    if (before && ask('fill of the stage before', fillOfStage(before), '>=', relief.stockedFill)) {
      const passed = sumOf(before.units, ({ signals: { outflowUpm } }) => outflowUpm);
      const missing = amounts.missingUpm(signals.drawUpm, passed, relief.idleShare);
      const people = peopleOf(before, p);
      const cause = causeOfTeam(people.staffing, p);
      const proposed = bringStaff(`${type}.low.stocked`, total, people, missing, { p, ask, cause });
      return proposed ?? leaf.wait(`${type}.low.stocked-no-one`, total, nobodyFree(people.process), cause);
    }
  }
  if (ask('our throttle is on, percent', inForce.throttlePercent, '>', 0)) {
    return leaf.release(`${type}.low.throttled`, one, total);
  }
  if (!ask('backlog, units', demand.backlogUnits ?? self.demand.backlogUnits, '>', 0)) return null;
  const staffing = series.picking;
  const came = recentMean(series.flowIn, relief.stoppedWindowMin, p.signals);
  const atWork = ask('pickers at work', staffing?.hcActive ?? null, '>', 0);
  if (
    atWork &&
    ask('what is picked of what is drawn', shareOf(came, signals.drawUpm), '<', relief.stoppedShare)
  ) {
    return leaf.wait(`${type}.low.picking-stopped`, total, BECAUSE.nothingComes, 'UPSTREAM_STOP');
  }
  const inflow = recentMean(series.flowIn, relief.flowWindowMin, p.signals) ?? signals.inflowUpm;
  const missing = amounts.missingUpm(signals.drawUpm, inflow, relief.idleShare);
  if (ask('flow that is missing, units a minute', missing, '<=', 0)) {
    return leaf.wait(`${type}.low.refilling`, total, BECAUSE.pickedEnough);
  }
  const uph = staffing && productiveUph(staffing, p.signals.idleShare);
  const pickers = { process: 'PICK', staffing, uph };
  return (
    bringStaff(`${type}.low.backlog`, total, pickers, missing, { p, ask }) ??
    leaf.wait(`${type}.low.no-picker`, total, BECAUSE.noPicker)
  );
}

/** Added from the shift, else moved from the stations that wait; null where nobody is free. */
function bringStaff(
  branch: string,
  total: UnitSituation,
  { process, staffing, uph }: People,
  missing: number | null,
  { p, ask, cause }: { p: AlgorithmParameters; ask: Ask; cause?: Cause },
): Proposal | null {
  const needed = amounts.personsFor(missing, uph);
  const least = needed === null ? null : Math.max(1, needed);
  // Who was called is on the way: nobody else is called instead.
  const called = total.called.find((one) => one.direction === 'LOW' && one.process === process);
  const most = amounts.mostPersons(amounts.staffBounds(staffing, null));
  const spare = leaf.spareStaff(total, p);
  const more = cause === undefined ? {} : { cause };
  if (called && ask('minutes until those who were called are there', called.thereInMin, '>', 0)) {
    const asked = called.quantity ?? 0;
    return noLessThanTold(
      called.action === 'ADD_STAFF'
        ? leaf.addStaff(branch, total, process, least, Math.max(most, asked), more)
        : leaf.moveStaff(
            branch,
            total,
            process,
            { needed: least ?? asked, spare: Math.max(spare ?? 0, asked) },
            more,
          ),
      called,
    );
  }
  if (ask(`people of ${process} who can be added`, most, '>=', 1)) {
    return leaf.addStaff(branch, total, process, least, most, more);
  }
  if (least === null || !ask(`people of ${total.unit.process} who wait for work`, spare, '>=', 1))
    return null;
  return leaf.moveStaff(branch, total, process, { needed: least, spare: spare ?? 0 }, more);
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}

/** Only a suggestion, and never right before the people are needed again. */
function removeStaff(one: Case, ask: Ask): Proposal {
  const { self, p } = one;
  const { series } = self;
  const quiet =
    ask(
      'minutes to the next break',
      minutesUntil(series, series.staffing?.nextBreakStart),
      '>',
      p.total.removeQuietMin,
    ) && ask('minutes to the departure', minutesUntil(series, series.cptTs), '>', p.total.removeQuietMin);
  const spare = leaf.spareStaff(self, p);
  if (!quiet || !ask('people to spare', spare, '>=', 1)) return leaf.wait('TOTAL.low.no-backlog', self);
  return leaf.propose('TOTAL.low.spare-staff', self, 'REMOVE_STAFF', {
    ...{ quantity: spare, quantityUnit: 'persons', process: self.unit.process },
  });
}

/** Our throttle has done its work: no overflow in sight. */
function mayOpen({ self, p }: Case, ask: Ask): boolean {
  return (
    ask('our throttle is on, percent', self.inForce.throttlePercent, '>', 0) &&
    ask('fill', self.signals.fill, '<=', p.induct.releaseFill) &&
    ask('minutes to overflow', self.signals.ttoMin, '>', p.induct.releaseTtoMin)
  );
}

function inductLow(one: Case, zone: LowZone, ask: Ask): Proposal {
  const full = leaf.fullest(one.near.feeders)?.signals.fill ?? null;
  if (ask('fill upstream', full, '>=', one.p.induct.upstreamFull)) {
    return leaf.propose('INDUCT.low.upstream-full', one.self, 'RELEASE_INDUCT', {
      ...{ quantity: one.p.release.step, quantityUnit: 'percent' },
    });
  }
  return leaveLowToTotal('INDUCT.low.leave-to-total', one, zone, ask);
}

/** What the total is to do, where it has come to that; a mere watch waits. */
function leaveLowToTotal(branch: string, one: Case, zone: LowZone, ask: Ask): Proposal {
  const { total } = one.near;
  const proposed = total && isAtLeastLow(zone, 'STARVE_RISK') ? lineLow(one, total, ask) : null;
  return proposed ?? leaf.wait(branch, total ?? one.self);
}

function laneLow(one: Case, zone: LowZone, ask: Ask): Proposal {
  const { self, near, p } = one;
  const fill = self.signals.fill ?? 0;
  const source = richest(near.lanes, self.told.low, p);
  const itsFill = source?.signals.fill ?? null;
  const others = near.lanes.length === 0 ? null : leaf.meanFill(near.lanes);
  const alone =
    isAtLeastLow(zone, 'STARVE_RISK') &&
    ask('mean fill of the other lanes', others, '>', p.lane.reverseFill) &&
    ask('gap to the lane that would give flow', itsFill === null ? null : itsFill - fill, '>=', p.lane.gap);
  if (source && alone) return keepFlow(self.told.low, leaf.refill('LANE.low.skew', one, source));

  const jammed = jammedUpstream(self, near);
  if (ask('jam upstream', jammed !== null, 'is', true) && jammed) {
    return leaf.wait('LANE.low.upstream-jam', jammed, '', 'UPSTREAM_STOP');
  }
  return leaveLowToTotal('LANE.low.leave-to-total', one, zone, ask);
}
