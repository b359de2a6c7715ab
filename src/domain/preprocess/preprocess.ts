/** Step 2: the raw rows of four sources, at one snapshot, become one unified timeseries per operational unit. */
import type { InterpretMemory } from '../alerting.ts';
import type { UnitOverride, WarehouseSettings } from '../registry.ts';
import type { Defect, KnownPath, Unit, UnitSeries, WarehouseSeries } from '../series.ts';
import type { SourceRows, WarehouseExtract } from '../source-rows.ts';
import { SOURCES, type SourceName, type UnitType } from '../vocabulary.ts';
import {
  TOTAL,
  defaultProcess,
  normalizeProcess,
  parseUnitId,
  sanitizeName,
  unitIdOf,
  unitTypeOfPath,
} from '../units.ts';
import { type Demand, meanRate, plannedInflow, readDemand, sharesOf } from './demand.ts';
import { lastValue, netRates } from './grid.ts';
import {
  FLOW_CARRY_MIN,
  HEADCOUNT_CARRY_MIN,
  LAST_SEEN_FLOOR_MS,
  MINUTE_MS,
  PATH_GONE_AFTER_MS,
} from './limits.ts';
import { readPathLevel, sortStockRows } from './level.ts';
import { type ListedPath, type PathList, floorToHour, listPaths } from './path-list.ts';
import { readPathFlow, sortCounterRows } from './path-flow.ts';
import { groupBy } from './row-order.ts';
import { type StaffPlan, plannedAt, readStaffPlan } from './staff-plan.ts';
import {
  type Actuals,
  type ProcessStaffing,
  groupActuals,
  processesInActuals,
  readStaffing,
  shareStaffing,
} from './staffing.ts';
import { type MissedSources, type PathSeries, assembleUnit } from './unit-series.ts';

export interface PreprocessInput {
  extract: WarehouseExtract;
  settings: WarehouseSettings;
  /** What `WarehouseSeries.paths` was in the last cycle. */
  knownPaths: KnownPath[];
  knownUnits: InterpretMemory['units'];
}

/** Everything of the warehouse that its units share. */
interface Context {
  warehouse: string;
  snapshotTs: number;
  overrides: Map<string, UnitOverride>;
  actuals: Actuals;
  plan: StaffPlan;
  missed: MissedSources;
  defects: Defect[];
  staffingOf: (workpool: string, process: string) => ProcessStaffing | null;
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

/** A source that failed, or of which no row fits, exists all the same; so does one that served a path today. */
function findMissed(extract: WarehouseExtract, rows: SourceRows): MissedSources {
  const broken = new Set(
    SOURCES.filter((source) => {
      const { status, rejected } = extract.sources[source];
      return status === 'absent' || (rejected > 0 && rows[source].length === 0);
    }),
  );
  return (source, paths) =>
    broken.has(source) || paths.some(({ listed }) => isRemembered(listed, source, extract.snapshotTs));
}

function isRemembered(listed: ListedPath, source: SourceName, snapshotTs: number): boolean {
  const hour = listed.remembered[source];
  return hour !== undefined && snapshotTs - hour < PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS;
}

function sourceDefects(extract: WarehouseExtract): Defect[] {
  return SOURCES.flatMap((source): Defect[] => {
    const { status, error, rejected, problems } = extract.sources[source];
    const defects: Defect[] = [];
    if (status === 'absent')
      defects.push({
        name: 'SOURCE_ABSENT',
        source,
        detail: `${source} could not be read: ${error}`,
        hard: false,
      });
    if (rejected > 0)
      defects.push({
        name: 'ROWS_REJECTED',
        source,
        detail: `${rejected} rows of ${source} do not fit: ${problems.join('; ')}`,
        hard: false,
      });
    return defects;
  });
}

function readPaths(list: PathList, rows: SourceRows, snapshotTs: number): PathSeries[] {
  const counters = groupBy(sortCounterRows(rows.wcs_counters), ({ path }) => sanitizeName(path));
  return list.paths.map((listed) => {
    const own = list.sharedNames.has(listed.path) ? [] : (counters.get(listed.path) ?? []);
    const flow = readPathFlow(own, snapshotTs);
    return { listed, flow, level: readPathLevel(listed, netRates(flow.flowIn, flow.flowOut), snapshotTs) };
  });
}

function typeOf({ override, stage, bufferKind }: ListedPath): UnitType {
  return override?.unitType ?? unitTypeOfPath(stage, bufferKind);
}

function processOf(
  context: Context,
  unitType: UnitType,
  workpool: string,
  listed: ListedPath | null,
  override: UnitOverride | null,
): string {
  if (override?.process) return normalizeProcess(override.process);
  const processes = new Set([
    ...processesInActuals(context.actuals, workpool),
    ...context.plan.processesOf(workpool),
  ]);
  return defaultProcess(unitType, listed?.stage ?? null, processes);
}

/** Any process at work counts where the plan doesn't know the unit's own. */
function isScheduled(context: Context, workpool: string, process: ProcessStaffing | null): boolean | null {
  if (process?.planned) {
    const { hcPlan } = process.staffing;
    return hcPlan === null ? null : hcPlan > 0;
  }
  const others = [...new Set(context.plan.processesOf(workpool))];
  if (others.length === 0) return null;
  return others.some((other) => {
    const { active } = plannedAt(context.plan.rowsOf(workpool, other) ?? [], context.snapshotTs);
    return active === null || active > 0;
  });
}

/** A lane's part of its process: by stations where every lane has them, else by capacity, else evenly. */
function laneShares(
  lanes: readonly Unit[],
  capacities: ReadonlyMap<string, number | null>,
): Map<string, { share: number; shareBy: 'stations' | 'capacity' | null }> {
  const shares = new Map<string, { share: number; shareBy: 'stations' | 'capacity' | null }>();
  for (const group of groupBy(lanes, ({ process }) => process).values()) {
    const byStations = sharesOf(group.map(({ override }) => override?.maxStations ?? null));
    const byCapacity = sharesOf(group.map(({ unitId }) => capacities.get(unitId) ?? null));
    for (const [index, { unitId }] of group.entries())
      shares.set(unitId, {
        share: (byStations ?? byCapacity)?.[index] ?? 1 / group.length,
        shareBy: byStations ? 'stations' : byCapacity ? 'capacity' : null,
      });
  }
  return shares;
}

/** An induct's part of the workpool's inflow: as measured over the hour, so that a short jam takes nothing away. */
function inductShares(inducts: readonly PathSeries[]): Map<string, number> {
  const shares =
    sharesOf(inducts.map(({ flow }) => meanRate(flow.flowIn))) ??
    sharesOf(inducts.map(({ listed }) => listed.capacityUnits));
  return new Map(
    inducts.map(({ listed }, index) => [listed.unitId, shares?.[index] ?? 1 / inducts.length] as const),
  );
}

function workpoolUnits(
  context: Context,
  workpool: string,
  paths: readonly PathSeries[],
  sharedNames: ReadonlySet<string>,
): UnitSeries[] {
  const { warehouse, snapshotTs } = context;
  const sourceWorkpool = paths[0]?.listed.sourceWorkpool ?? workpool;
  const unitOf = (unitType: UnitType, members: readonly PathSeries[], listed: ListedPath | null): Unit => {
    const unitId = listed?.unitId ?? unitIdOf(warehouse, workpool, TOTAL);
    const override = context.overrides.get(unitId) ?? null;
    return {
      unitId,
      warehouse,
      workpool,
      path: listed?.path ?? TOTAL,
      sourceWorkpool,
      sourcePaths: members.map((member) => member.listed.sourcePath),
      unitType,
      stage: listed?.stage ?? null,
      bufferKind: listed?.bufferKind ?? null,
      process: processOf(context, unitType, workpool, listed, override),
      override,
    };
  };

  const own = paths.filter(({ listed }) => !listed.clash && typeOf(listed) !== TOTAL);
  const units = own.map((path) => ({
    unit: unitOf(typeOf(path.listed), [path], path.listed),
    members: [path],
  }));
  const total = { unit: unitOf(TOTAL, paths, null), members: [...paths] };
  const lanes = laneShares(
    units.flatMap(({ unit }) => (unit.unitType === 'LANE' ? unit : [])),
    new Map(paths.map(({ listed }) => [listed.unitId, listed.capacityUnits])),
  );
  const inducts = inductShares(own.filter(({ listed }) => typeOf(listed) === 'INDUCT'));
  const workpoolDemand = readDemand(
    paths.map(({ listed }) => listed),
    snapshotTs,
  );
  const picking = context.staffingOf(workpool, 'PICK')?.staffing ?? null;
  const inflow = plannedInflow(picking, workpoolDemand);
  const clashes = paths.filter(({ listed }) => listed.clash).map(({ listed }) => listed.path);

  return (total.unit.override?.excluded ? units : [total, ...units]).map(({ unit, members }) => {
    const process = context.staffingOf(workpool, unit.process);
    const lane = lanes.get(unit.unitId);
    const share = lane?.share ?? inducts.get(unit.unitId) ?? 1;
    // Lanes wait for what the whole workpool still has to send; an induct has its own released work.
    const demand: Demand =
      unit.unitType === 'INDUCT'
        ? readDemand(
            members.map(({ listed }) => listed),
            snapshotTs,
          )
        : workpoolDemand;
    const shared = members
      .filter(({ listed }) => sharedNames.has(listed.path))
      .map(({ listed }) => listed.path);
    const clashing = [...shared, ...(unit.unitType === TOTAL ? clashes : [])];
    const nameClash: Defect[] =
      clashing.length > 0
        ? [
            {
              name: 'NAME_CLASH',
              source: 'wes_stock',
              detail: `names that stand for two paths: ${clashing.join(', ')}`,
              hard: false,
            },
          ]
        : [];
    return assembleUnit({
      unit,
      paths: members,
      snapshotTs,
      demand,
      process,
      staffing:
        process && (lane ? shareStaffing(process.staffing, lane.share, lane.shareBy) : process.staffing),
      picking,
      plannedInflowUpm: inflow === null ? null : inflow * share,
      outflowShare: inducts.get(unit.unitId) ?? 1,
      scheduled: isScheduled(context, workpool, process),
      missed: context.missed,
      defects: [...context.defects, ...nameClash],
    });
  });
}

/** Units that are remembered, while neither rows nor the path list tell what became of them. */
function rememberedUnits(
  context: Context,
  input: PreprocessInput,
  paths: readonly PathSeries[],
  units: readonly UnitSeries[],
): UnitSeries[] {
  const present = new Set(units.map(({ unit }) => unit.unitId));
  const listed = new Map(paths.map((path) => [path.listed.unitId, path.listed]));
  return Object.entries(input.knownUnits).flatMap(([unitId, known]): UnitSeries[] => {
    const name = parseUnitId(unitId);
    const override = context.overrides.get(unitId) ?? null;
    if (!name || name.warehouse !== context.warehouse || present.has(unitId) || override?.excluded) return [];
    const path = listed.get(unitId);
    // A path list that does not hold the unit, or holds it as another kind, says that it is gone.
    if (path ? !path.clash : input.knownPaths.length > 0) return [];
    const process = processOf(context, known.unitType, name.workpool, null, override);
    return [
      assembleUnit({
        unit: {
          unitId,
          warehouse: context.warehouse,
          workpool: name.workpool,
          path: name.path,
          sourceWorkpool: known.workpool,
          sourcePaths: [],
          unitType: known.unitType,
          stage: null,
          bufferKind: null,
          process,
          override,
        },
        paths: [],
        snapshotTs: context.snapshotTs,
        demand: { backlogUnits: null, unitsDueByCpt: null, cptTs: null },
        process: null,
        staffing: null,
        picking: null,
        plannedInflowUpm: null,
        outflowShare: 1,
        scheduled: null,
        missed: context.missed,
        defects: context.defects,
      }),
    ];
  });
}

/** What to remember of a path: when each source spoke of it last, as long as it is not a day ago. */
function remember(context: Context, { listed, flow }: PathSeries): KnownPath {
  const { snapshotTs, plan } = context;
  const staff = context.staffingOf(
    listed.workpool,
    processOf(context, typeOf(listed), listed.workpool, listed, listed.override),
  );
  const heard: Partial<Record<SourceName, number | null>> = {
    wcs_counters: flow.devices.length > 0 ? Math.max(...flow.devices.map(({ lastTs }) => lastTs)) : null,
    lms_actuals: staff?.heardTs ?? null,
    lms_plan: staff?.planned ? plan.issuedTs : null,
  };
  const sources: Partial<Record<SourceName, number>> = {};
  for (const source of SOURCES) {
    const ts = heard[source] ?? null;
    const hour = Math.max(ts === null ? -Infinity : floorToHour(ts), listed.remembered[source] ?? -Infinity);
    if (snapshotTs - hour < PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS) sources[source] = hour;
  }
  return {
    workpool: listed.sourceWorkpool,
    path: listed.sourcePath,
    stage: listed.stage,
    bufferKind: listed.bufferKind,
    capacityUnits: listed.capacityUnits,
    lastSeenHour: listed.lastSeenHour,
    ...(Object.keys(sources).length > 0 ? { sources } : {}),
  };
}

/** Sources of which nothing can be used now, each with the share of the units that need it. */
function findBlind(
  context: Context,
  rows: SourceRows,
  paths: readonly PathSeries[],
  units: readonly UnitSeries[],
): WarehouseSeries['blind'] {
  const { snapshotTs, plan } = context;
  const within = (ts: number, limitMin: number): boolean => snapshotTs - ts <= limitMin * MINUTE_MS;
  const usable: Record<SourceName, boolean> = {
    wes_stock: paths.some(({ level }) => lastValue(level.track) !== null),
    wcs_counters: paths.some(({ flow }) => flow.devices.some(({ lastTs }) => within(lastTs, FLOW_CARRY_MIN))),
    lms_actuals: rows.lms_actuals.some(({ intervalEnd }) => within(intervalEnd, HEADCOUNT_CARRY_MIN)),
    lms_plan: plan.issuedTs !== null,
  };
  const needs = (source: SourceName, { unit, quality }: UnitSeries): boolean => {
    if (source === 'wes_stock') return true;
    if (source === 'wcs_counters') return quality.parts.flow !== null;
    const members = paths.filter(
      ({ listed }) => unit.workpool === listed.workpool && (unit.path === TOTAL || unit.path === listed.path),
    );
    return (
      context.missed(source, members) ||
      (source === 'lms_actuals' && rows.lms_actuals.length > 0 && quality.parts.headcount !== null)
    );
  };
  return SOURCES.flatMap((source) => {
    if (usable[source]) return [];
    const share =
      units.length > 0
        ? units.filter((series) => needs(source, series)).length / units.length
        : source === 'wes_stock'
          ? 1
          : 0;
    return share > 0 ? [{ source, share }] : [];
  });
}

/**
 * Pure, and the same whatever the order of the rows and however often one is repeated. Rows recorded after the
 * snapshot are not seen. Units are sorted by id.
 */
export function preprocess(input: PreprocessInput): WarehouseSeries {
  const { extract, settings, knownPaths } = input;
  const { warehouse, snapshotTs } = extract;
  const rows = visibleRows(extract);
  const list = listPaths({
    warehouse,
    snapshotTs,
    rows: sortStockRows(rows.wes_stock),
    knownPaths,
    overrides: settings.overrides,
  });
  const paths = readPaths(list, rows, snapshotTs);

  const actuals = groupActuals(rows.lms_actuals);
  const plan = readStaffPlan(rows.lms_plan);
  const staffings = new Map<string, ProcessStaffing | null>();
  const context: Context = {
    warehouse,
    snapshotTs,
    overrides: new Map(settings.overrides.map((override) => [override.unitId, override])),
    actuals,
    plan,
    missed: findMissed(extract, rows),
    defects: sourceDefects(extract),
    staffingOf: (workpool, process) => {
      const key = `${workpool}\n${process}`;
      const known = staffings.get(key);
      if (known !== undefined) return known;
      const staffing = readStaffing({ workpool, process, actuals, plan, snapshotTs });
      staffings.set(key, staffing);
      return staffing;
    },
  };

  const units = [...groupBy(paths, ({ listed }) => listed.workpool)].flatMap(([workpool, members]) =>
    workpoolUnits(context, workpool, members, list.sharedNames),
  );
  units.push(...rememberedUnits(context, input, paths, units));
  units.sort((a, b) => (a.unit.unitId < b.unit.unitId ? -1 : 1));
  return {
    warehouse,
    snapshotTs,
    units,
    paths: paths.map((path) => remember(context, path)),
    refused: [...list.refused, ...plan.refused],
    blind: findBlind(context, rows, paths, units),
  };
}
