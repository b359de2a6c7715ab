/** How much: persons, percent, flow and stations, each inside what the floor can do. */
import type { AlgorithmParameters, Relief } from '../algorithm/schema.ts';
import { ROUNDING } from '../digits.ts';
import type { UnitOverride } from '../registry.ts';
import type { Staffing, Track } from '../series.ts';
import { hasOwnFlows, recentMean, type Signals } from '../forecast/signals.ts';
import type { UnitSituation } from './unit-situation.ts';

function roundUp(value: number, step = 1): number {
  return Math.ceil(value / step - ROUNDING) * step;
}

/** Flow to take away so that the level stops growing and is back at the target in time; negative: none. */
export function excessUpm(
  signals: Signals,
  growthUpm: number | null,
  targetFill: number,
  minutes: number,
): number | null {
  const { wipUnits, capacityUnits } = signals;
  if (wipUnits === null || capacityUnits === null || growthUpm === null) return null;
  return growthUpm + (wipUnits - targetFill * capacityUnits) / minutes;
}

type Measured = Pick<UnitSituation, 'series' | 'signals'>;

/** Mean of the last minutes; where it is not measured, as the signals have it. */
export function steadyInflowUpm({ series, signals }: Measured, p: AlgorithmParameters): number | null {
  const measured = hasOwnFlows(series)
    ? recentMean(series.flowIn, p.relief.growthWindowMin, p.signals)
    : null;
  return measured ?? signals.inflowUpm;
}

/**
 * What people are committed to for an hour goes by the means of measured flows: growth as the alarm has it is the
 * riskier reading of a few minutes.
 */
function steadyGrowthUpm({ series, signals }: Measured, p: AlgorithmParameters): number | null {
  const mean = (track: Track) => recentMean(track, p.relief.growthWindowMin, p.signals);
  const inflow = hasOwnFlows(series) ? mean(series.flowIn) : null;
  const outflow = inflow === null ? null : mean(series.flowOut);
  return inflow === null || outflow === null ? signals.growthHighUpm : inflow - outflow;
}

/**
 * Flow that has to go, units per minute, so that the level is at `keepFill` in time although growth goes on until what
 * is done is felt; negative: none has to.
 */
export function reliefUpm(
  unit: Measured,
  { keepFill, withinMin, arrivesMin }: Relief,
  p: AlgorithmParameters,
): number | null {
  const { wipUnits, capacityUnits } = unit.signals;
  const growthUpm = steadyGrowthUpm(unit, p);
  if (wipUnits === null || capacityUnits === null || growthUpm === null) return null;
  return (growthUpm * withinMin + wipUnits - keepFill * capacityUnits) / (withinMin - arrivesMin);
}

/**
 * Flow that is missing, units per minute, for stations that wait no more than `idleShare` of their time; 0 or less:
 * none is.
 */
export function missingUpm(drawUpm: number | null, flowUpm: number | null, idleShare: number): number | null {
  return drawUpm === null || flowUpm === null ? null : (1 - idleShare) * drawUpm - flowUpm;
}

/** Persons who pass `flowUpm`; null where the flow or the rate is unknown. */
export function personsFor(flowUpm: number | null, uph: number | null): number | null {
  if (flowUpm === null || uph === null || uph <= 0) return null;
  return Math.max(0, roundUp((60 * flowUpm) / uph));
}

export interface StaffBounds {
  /** People of the shift who could be added; null where nobody knows the pool. */
  pool: number | null;
  /** Stations without a person; null where no limit is set. */
  freeStations: number | null;
}

/** `override` only where it is about this very process. */
export function staffBounds(staffing: Staffing | null, override: UnitOverride | null): StaffBounds {
  const active = staffing?.hcActive ?? null;
  const shift = staffing?.hcShift ?? null;
  const pool = override?.hcPool ?? (shift === null || active === null ? null : shift - active);
  const stations = override?.maxStations ?? null;
  const free = stations === null || active === null ? null : stations - active;
  return {
    pool: pool === null ? null : Math.max(0, Math.floor(pool + ROUNDING)),
    freeStations: free === null ? null : Math.max(0, Math.floor(free + ROUNDING)),
  };
}

export function mostPersons({ pool, freeStations }: StaffBounds): number {
  return Math.min(pool ?? Infinity, freeStations ?? Infinity);
}

/** Percent of the inflow that takes `excess` away: full steps, no less than is felt, up to `most`. */
export function throttlePercent(
  excess: number | null,
  inflowUpm: number | null,
  most: number,
  { total: { throttleRound, throttleMin } }: AlgorithmParameters,
): number | null {
  if (excess === null || inflowUpm === null || inflowUpm <= 0) return null;
  return Math.min(Math.max(roundUp((100 * excess) / inflowUpm, throttleRound), throttleMin), most);
}

/** The same for all of picking: up to the most allowed. */
export function pickingThrottlePercent(
  excess: number | null,
  inflowUpm: number | null,
  parameters: AlgorithmParameters,
): number | null {
  return throttlePercent(excess, inflowUpm, parameters.total.throttleMax, parameters);
}

/** Points that may still be taken away: an induct is never throttled below a share of its planned inflow. */
export function inductFloorPercent(
  inflowUpm: number | null,
  plannedInflowUpm: number | null,
  parameters: AlgorithmParameters,
): number | null {
  if (inflowUpm === null || inflowUpm <= 0) return null;
  const planned = plannedInflowUpm ?? inflowUpm;
  return Math.floor(100 * (1 - (parameters.induct.inflowFloor * planned) / inflowUpm) + ROUNDING);
}

type LaneLevel = Pick<Signals, 'fill' | 'capacityUnits'>;

/** Flow to move from a full lane to an empty one so that the first is average and the second not pushed up. */
export function rebalanceUpm(
  full: LaneLevel,
  mean: number,
  empty: LaneLevel,
  parameters: AlgorithmParameters,
): number | null {
  const { roomFill, settleMin } = parameters.lane;
  return lesser(full, mean, empty, roomFill, settleMin);
}

/** The reverse: flow to bring to an empty lane without pulling the full one down. */
export function refillUpm(
  empty: LaneLevel,
  mean: number,
  full: LaneLevel,
  parameters: AlgorithmParameters,
): number | null {
  const { reverseFill, settleMin } = parameters.lane;
  return lesser(full, reverseFill, empty, mean, settleMin);
}

/** What the full lane has above `keep`, or the empty one below `upTo`, whichever is less, spread over `minutes`. */
function lesser(
  full: LaneLevel,
  keep: number,
  empty: LaneLevel,
  upTo: number,
  minutes: number,
): number | null {
  if (full.fill === null || full.capacityUnits === null) return null;
  if (empty.fill === null || empty.capacityUnits === null) return null;
  const surplus = (full.fill - keep) * full.capacityUnits;
  const room = (upTo - empty.fill) * empty.capacityUnits;
  return Math.max(0, Math.min(surplus, room)) / minutes;
}
