/** A workpool as a line of stages in the order of the flow: where stock waits, and whose people are short. */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Staffing } from '../series.ts';
import { productiveUph } from '../forecast/signals.ts';
import { STAGES, type HighZone } from '../vocabulary.ts';
import { isAtLeastHigh } from './zones.ts';
import * as amounts from './quantities.ts';
import type { UnitSituation } from './unit-situation.ts';

/** The buffers of one stage and the process that empties them. */
export interface Stage {
  process: string;
  units: readonly UnitSituation[];
}

/** Everybody of one process. */
export interface People {
  process: string;
  /** null where nobody knows. */
  staffing: Staffing | null;
  /** Units per hour of a person who has work. */
  uph: number | null;
}

/** People, and what is asked of them. */
export interface Team extends People {
  /** Units per minute: what they can pass, what comes to them, what of it is too much. */
  capabilityUpm: number | null;
  inflowUpm: number | null;
  excessUpm: number | null;
  ttoMin: number | null;
  /** Minutes until less picking is felt here; null: at once, or nobody knows. */
  pickingFeltMin: number | null;
}

/** From the first stage to the last. */
export function stagesOf(paths: readonly UnitSituation[]): Stage[] {
  return [...new Set(paths.map(placeInFlow))]
    .toSorted((a, b) => a - b)
    .map((place) => {
      const units = paths.filter((one) => placeInFlow(one) === place);
      return { process: units[0]?.unit.process ?? '', units };
    });
}

function placeInFlow({ unit }: UnitSituation): number {
  return STAGES.indexOf(unit.stage ?? (unit.unitType === 'INDUCT' ? 'INDUCT' : 'PACK'));
}

export function stageOf(paths: readonly UnitSituation[], self: UnitSituation): Stage | null {
  return stagesOf(paths).find(({ units }) => units.includes(self)) ?? null;
}

/** The stage that a unit is fed from, of a total the one before its last; null where that is picking. */
export function stageBefore(paths: readonly UnitSituation[], self: UnitSituation): Stage | null {
  const stages = stagesOf(paths);
  const own =
    self.unit.unitType === 'TOTAL'
      ? stages.length - 1
      : stages.findIndex((stage) => stage.units.includes(self));
  return own < 1 ? null : (stages[own - 1] ?? null);
}

/** What the sorter drops into. */
export function stageBehindSorter(paths: readonly UnitSituation[]): Stage | null {
  return stagesOf(paths).find(({ units }) => units.some(({ unit }) => unit.unitType === 'LANE')) ?? null;
}

/** null where there is none, or none that is known. */
export function fillOfFullest(stage: Stage | null): number | null {
  const fills = (stage?.units ?? []).map(({ signals }) => signals.fill).filter((fill) => fill !== null);
  return fills.length === 0 ? null : Math.max(...fills);
}

/** Of a stage as if it were one buffer, 0..1; null where none of it is known. */
export function fillOfStage({ units }: Stage): number | null {
  const capacity = sumOf(units, ({ signals }) => signals.capacityUnits);
  const wip = sumOf(units, ({ signals }) => signals.wipUnits);
  return capacity === null || wip === null || capacity <= 0 ? null : wip / capacity;
}

export function isAtRisk({ unit }: UnitSituation, ownZones: ReadonlyMap<string, HighZone>): boolean {
  return isAtLeastHigh(ownZones.get(unit.unitId) ?? 'OK', 'OVERFLOW_RISK');
}

export function unitsAtRisk({ units }: Stage, ownZones: ReadonlyMap<string, HighZone>): UnitSituation[] {
  return units.filter((one) => isAtRisk(one, ownZones));
}

/** The stage nearest to the exit that has a unit at risk: what lies before it waits for it. */
function crowdedStage(
  paths: readonly UnitSituation[],
  ownZones: ReadonlyMap<string, HighZone>,
): Stage | null {
  return stagesOf(paths).findLast((stage) => unitsAtRisk(stage, ownZones).length > 0) ?? null;
}

export function peopleOf({ process, units }: Stage, p: AlgorithmParameters): People {
  const staffing = wholeProcess(units, process);
  return { process, staffing, uph: staffing && productiveUph(staffing, p.signals.idleShare) };
}

/** @param urgent those of the stage whose time is running out */
export function teamOf(
  stage: Stage,
  urgent: readonly UnitSituation[],
  { total, paths, p }: { total: UnitSituation; paths: readonly UnitSituation[]; p: AlgorithmParameters },
): Team {
  const { units } = stage;
  const ttos = urgent.map(({ signals }) => signals.ttoMin).filter((minutes) => minutes !== null);
  return {
    ...peopleOf(stage, p),
    capabilityUpm: sumOf(units, ({ signals }) => signals.capabilityUpm),
    inflowUpm: sumOf(units, ({ signals }) => signals.inflowUpm),
    excessUpm: sumOf(units, (one) => positive(amounts.reliefUpm(one, p.relief.near, p))),
    ttoMin: ttos.length === 0 ? null : Math.min(...ttos),
    pickingFeltMin: minutesFromPicking(total, paths, stage),
  };
}

/** Whoever empties the stage that is crowded, else the total's own people. */
export function teamForTotal(
  self: UnitSituation,
  paths: readonly UnitSituation[],
  p: AlgorithmParameters,
  ownZones: ReadonlyMap<string, HighZone>,
): Team {
  const crowded = crowdedStage(paths, ownZones);
  if (crowded) {
    const team = teamOf(crowded, unitsAtRisk(crowded, ownZones), { total: self, paths, p });
    // Its own first buffers feel it at once.
    return { ...team, pickingFeltMin: null };
  }
  const { signals, series, unit } = self;
  const { uph, capabilityUpm, inflowUpm, ttoMin } = signals;
  const excessUpm = amounts.reliefUpm(self, p.relief.near, p);
  const flows = { uph, capabilityUpm, inflowUpm, excessUpm, ttoMin, pickingFeltMin: null };
  return { process: unit.process, staffing: series.staffing, ...flows };
}

/** What is set for a unit's pool and stations holds for the process that empties it alone. */
export function mostOf({ process, staffing }: Team, owner: UnitSituation): number {
  return amounts.mostPersons(
    amounts.staffBounds(staffing, owner.unit.process === process ? owner.override : null),
  );
}

/** A lane knows its part of a process; the greatest part tells most precisely of the whole. */
function wholeProcess(units: readonly UnitSituation[], process: string): Staffing | null {
  const [best] = units
    .flatMap(({ series }) =>
      series.staffing?.process === process && series.staffing.share > 0 ? series.staffing : [],
    )
    .toSorted((a, b) => b.share - a.share);
  if (best === undefined || best.share === 1) return best ?? null;
  const whole = (part: number | null): number | null => (part === null ? null : part / best.share);
  return {
    ...best,
    ...{ hcActive: whole(best.hcActive), hcIdle: whole(best.hcIdle), hcBreak: whole(best.hcBreak) },
    ...{ hcPlan: whole(best.hcPlan), hcShift: whole(best.hcShift), share: 1, shareBy: null },
  };
}

/** Minutes until less picking is felt at a stage: what lies between comes first; null where nobody knows. */
function minutesFromPicking(
  total: UnitSituation,
  paths: readonly UnitSituation[],
  stage: Stage,
): number | null {
  const { wipUnits, inflowUpm } = total.signals;
  const stages = stagesOf(paths);
  const from = stages.slice(stages.findIndex(({ process }) => process === stage.process));
  const behind = sumOf(
    from.flatMap(({ units }) => units),
    ({ signals }) => signals.wipUnits,
  );
  if (wipUnits === null || behind === null || inflowUpm === null || inflowUpm <= 0) return null;
  return Math.max(0, wipUnits - behind) / inflowUpm;
}

/** null where it is not known of a single one. */
export function sumOf(
  units: readonly UnitSituation[],
  of: (unit: UnitSituation) => number | null,
): number | null {
  const known = units.map(of).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

export function positive(value: number | null): number | null {
  return value === null ? null : Math.max(0, value);
}
