/** One unit with everything its branch of the tree asks for, and who stands around it. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { AlgorithmParameters, ZoneThresholds } from '../algorithm/schema.ts';
import { unitThresholds } from '../algorithm/algorithm.ts';
import type { UnitOverride, WarehouseSettings } from '../registry.ts';
import type { Staffing, Unit, UnitSeries, WarehouseSeries } from '../series.ts';
import { unitIdOf } from '../units.ts';
import { forecastOf, type Forecast } from '../forecast/forecast.ts';
import type { ReadPast } from '../forecast/past.ts';
import { overflowByFlows, type OverflowByFlows } from '../forecast/overflow-by-flows.ts';
import { signalsOf, type Signals } from '../forecast/signals.ts';
import { starvationByLanes, starvationOf, type Starvation } from '../forecast/starvation.ts';
import type { HighZone, LowZone } from '../vocabulary.ts';
import { byCycle } from '../compare.ts';
import { joinNames } from '../names.ts';
import { coverFactor, type LowFigures } from './zones.ts';
import { actionInForce, calledTo, lastTold, type ActionInForce, type Called, type Told } from './told.ts';

interface Demand {
  /** Released work not yet started, of the unit or its workpool; null unknown. */
  backlogUnits: number | null;
  /** false: no backlog and nothing due. null: nobody knows. */
  wanted: boolean | null;
}

export interface UnitSituation {
  unit: Unit;
  series: UnitSeries;
  signals: Signals;
  /** From the level and the unit's own past; null where level or capacity is unknown. */
  forecast: Forecast | null;
  /** The same with the flows; null where none are measured. */
  byFlows: OverflowByFlows | null;
  /** null where cover or inflow are not known. */
  starvation: Starvation | null;
  override: UnitOverride | null;
  thresholds: ZoneThresholds;
  /** What is wrong with the unit's own thresholds, which then do not count. */
  thresholdProblem: string | null;
  previous: { high: HighZone; low: LowZone };
  /** Of the unit's open alerts. */
  told: { high: Told; low: Told };
  /** On their way to act here, the newest call first. */
  called: Called[];
  /** The id under which the unit's overflow was told, where it had another one then: it need not last anew. */
  formerHigh: string | null;
  demand: Demand;
  low: Pick<LowFigures, 'coverFactor' | 'wanted' | 'probability' | 'countersSilent' | 'told'>;
  inForce: ActionInForce;
  /** Equipment fault, or staffed and fed and yet nothing leaves. */
  jammed: boolean;
}

export interface Neighbours {
  total: UnitSituation | null;
  /** Inducts and lanes of every stage, this unit among them. */
  paths: UnitSituation[];
  inducts: UnitSituation[];
  /** Same stage as the unit where it is a lane. */
  lanes: UnitSituation[];
  /** Units whose stock comes here next, by override. */
  feeders: UnitSituation[];
  /** Where this unit's stock goes next: by override, else an induct's total. */
  downstream: UnitSituation | null;
  /** An induct or lane of the workpool shows a stop flag, whether its data can be relied on or not. */
  partStopped: boolean;
}

/** Every unit of the warehouse, by unit id, so that the order of arrival decides nothing. */
export function unitSituationsOf(input: {
  series: WarehouseSeries;
  memory: InterpretMemory;
  settings: WarehouseSettings;
  cycleId: string;
  parameters: AlgorithmParameters;
  past: ReadPast;
}): UnitSituation[] {
  const { memory, cycleId, parameters, past } = input;
  const units = input.series.units.toSorted((a, b) => (a.unit.unitId < b.unit.unitId ? -1 : 1));
  const seen = units.map((series) => ({ series, signals: signalsOf(series, parameters) }));
  const starvations = starvationsOf(seen, parameters);
  const notified = memory.notified.toSorted(byCycle);
  return seen.map(({ series, signals }) => {
    const { unit } = series;
    const override =
      unit.override ?? input.settings.overrides.find((one) => one.unitId === unit.unitId) ?? null;
    const { thresholds, problem } = unitThresholds(parameters.zones, override);
    const total = units.find((one) => isTotalOf(one.unit, unit)) ?? null;
    const demand = demandOf(series, total, parameters);
    const starvation = starvations.get(unit.unitId) ?? null;
    const { limitFill } = parameters.signals;
    const former = formerIdOf(unit, input.series);
    const told = {
      high: lastTold(notified, [unit.unitId, former], 'HIGH'),
      low: lastTold(notified, [unit.unitId], 'LOW'),
    };
    const formerHigh = told.high !== null && told.high.unitId !== unit.unitId ? told.high.unitId : null;
    const forecast = forecastOf(series, past(unit.unitId), limitFill, parameters.forecast);
    return {
      unit,
      series,
      signals,
      forecast,
      byFlows: forecast && overflowByFlows(series, signals, forecast, parameters),
      starvation,
      override,
      thresholds,
      thresholdProblem: problem,
      previous: memory.zones[unit.unitId] ?? memory.zones[former] ?? { high: 'OK', low: 'OK' },
      told,
      called: calledTo(notified, unit.unitId, { now: Date.parse(cycleId), p: parameters }),
      formerHigh,
      demand,
      low: {
        coverFactor: coverFactor(signals.capacityUnits, signals.drawUpm, thresholds),
        wanted: demand.wanted,
        probability: starvation?.near ?? null,
        countersSilent: series.quality.parts.flow !== null && starvation === null,
        told: told.low !== null,
      },
      inForce: actionInForce(memory, unit.unitId),
      jammed: isJammed(series, signals, parameters),
    };
  });
}

/** What a path that was renamed or moved was called goes on under its new name: a zone is left by its exit alone. */
function formerIdOf(
  { unitId, unitType, warehouse, sourceWorkpool, sourcePaths: [path] }: Unit,
  { renamed, moved }: WarehouseSeries,
): string {
  if (unitType === 'TOTAL') return unitId;
  const name = renamed?.find(({ workpool, to }) => workpool === sourceWorkpool && to === path);
  if (name) return unitIdOf(warehouse, name.workpool, name.from);
  const place = moved?.find((each) => each.to === sourceWorkpool && each.path === path);
  return place ? unitIdOf(warehouse, place.from, place.path) : unitId;
}

/** A total's goes by its lanes: its own stock may lie where no station gets it. */
function starvationsOf(
  seen: readonly { series: UnitSeries; signals: Signals }[],
  parameters: AlgorithmParameters,
): ReadonlyMap<string, Starvation | null> {
  const alone = seen.map((own) => {
    const line = seen.find((one) => isTotalOf(one.series.unit, own.series.unit)) ?? null;
    return { ...own, starvation: starvationOf(own, line, parameters) };
  });
  return new Map(
    alone.map(({ series: { unit }, starvation }) => {
      const lanes = alone.filter(
        ({ series }) =>
          unit.unitType === 'TOTAL' &&
          series.unit.unitType === 'LANE' &&
          !series.closed &&
          series.unit.workpool === unit.workpool &&
          series.unit.process === unit.process,
      );
      if (starvation === null || lanes.length === 0) return [unit.unitId, starvation];
      const outflows = lanes.map((lane) => ({
        starvation: lane.starvation,
        outflowUpm: lane.series.plannedOutflowUpm ?? lane.signals.drawUpm ?? 0,
      }));
      return [
        unit.unitId,
        starvationByLanes(starvation, outflows, parameters.forecast.starvation.lanesShare),
      ];
    }),
  );
}

/** Only neighbours whose data can be relied on are counted, but for the total, which may be named all the same. */
export function neighboursOf(
  self: UnitSituation,
  all: readonly UnitSituation[],
  parameters: AlgorithmParameters,
): Neighbours {
  const workpool = all.filter((one) => one.unit.workpool === self.unit.workpool);
  const others = workpool.filter((one) => one !== self && isKnown(one, parameters));
  const total = workpool.find((one) => isTotalOf(one.unit, self.unit)) ?? null;
  const next = self.override?.downstreamPath ?? null;
  const meant = next === null ? null : meantBy(next, workpool);
  const named = others.find((one) => one === meant) ?? null;
  return {
    total,
    paths: workpool.filter((one) => one.unit.unitType !== 'TOTAL' && isKnown(one, parameters)),
    partStopped: workpool.some(
      (one) => one !== self && one.unit.unitType !== 'TOTAL' && one.series.device.state === 'ESTOP',
    ),
    inducts: others.filter((one) => one.unit.unitType === 'INDUCT'),
    lanes: others.filter(
      (one) =>
        one.unit.unitType === 'LANE' && (self.unit.unitType !== 'LANE' || one.unit.stage === self.unit.stage),
    ),
    feeders: others.filter(
      (one) =>
        one.override !== null &&
        one.override.downstreamPath !== null &&
        meantBy(one.override.downstreamPath, workpool) === self,
    ),
    downstream:
      named ?? (self.unit.unitType === 'INDUCT' && total && isKnown(total, parameters) ? total : null),
  };
}

/** Level and capacity are known, and by enough evidence. */
export function isKnown(situation: UnitSituation, parameters: AlgorithmParameters): boolean {
  const { signals, series } = situation;
  return (
    signals.fill !== null &&
    signals.quality >= parameters.data.unknownQuality &&
    series.quality.coverage >= parameters.data.coverage
  );
}

/** The one unit of a workpool that a path name of the registry stands for. */
function meantBy(path: string, workpool: readonly UnitSituation[]): UnitSituation | null {
  const names = workpool.map((one) => {
    const { unit } = one;
    return { one, spellings: [unit.path, ...(unit.unitType === 'TOTAL' ? [] : unit.sourcePaths)] };
  });
  const written = { spellings: [path] };
  return joinNames(names, [written]).get(written)?.one ?? null;
}

function isTotalOf(candidate: Unit, unit: Unit): boolean {
  return candidate.unitType === 'TOTAL' && candidate.workpool === unit.workpool;
}

/** The unit's own demand, else its workpool's. */
function demandOf(series: UnitSeries, total: UnitSeries | null, parameters: AlgorithmParameters): Demand {
  const backlogUnits = series.backlogUnits ?? total?.backlogUnits ?? null;
  const dueUnits = series.unitsDueByCpt ?? total?.unitsDueByCpt ?? null;
  if ((backlogUnits ?? 0) > 0 || (dueUnits ?? 0) > 0) return { backlogUnits, wanted: true };
  if (backlogUnits !== null) return { backlogUnits, wanted: false };
  const recent = series.flowIn.values.slice(-parameters.signals.inflowKnownMin);
  const fed = recent.some((value) => value !== null && value > 0);
  return { backlogUnits, wanted: fed || (series.plannedInflowUpm ?? 0) > 0 ? true : null };
}

/** A total's fault is its sorter's: one lane's fault is that lane's own matter. */
function isJammed(series: UnitSeries, signals: Signals, parameters: AlgorithmParameters): boolean {
  const state = series.unit.unitType === 'TOTAL' ? (series.sorter?.state ?? null) : series.device.state;
  if (state === 'FAULT' || state === 'ESTOP') return true;
  return (
    isStandingStill(signals, parameters) &&
    (signals.inflowUpm ?? 0) > 0 &&
    (signals.growthHighUpm ?? 0) > 0 &&
    isStaffed(series.staffing)
  );
}

/** An emergency that the level and WCS both show, each from its own reading. */
export function levelAndWcsAgree(
  { series, signals, jammed }: UnitSituation,
  parameters: AlgorithmParameters,
): boolean {
  const { fill, inflowUpm, outflowUpm, slopeUpm } = signals;
  const levelShows = (fill ?? 0) >= parameters.emergency.fill || (jammed && (slopeUpm ?? 0) > 0);
  const fillsByFlow =
    series.quality.flowScore >= parameters.signals.flowQuality &&
    inflowUpm !== null &&
    outflowUpm !== null &&
    inflowUpm > outflowUpm;
  return levelShows && (fillsByFlow || jammed || series.device.state === 'ESTOP');
}

/** Of being full within the hour, 0..1; null where level or capacity is unknown. */
export function overflowProbability({ forecast, byFlows }: UnitSituation): number | null {
  return byFlows?.hour ?? forecast?.hour.probability ?? null;
}

/** Less than a twentieth leaves of what is planned, or can be passed. */
export function isStandingStill(signals: Signals, parameters: AlgorithmParameters): boolean {
  const plan = signals.plannedOutflowUpm ?? signals.capabilityUpm;
  if (signals.outflowUpm === null || plan === null || plan <= 0) return false;
  return signals.outflowUpm < parameters.emergency.jamOutflowShare * plan;
}

function isStaffed(staffing: Staffing | null): boolean {
  return (staffing?.hcActive ?? staffing?.hcPlan ?? 0) > 0;
}
