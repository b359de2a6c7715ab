/** One operational unit put together from its paths. */
import type { Defect, Provenance, Quality, Staffing, Track, Unit, UnitSeries } from '../../series.ts';
import { unitTypeOfPath } from '../../units.ts';
import { SOURCES, STAGES, type SourceName } from '../../vocabulary.ts';
import { carryLimit } from '../sampling.ts';
import { type Demand, plannedOutflow } from '../staff/demand.ts';
import { completeFlows } from './derived-flow.ts';
import { FlowSums } from '../flows/flow-sums.ts';
import { isFlowDenied } from '../levels/doubts.ts';
import { lastValue, sumTracks, unknownTrack } from '../grid.ts';
import { COVERAGE_MIN, MOVING_LEVELS } from '../limits.ts';
import type { ListedPath } from '../names/path-list.ts';
import { deviceStatus } from '../flows/path-flow.ts';
import type { PathSeries } from './path-series.ts';
import { conservationDefects, conserve, scoreConservation, scoreFlows, scoreQuality } from './quality.ts';
import type { ProcessStaffing } from '../staff/staffing.ts';
import { isContested, unitLevel, type UnitLevel } from './unit-level.ts';

/** Which sources exist although they say nothing: remembered, failed, or with no row that fits. */
export type MissedSources = (source: SourceName, paths: readonly PathSeries[]) => boolean;

export interface UnitInput {
  unit: Unit;
  /** One for INDUCT and LANE, the workpool's for TOTAL, none where only the unit's name is remembered. */
  paths: readonly PathSeries[];
  snapshotTs: number;
  demand: Demand;
  /** Of the whole process. */
  process: ProcessStaffing | null;
  /** Of those who work for it: what is to be told of a process is told by one unit alone. */
  staffDefects: Defect[];
  /** The unit's own: shared where it is a LANE. */
  staffing: Staffing | null;
  picking: Staffing | null;
  plannedInflowUpm: number | null;
  /** Of an INDUCT `outflow` is its part of its workpool's inducts, else 1: a LANE's staffing is its own. */
  shares: { inflow: number; outflow: number };
  scheduled: boolean | null;
  missed: MissedSources;
  /** Each names a source that has the unit under a name that fits no unit. */
  alone: Defect[];
  /** Of the warehouse: sources that failed or whose rows were refused, clashes of names. */
  defects: Defect[];
}

/** Units come in through the paths of the first stage and leave through those of the last. */
function boundaryPaths(paths: readonly PathSeries[]): { entries: PathSeries[]; exits: PathSeries[] } {
  const rank = ({ listed }: PathSeries): number => STAGES.indexOf(listed.stage);
  const first = Math.min(...paths.map(rank));
  const last = Math.max(...paths.map(rank));
  return {
    entries: paths.filter((path) => rank(path) === first),
    exits: paths.filter((path) => rank(path) === last),
  };
}

/** A closed path may be switched off: then nothing flows there that would be missed. */
function isOnTheLine({ opening, flow }: PathSeries): boolean {
  return opening.closed === null || (flow.devices.length > 0 && !flow.late);
}

function measuredFlow(paths: readonly PathSeries[], direction: 'flowIn' | 'flowOut'): Track {
  return sumTracks(paths.map(({ flow }) => flow[direction]));
}

/** The SORT paths of a total together; null where it has none, fill unknown where one of them is. */
function readSorter(input: UnitInput): UnitSeries['sorter'] {
  const sorters = input.paths.filter(
    ({ listed, opening }) => listed.stage === 'SORT' && opening.closed === null,
  );
  if (input.unit.unitType !== 'TOTAL' || sorters.length === 0) return null;
  let [level, capacity]: [number | null, number] = [0, 0];
  for (const { listed, level: own } of sorters) {
    const value = (listed.capacityUnits ?? 0) > 0 ? own.now.value : null;
    level = level === null || value === null ? null : level + value;
    capacity += listed.capacityUnits ?? 0;
  }
  const devices = sorters.flatMap(({ flow }) => flow.devices);
  return {
    fill: level === null ? null : level / capacity,
    state: deviceStatus(devices, input.snapshotTs).state,
  };
}

/** Only sorters recirculate; nothing to add up is 0 where counters exist at all. */
function recircTrack(paths: readonly PathSeries[]): Track {
  const counted = paths.filter(({ flow }) => flow.devices.length > 0);
  if (counted.length === 0) return unknownTrack();
  const sorters = counted.filter(({ listed }) => listed.stage === 'SORT');
  if (sorters.length > 0 || paths.length === 1)
    return sumTracks((sorters.length > 0 ? sorters : counted).map(({ flow }) => flow.recirc));
  const none = unknownTrack('wcs_counters');
  return {
    ...none,
    values: none.values.map(() => 0),
    provenance: none.provenance.map((): Provenance => 'measured'),
  };
}

function headcountScore(input: UnitInput): number | null {
  const { process, missed, paths } = input;
  // What says nothing, or is not believed, is as good as not there: the rest decides what is good.
  if (process?.useless || process?.doubt) return null;
  const actuals = process?.heardTs != null;
  if (!actuals && isAlone(input, 'lms_actuals')) return 0;
  if (!actuals && missed('lms_actuals', paths)) return 0;
  if (actuals)
    return input.staffing?.provenance === 'measured' || input.staffing?.provenance === 'carried' ? 1 : 0;
  if (process?.planned) return input.staffing?.provenance === 'plan' ? 1 : 0;
  return missed('lms_plan', paths) || isAlone(input, 'lms_plan') ? 0 : null;
}

function isAlone({ alone }: UnitInput, source: SourceName): boolean {
  return alone.some((defect) => defect.source === source);
}

/** Rows come, and none of them told a rate within the hour, while the level moves by itself: it says no flow. */
function isFlowUseless(boundary: readonly PathSeries[], level: UnitLevel, flows: readonly Track[]): boolean {
  return (
    boundary.some(({ flow }) => flow.devices.length > 0) &&
    boundary.every(({ flow }) => !flow.late) &&
    flows.every(({ values }) => values.every((value) => value === null)) &&
    lastValue(level.wip) !== null &&
    new Set(level.samples.map(({ wipUnits }) => wipUnits)).size >= MOVING_LEVELS
  );
}

function flowPart(
  input: UnitInput,
  boundary: readonly PathSeries[],
  flowIn: Track,
  flowOut: Track,
): number | null {
  if (boundary.every(({ flow }) => flow.devices.length === 0))
    return input.missed('wcs_counters', boundary) || isAlone(input, 'wcs_counters') ? 0 : null;
  // What the level denies is as good as not there: the rest decides what is good.
  if (boundary.some(({ level }) => level.doubts.some(isFlowDenied))) return null;
  return boundary.some(({ flow }) => flow.late) ? 0 : scoreFlows(flowIn, flowOut);
}

/** Silent ones; those that failed are told for the whole warehouse. */
function missedSources({ paths, process, missed, defects }: UnitInput): SourceName[] {
  const silent: Partial<Record<SourceName, boolean>> = {
    wcs_counters: paths.every(({ flow }) => flow.devices.length === 0),
    lms_actuals: process?.heardTs == null,
    lms_plan: !process?.planned,
  };
  const told = new Set(defects.flatMap(({ name, source }) => (name === 'SOURCE_ABSENT' ? source : [])));
  return SOURCES.filter((source) => silent[source] && !told.has(source) && missed(source, paths));
}

/**
 * A total leaves the faulty path out: what is hard for the path costs the total coverage. What is to be told of a path is
 * said by the path's own unit, where it has one.
 */
function ofTotal({ override, stage, bufferKind }: ListedPath, own: readonly Defect[]): Defect[] {
  const isUnit = (override?.unitType ?? unitTypeOfPath(stage, bufferKind)) !== 'TOTAL';
  return own.map(({ tell, ...defect }) => ({
    ...defect,
    hard: false,
    ...(tell && !isUnit ? { tell } : {}),
  }));
}

function levelDefects(input: UnitInput, level: UnitLevel): Defect[] {
  const { unit, paths } = input;
  const defects = paths.flatMap(({ listed, level: { defects: own } }) =>
    unit.unitType === 'TOTAL' ? ofTotal(listed, own) : own,
  );
  if (level.missing.length > 0 || paths.length === 0)
    defects.push({
      name: 'PATHS_MISSING',
      source: 'wes_stock',
      detail: `no believable level or no capacity of ${level.missing.join(', ') || unit.path}; ${Math.round(100 * level.coverage)} % of the capacity covered`,
      hard: level.coverage < COVERAGE_MIN,
    });
  return defects;
}

export function assembleUnit(input: UnitInput): UnitSeries {
  const { unit, paths, snapshotTs, demand } = input;
  const level = unitLevel(unit, paths);
  const { entries, exits } = boundaryPaths(paths.filter(isOnTheLine));
  const measured = { flowIn: measuredFlow(entries, 'flowIn'), flowOut: measuredFlow(exits, 'flowOut') };
  const { flowIn, flowOut } = completeFlows({
    ...measured,
    readings: level.samples,
    carryMin: carryLimit(level.samplingMin),
    snapshotTs,
  });
  // The flows are those of all paths: a level with a path left out can't be held against them.
  const conservation =
    level.coverage < 1
      ? null
      : conserve({
          readings: level.comparable,
          flows: new FlowSums(measured.flowIn, measured.flowOut, snapshotTs),
          capacityUnits: level.capacityUnits,
        });

  const isClosed = level.closed !== null;
  // Nothing is asked of what is closed, but that it is.
  const defects = isClosed
    ? []
    : [
        ...input.defects,
        ...input.alone,
        ...levelDefects(input, level),
        ...paths.flatMap(({ listed, flow }) =>
          unit.unitType === 'TOTAL' ? ofTotal(listed, flow.defects) : flow.defects,
        ),
        ...input.staffDefects,
      ];
  if (!isClosed) defects.push(...conservationDefects(conservation));

  for (const source of isClosed ? [] : missedSources(input))
    defects.push({
      name: 'SOURCE_ABSENT',
      source,
      detail: `${source} served ${unit.unitId} before, now it has no row that can be used`,
      hard: false,
    });

  const boundary = [...new Set([...entries, ...exits])];
  const flowUseless = !isClosed && isFlowUseless(boundary, level, [flowIn, flowOut]);
  if (flowUseless)
    defects.push({
      name: 'FLOW_DENIED',
      source: 'wcs_counters',
      detail: `rows of ${unit.unitId} come and told no rate within the hour: judged without its flows`,
      hard: false,
      tell: true,
    });
  const parts: Quality['parts'] = isClosed
    ? { level: 1, flow: null, headcount: null, conservation: null }
    : {
        level: lastValue(level.wip) === null ? 0 : 1,
        flow: flowUseless ? null : flowPart(input, boundary, flowIn, flowOut),
        headcount: headcountScore(input),
        conservation: scoreConservation(conservation),
      };
  return {
    unit,
    snapshotTs,
    capacityUnits: level.capacityUnits,
    ...(level.closed === null ? {} : { closed: level.closed }),
    wip: level.wip,
    ...(level.offBy === null ? {} : { wipOffBy: level.offBy }),
    flowIn,
    flowOut,
    recirc: recircTrack(paths),
    levelSamples: level.samples,
    samplingMin: level.samplingMin,
    ...demand,
    staffing: input.staffing,
    picking: input.picking,
    shares: input.shares,
    plannedInflowUpm: input.plannedInflowUpm,
    plannedOutflowUpm: plannedOutflow(
      input.staffing,
      input.shares.outflow,
      unit.override?.equipmentLimitUpm ?? null,
    ),
    scheduled: input.scheduled,
    device: deviceStatus(
      paths.flatMap(({ flow }) => flow.devices),
      snapshotTs,
    ),
    sorter: readSorter(input),
    conservation,
    quality: scoreQuality({
      parts,
      coverage: level.coverage,
      hardFault: defects.some(({ hard }) => hard),
      isEstimated: level.offBy !== null,
      isContested: isContested(paths),
    }),
    defects,
  };
}
