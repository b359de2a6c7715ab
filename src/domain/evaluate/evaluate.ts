/**
 * THE decision tree, read from top to bottom: data gate, zones, schedule gate, emergency gate, and then on, by the
 * alert's direction, in evaluate/high.ts or evaluate/low.ts. The first match wins. Every question goes through `ask`,
 * which writes it down.
 */
import type { InterpretMemory } from '../suppress/contract.ts';
import { causeOfHigh, causeOfLow } from './cause.ts';
import { decideHigh, type Emergency } from './high.ts';
import { fillOfFullest, stageBehindSorter } from './line.ts';
import { evaluateSources } from './sources.ts';
import { evaluateWarehouse } from './warehouse.ts';
import { decideLow } from './low.ts';
import { minutesHigh, minutesLow } from './minutes-actionable.ts';
import { starvationProbability } from '../forecast/probability.ts';
import * as leaf from './proposals.ts';
import type { Case } from './proposals.ts';
import { minutesUntil, shareOnBreak } from './schedule.ts';
import {
  isKnown,
  levelAndWcsAgree,
  neighboursOf,
  overflowProbability,
  unitSituationsOf,
  type UnitSituation,
} from './unit-situation.ts';
import { startTrace, type Ask, type Trace } from '../trace.ts';
import { finish, summarize } from './write-up.ts';
import { algorithm, withSensitivity } from '../algorithm/algorithm.ts';
import { noPast, type ReadPast } from '../forecast/past.ts';
import type { EvaluateResult, Recommendation, UnitEvaluation } from '../recommendation.ts';
import type { WarehouseSettings } from '../registry.ts';
import type { WarehouseSeries } from '../series.ts';
import { shortName } from '../words/places.ts';
import { worstState, type HighZone, type LowZone, type State } from '../vocabulary.ts';
import { confirmed, highSeverity, highZone, isAtLeastHigh, lowSeverity, lowZone } from './zones.ts';

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
  const all = unitSituationsOf({ ...input, parameters, past: input.past ?? noPast });
  const cases = all.map((self): Case => {
    const near = neighboursOf(self, all, parameters);
    return { self, near, p: parameters, algorithm: input.algorithm };
  });
  const ownZones = new Map(cases.map((one) => [one.self.unit.unitId, ownHighZone(one, startTrace().ask)]));
  const own = [
    ...evaluateWarehouse(input.series, input.algorithm),
    ...evaluateSources(input.series, input.algorithm),
  ];
  return {
    warehouse: input.series.warehouse,
    cycleId: input.cycleId,
    algorithm: input.algorithm,
    units: cases.map((one) => decide(one, ownZones)),
    ...(own.length > 0 ? { own } : {}),
  };
}

type Zones = ReadonlyMap<string, HighZone>;

function decide(one: Case, ownZones: Zones): UnitEvaluation {
  const { self, p } = one;
  if (self.series.closed) return decideClosed(one, self.series.closed);
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

  // What nobody sees may warn of an overflow. It says neither that all is well nor that there is room.
  const isEstimated = self.series.wipOffBy !== undefined;
  const isUnseen = isEstimated && !isAtLeastHigh(zone, 'OVERFLOW_RISK');
  const low = startTrace(data.tests);
  const scheduled = scheduleGate(one, low.ask);
  const needs: LowZone = isEstimated ? self.previous.low : scheduled ? lowZoneOf(one, low.ask) : 'OK';

  const recommendations: Recommendation[] = [];
  const proposedHigh = isUnseen ? null : decideHigh(one, { zone, byOthers, emergency, ownZones }, high.ask);
  if (proposedHigh) {
    const severity = emergency.on ? 'EMERGENCY' : highSeverity(zone, self.signals.ttoMin, self.thresholds);
    recommendations.push(
      finish(one, goingOn(one, proposedHigh), high.tests, {
        direction: 'HIGH',
        state: zone,
        severity: severity === 'NONE' ? 'WATCH' : severity,
        cause: proposedHigh.cause ?? causeOfHigh(self, one.near, p),
        probability: overflowProbability(self),
        minutesActionable: beyondLevel ? null : minutesHigh(one),
        levelAndWcsAgree: emergency.on && levelAndWcsAgree(self, p),
        // A full buffer is no forecast.
        atOnce: self.formerHigh !== null || (ownZone === 'OVERFLOW_RISK' && isOverflowToldAtOnce(self)),
        alarm: emergency.alarm,
      }),
    );
  }
  const proposedLow = scheduled && !isEstimated ? decideLow(one, needs, low.ask) : null;
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
        // A line that stops empties the first buffers within ten minutes.
        atOnce: self.starvation !== null,
      }),
    );
  }
  if (isEstimated || isToldOf(one))
    recommendations.push(checkData(one, data, isEstimated ? 'UNKNOWN' : 'OK'));
  const states: State[] = isEstimated ? [zone] : [zone, needs, scheduled ? 'OK' : 'NOT_SCHEDULED'];
  const silent = [...(proposedHigh ? [] : high.tests), ...(proposedLow ? [] : low.tests)];
  const state = isUnseen ? 'UNKNOWN' : worstState(states);
  return summarize(
    one,
    { state, high: isUnseen ? self.previous.high : zone, low: needs },
    recommendations,
    silent,
  );
}

/** The alert under the path's former id ends, and this one is no new trouble. */
function goingOn({ self: { formerHigh } }: Case, proposal: leaf.Proposal): leaf.Proposal {
  if (formerHigh === null) return proposal;
  const before = `the alert of ${shortName(formerHigh)} goes on here: it is the same path`;
  return { ...proposal, because: [proposal.because, before].filter((text) => text !== '').join(', ') };
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
  const recommendations = [checkData(one, data)];
  const high = startTrace(data.tests);
  if (stopFlag(one, high.ask)) recommendations.push(stopAlone(one, high));
  return summarize(one, { state: 'UNKNOWN', ...self.previous }, recommendations, []);
}

/** A stop flag is all that is said of the unit. */
function stopAlone(one: Case, { tests }: Trace): Recommendation {
  const stop = leaf.propose(`${one.self.unit.unitType}.high.stop`, one.self, 'EMERGENCY_STOP');
  return finish(one, stop, tests, {
    ...{ direction: 'HIGH', state: 'OVERFLOW_RISK', severity: 'EMERGENCY', cause: 'JAM' },
    ...{ probability: null, minutesActionable: null, levelAndWcsAgree: false, atOnce: false },
    alarm: 'STOP_FLAG',
  });
}

/** A defect that people have to know of although the unit can be judged. */
function isToldOf({ self }: Case): boolean {
  return self.series.defects.some(({ tell }) => tell);
}

/** A named doubt is told when it lasts, as any trouble is; a mere lack of data has longer to come. */
function checkData(one: Case, { tests }: Trace, state: 'UNKNOWN' | 'OK' = 'UNKNOWN'): Recommendation {
  const { defects, snapshotTs } = one.self.series;
  const told = defects.filter(({ tell }) => tell);
  const since = told.map((defect) => (snapshotTs - (defect.since ?? snapshotTs)) / 60_000);
  const check = leaf.propose('DATA.unknown', one.self, 'CHECK_DATA', { because: leaf.whyBlind(one) });
  return finish(one, check, tests, {
    ...{ direction: '', state, severity: 'WARNING', cause: 'UNKNOWN', probability: null },
    minutesActionable: told.length === 0 ? null : Math.floor(Math.max(...since)),
    ...{ levelAndWcsAgree: false, atOnce: false },
  });
}

/**
 * Where stock still lies in what was open within the hour, an overflow that people know of has not recovered:
 * NOT_SCHEDULED neither goes on with it nor ends it.
 */
function decideClosed(one: Case, closed: 'settled' | 'holding'): UnitEvaluation {
  const { self } = one;
  const { tests, ask } = startTrace();
  ask('capacity', self.series.capacityUnits, '<=', 0);
  const high: Trace = startTrace(tests);
  const stop = stopFlag(one, high.ask) ? [stopAlone(one, high)] : [];
  return closed === 'holding'
    ? summarize(one, { ...self.previous, state: 'NOT_SCHEDULED', low: 'OK' }, stop, high.tests)
    : summarize(one, { state: 'OK', high: 'OK', low: 'OK' }, stop, high.tests);
}

// --- Zones --------------------------------------------------------------------------------------------------

function ownHighZone(one: Case, ask: Ask): HighZone {
  const { self, p } = one;
  const { forecast, byFlows, signals, thresholds, previous, told } = self;
  if (self.series.closed) return 'OK';
  if (!isKnown(self, p) || forecast === null) return previous.high;
  const probability = byFlows?.near ?? forecast.near.probability;
  const limits = isOverflowToldAtOnce(self)
    ? thresholds
    : confirmed(thresholds, p.persistence.confirmedShare);
  return highZone({ fill: signals.fill, probability, told: told.high !== null }, previous.high, limits, ask);
}

/** A forecast waits for no second cycle, but where flows are measured: ten minutes of these turn more often than levels do. */
function isOverflowToldAtOnce({ forecast, byFlows }: UnitSituation): boolean {
  return forecast !== null && byFlows === null;
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

function emergencyGate(one: Case, ask: Ask): Emergency {
  const { self, p } = one;
  const { ttoMin } = self.signals;
  const fill = leastFill(self);
  const e = p.emergency;
  if (stopFlag(one, ask)) return { on: true, stop: true, alarm: 'STOP_FLAG' };
  if (recirculates(one, ask)) return { on: true, stop: isStuck(one, ask), alarm: 'RECIRCULATION' };
  const on =
    (ask('fill', fill, '>=', e.fill) && ask('minutes to overflow', ttoMin, '<=', e.ttoMin)) ||
    ask('fill', fill, '>=', e.overFill) ||
    (ask('jam', self.jammed, 'is', true) && ask('minutes to overflow', ttoMin, '<=', e.jamTtoMin));
  return { on, stop: false, alarm: null };
}

/** An estimated level is an emergency only as far as it is certain. */
function leastFill({ signals, series }: UnitSituation): number | null {
  const { fill, capacityUnits } = signals;
  if (fill === null || capacityUnits === null) return null;
  return fill - (series.wipOffBy ?? 0) / capacityUnits;
}

/** A total shows the worst of its devices: a stop that one of its units shows is that unit's own. */
function stopFlag({ self, near }: Case, ask: Ask): boolean {
  if (!ask('stop flag from WCS', self.series.device.state === 'ESTOP', 'is', true)) return false;
  if (self.unit.unitType !== 'TOTAL') return true;
  return !ask('the stop is shown by a unit of its own', near.partStopped, 'is', true);
}

function recirculates({ self, p }: Case, ask: Ask): boolean {
  const { recircShare, recircRising } = self.signals;
  const fill = self.series.sorter?.fill ?? null;
  return (
    ask('recirculating share', recircShare, '>', p.emergency.recircShare) &&
    ask('recirculation rises', recircRising, 'is', true) &&
    ask('fill of the sorter', fill, '>=', p.emergency.recircSorterFill)
  );
}

/** What goes round finds no way out. Where it only waits for room behind the sorter, a stop makes none. */
function isStuck({ self, near, p }: Case, ask: Ask): boolean {
  const { sorterFill, stopDestinationFill } = p.emergency;
  const fullest = fillOfFullest(stageBehindSorter(near.paths));
  return (
    ask('fill of the sorter', self.series.sorter?.fill ?? null, '>=', sorterFill) &&
    !ask('fill of the fullest buffer behind the sorter', fullest, '>=', stopDestinationFill)
  );
}
