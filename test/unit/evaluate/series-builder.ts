/** Builds units with a known history: a level that moves in a straight line, and flows that never change. */
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { byCycle } from '../../../src/domain/compare.ts';
import { follow } from '../../../src/domain/suppress/in-force.ts';
import type { InForce } from '../../../src/domain/suppress/memory.ts';
import { evaluate } from '../../../src/domain/evaluate/evaluate.ts';
import type { Recommendation, UnitEvaluation } from '../../../src/domain/recommendation.ts';
import type { UnitOverride, WarehouseSettings } from '../../../src/domain/registry.ts';
import {
  GRID_POINTS,
  type Provenance,
  type Staffing,
  type Track,
  type UnitSeries,
  type WarehouseSeries,
} from '../../../src/domain/series.ts';
import type { Direction, Stage, UnitType } from '../../../src/domain/vocabulary.ts';
import { overrideOf } from '../unit-override.ts';

const SNAPSHOT_TS = Date.parse('2026-03-02T10:00:00Z');
export const CYCLE_ID = '2026-03-02T10:00:00Z';
const MINUTE_MS = 60_000;

export interface UnitSketch {
  type?: UnitType;
  /** By default that of its type. */
  stage?: Stage;
  path?: string;
  workpool?: string;
  capacity?: number | null;
  /** Level now; null unknown. */
  wip?: number | null;
  /** Nobody sees the level: it is reckoned, and off by so much at most. */
  wipOffBy?: number;
  /** Units per minute that the level has changed by, for the whole hour. */
  slope?: number;
  inflow?: number | null;
  outflow?: number | null;
  recirc?: number | null;
  backlog?: number | null;
  /** Of the last 40 minutes. */
  leastBacklog?: number;
  due?: number | null;
  cptInMin?: number | null;
  plannedInflow?: number | null;
  plannedOutflow?: number | null;
  scheduled?: boolean | null;
  staffing?: Partial<Staffing> | null;
  picking?: Partial<Staffing> | null;
  device?: UnitSeries['device']['state'];
  sorter?: UnitSeries['sorter'];
  quality?: number;
  coverage?: number;
  override?: Partial<UnitOverride> | null;
}

export function buildUnit(sketch: UnitSketch = {}): UnitSeries {
  const type = sketch.type ?? 'TOTAL';
  const workpool = sketch.workpool ?? 'SINGLES';
  const path = sketch.path ?? (type === 'TOTAL' ? 'TOTAL' : `${type}-1`);
  const wip = sketch.wip === undefined ? 50 : sketch.wip;
  const slope = sketch.slope ?? 0;
  const override = sketch.override ? overrideOf(`FRA1_${workpool}_${path}`, sketch.override) : null;
  const quality = sketch.quality ?? 100;
  const levels = Array.from({ length: GRID_POINTS }, (_, index) =>
    wip === null ? null : wip - slope * (GRID_POINTS - 1 - index),
  );
  return {
    ...(sketch.wipOffBy === undefined ? {} : { wipOffBy: sketch.wipOffBy }),
    unit: {
      unitId: `FRA1_${workpool}_${path}`,
      warehouse: 'FRA1',
      workpool,
      path,
      sourceWorkpool: workpool,
      sourcePaths: [path],
      unitType: type,
      stage: sketch.stage ?? (type === 'INDUCT' ? 'INDUCT' : type === 'LANE' ? 'PACK' : null),
      bufferKind: type === 'LANE' ? 'LANE' : 'CONVEYOR',
      process: sketch.stage ?? (type === 'INDUCT' ? 'INDUCT' : 'PACK'),
      override,
    },
    snapshotTs: SNAPSHOT_TS,
    capacityUnits: sketch.capacity === undefined ? 100 : sketch.capacity,
    wip: track(levels),
    flowIn: constant(sketch.inflow ?? null),
    flowOut: constant(sketch.outflow ?? null),
    recirc: constant(sketch.recirc ?? null),
    levelSamples: Array.from({ length: 13 }, (_, index) => ({
      ts: SNAPSHOT_TS - (12 - index) * 5 * MINUTE_MS,
      wipUnits: (wip ?? 50) - slope * (12 - index) * 5,
    })),
    samplingMin: 5,
    backlogUnits: sketch.backlog ?? null,
    ...(sketch.leastBacklog === undefined ? {} : { leastRecentBacklogUnits: sketch.leastBacklog }),
    unitsDueByCpt: sketch.due ?? null,
    cptTs: typeof sketch.cptInMin === 'number' ? SNAPSHOT_TS + sketch.cptInMin * MINUTE_MS : null,
    staffing: buildStaffing('PACK', sketch.staffing),
    picking: buildStaffing('PICK', sketch.picking),
    plannedInflowUpm: sketch.plannedInflow ?? null,
    plannedOutflowUpm: sketch.plannedOutflow ?? null,
    scheduled: sketch.scheduled ?? null,
    device: { state: sketch.device ?? null, faults: [], devices: [] },
    ...(sketch.sorter === undefined ? {} : { sorter: sketch.sorter }),
    conservation: null,
    quality: {
      score: quality,
      parts: { level: 1, flow: isCounted(sketch) ? 1 : null, headcount: null, conservation: null },
      coverage: sketch.coverage ?? 1,
      flowScore: 100,
    },
    defects: [],
  };
}

/** Everybody is at work and nobody waits, unless told otherwise. */
export function buildStaffing(
  process: string,
  staffing: Partial<Staffing> | null | undefined,
): Staffing | null {
  if (!staffing) return null;
  return {
    ...{ process, hcActive: null, hcIdle: null, hcBreak: null, uphActual: null, uphPlan: null },
    ...{ hcPlan: null, hcShift: null, provenance: 'measured', share: 1, shareBy: null, ahead: [] },
    ...{ nextBreakStart: null, nextBreakEnd: null },
    ...staffing,
  };
}

export function track(values: (number | null)[], provenance: Provenance = 'measured'): Track {
  return {
    values,
    provenance: values.map((value) => (value === null ? 'unknown' : provenance)),
    source: null,
  };
}

export function constant(value: number | null): Track {
  return track(Array.from({ length: GRID_POINTS }, () => value));
}

export function buildSeries(units: UnitSeries[]): WarehouseSeries {
  return {
    warehouse: 'FRA1',
    snapshotTs: SNAPSHOT_TS,
    units,
    paths: [],
    refused: [],
    health: [],
    blind: [],
    doubts: [],
    leftOver: [],
  };
}

function isCounted({ inflow, outflow }: UnitSketch): boolean {
  return (inflow ?? outflow ?? null) !== null;
}

export function buildMemory(memory: Partial<InterpretMemory> = {}): InterpretMemory {
  return {
    inForce: (memory.notified ?? [])
      .toSorted(byCycle)
      .reduce((inForce: InForce[], past) => follow(inForce, { ...past, episodeId: past.unitId }), []),
    revision: 0,
    lastCycle: null,
    zones: {},
    paths: [],
    doubts: [],
    units: {},
    notified: [],
    ...memory,
  };
}

/** A decision that was notified `minutesAgo` for acting on the unit itself. */
export function notified(
  unitId: string,
  past: Partial<InterpretMemory['notified'][number]> & { minutesAgo: number },
): InterpretMemory['notified'][number] {
  const { minutesAgo, ...rest } = past;
  return {
    cycleId: new Date(SNAPSHOT_TS - minutesAgo * MINUTE_MS).toISOString().replace('.000', ''),
    ...{ unitId, actionUnitId: unitId, direction: 'HIGH', action: 'NONE', severity: 'WARNING' },
    ...{ quantity: null, quantityUnit: null, episodeOpen: false },
    ...rest,
  };
}

export const SETTINGS: WarehouseSettings = {
  warehouse: {
    ...{ code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin', active: true },
    algorithm: DEFAULT_ALGORITHM,
  },
  routes: [],
  overrides: [],
};

export function evaluateUnits(units: UnitSeries[], memory = buildMemory()): UnitEvaluation[] {
  return evaluate({
    ...{ series: buildSeries(units), memory, settings: SETTINGS },
    ...{ cycleId: CYCLE_ID, algorithm: DEFAULT_ALGORITHM },
  }).units;
}

/** The evaluation of the first sketch, with the others around it; `change` touches up the first one's series. */
export function evaluateFirst(
  sketches: UnitSketch[],
  memory = buildMemory(),
  change: (series: UnitSeries) => void = () => {},
): UnitEvaluation {
  const units = sketches.map(buildUnit);
  const [subject] = units;
  if (!subject) throw new Error('no unit to evaluate');
  change(subject);
  const first = evaluateUnits(units, memory).find(({ unitId }) => unitId === subject.unit.unitId);
  if (!first) throw new Error('the first unit was not evaluated');
  return first;
}

/**
 * With limits of its own by which it is at risk from 85 % on, or from 60 % where it is full within half an hour, and
 * low as its cover says: so that a sketch shows which leaf of the tree is meant, whatever the weights of the forecast.
 */
export function inSight(sketch: UnitSketch): UnitSketch {
  const { wip = 50, capacity = 100, slope = 0, override } = sketch;
  const fill = (wip ?? 0) / (capacity ?? 1);
  const ttoMin = slope > 0 ? ((0.98 - fill) * (capacity ?? 1)) / slope : Infinity;
  const atRisk = fill >= 0.85 || (fill >= 0.6 && ttoMin <= 30);
  const overflowRiskProbability = atRisk ? 0.0001 : 1;
  const limits = {
    overflowRiskProbability,
    overflowRiskProbabilityExit: 0,
    overflowRiskProbabilityExitFill: 0,
  };
  return {
    ...sketch,
    override: {
      ...override,
      thresholds: { ...limits, starveRiskFill: 0.33, starveRiskTtsMin: 20, ...override?.thresholds },
    },
  };
}

export function recommended(evaluation: UnitEvaluation, direction: Direction): Recommendation | undefined {
  return evaluation.recommendations.find((one) => one.direction === direction);
}
