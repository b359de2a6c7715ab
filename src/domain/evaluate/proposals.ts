/** What a leaf of the tree can say, and how much of it. */
import type { AlgorithmParameters, Relief } from '../algorithm/schema.ts';
import type { Unit } from '../series.ts';
import type { Action, Cause, HighZone, QuantityUnit } from '../vocabulary.ts';
import { isAtRisk, stagesOf, sumOf, unitsAtRisk } from './line.ts';
import { tooFewToAdd, waitingForWork } from '../words/because.ts';
import * as amounts from './quantities.ts';
import type { Neighbours, UnitSituation } from './unit-situation.ts';

/** One unit on its way through the tree. */
export interface Case {
  self: UnitSituation;
  near: Neighbours;
  p: AlgorithmParameters;
  algorithm: string;
}

/** What a leaf says; the write-up adds what is the same for every leaf. */
export interface Proposal {
  branch: string;
  action: Action;
  actionUnit: Unit;
  quantity: number | null;
  quantityUnit: QuantityUnit | null;
  process: string | null;
  /** Of MOVE_STAFF: whose people go. */
  fromProcess: string | null;
  /** Half a sentence for the floor; empty where the action says it all. */
  because: string;
  /** Where the leaf knows better than the general order of causes. */
  cause?: Cause;
}

export function propose(
  branch: string,
  where: UnitSituation,
  action: Action,
  more: Partial<Proposal> = {},
): Proposal {
  const blank = { quantity: null, quantityUnit: null, process: null, fromProcess: null, because: '' };
  return { branch, action, actionUnit: where.unit, ...blank, ...more };
}

export function wait(branch: string, where: UnitSituation, because = '', cause?: Cause): Proposal {
  return propose(branch, where, 'NONE', cause === undefined ? { because } : { because, cause });
}

/** `most` bounds `needed`; where it cuts, the sentence says so. */
export function addStaff(
  branch: string,
  where: UnitSituation,
  process: string,
  needed: number | null,
  most: number,
  more: Partial<Proposal> = {},
): Proposal {
  const quantity = needed === null ? null : Math.min(needed, most);
  const because = tooFewToAdd(needed, most);
  return propose(branch, where, 'ADD_STAFF', {
    quantity,
    quantityUnit: 'persons',
    process,
    because,
    ...more,
  });
}

/** From where people wait for work to where it waits for people; `spare` bounds `needed`. */
export function moveStaff(
  branch: string,
  where: UnitSituation,
  process: string,
  { needed, spare }: { needed: number; spare: number },
  more: Partial<Proposal> = {},
): Proposal {
  const because = waitingForWork(needed, spare);
  const quantity = Math.min(needed, spare);
  // Those who can be spared are the unit's own.
  const fromProcess = where.unit.process;
  return propose(branch, where, 'MOVE_STAFF', {
    quantity,
    quantityUnit: 'persons',
    process,
    fromProcess,
    because,
    ...more,
  });
}

export function throttleInduct(
  branch: string,
  { self }: Case,
  quantity: number | null,
  because = '',
): Proposal {
  return propose(branch, self, 'THROTTLE_INDUCT', { quantity, quantityUnit: 'percent', because });
}

/**
 * By the share of their inflow that the units it relieves have too much, of the stage that needs most: all of them get
 * so much less. A lane gets it later than an induct. Without a unit at risk, by what the total has too much.
 *
 * @param relieved besides those at risk
 */
export function throttlePicking(
  branch: string,
  { near, p }: Case,
  total: UnitSituation,
  relieved: { ownZones: ReadonlyMap<string, HighZone>; also?: UnitSituation },
  because = '',
): Proposal {
  const { relief } = p;
  const percentFor = (units: readonly UnitSituation[], which: Relief): number | null =>
    amounts.pickingThrottlePercent(
      sumOf(units, (one) => amounts.reliefUpm(one, which, p)),
      sumOf(units, (one) => amounts.steadyInflowUpm(one, p)),
      p,
    );
  const percents = stagesOf(near.paths).flatMap((stage) => {
    const atRisk = unitsAtRisk(stage, relieved.ownZones);
    const units = stage.units.filter((one) => one === relieved.also || atRisk.includes(one));
    return units.length === 0
      ? []
      : (percentFor(units, units[0]?.unit.unitType === 'INDUCT' ? relief.near : relief.far) ?? []);
  });
  const quantity = total.jammed
    ? amounts.pickingThrottlePercent(total.signals.inflowUpm, total.signals.inflowUpm, p)
    : percents.length > 0
      ? Math.max(...percents)
      : percentFor([total], relief.near);
  return propose(branch, total, 'THROTTLE_PICKING_ALL', { quantity, quantityUnit: 'percent', because });
}

/** Share of the planned inflow (else of the present one, else of the capacity) that inducts at risk carry. */
export function inductsAtRiskShare(near: Neighbours, ownZones: ReadonlyMap<string, HighZone>): number | null {
  const weighings = [
    (one: UnitSituation) => one.series.plannedInflowUpm,
    (one: UnitSituation) => one.signals.inflowUpm,
    (one: UnitSituation) => one.signals.capacityUnits,
  ];
  // One measure for all, or the shares would not add up.
  for (const weigh of weighings) {
    const weights = near.inducts.map((one) => ({ weight: weigh(one), atRisk: isAtRisk(one, ownZones) }));
    const whole = weights.reduce((sum, { weight }) => sum + (weight ?? Number.NaN), 0);
    if (!(whole > 0)) continue;
    return weights.reduce((sum, { weight, atRisk }) => sum + (atRisk ? (weight ?? 0) : 0), 0) / whole;
  }
  return null;
}

/** Opens what we have throttled: step by step, after a stop at half speed first. */
export function release(branch: string, { p }: Case, where: UnitSituation, because = ''): Proposal {
  const { stopped, throttlePercent } = where.inForce;
  const quantity = stopped ? p.emergency.restartPercent : Math.min(p.release.step, throttlePercent);
  const action = where.unit.unitType === 'TOTAL' ? 'RELEASE_PICKING_ALL' : 'RELEASE_INDUCT';
  return propose(branch, where, action, { quantity, quantityUnit: 'percent', because });
}

/**
 * Flow from one lane to another, told in stations to open at the receiving one where a person's rate is known.
 * Empty without flow or staff, and bounded by the stations that the receiver has free.
 */
function moveFlow(
  branch: string,
  { self }: Case,
  lanes: { partner: UnitSituation; receiver: UnitSituation },
  flowUpm: number | null,
  because = '',
): Proposal {
  const needed = amounts.personsFor(flowUpm, self.signals.uph);
  const free = amounts.staffBounds(lanes.receiver.series.staffing, lanes.receiver.override).freeStations;
  const stations = needed === null ? null : Math.min(needed, free ?? Infinity);
  if (stations !== null && stations >= 1) {
    return propose(branch, lanes.partner, 'REBALANCE_CAPACITY', {
      ...{ quantity: stations, quantityUnit: 'stations', because },
    });
  }
  const measured = self.signals.inflowUpm !== null || self.signals.outflowUpm !== null;
  const quantity = measured ? flowUpm : null;
  return propose(branch, lanes.partner, 'REBALANCE_CAPACITY', { quantity, quantityUnit: 'upm', because });
}

/** Persons who can leave and nobody will miss soon; null where there is nobody to spare, or nobody knows. */
export function spareStaff(
  { series, signals, override }: UnitSituation,
  p: AlgorithmParameters,
): number | null {
  const active = series.staffing?.hcActive ?? null;
  const working = amounts.personsFor(signals.inflowUpm, signals.uph);
  if (active === null || working === null) return null;
  const spare = Math.floor(active - Math.max(override?.minHc ?? p.bounds.minHc, working));
  return spare >= 1 ? spare : null;
}

export function emptiest(lanes: readonly UnitSituation[]): UnitSituation | null {
  return lanes.toSorted((a, b) => (a.signals.fill ?? 0) - (b.signals.fill ?? 0))[0] ?? null;
}

export function fullest(lanes: readonly UnitSituation[]): UnitSituation | null {
  return lanes.toSorted((a, b) => (b.signals.fill ?? 0) - (a.signals.fill ?? 0))[0] ?? null;
}

export function meanFill(lanes: readonly UnitSituation[]): number {
  return lanes.reduce((sum, lane) => sum + (lane.signals.fill ?? 0), 0) / lanes.length;
}

/** From this full lane to an emptier one. */
export function rebalance(branch: string, one: Case, empty: UnitSituation): Proposal {
  const flow = amounts.rebalanceUpm(one.self.signals, groupMean(one), empty.signals, one.p);
  return moveFlow(branch, one, { partner: empty, receiver: empty }, flow);
}

/** The whole inflow of a lane that stands still. */
export function divertAll(branch: string, one: Case, empty: UnitSituation, because: string): Proposal {
  return moveFlow(branch, one, { partner: empty, receiver: empty }, one.self.signals.inflowUpm, because);
}

/** From a full lane to this starving one. */
export function refill(branch: string, one: Case, full: UnitSituation): Proposal {
  const flow = amounts.refillUpm(one.self.signals, groupMean(one), full.signals, one.p);
  return moveFlow(branch, one, { partner: full, receiver: one.self }, flow);
}

function groupMean({ self, near }: Case): number {
  return meanFill([self, ...near.lanes]);
}

/** Why there is nothing to say, for the people who have to mend it. */
export function whyBlind({ self, p }: Case): string {
  const { signals, series } = self;
  const told = series.defects.find(({ tell }) => tell);
  if (told) return told.detail;
  if (series.wipOffBy !== undefined)
    return 'no level from WES that can be believed; overflow is watched by the counters alone';
  if (signals.wipUnits === null) return 'no level from WES';
  if (signals.capacityUnits === null) return 'no capacity from WES';
  if (series.quality.coverage < p.data.coverage) {
    return `levels of only ${Math.round(series.quality.coverage * 100)} % of its capacity`;
  }
  const worst = series.defects.find((defect) => defect.hard) ?? series.defects[0];
  return worst ? worst.detail.replace(/\.$/, '') : `data quality ${Math.round(signals.quality)} of 100`;
}
