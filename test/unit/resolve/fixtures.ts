import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import type { Recommendation, UnitEvaluation } from '../../../src/domain/recommendation.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { resolve } from '../../../src/domain/resolve/resolve.ts';
import type { KnownPath, Staffing, UnitSeries, WarehouseSeries } from '../../../src/domain/series.ts';
import type { Stage, UnitType } from '../../../src/domain/vocabulary.ts';

export const CYCLE = '2026-03-01T10:05:00Z';
export const CYCLE_TS = Date.parse(CYCLE);
export const TOTAL = 'FRA1_SINGLES_TOTAL';
export const INDUCT_1 = 'FRA1_SINGLES_INDUCT-1';
export const INDUCT_2 = 'FRA1_SINGLES_INDUCT-2';
export const LANE_1 = 'FRA1_SINGLES_LANE-1';
export const LANE_2 = 'FRA1_SINGLES_LANE-2';
export const OTHER_TOTAL = 'FRA1_MULTIS_TOTAL';
export const OTHER_INDUCT = 'FRA1_MULTIS_INDUCT-9';
export const UNIT_IDS = [TOTAL, INDUCT_1, INDUCT_2, LANE_1, LANE_2, OTHER_TOTAL, OTHER_INDUCT];

export function recommendation(change: Partial<Recommendation> & { unitId: string }): Recommendation {
  return {
    actionUnitId: change.unitId,
    direction: 'HIGH',
    state: 'OVERFLOW_RISK',
    cause: 'SURGE',
    action: 'NONE',
    severity: 'WARNING',
    alarm: null,
    quantity: null,
    quantityUnit: null,
    process: null,
    ttoMin: 20,
    ttsMin: null,
    probability: 0.8,
    quality: 90,
    algorithm: DEFAULT_ALGORITHM,
    branch: 'test',
    tests: [],
    sentence: 'As proposed.',
    because: '',
    fromProcess: null,
    minutesActionable: null,
    levelAndWcsAgree: false,
    atOnce: false,
    ...change,
  };
}

/** A starving unit's proposal. */
export function low(change: Partial<Recommendation> & { unitId: string }): Recommendation {
  return recommendation({ direction: 'LOW', state: 'STARVE_RISK', ttoMin: null, ttsMin: 15, ...change });
}

export function unitTypeOf(unitId: string): UnitType {
  return unitId.endsWith('_TOTAL') ? 'TOTAL' : unitId.includes('_INDUCT') ? 'INDUCT' : 'LANE';
}

export function unitEvaluation(unitId: string, change: Partial<UnitEvaluation> = {}): UnitEvaluation {
  return {
    unitId,
    unitType: unitTypeOf(unitId),
    workpool: unitId.split('_')[1] ?? '',
    state: 'OK',
    highZone: 'OK',
    lowZone: 'OK',
    wipUnits: 500,
    capacityUnits: 1000,
    fill: 0.5,
    flowInUpm: 40,
    flowOutUpm: 30,
    growthUpm: 10,
    ttoMin: null,
    ttsMin: null,
    coverMin: 15,
    quality: 90,
    overflowProbability: null,
    forecast: null,
    projection: [0, 30, 60].map((inMin) => ({ inMin, wipUnits: 500 })),
    recommendations: [],
    tests: [],
    ...change,
  };
}

export function staffing(change: Partial<Staffing> = {}): Staffing {
  return {
    process: 'PACK',
    hcActive: 10,
    hcIdle: 0,
    hcBreak: 0,
    uphActual: 100,
    uphPlan: 100,
    hcPlan: 14,
    hcShift: 14,
    provenance: 'measured',
    share: 1,
    shareBy: null,
    ahead: [],
    nextBreakStart: null,
    nextBreakEnd: null,
    ...change,
  };
}

export function unitSeries(
  unitId: string,
  change: Omit<Partial<UnitSeries>, 'unit'> & { override?: UnitSeries['unit']['override'] } = {},
): UnitSeries {
  const unitType = unitTypeOf(unitId);
  const stages: Record<UnitType, Stage | null> = { TOTAL: null, INDUCT: 'INDUCT', LANE: 'REBIN' };
  const [warehouse = '', workpool = '', path = ''] = unitId.split('_');
  const { override = null, ...rest } = change;
  const track = () => ({ values: [], provenance: [], source: null });
  return {
    unit: {
      unitId,
      warehouse,
      workpool,
      path,
      sourceWorkpool: workpool,
      sourcePaths: [path],
      unitType,
      stage: stages[unitType],
      bufferKind: null,
      process: 'PACK',
      override,
    },
    snapshotTs: CYCLE_TS,
    capacityUnits: 1000,
    wip: track(),
    flowIn: track(),
    flowOut: track(),
    recirc: track(),
    levelSamples: [],
    samplingMin: 5,
    backlogUnits: null,
    unitsDueByCpt: null,
    cptTs: null,
    staffing: staffing(),
    picking: staffing({ process: 'PICK', hcActive: 20, hcShift: 24 }),
    plannedInflowUpm: null,
    plannedOutflowUpm: null,
    scheduled: true,
    device: { state: 'RUN', faults: [], devices: [] },
    conservation: null,
    quality: {
      score: 90,
      parts: { level: 1, flow: 1, headcount: 1, conservation: 0.5 },
      coverage: 1,
      flowScore: 100,
    },
    defects: [],
    ...rest,
  };
}

export function sorterPath(path: string, workpool = 'SINGLES'): KnownPath {
  return { workpool, path, stage: 'SORT', bufferKind: 'CONVEYOR', capacityUnits: 500, lastSeenHour: 0 };
}

type Notified = InterpretMemory['notified'][number];
export function notified(change: Partial<Notified> & { unitId: string }): Notified {
  return {
    cycleId: '2026-03-01T09:45:00Z',
    actionUnitId: change.unitId,
    direction: 'HIGH',
    action: 'THROTTLE_PICKING_ALL',
    severity: 'WARNING',
    quantity: 20,
    quantityUnit: 'percent',
    episodeOpen: true,
    ...change,
  };
}

export interface Case {
  recommendations: Recommendation[];
  /** Changes to the evaluations of single units. */
  units?: Record<string, Partial<UnitEvaluation>>;
  series?: Record<string, Parameters<typeof unitSeries>[1]>;
  paths?: KnownPath[];
  notified?: Notified[];
}

/** Resolves the recommendations, kept in the given order, in a warehouse of two workpools. */
export function settle(given: Case) {
  const unitIds = [...new Set([...given.recommendations.map(({ unitId }) => unitId), ...UNIT_IDS])];
  const units = unitIds.map((unitId) =>
    unitEvaluation(unitId, {
      recommendations: given.recommendations.filter((one) => one.unitId === unitId),
      ...given.units?.[unitId],
    }),
  );
  const series: WarehouseSeries = {
    warehouse: 'FRA1',
    snapshotTs: CYCLE_TS,
    units: unitIds.map((unitId) => unitSeries(unitId, given.series?.[unitId])),
    paths: given.paths ?? [sorterPath('SORTER-1')],
    refused: [],
    health: [],
    blind: [],
    doubts: [],
    leftOver: [],
  };
  const memory: InterpretMemory = {
    revision: 1,
    lastCycle: null,
    zones: {},
    doubts: [],
    paths: [],
    units: {},
    inForce: [],
    notified: given.notified ?? [],
  };
  const algorithm = DEFAULT_ALGORITHM;
  const evaluation = { warehouse: 'FRA1', cycleId: CYCLE, algorithm, units };
  const result = resolve({ evaluation, series, memory, algorithm });
  return { evaluation, result };
}

/** `unitId direction` -> who wins: a unit id, `held` or `stands`. */
export function verdicts(given: Case): Record<string, string> {
  const { result } = settle(given);
  return Object.fromEntries(
    result.recommendations.map((one) => [
      `${one.unitId} ${one.direction}`.trim(),
      one.winner ?? (one.held ? 'held' : 'stands'),
    ]),
  );
}
