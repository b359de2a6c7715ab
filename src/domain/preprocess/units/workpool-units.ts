/** The units of one workpool, and those that are only remembered. */
import type { InterpretMemory } from '../../suppress/contract.ts';
import type { Defect, KnownPath, Unit, UnitSeries } from '../../series.ts';
import type { SourceName, UnitType } from '../../vocabulary.ts';
import { TOTAL, parseUnitId, unitIdOf } from '../../units.ts';
import { type Context, processOf, typeOf } from './context.ts';
import { type Demand, plannedInflow, readDemand } from '../staff/demand.ts';
import type { ListedPath } from '../names/path-list.ts';
import { inductShares, laneShares } from './shares.ts';
import { plannedAt } from '../staff/staff-plan.ts';
import { type ProcessStaffing, shareStaffing } from '../staff/staffing.ts';
import type { PathSeries } from './path-series.ts';
import { assembleUnit } from './unit-series.ts';

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

/** What the unit asks of a source that has it under a name that fits no unit. */
function findAlone(
  { joined }: Context,
  unit: Unit,
  paths: readonly PathSeries[],
  process: ProcessStaffing | null,
): Defect[] {
  const alone = (source: SourceName, detail: string): Defect => ({
    name: 'NO_PARTNER',
    source,
    detail,
    hard: false,
  });
  const unserved = paths.filter(({ listed }) => joined.withoutDevice.has(listed.unitId));
  const defects: Defect[] = [];
  if (unserved.length > 0)
    defects.push(
      alone(
        'wcs_counters',
        `WCS has no device of path ${unserved.map(({ listed }) => listed.sourcePath).join(', ')}, and devices of paths that WES does not know`,
      ),
    );
  for (const source of ['lms_actuals', 'lms_plan'] as const)
    if (joined.withoutStaff[source].has(unit.workpool))
      defects.push(
        alone(
          source,
          `${source} has nobody of workpool ${unit.sourceWorkpool}, and people of workpools that WES does not know`,
        ),
      );
  const others = joined.unknownProcesses.get(unit.workpool) ?? [];
  if (process === null && others.length > 0)
    defects.push(
      alone(
        'lms_actuals',
        `LMS has nobody of process ${unit.process} in workpool ${unit.sourceWorkpool}, and people of ${others.join(', ')}`,
      ),
    );
  return defects;
}

/** As it stands in the artifacts, and told to nobody. */
function recordedOnly({ name, source, detail, hard, since }: Defect): Defect {
  return { name, source, detail, hard, ...(since === undefined ? {} : { since }) };
}

/** What is to be told of any process of a workpool is told once: by the first of its units that is open. */
function staffTeller(
  context: Context,
  workpool: string,
  processes: readonly string[],
): (own: string, isOpen: boolean) => Defect[] {
  const defectsOf = (process: string): Defect[] => context.staffingOf(workpool, process)?.defects ?? [];
  let isTold = false;
  return (own, isOpen) => {
    if (isTold || !isOpen) return defectsOf(own).map(recordedOnly);
    isTold = true;
    const others = [...new Set([...processes, 'PICK'])].filter((process) => process !== own);
    return [...defectsOf(own), ...others.flatMap(defectsOf).filter(({ tell }) => tell)];
  };
}

export function workpoolUnits(
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
  const all = total.unit.override?.excluded ? units : [total, ...units];
  const staffDefects = staffTeller(
    context,
    workpool,
    all.map(({ unit }) => unit.process),
  );

  return all.map(({ unit, members }) => {
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
      staffDefects: staffDefects(
        unit.process,
        members.some(({ opening }) => opening.closed === null),
      ),
      staffing:
        process && (lane ? shareStaffing(process.staffing, lane.share, lane.shareBy) : process.staffing),
      picking,
      plannedInflowUpm: inflow === null ? null : inflow * share,
      shares: { inflow: share, outflow: inducts.get(unit.unitId) ?? 1 },
      scheduled: isScheduled(context, workpool, process),
      missed: context.missed,
      alone: findAlone(context, unit, members, process),
      defects: [...context.defects, ...nameClash],
    });
  });
}

/** Units that are remembered, while neither rows nor the path list tell what became of them. */
export function rememberedUnits(
  context: Context,
  memory: Pick<InterpretMemory, 'units'> & { paths: readonly KnownPath[] },
  paths: readonly PathSeries[],
  units: readonly UnitSeries[],
): UnitSeries[] {
  const present = new Set(units.map(({ unit }) => unit.unitId));
  const listed = new Map(paths.map((path) => [path.listed.unitId, path.listed]));
  return Object.entries(memory.units).flatMap(([unitId, known]): UnitSeries[] => {
    const name = parseUnitId(unitId);
    const override = context.overrides.get(unitId) ?? null;
    if (!name || name.warehouse !== context.warehouse || present.has(unitId) || override?.excluded) return [];
    const path = listed.get(unitId);
    // A path list that does not hold the unit, or holds it as another kind, says that it is gone.
    if (path ? !path.clash : memory.paths.length > 0) return [];
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
        demand: { backlogUnits: null, leastRecentBacklogUnits: null, unitsDueByCpt: null, cptTs: null },
        process: null,
        staffDefects: [],
        staffing: null,
        picking: null,
        plannedInflowUpm: null,
        shares: { inflow: 1, outflow: 1 },
        scheduled: null,
        missed: context.missed,
        alone: [],
        defects: context.defects,
      }),
    ];
  });
}
