/** Why it is so: the first explanation that the figures bear out, the most physical first. */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Staffing } from '../series.ts';
import type { Cause } from '../vocabulary.ts';
import { productiveUph } from '../forecast/signals.ts';
import type { Neighbours, UnitSituation } from './unit-situation.ts';

export function causeOfHigh(self: UnitSituation, near: Neighbours, parameters: AlgorithmParameters): Cause {
  const { signals, series } = self;
  const p = parameters.cause;
  if (self.jammed || series.device.state === 'ESTOP') return 'JAM';
  const next = near.downstream;
  if (next && (next.signals.fill ?? 0) >= p.blockedFill) return 'BLOCKED';
  if (isShort(series.staffing, p.understaffed)) return 'UNDERSTAFFED';
  if (isSlow(series.staffing, parameters)) return 'RATE_FALL';
  if (
    signals.inflowUpm !== null &&
    series.plannedInflowUpm !== null &&
    series.plannedInflowUpm > 0 &&
    signals.inflowUpm > p.surge * series.plannedInflowUpm
  ) {
    return 'SURGE';
  }
  if (self.unit.unitType === 'LANE' && isSkewed(self, near, parameters)) return 'SKEW';
  if (
    signals.inflowUpm !== null &&
    signals.capabilityUpm !== null &&
    signals.capabilityUpm < signals.inflowUpm
  ) {
    return 'UNDERSTAFFED';
  }
  return 'UNKNOWN';
}

export function causeOfLow(self: UnitSituation, near: Neighbours, parameters: AlgorithmParameters): Cause {
  const { signals, series } = self;
  const p = parameters.cause;
  if (self.demand.wanted === false) return 'NO_DEMAND';
  if (jammedUpstream(self, near)) return 'UPSTREAM_STOP';
  if (self.unit.unitType === 'LANE' && isSkewed(self, near, parameters)) return 'SKEW';
  if (isShort(series.picking, p.understaffed)) return 'UNDERSTAFFED';
  if (
    signals.inflowUpm !== null &&
    series.plannedInflowUpm !== null &&
    signals.inflowUpm < p.inflowFall * series.plannedInflowUpm
  ) {
    return 'STARVED';
  }
  return 'UNKNOWN';
}

/** Why a process that has enough to work on passes too little. */
export function causeOfTeam(staffing: Staffing | null, parameters: AlgorithmParameters): Cause {
  const slow = !isShort(staffing, parameters.cause.understaffed) && isSlow(staffing, parameters);
  return slow ? 'RATE_FALL' : 'UNDERSTAFFED';
}

/** The jammed unit before this one; of several the fullest. */
export function jammedUpstream(self: UnitSituation, near: Neighbours): UnitSituation | null {
  const inducts = self.unit.unitType === 'INDUCT' ? [] : near.inducts;
  const jammed = [...near.feeders, ...inducts].filter((one) => one.jammed);
  return jammed.toSorted((a, b) => (b.signals.fill ?? 0) - (a.signals.fill ?? 0))[0] ?? null;
}

function isShort(staffing: Staffing | null, share: number): boolean {
  const active = staffing?.hcActive ?? null;
  const plan = staffing?.hcPlan ?? null;
  return active !== null && plan !== null && plan > 0 && active < share * plan;
}

function isSlow(staffing: Staffing | null, parameters: AlgorithmParameters): boolean {
  if (!staffing || staffing.uphActual === null || staffing.uphPlan === null) return false;
  const uph = productiveUph(staffing, parameters.signals.idleShare);
  return uph !== null && uph < parameters.cause.rateFall * staffing.uphPlan;
}

function isSkewed(self: UnitSituation, near: Neighbours, parameters: AlgorithmParameters): boolean {
  const own = self.signals.fill;
  const fills = near.lanes.map((lane) => lane.signals.fill).filter((fill) => fill !== null);
  return own !== null && fills.some((fill) => Math.abs(fill - own) >= parameters.lane.gap);
}
