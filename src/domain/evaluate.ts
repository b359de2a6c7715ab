/**
 * THE decision tree, read from top to bottom: data gate, zones, schedule gate, emergency gate, then the branch
 * of the unit's type. The first match wins. Every question goes through `ask`, which writes it down.
 */
import type { InterpretMemory } from './alerting.ts';
import { causeOfHigh, causeOfLow, jammedUpstream } from './evaluate/cause.ts';
import { minutesHigh, minutesLow } from './evaluate/minutes-actionable.ts';
import { overflowProbability, starvationProbability } from './evaluate/probability.ts';
import * as leaf from './evaluate/proposals.ts';
import type { Case, Proposal } from './evaluate/proposals.ts';
import * as amounts from './evaluate/quantities.ts';
import { minutesUntil, shareOnBreak } from './evaluate/schedule.ts';
import {
  isKnown,
  isStandingStill,
  levelAndWcsAgree,
  neighboursOf,
  situationsOf,
} from './evaluate/situation.ts';
import { startTrace, type Ask, type Trace } from './evaluate/trace.ts';
import { finish, summarize } from './evaluate/write-up.ts';
import { algorithm, withSensitivity } from './parameters.ts';
import { noPast, type ReadPast } from './past.ts';
import type { EvaluateResult, Recommendation, UnitEvaluation } from './recommendation.ts';
import type { WarehouseSettings } from './registry.ts';
import type { WarehouseSeries } from './series.ts';
import { productiveUph } from './signals.ts';
import { worstState, type Alarm, type HighZone, type LowZone, type State } from './vocabulary.ts';
import { highSeverity, highZone, isAtLeastHigh, isAtLeastLow, lowSeverity, lowZone } from './zones.ts';

/**
 * Substep 1 of interpret: what each unit would say if it were alone. Pure; the order of the units decides
 * nothing. Throws only where `algorithm` is not a known version.
 */
export function evaluate(input: {
  series: WarehouseSeries;
  memory: InterpretMemory;
  settings: WarehouseSettings;
  cycleId: string;
  algorithm: string;
  /** Each unit's own levels on earlier days; absent: nothing is known of them. */
  past?: ReadPast;
  /** How readily to warn; absent: as the version has it. */
  sensitivity?: number;
}): EvaluateResult {
  const version = algorithm(input.algorithm);
  const parameters = input.sensitivity === undefined ? version : withSensitivity(version, input.sensitivity);
  const all = situationsOf({ ...input, parameters, past: input.past ?? noPast });
  const cases = all.map((self): Case => {
    const near = neighboursOf(self, all, parameters);
    return { self, near, p: parameters, algorithm: input.algorithm };
  });
  const ownZones = new Map(cases.map((one) => [one.self.unit.unitId, ownHighZone(one, startTrace().ask)]));
  return {
    warehouse: input.series.warehouse,
    cycleId: input.cycleId,
    algorithm: input.algorithm,
    units: cases.map((one) => decide(one, ownZones)),
  };
}

type Zones = ReadonlyMap<string, HighZone>;

function decide(one: Case, ownZones: Zones): UnitEvaluation {
  const { self, p } = one;
  const data = startTrace();
  if (!dataGate(one, data.ask)) return decideBlind(one, data);

  const high = startTrace(data.tests);
  const ownZone = ownHighZone(one, high.ask);
  const isHigh = isAtLeastHigh(ownZone, 'OVERFLOW_RISK');
  const byOthers = !isHigh && overflowsByOthers(one, ownZones, high.ask);
  const emergency = emergencyGate(one, high.ask);
  // What is not seen in the level cannot be counted in its minutes.
  const beyondLevel = !isHigh && (byOthers || emergency.on);
  const zone = beyondLevel ? 'OVERFLOW_RISK' : ownZone;

  const low = startTrace(data.tests);
  const scheduled = scheduleGate(one, low.ask);
  const needs: LowZone = scheduled ? lowZoneOf(one, low.ask) : 'OK';

  const recommendations: Recommendation[] = [];
  const proposedHigh = decideHigh(one, { zone, byOthers, emergency, ownZones }, high.ask);
  if (proposedHigh) {
    const severity = emergency.on ? 'EMERGENCY' : highSeverity(zone, self.signals.ttoMin, self.thresholds);
    recommendations.push(
      finish(one, proposedHigh, high.tests, {
        direction: 'HIGH',
        state: zone,
        severity: severity === 'NONE' ? 'WATCH' : severity,
        cause: proposedHigh.cause ?? causeOfHigh(self, one.near, p),
        probability: overflowProbability(self.signals, self.forecast, self.byFlows, p),
        minutesActionable: beyondLevel ? null : minutesHigh(one),
        levelAndWcsAgree: emergency.on && levelAndWcsAgree(self, p),
        alarm: emergency.alarm,
      }),
    );
  }
  const proposedLow = scheduled ? decideLow(one, needs, low.ask) : null;
  if (proposedLow) {
    const severity = lowSeverity(needs, self.signals.ttsMin, self.thresholds);
    recommendations.push(
      finish(one, proposedLow, low.tests, {
        direction: 'LOW',
        state: needs,
        severity: severity === 'NONE' ? 'WATCH' : severity,
        cause: proposedLow.cause ?? causeOfLow(self, one.near, p),
        probability: starvationProbability(self.signals, self.starvation, self.demand.wanted, p),
        minutesActionable: minutesLow(one),
        levelAndWcsAgree: false,
      }),
    );
  }
  const states: State[] = [zone, needs, scheduled ? 'OK' : 'NOT_SCHEDULED'];
  const silent = [...(proposedHigh ? [] : high.tests), ...(proposedLow ? [] : low.tests)];
  return summarize(one, { state: worstState(states), high: zone, low: needs }, recommendations, silent);
}

// --- Data: without it nothing is healthy, and nothing has recovered -----------------------------------------

function dataGate({ self, p }: Case, ask: Ask): boolean {
  const { signals, series } = self;
  if (self.thresholdProblem !== null) ask("the unit's own thresholds", self.thresholdProblem, 'is', 'valid');
  return (
    !ask('level is unknown', signals.wipUnits === null, 'is', true) &&
    !ask('capacity is unknown', signals.capacityUnits === null, 'is', true) &&
    !ask('quality', signals.quality, '<', p.data.unknownQuality) &&
    !ask('share of capacity with a known level', series.quality.coverage, '<', p.data.coverage)
  );
}

/** UNKNOWN keeps its zones. A stop flag is a fact of its own. */
function decideBlind(one: Case, data: Trace): UnitEvaluation {
  const { self } = one;
  const unknown = { probability: null, minutesActionable: null, levelAndWcsAgree: false };
  const check = leaf.propose('DATA.unknown', self, 'CHECK_DATA', { because: leaf.whyBlind(one) });
  const recommendations = [
    finish(one, check, data.tests, {
      ...{ direction: '', state: 'UNKNOWN', severity: 'WARNING', cause: 'UNKNOWN' },
      ...unknown,
    }),
  ];
  const high = startTrace(data.tests);
  if (stopFlag(one, high.ask)) {
    const stop = leaf.propose(`${self.unit.unitType}.high.stop`, self, 'EMERGENCY_STOP');
    recommendations.push(
      finish(one, stop, high.tests, {
        ...{ direction: 'HIGH', state: 'OVERFLOW_RISK', severity: 'EMERGENCY', cause: 'JAM' },
        ...{ ...unknown, alarm: 'STOP_FLAG' },
      }),
    );
  }
  return summarize(one, { state: 'UNKNOWN', ...self.previous }, recommendations, []);
}

// --- Zones --------------------------------------------------------------------------------------------------

function ownHighZone({ self, p }: Case, ask: Ask): HighZone {
  if (!isKnown(self, p)) return self.previous.high;
  const { fill, ttoMin } = self.signals;
  const probability = self.byFlows?.near ?? self.forecast?.near.probability ?? null;
  const figures = { fill, ttoMin, probability, told: self.toldHigh };
  return highZone(figures, self.previous.high, self.thresholds, ask);
}

function lowZoneOf({ self }: Case, ask: Ask): LowZone {
  const { coverMin, ttsMin, fill } = self.signals;
  ask('something is waiting, due or coming in', self.demand.wanted, 'is', true);
  return lowZone({ fill, coverMin, ttsMin, ...self.low }, self.previous.low, self.thresholds, ask);
}

/** A total is more than the sum of its levels: what cannot get in, or past the sorter, overflows too. */
function overflowsByOthers(one: Case, ownZones: Zones, ask: Ask): boolean {
  const { self, near } = one;
  if (self.unit.unitType !== 'TOTAL') return false;
  const share = leaf.inductsAtRiskShare(near, ownZones);
  return (
    ask('planned inflow behind inducts at risk', share, '>=', self.thresholds.inductsAtRiskShare) ||
    ask('fill of the sorter', self.series.sorter?.fill ?? null, '>=', self.thresholds.sorterFill) ||
    ask('state of the sorter', self.series.sorter?.state ?? null, 'is', 'FAULT')
  );
}

// --- Schedule: concerns LOW alone ---------------------------------------------------------------------------

function scheduleGate({ self, p }: Case, ask: Ask): boolean {
  const { picking, staffing, scheduled, cptTs } = self.series;
  const toDeparture = minutesUntil(self.series, cptTs);
  const beforeCpt = ask('minutes to the departure', toDeparture, '<=', p.schedule.drainBeforeCptMin);
  return !(
    ask('scheduled now', scheduled, 'is', false) ||
    (beforeCpt && ask('pickers scheduled before the departure', picking?.hcPlan ?? null, '<=', 0)) ||
    ask('pickers on a planned break', shareOnBreak(picking), '>=', p.schedule.breakShare) ||
    ask('staff on a planned break', shareOnBreak(staffing), '>=', p.schedule.breakShare)
  );
}

// --- Emergency: sets the severity, the branch chooses the action --------------------------------------------

interface Emergency {
  on: boolean;
  /** Everything has to stand: nothing milder helps. */
  stop: boolean;
  /** What is alarming, where level and time do not show it. */
  alarm: Alarm | null;
}

function emergencyGate(one: Case, ask: Ask): Emergency {
  const { self, p } = one;
  const { fill, ttoMin } = self.signals;
  const e = p.emergency;
  if (stopFlag(one, ask)) return { on: true, stop: true, alarm: 'STOP_FLAG' };
  if (recirculates(one, ask)) {
    const stop = ask('fill of the sorter', self.series.sorter?.fill ?? null, '>=', e.sorterFill);
    return { on: true, stop, alarm: 'RECIRCULATION' };
  }
  const on =
    (ask('fill', fill, '>=', e.fill) && ask('minutes to overflow', ttoMin, '<=', e.ttoMin)) ||
    ask('fill', fill, '>=', e.overFill) ||
    (ask('jam', self.jammed, 'is', true) && ask('minutes to overflow', ttoMin, '<=', e.jamTtoMin));
  return { on, stop: false, alarm: null };
}

/** A total shows the worst of its devices: a stop that one of its units shows is that unit's own. */
function stopFlag({ self, near }: Case, ask: Ask): boolean {
  if (!ask('stop flag from WCS', self.series.device.state === 'ESTOP', 'is', true)) return false;
  if (self.unit.unitType !== 'TOTAL') return true;
  return !ask('the stop is shown by a unit of its own', near.partStopped, 'is', true);
}

function recirculates({ self, p }: Case, ask: Ask): boolean {
  const { recircShare, recircRising } = self.signals;
  return (
    ask('recirculating share', recircShare, '>', p.emergency.recircShare) &&
    ask('recirculation rises', recircRising, 'is', true)
  );
}

// --- HIGH ---------------------------------------------------------------------------------------------------

interface High {
  zone: HighZone;
  byOthers: boolean;
  emergency: Emergency;
  ownZones: Zones;
}

function decideHigh(one: Case, high: High, ask: Ask): Proposal | null {
  const { self, p } = one;
  const type = self.unit.unitType;
  if (high.emergency.stop) return leaf.propose(`${type}.high.stop`, self, 'EMERGENCY_STOP');
  if (ask('our stop is on', self.inForce.stopped && !high.emergency.on, 'is', true)) {
    if (ask('fill, to restart', self.signals.fill, '<=', p.emergency.restartFill)) {
      return leaf.release(`${type}.high.restart`, one, 'the stop is over, half speed first');
    }
  }
  if (high.zone === 'OK') return null;
  if (type === 'TOTAL') return totalHigh(one, high, ask);
  return type === 'INDUCT' ? inductHigh(one, high, ask) : laneHigh(one, high, ask);
}

function totalHigh(one: Case, high: High, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals, series } = self;
  const { targetFill, drainMin, staffArrivalMin } = p.total;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, drainMin);
  if (drains(one, high, excess, ask)) return leaf.wait('TOTAL.high.draining', self, 'it drains by itself');

  const understaffed =
    !ask('jam', self.jammed, 'is', true) &&
    (ask('what staff can pass, units a minute', signals.capabilityUpm, '<', signals.inflowUpm) ||
      ask('staff at work', series.staffing?.hcActive ?? null, '<', series.staffing?.hcPlan ?? null));
  if (understaffed) {
    const most = amounts.mostPersons(amounts.staffBounds(series.staffing, self.override));
    const needed = amounts.personsFor(excess, signals.uph);
    const helps =
      ask('people who can be added', most, '>=', 1) &&
      (needed === null || ask('people needed', needed, '>=', 1)) &&
      ask('minutes to overflow', signals.ttoMin, '>', staffArrivalMin);
    if (helps) return leaf.addStaff('TOTAL.high.understaffed', one, self.unit.process, needed, most);
  }

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('TOTAL.high.watch', self);
  const behind = leaf.behindInducts(near, high.ownZones, p);
  if (high.byOthers) {
    return leaf.throttlePicking('TOTAL.high.backed-up', one, self, behind, 'its inducts or sorter back up');
  }
  if (ask('minutes to overflow', signals.ttoMin, '<=', staffArrivalMin)) {
    return leaf.throttlePicking('TOTAL.high.too-late', one, self, behind, 'staff would come too late');
  }
  return leaf.throttlePicking('TOTAL.high.otherwise', one, self, behind);
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
    const room = other ? `${other.unit.path} has the most room` : '';
    return leaf.throttleInduct('INDUCT.high.jam', one, quantity, room);
  }
  const { targetFill, settleMin } = p.induct;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, settleMin);
  if (drains(one, high, excess, ask)) return leaf.wait('INDUCT.high.draining', self, 'it drains by itself');

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('INDUCT.high.watch', self);
  if (ask('points down to the least inflow', floor, '<', 1)) {
    return leaf.leaveHighToTotal('INDUCT.high.floor', one, 'it is throttled as far as it may be');
  }
  const quantity = amounts.inductThrottlePercent(signals, planned, p);
  if (ask('points to throttle', quantity, '>', 0)) {
    return leaf.throttleInduct('INDUCT.high.cap', one, quantity);
  }
  return leaf.throttleInduct('INDUCT.high.otherwise', one, null);
}

function laneHigh(one: Case, high: High, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals } = self;
  const fill = signals.fill ?? 0;
  const target = leaf.emptiest(near.lanes);
  const room = target?.signals.fill ?? null;

  const still = self.jammed || isStandingStill(signals, p);
  if (ask('fill', fill, '>=', p.lane.standstillFill) && ask('standing still', still, 'is', true)) {
    return target && ask('fill of the emptiest other lane', room, '<', p.lane.roomFill)
      ? leaf.divertAll('LANE.high.standstill', one, target, 'it stands still, divert all')
      : leaf.leaveHighToTotal('LANE.high.standstill-no-room', one, 'it stands still and no lane has room');
  }
  const skewed =
    ask('fill', fill, '>=', p.lane.fullest) &&
    ask('fill of the emptiest other lane', room, '<=', p.lane.emptiest) &&
    ask('gap to the emptiest lane', room === null ? null : fill - room, '>=', p.lane.gap);
  if (target && skewed) return leaf.rebalance('LANE.high.skew', one, target);

  if (!isAtLeastHigh(high.zone, 'OVERFLOW_RISK')) return leaf.wait('LANE.high.watch', self);
  if (ask('fill of the emptiest lane', Math.min(fill, room ?? fill), '>=', p.lane.fullest)) {
    return leaf.leaveHighToTotal('LANE.high.all-full', one, 'no lane has room');
  }
  const { targetFill, drainMin } = p.total;
  const excess = amounts.excessUpm(signals, signals.growthHighUpm, targetFill, drainMin);
  if (drains(one, high, excess, ask)) return leaf.wait('LANE.high.draining', self, 'it drains by itself');
  if (target && ask('fill of the emptiest other lane', room, '<', p.lane.roomFill)) {
    return leaf.rebalance('LANE.high.otherwise', one, target);
  }
  return leaf.leaveHighToTotal('LANE.high.no-room', one, 'no lane has room');
}

/** On its way back to the target without us: the right answer is to wait, and people must know why. */
function drains(one: Case, high: High, excess: number | null, ask: Ask): boolean {
  if (high.byOthers || high.emergency.on || one.self.jammed) return false;
  return (
    ask('growth, units a minute', one.self.signals.growthHighUpm, '<', 0) &&
    ask('flow to take away, units a minute', excess, '<=', 0)
  );
}

// --- LOW ----------------------------------------------------------------------------------------------------

function decideLow(one: Case, zone: LowZone, ask: Ask): Proposal | null {
  const { self } = one;
  const type = self.unit.unitType;
  if (type === 'INDUCT' && mayOpen(one, ask)) return leaf.release('INDUCT.low.open', one);
  if (zone === 'OK') return null;
  if (type === 'TOTAL') return totalLow(one, zone, ask);
  if (ask('something is waiting, due or coming in', self.demand.wanted, 'is', false)) {
    return leaf.wait(`${type}.low.no-demand`, self);
  }
  return type === 'INDUCT' ? inductLow(one, ask) : laneLow(one, zone, ask);
}

function totalLow(one: Case, zone: LowZone, ask: Ask): Proposal {
  const { self, near, p } = one;
  const { signals, series, demand } = self;
  if (ask('our throttle is on, percent', self.inForce.throttlePercent, '>', 0)) {
    return leaf.release('TOTAL.low.throttled', one);
  }
  const jammed = jammedUpstream(self, near);
  if (ask('jam upstream', jammed !== null, 'is', true) && jammed) {
    return leaf.wait('TOTAL.low.upstream-jam', jammed, '', 'UPSTREAM_STOP');
  }
  if (ask('backlog, units', demand.backlogUnits, '>', 0)) {
    const excess = amounts.excessUpm(signals, signals.growthLowUpm, p.total.targetFill, p.total.drainMin);
    const missing = excess === null ? null : -excess;
    if (ask('flow that is missing, units a minute', missing, '<=', 0)) {
      return leaf.wait('TOTAL.low.refilling', self, 'it fills by itself');
    }
    const uph = series.picking && productiveUph(series.picking, p.signals.idleShare);
    const most = amounts.mostPersons(amounts.staffBounds(series.picking, null));
    if (ask('pickers who can be added', most, '>=', 1)) {
      return leaf.addStaff('TOTAL.low.backlog', one, 'PICK', amounts.personsFor(missing, uph), most);
    }
    return leaf.wait('TOTAL.low.no-picker', self, 'work is waiting, but no picker is free');
  }
  if (zone === 'WATCH_LOW' && ask('backlog, units', demand.backlogUnits, '<=', 0)) {
    return removeStaff(one, ask);
  }
  return leaf.wait('TOTAL.low.otherwise', self);
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
  const spare = leaf.spareStaff(one);
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

function inductLow(one: Case, ask: Ask): Proposal {
  const full = leaf.fullest(one.near.feeders)?.signals.fill ?? null;
  if (ask('fill upstream', full, '>=', one.p.induct.upstreamFull)) {
    return leaf.propose('INDUCT.low.upstream-full', one.self, 'RELEASE_INDUCT', {
      ...{ quantity: one.p.release.step, quantityUnit: 'percent' },
    });
  }
  return leaf.leaveLowToTotal('INDUCT.low.leave-to-total', one);
}

function laneLow(one: Case, zone: LowZone, ask: Ask): Proposal {
  const { self, near, p } = one;
  const fill = self.signals.fill ?? 0;
  const source = leaf.fullest(near.lanes);
  const fullestFill = source?.signals.fill ?? null;
  const others = near.lanes.length === 0 ? null : leaf.meanFill(near.lanes);
  const alone =
    isAtLeastLow(zone, 'STARVE_RISK') &&
    ask('mean fill of the other lanes', others, '>', p.lane.reverseFill) &&
    ask('gap to the fullest lane', fullestFill === null ? null : fullestFill - fill, '>=', p.lane.gap);
  if (source && alone) return leaf.refill('LANE.low.skew', one, source);

  const jammed = jammedUpstream(self, near);
  if (ask('jam upstream', jammed !== null, 'is', true) && jammed) {
    return leaf.wait('LANE.low.upstream-jam', jammed, '', 'UPSTREAM_STOP');
  }
  return leaf.leaveLowToTotal('LANE.low.leave-to-total', one);
}
