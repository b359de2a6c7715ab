/** HIGH, from the question whether a stop is needed down to the branch of the unit's type. The first match wins. */
import type { Alarm, HighZone } from '../vocabulary.ts';
import { isAtLeastHigh } from './zones.ts';
import { mostOf, stageOf, teamForTotal, teamOf, type Team } from './line.ts';
import * as leaf from './proposals.ts';
import type { Case, Proposal } from './proposals.ts';
import * as amounts from './quantities.ts';
import { asAskedBefore, BECAUSE, mostRoom } from '../words/because.ts';
import { keepFlow, noLessThanTold, roomFillAfter, roomiest } from './hold.ts';
import { isStandingStill, type UnitSituation } from './unit-situation.ts';
import type { Ask } from '../trace.ts';
import { isThrottle } from '../vocabulary.ts';

export interface Emergency {
  on: boolean;
  /** Everything has to stand: nothing milder helps. */
  stop: boolean;
  /** What is alarming, where level and time do not show it. */
  alarm: Alarm | null;
}

export interface High {
  zone: HighZone;
  byOthers: boolean;
  emergency: Emergency;
  ownZones: ReadonlyMap<string, HighZone>;
}

export function decideHigh(one: Case, high: High, ask: Ask): Proposal | null {
  const { self, p } = one;
  const type = self.unit.unitType;
  if (high.emergency.stop) return leaf.propose(`${type}.high.stop`, self, 'EMERGENCY_STOP');
  if (ask('our stop is on', self.inForce.stopped && !high.emergency.on, 'is', true)) {
    if (ask('fill, to restart', self.signals.fill, '<=', p.emergency.restartFill)) {
      return leaf.release(`${type}.high.restart`, one, self, BECAUSE.restart);
    }
  }
  if (high.zone === 'OK') return null;
  return keepFlow(self.told.high, keepThrottle(one, high, byType(one, high, ask), ask));
}

function byType(one: Case, high: High, ask: Ask): Proposal {
  const type = one.self.unit.unitType;
  if (type === 'TOTAL') return totalHigh(one, high, ask);
  return type === 'INDUCT' ? inductHigh(one, high, ask) : laneHigh(one, high, ask);
}

/** Our throttle stays as it is while there is a risk, though less would do by now: it ends by a release. */
function keepThrottle(one: Case, high: High, proposal: Proposal, ask: Ask): Proposal {
  const { self, near, p } = one;
  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return proposal;
  // Without a number nothing is known to be less.
  const isCounted = isThrottle(proposal.action) && proposal.quantity !== null;
  const throttled = [self, near.total].find(
    (unit) =>
      unit !== null &&
      unit.inForce.throttlePercent > 0 &&
      (proposal.action === 'NONE' || (isCounted && unit.unit === proposal.actionUnit)),
  );
  if (!throttled) return proposal;
  const percent = throttled.inForce.throttlePercent;
  // One whose number was not known counts as whole.
  const quantity = percent <= p.total.throttleMax ? percent : null;
  if (quantity === null && proposal.action !== 'NONE') return proposal;
  if (!ask('our throttle, percent', percent, '>', proposal.quantity ?? 0)) return proposal;
  const action = throttled.unit.unitType === 'INDUCT' ? 'THROTTLE_INDUCT' : 'THROTTLE_PICKING_ALL';
  const because = asAskedBefore(proposal.because);
  return {
    ...proposal,
    ...{ action, actionUnit: throttled.unit, quantity, quantityUnit: 'percent', because },
  };
}

function totalHigh(one: Case, high: High, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals } = self;
  const { targetFill, drainMin } = p.total;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, drainMin);
  if (drains(one, high, excess, ask)) return leaf.wait('TOTAL.high.draining', self, BECAUSE.drains);

  const team = teamForTotal(self, near.paths, p, high.ownZones);
  const staff = addStaffWhereItHelps('TOTAL.high.understaffed', one, team, ask);
  if (staff) return staff;

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('TOTAL.high.watch', self);
  if (high.byOthers) {
    return throttleAll('TOTAL.high.backed-up', one, high, BECAUSE.backedUp);
  }
  if (ask('minutes to overflow', team.ttoMin, '<=', p.total.staffArrivalMin)) {
    return throttleAll('TOTAL.high.too-late', one, high, BECAUSE.tooLate);
  }
  return throttleAll('TOTAL.high.otherwise', one, high);
}

/** null where people would be no help. Those who were called and are on their way are, as long as they come in time. */
function addStaffWhereItHelps(branch: string, one: Case, team: Team, ask: Ask): Proposal | null {
  const { self } = one;
  const needed = amounts.personsFor(team.excessUpm, team.uph);
  const called = self.called.find(
    ({ direction, action, process }) =>
      direction === 'HIGH' && action === 'ADD_STAFF' && process === team.process,
  );
  const comeInTime =
    called !== undefined &&
    !ask('jam', self.jammed, 'is', true) &&
    (!ask('minutes to overflow, with people on their way', team.ttoMin, '<=', called.thereInMin) ||
      ask('minutes until less picking is felt', team.pickingFeltMin, '>=', called.thereInMin));
  if (!comeInTime && !staffHelps(one, team, needed, ask)) return null;
  const most = mostOf(team, self);
  if (!comeInTime) return leaf.addStaff(branch, self, team.process, needed, most);
  // Of those who were called some may have come.
  const proposal = leaf.addStaff(branch, self, team.process, needed, Math.max(most, called.quantity ?? 0));
  return noLessThanTold(proposal, called);
}

/** They are too few, there are more of them, and these come in time, or no later than less picking would be felt. */
function staffHelps({ self, p }: Case, team: Team, needed: number | null, ask: Ask): boolean {
  const { staffing, pickingFeltMin } = team;
  const isThrottled = self.inForce.throttlePercent > 0;
  const staffArrivalMin = p.total.staffArrivalMin + (isThrottled ? p.hold.laterMin : 0);
  const understaffed =
    !ask('jam', self.jammed, 'is', true) &&
    (ask('what staff can pass, units a minute', team.capabilityUpm, '<', team.inflowUpm) ||
      ask('staff at work', staffing?.hcActive ?? null, '<', staffing?.hcPlan ?? null));
  return (
    understaffed &&
    ask('people who can be added', mostOf(team, self), '>=', 1) &&
    (needed === null || ask('people needed', needed, '>=', 1)) &&
    (ask('minutes to overflow', team.ttoMin, '>', staffArrivalMin) ||
      (pickingFeltMin !== null &&
        ask('minutes until less picking is felt', pickingFeltMin, '>=', staffArrivalMin)))
  );
}

function throttleAll(branch: string, one: Case, { ownZones }: High, because = ''): Proposal {
  const { self, near } = one;
  const total = near.total ?? self;
  const also = self === total ? {} : { also: self };
  return leaf.throttlePicking(branch, one, total, { ownZones, ...also }, because);
}

/** The total is to act: with people of this lane's process where they help, else by less picking. */
function leaveHighToTotal(branch: string, one: Case, high: High, ask: Ask, because: string): Proposal {
  const { self, near, p } = one;
  const stage = stageOf(near.paths, self);
  if (near.total && stage && self.unit.unitType === 'LANE') {
    const team = teamOf(stage, [self], { total: near.total, paths: near.paths, p });
    const staff = self.jammed ? null : addStaffWhereItHelps(branch, { ...one, self: near.total }, team, ask);
    if (staff) return staff;
  }
  return throttleAll(branch, one, high, because);
}

function inductHigh(one: Case, high: High, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals, series } = self;
  const planned = series.plannedInflowUpm;
  const floor = amounts.inductFloorPercent(signals.inflowUpm, planned, p);
  if (ask('jam', self.jammed, 'is', true)) {
    const least = ask('points down to the least inflow', floor, '<', 1);
    const quantity = floor === null || least ? null : Math.min(floor, p.induct.throttleStep);
    const other = leaf.emptiest(near.inducts.filter((induct) => !induct.jammed));
    const room = other ? mostRoom(other.unit.path) : '';
    return leaf.throttleInduct('INDUCT.high.jam', one, quantity, room);
  }
  const { targetFill, settleMin } = p.induct;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, settleMin);
  if (drains(one, high, excess, ask)) return leaf.wait('INDUCT.high.draining', self, BECAUSE.drains);

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('INDUCT.high.watch', self);
  if (ask('points down to the least inflow', floor, '<', 1)) {
    return leaveHighToTotal('INDUCT.high.floor', one, high, ask, BECAUSE.throttledToTheLeast);
  }
  const quantity = inductPercent(one, floor);
  if (ask('points to throttle', quantity, '>', 0)) {
    return leaf.throttleInduct('INDUCT.high.cap', one, quantity);
  }
  return leaf.throttleInduct('INDUCT.high.otherwise', one, null);
}

function inductPercent({ self, p }: Case, floor: number | null): number | null {
  const most = Math.min(p.induct.throttleStep, floor ?? Infinity);
  const excess = amounts.reliefUpm(self, p.relief.near, p);
  return amounts.throttlePercent(excess, amounts.steadyInflowUpm(self, p), most, p);
}

function laneHigh(one: Case, high: High, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals } = self;
  const fill = signals.fill ?? 0;
  const target = roomiest(lanesThatTakeFlow(near.lanes), self.told.high, p);
  const room = target?.signals.fill ?? null;
  const roomFill = roomFillAfter(self.told.high, p);

  const still = self.jammed || isStandingStill(signals, p);
  if (isAtLeastHigh(high.zone, 'OVERFLOW_RISK') && ask('standing still', still, 'is', true)) {
    return target && ask('fill of the lane that would take flow', room, '<', roomFill)
      ? leaf.divertAll('LANE.high.standstill', one, target, BECAUSE.standstill)
      : leaveHighToTotal('LANE.high.standstill-no-room', one, high, ask, BECAUSE.standstillNoRoom);
  }
  const skewed =
    ask('fill', fill, '>=', p.lane.fullest) &&
    ask('fill of the lane that would take flow', room, '<=', p.lane.emptiest) &&
    ask('gap to the lane that would take flow', room === null ? null : fill - room, '>=', p.lane.gap);
  if (target && skewed) return leaf.rebalance('LANE.high.skew', one, target);

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('LANE.high.watch', self);
  if (ask('lower fill of this lane and that one', Math.min(fill, room ?? fill), '>=', p.lane.fullest)) {
    return leaveHighToTotal('LANE.high.all-full', one, high, ask, BECAUSE.noRoom);
  }
  const { targetFill, drainMin } = p.total;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, drainMin);
  if (drains(one, high, excess, ask)) return leaf.wait('LANE.high.draining', self, BECAUSE.drains);
  if (target && ask('fill of the lane that would take flow', room, '<', roomFill)) {
    return leaf.rebalance('LANE.high.otherwise', one, target);
  }
  return leaveHighToTotal('LANE.high.no-room', one, high, ask, BECAUSE.noRoom);
}

/** Where nothing stands, and whose room is seen; what is reckoned is as good only where no lane is seen at all. */
function lanesThatTakeFlow(lanes: readonly UnitSituation[]): readonly UnitSituation[] {
  const moving = lanes.filter(({ jammed }) => !jammed);
  const seen = moving.filter(({ series }) => series.wipOffBy === undefined);
  return seen.length > 0 ? seen : moving;
}

/** On its way back to the target without us: the right answer is to wait, and people must know why. */
function drains(one: Case, high: High, excess: number | null, ask: Ask): boolean {
  if (high.byOthers || high.emergency.on || one.self.jammed) return false;
  return (
    ask('growth, units a minute', one.self.signals.growthHighUpm, '<', 0) &&
    ask('flow to take away, units a minute', excess, '<=', 0)
  );
}
