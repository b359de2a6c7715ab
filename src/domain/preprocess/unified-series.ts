/**
 * A unit's series from a timeseries that is unified already: one row a sample, with the level and whatever else is
 * known. The rules of level, carry, stuck sensor, flow and quality are those of the raw sources.
 */
import type { UnitOverride } from '../registry.ts';
import {
  GRID_POINTS,
  type Defect,
  type Doubt,
  type Quality,
  type Staffing,
  type Track,
  type Unit,
  type UnitSeries,
  type WarehouseSeries,
} from '../series.ts';
import { defaultProcess, normalizeProcess, sanitizeName } from '../units.ts';
import { median } from '../statistics.ts';
import type { BufferKind, SourceName, Stage, UnitType } from '../vocabulary.ts';
import { completeFlows } from './units/derived-flow.ts';
import { FlowSums } from './flows/flow-sums.ts';
import { findJumps } from './flows/possible-flow.ts';
import { isFlowDenied, sortDoubts } from './levels/doubts.ts';
import { gridStart, gridTs, lastValue, STEP_MS, unknownTrack, withoutMinutes } from './grid.ts';
import { type LevelRow, readPathLevel } from './levels/level.ts';
import { type AlarmMemory, type OpenAlarm, openAlarms } from './levels/open-alarm.ts';
import { carryLimit, samplingOf } from './sampling.ts';
import {
  BRIDGE_MAX_MIN,
  DEMAND_CARRY_MIN,
  HEADCOUNT_CARRY_MIN,
  LAST_SEEN_FLOOR_MS,
  MINUTE_MS,
  PATH_GONE_AFTER_MS,
  STOCK_REFRESH_MIN,
} from './limits.ts';
import { blindOf, sourceHealth, type SourceView } from './health/source-health.ts';
import {
  conservationDefects,
  conserve,
  scoreConservation,
  scoreFlows,
  scoreQuality,
} from './units/quality.ts';

/** One unit as a list of units describes it. */
export interface UnifiedUnit {
  unit: Unit;
  /** null: nobody knows, and the unit can't be judged. */
  capacityUnits: number | null;
  /** Units per hour and person; null where unknown. */
  uphPlan: number | null;
}

/** One row; everything but the instant may be unknown. */
export interface UnifiedSample {
  /** Epoch ms. */
  ts: number;
  wipUnits: number | null;
  /** Units per minute since the sample before. */
  flowInUpm: number | null;
  flowOutUpm: number | null;
  recircUpm: number | null;
  hcActive: number | null;
  uphActual: number | null;
  backlogUnits: number | null;
}

/** When each kind of figure was last told, epoch ms; null: never. What was told before and is silent now is missed. */
export interface UnifiedMemory {
  level: number | null;
  flow: number | null;
  headcount: number | null;
}

/** Samples that a series looks at: the grid's hour. */
export const UNIFIED_WINDOW_MS = (GRID_POINTS - 1) * STEP_MS;

const STAGE_OF: Record<UnitType, Stage | null> = { TOTAL: null, INDUCT: 'INDUCT', LANE: 'PACK' };

export function unifiedUnit(row: {
  unitId: string;
  warehouse: string;
  workpool: string;
  path: string;
  unitType: UnitType;
  bufferKind: BufferKind | null;
  capacityUnits: number | null;
  process: string | null;
  uphPlan: number | null;
  maxStations: number | null;
}): UnifiedUnit {
  const { unitId, warehouse, unitType, maxStations } = row;
  const stage = STAGE_OF[unitType];
  const override: UnitOverride | null =
    maxStations === null
      ? null
      : {
          unitId,
          excluded: false,
          unitType: null,
          capacityUnits: null,
          maxStations,
          hcPool: null,
          minHc: null,
          process: null,
          sorter: null,
          downstreamPath: null,
          equipmentLimitUpm: null,
          thresholds: {},
        };
  return {
    unit: {
      unitId,
      warehouse,
      workpool: sanitizeName(row.workpool),
      path: sanitizeName(row.path),
      sourceWorkpool: row.workpool,
      sourcePaths: [row.path],
      unitType,
      stage,
      bufferKind: row.bufferKind,
      process: row.process ? normalizeProcess(row.process) : defaultProcess(unitType, stage, new Set()),
      override,
    },
    capacityUnits: row.capacityUnits,
    uphPlan: row.uphPlan,
  };
}

/** Told within a day: it exists, and its silence counts. */
function exists(toldTs: number | null, snapshotTs: number): boolean {
  return toldTs !== null && snapshotTs - toldTs < PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS;
}

/** Shared by every unit without flows; nobody writes into a track that is made. */
const NO_TRACK: Track = unknownTrack();

/**
 * A sample's rate stands for the minutes since the sample before it: its own minute is measured, the others carry
 * it, so that only a reading a minute counts as flow by the minute.
 */
function flowTrack(
  samples: readonly UnifiedSample[],
  field: 'flowInUpm' | 'flowOutUpm' | 'recircUpm',
  carryMin: number,
  snapshotTs: number,
): Track {
  const track = unknownTrack('wcs_counters');
  const jumps = findJumps(samples.map((sample) => ({ units: sample[field], minutes: 1 })));
  let next = 0;
  for (let index = 0; index < GRID_POINTS; index++) {
    const ts = gridTs(snapshotTs, index);
    while (next < samples.length && (samples[next]?.ts ?? 0) < ts) next++;
    const [before, after] = [samples[next - 1], samples[next]];
    const bridged = after && before && after.ts - before.ts <= BRIDGE_MAX_MIN * MINUTE_MS;
    const carried = before && ts - before.ts <= carryMin * MINUTE_MS ? before : undefined;
    const source = after && (bridged || after.ts - ts < STEP_MS) ? after : carried;
    const value = source?.[field] ?? null;
    if (!source || value === null || value < 0) continue;
    if (jumps?.has(source === after ? next : next - 1)) continue;
    track.values[index] = value;
    track.provenance[index] = Math.abs(source.ts - ts) < STEP_MS ? 'measured' : 'carried';
  }
  return track;
}

function readStaffing(
  of: UnifiedUnit,
  samples: readonly UnifiedSample[],
  snapshotTs: number,
): Staffing | null {
  const isRecent = ({ ts }: UnifiedSample): boolean => snapshotTs - ts <= HEADCOUNT_CARRY_MIN * MINUTE_MS;
  const known = (value: number | null): value is number => value !== null && value >= 0;
  const staffed = samples.findLast((sample) => known(sample.hcActive) && isRecent(sample));
  const rated = samples.findLast((sample) => known(sample.uphActual) && isRecent(sample));
  if (!staffed && !rated && of.uphPlan === null) return null;
  return {
    process: of.unit.process,
    hcActive: staffed?.hcActive ?? null,
    hcIdle: null,
    hcBreak: null,
    uphActual: rated?.uphActual ?? null,
    uphPlan: of.uphPlan,
    hcPlan: null,
    hcShift: null,
    provenance: !staffed ? 'unknown' : snapshotTs - staffed.ts < STEP_MS ? 'measured' : 'carried',
    share: 1,
    shareBy: null,
    ahead: [],
    nextBreakStart: null,
    nextBreakEnd: null,
  };
}

/**
 * @param rows visible ones of the last hour in time order, one an instant.
 * @param heard of all rows up to now.
 * @param past what the last cycle did not believe of it, and its open alerts.
 */
export function unifiedSeries(
  of: UnifiedUnit,
  rows: readonly UnifiedSample[],
  heard: UnifiedMemory,
  past: { doubts: readonly Doubt[]; alarm: OpenAlarm },
  snapshotTs: number,
): { series: UnitSeries; doubts: Doubt[] } {
  const { unit, capacityUnits } = of;
  const hasFlow = exists(heard.flow, snapshotTs);
  const flowCarryMin = hasFlow ? carryLimit(samplingOf(rows.map(({ ts }) => ts))) : 0;
  const read = (field: 'flowInUpm' | 'flowOutUpm' | 'recircUpm'): Track =>
    hasFlow ? flowTrack(rows, field, flowCarryMin, snapshotTs) : NO_TRACK;
  const told = { flowIn: read('flowInUpm'), flowOut: read('flowOutUpm') };
  const level = readPathLevel(
    {
      path: unit.path,
      sourceWorkpool: unit.sourceWorkpool,
      sourcePath: unit.sourcePaths[0] ?? unit.path,
      rows: rows.map(({ ts, wipUnits }): LevelRow => ({
        asOf: ts,
        recordedAt: ts,
        wipUnits,
        capacityUnits: null,
      })),
      override: unit.override,
      capacityUnits,
    },
    { ...told, ...past },
    snapshotTs,
  );
  const { samples, samplingMin, flowDenied } = level;
  const measured = {
    flowIn: withoutMinutes(told.flowIn, flowDenied, snapshotTs),
    flowOut: withoutMinutes(told.flowOut, flowDenied, snapshotTs),
  };
  const closed = capacityUnits === 0;
  const known = closed || (level.now.value !== null && capacityUnits !== null && capacityUnits > 0);
  const defects: Defect[] = closed ? [] : [...level.defects];
  if (!known)
    defects.push({
      name: 'PATHS_MISSING',
      source: 'wes_stock',
      detail: `no believable level or no capacity of ${unit.path}`,
      hard: true,
    });

  const flows = hasFlow
    ? completeFlows({ ...measured, readings: samples, carryMin: carryLimit(samplingMin), snapshotTs })
    : measured;
  const conservation =
    hasFlow && known
      ? conserve({
          readings: level.comparable,
          flows: new FlowSums(measured.flowIn, measured.flowOut, snapshotTs),
          capacityUnits,
        })
      : null;
  defects.push(...conservationDefects(conservation));

  const staffing = readStaffing(of, rows, snapshotTs);
  const parts: Quality['parts'] = closed
    ? { level: 1, flow: null, headcount: null, conservation: null }
    : {
        level: level.now.value === null ? 0 : 1,
        flow: !hasFlow || level.doubts.some(isFlowDenied) ? null : scoreFlows(flows.flowIn, flows.flowOut),
        headcount: exists(heard.headcount, snapshotTs) ? (staffing?.hcActive == null ? 0 : 1) : null,
        conservation: scoreConservation(conservation),
      };
  const isEstimated = level.now.provenance === 'estimated';
  const series: UnitSeries = {
    unit,
    snapshotTs,
    capacityUnits,
    ...(closed ? { closed: 'settled' as const } : {}),
    wip: level.track,
    ...(isEstimated ? { wipOffBy: level.now.offBy } : {}),
    ...flows,
    recirc: read('recircUpm'),
    levelSamples: samples,
    samplingMin,
    backlogUnits: newestBacklog(rows, snapshotTs),
    unitsDueByCpt: null,
    cptTs: null,
    staffing,
    picking: null,
    plannedInflowUpm: null,
    plannedOutflowUpm: null,
    scheduled: null,
    device: { state: null, faults: [], devices: [] },
    sorter: null,
    conservation,
    quality: scoreQuality({
      parts,
      coverage: known ? 1 : 0,
      hardFault: defects.some(({ hard }) => hard),
      isEstimated,
      isContested: level.isContested,
    }),
    defects,
  };
  return { series, doubts: level.doubts };
}

function newestBacklog(samples: readonly UnifiedSample[], snapshotTs: number): number | null {
  const sample = samples.findLast(
    ({ ts, backlogUnits }) => backlogUnits !== null && snapshotTs - ts <= DEMAND_CARRY_MIN * MINUTE_MS,
  );
  const value = sample?.backlogUnits ?? null;
  return value !== null && value < 0 ? null : value;
}

function isOf(doubt: Doubt, { sourceWorkpool, path, sourcePaths }: Unit): boolean {
  return doubt.workpool === sourceWorkpool && doubt.path === (sourcePaths[0] ?? path);
}

/** What the last cycle left. */
export type UnifiedPast = AlarmMemory & { doubts: readonly Doubt[] };

/**
 * All units of a warehouse at one cycle. A unit is listed from its first sample on and until a day of silence, in
 * which the others spoke, says that it is gone. Sorted by id.
 */
export function unifiedWarehouse(
  warehouse: string,
  units: readonly { of: UnifiedUnit; samples: readonly UnifiedSample[]; told: UnifiedMemory }[],
  memory: UnifiedPast,
  snapshotTs: number,
): WarehouseSeries {
  const alarmOf = openAlarms(memory);
  const windowStart = gridStart(snapshotTs);
  const someoneSpeaks = units.some(({ told }) => told.level !== null && told.level >= windowStart);
  const series: UnitSeries[] = [];
  const doubts: Doubt[] = [];
  for (const { of, samples, told } of units) {
    if (told.level === null || (someoneSpeaks && !exists(told.level, snapshotTs))) continue;
    const own =
      memory.doubts.length === 0 ? memory.doubts : memory.doubts.filter((doubt) => isOf(doubt, of.unit));
    const made = unifiedSeries(
      of,
      samples,
      told,
      { doubts: own, alarm: alarmOf([of.unit.unitId]) },
      snapshotTs,
    );
    series.push(made.series);
    doubts.push(...made.doubts);
  }
  series.sort((a, b) => (a.unit.unitId < b.unit.unitId ? -1 : 1));
  const heard = (kind: keyof UnifiedMemory): number | null =>
    units.reduce<number | null>(
      (newest, { told }) => (told[kind] === null ? newest : Math.max(newest ?? told[kind], told[kind])),
      null,
    );
  const health = sourceHealth(unifiedViews(series, heard), {
    snapshotTs,
    units: series,
    doubts: [],
    leftOver: [],
  });
  return {
    warehouse,
    snapshotTs,
    units: series,
    paths: [],
    doubts: sortDoubts(doubts),
    leftOver: [],
    refused: [],
    health,
    // A file of levels need not have anything else.
    blind:
      series.length > 0 ? blindOf(health, series.length).filter(({ source }) => source === 'wes_stock') : [],
  };
}

/** What a row holds comes together: it is due as often as the level is sampled. */
function unifiedViews(
  series: readonly UnitSeries[],
  heard: (kind: keyof UnifiedMemory) => number | null,
): SourceView[] {
  const refreshMin = Math.max(
    STOCK_REFRESH_MIN,
    Math.round(median(series.flatMap(({ samplingMin }) => samplingMin ?? [])) ?? 0),
  );
  const view = (
    source: SourceName,
    kind: keyof UnifiedMemory,
    { needs, serves }: Pick<SourceView, 'needs' | 'serves'>,
  ): SourceView => ({
    ...{ source, newestTs: heard(kind), refreshMin, needs, serves },
    usable: series.some((each) => serves(each)),
  });
  return [
    view('wes_stock', 'level', { needs: () => true, serves: ({ wip }) => lastValue(wip) !== null }),
    view('wcs_counters', 'flow', {
      needs: ({ quality }) => quality.parts.flow !== null,
      serves: ({ quality }) => quality.flowScore > 0,
    }),
    view('lms_actuals', 'headcount', {
      needs: ({ quality }) => quality.parts.headcount !== null,
      serves: ({ quality }) => quality.parts.headcount === 1,
    }),
  ];
}
