/** Step 2: the raw rows of four sources, at one snapshot, become one unified timeseries per operational unit. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { WarehouseSettings } from '../registry.ts';
import { matchOverrides } from '../match-settings.ts';
import type { Doubt, WarehouseSeries } from '../series.ts';
import type { CounterRow, SourceRows, WarehouseExtract } from '../source-rows.ts';
import { TOTAL, normalizeProcess, unitIdOf } from '../units.ts';
import { checkCapacity, readOpening } from './levels/closed-path.ts';
import type { Context } from './units/context.ts';
import { sortDoubts } from './levels/doubts.ts';
import { withoutMinutes } from './grid.ts';
import { compareLeftOver, joinSources } from './names/join-sources.ts';
import { leftOverSettings } from './names/left-settings.ts';
import { leftOverToTell } from '../left-over.ts';
import { type PathLevel, readPathLevel, sortStockRows } from './levels/level.ts';
import { type AlarmMemory, type OpenAlarm, openAlarms } from './levels/open-alarm.ts';
import { followMoves } from './names/moves.ts';
import { type PathFlow, readPathFlow, sortDevices } from './flows/path-flow.ts';
import { fastestOf, mostChangeUpm } from './flows/neighbour-flow.ts';
import { MINUTE_MS } from './limits.ts';
import type { MostChange } from './levels/uncounted.ts';
import { settleStockNames } from './names/stock-names.ts';
import { type ListedPath, type PathList, listPaths } from './names/path-list.ts';
import { groupBy } from '../group-by.ts';
import { findGone, unitsNamed } from './units/named-units.ts';
import { findMissed, remember, sourceDefects } from './units/missed-sources.ts';
import { blindOf, sourceHealth } from './health/source-health.ts';
import { sourceViews } from './health/source-views.ts';
import { setClocksRight, tellOfClocks } from './clocks/source-clock.ts';
import { readStaffPlan } from './staff/staff-plan.ts';
import { type ProcessStaffing, groupActuals, readStaffing, staffKey } from './staff/staffing.ts';
import type { PathSeries } from './units/path-series.ts';
import { rememberedUnits, workpoolUnits } from './units/workpool-units.ts';
import { workPlaces } from './units/work-places.ts';

export interface PreprocessInput {
  extract: WarehouseExtract;
  settings: WarehouseSettings;
  /** What the last cycle left. */
  memory: Pick<InterpretMemory, 'paths' | 'doubts' | 'units'> & AlarmMemory;
}

function visibleRows(extract: WarehouseExtract): SourceRows {
  const visible = <Row extends { warehouse: string; recordedAt: number }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => row.warehouse === extract.warehouse && row.recordedAt <= extract.snapshotTs);
  const { rows } = extract;
  return {
    wes_stock: visible(rows.wes_stock),
    wcs_counters: visible(rows.wcs_counters),
    lms_actuals: visible(rows.lms_actuals),
    lms_plan: visible(rows.lms_plan),
  };
}

function doubtKey({ workpool, path }: Pick<Doubt, 'workpool' | 'path'>): string {
  return `${workpool}\n${path}`;
}

function believedFlows(
  { flowIn, flowOut }: PathFlow,
  { flowDenied }: PathLevel,
  snapshotTs: number,
): Pick<PathFlow, 'flowIn' | 'flowOut'> {
  return {
    flowIn: withoutMinutes(flowIn, flowDenied, snapshotTs),
    flowOut: withoutMinutes(flowOut, flowDenied, snapshotTs),
  };
}

type Counted = { path: ListedPath; flow: PathFlow };

/** What the fastest path with counters passes, by workpool and stage, where one beside it has none. */
function fastestBeside(counted: readonly Counted[]): ReadonlyMap<string, number> {
  const stages = groupBy(counted, ({ path }) => stageKey(path));
  return new Map(
    [...stages].flatMap(([key, all]) => {
      const neighbours = all.filter(({ flow }) => flow.devices.length > 0);
      const isAsked = neighbours.length > 0 && neighbours.length < all.length;
      return isAsked ? [[key, fastestOf(neighbours.map(({ flow }) => flow))] as const] : [];
    }),
  );
}

function stageKey({ workpool, stage }: ListedPath): string {
  return `${workpool}\n${stage}`;
}

/** A path without counters is bound by those of its neighbours; null where it has some, or no such neighbour. */
function boundOf({ path, flow }: Counted, fastest: ReadonlyMap<string, number>): MostChange | null {
  const beside = fastest.get(stageKey(path));
  if (flow.devices.length > 0 || path.capacityUnits === null || beside === undefined) return null;
  const upm = mostChangeUpm(beside, path.capacityUnits);
  return (fromTs, toTs) => (upm === null ? null : (upm * (toTs - fromTs)) / MINUTE_MS);
}

function readPaths(
  list: PathList,
  counters: readonly CounterRow[],
  { doubts: remembered, alarmOf }: { doubts: readonly Doubt[]; alarmOf: (listed: ListedPath) => OpenAlarm },
  snapshotTs: number,
): PathSeries[] {
  const doubts = groupBy(remembered, doubtKey);
  const devices = groupBy(sortDevices(counters), ([row]) => row?.path ?? '');
  const counted = list.paths.map((listed) => {
    const own = list.sharedNames.has(listed.path) ? [] : (devices.get(listed.sourcePath) ?? []);
    const flow = readPathFlow(own, snapshotTs);
    const alarm = alarmOf(listed);
    return { alarm, flow, ...checkCapacity(listed, flow.flowIn, alarm) };
  });
  const fastest = fastestBeside(counted);
  return counted.map(({ path, denied, flow, alarm }) => {
    const known = doubts.get(doubtKey({ workpool: path.sourceWorkpool, path: path.sourcePath })) ?? [];
    const mostChange = boundOf({ path, flow }, fastest);
    const level = readPathLevel(path, { ...flow, mostChange, doubts: known, alarm }, snapshotTs);
    if (denied) level.defects.push(denied);
    const series = { listed: path, level, flow: { ...flow, ...believedFlows(flow, level, snapshotTs) } };
    const opening = readOpening(series, denied !== null, snapshotTs);
    // What holds stock is remembered with the room that it had.
    const listedNow =
      opening.closed === 'holding' ? { ...path, reportedCapacityUnits: opening.countedUnits } : path;
    return { ...series, listed: listedNow, opening };
  });
}

/**
 * Pure, and the same whatever the order of the rows and however often one is repeated. Rows recorded after the
 * snapshot are not seen. Units are sorted by id.
 */
export function preprocess(input: PreprocessInput): WarehouseSeries {
  const { extract, settings, memory } = input;
  const { warehouse, snapshotTs } = extract;
  const { timezone } = settings.warehouse;
  const clocks = setClocksRight(visibleRows(extract), { doubts: memory.doubts, timezone, snapshotTs });
  const { rows } = clocks;
  const moves = followMoves(
    settleStockNames(sortStockRows(rows.wes_stock), memory.paths),
    memory.paths,
    snapshotTs,
  );
  const named = unitsNamed(warehouse, moves, memory);
  const overrides = matchOverrides(settings.overrides, named.unitIds);
  const list = listPaths({
    warehouse,
    snapshotTs,
    rows: moves.rows,
    knownPaths: moves.knownPaths,
    overrides,
  });
  const joined = joinSources({
    list,
    rows,
    wanted: overrides.flatMap(({ process }) => (process === null ? [] : normalizeProcess(process))),
    snapshotTs,
  });
  const openOf = openAlarms(memory);
  const alarmOf = ({ unitId, workpool }: ListedPath): OpenAlarm =>
    openOf([unitId, unitIdOf(warehouse, workpool, TOTAL)]);
  const paths = readPaths(
    list,
    joined.counters,
    { doubts: memory.doubts.map(moves.follow), alarmOf },
    snapshotTs,
  );

  const byWorkpool = groupBy(paths, ({ listed }) => listed.workpool);
  const actuals = groupActuals(joined.actuals);
  const plan = readStaffPlan(joined.plan);
  const headcountDoubts = new Map(
    memory.doubts.flatMap((doubt) =>
      doubt.process === undefined ? [] : [[staffKey(doubt.workpool, doubt.process), doubt] as const],
    ),
  );
  const staffings = new Map<string, ProcessStaffing | null>();
  const context: Context = {
    warehouse,
    snapshotTs,
    overrides: new Map(overrides.map((override) => [override.unitId, override])),
    joined,
    actuals,
    plan,
    missed: findMissed(extract, rows),
    defects: [...sourceDefects(extract), ...clocks.defects],
    staffingOf: (workpool, process) => {
      const key = staffKey(workpool, process);
      const known = staffings.get(key);
      if (known !== undefined) return known;
      const staffing = readStaffing({
        workpool,
        process,
        actuals,
        plan,
        places: workPlaces({ actuals, plan }, process, byWorkpool.get(workpool) ?? []),
        known: headcountDoubts.get(key) ?? null,
        snapshotTs,
      });
      staffings.set(key, staffing);
      return staffing;
    },
  };

  const units = [...byWorkpool].flatMap(([workpool, members]) =>
    workpoolUnits(context, workpool, members, list.sharedNames),
  );
  units.push(...rememberedUnits(context, { ...memory, paths: moves.knownPaths }, paths, units));
  const gone = findGone(warehouse, moves.left, memory.units, paths, units);
  units.sort((a, b) => (a.unit.unitId < b.unit.unitId ? -1 : 1));
  const told = tellOfClocks(units, clocks.telling);
  const rememberedPaths = paths.map((path) => remember(context, path));
  const doubts = sortDoubts([
    ...clocks.doubts,
    ...paths.flatMap(({ level }) => level.doubts),
    // Of every process that a unit or a path has asked for.
    ...[...staffings.values()].flatMap((staffing) => staffing?.doubt ?? []),
  ]);
  const leftOver = [...joined.leftOver, ...leftOverSettings(settings, named)].toSorted(compareLeftOver);
  const health = sourceHealth(sourceViews(context, rows, paths, told), {
    snapshotTs,
    units: told,
    doubts,
    leftOver: leftOverToTell({ leftOver, units: told }),
  });
  return {
    warehouse,
    snapshotTs,
    units: told,
    paths: rememberedPaths,
    doubts,
    leftOver,
    ...(gone.length > 0 ? { gone } : {}),
    ...(moves.renamed.length > 0 ? { renamed: moves.renamed } : {}),
    ...(moves.moved.length > 0 ? { moved: moves.moved } : {}),
    refused: [...list.refused, ...plan.refused],
    health,
    blind: blindOf(health, units.length),
  };
}
