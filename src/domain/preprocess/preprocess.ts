/** Step 2: the raw rows of four sources, at one snapshot, become one unified timeseries per operational unit. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { WarehouseSettings } from '../registry.ts';
import type { Doubt, WarehouseSeries } from '../series.ts';
import type { SourceRows, WarehouseExtract } from '../source-rows.ts';
import { sanitizeName } from '../units.ts';
import { checkCapacity, readOpening } from './closed-path.ts';
import type { Context } from './context.ts';
import { withoutMinutes } from './grid.ts';
import { type PathLevel, readPathLevel, sortStockRows } from './level.ts';
import { type PathFlow, readPathFlow, sortDevices } from './path-flow.ts';
import { type PathList, listPaths } from './path-list.ts';
import { groupBy } from '../group-by.ts';
import { findBlind, findMissed, remember, sourceDefects } from './source-health.ts';
import { setClocksRight, tellOfClocks } from './source-clock.ts';
import { readStaffPlan } from './staff-plan.ts';
import { type ProcessStaffing, groupActuals, readStaffing } from './staffing.ts';
import type { PathSeries } from './unit-series.ts';
import { rememberedUnits, workpoolUnits } from './workpool-units.ts';

export interface PreprocessInput {
  extract: WarehouseExtract;
  settings: WarehouseSettings;
  /** What the last cycle left. */
  memory: Pick<InterpretMemory, 'paths' | 'doubts' | 'units'>;
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

function readPaths(
  list: PathList,
  rows: SourceRows,
  known: readonly Doubt[],
  snapshotTs: number,
): PathSeries[] {
  const doubts = groupBy(known, doubtKey);
  const devices = groupBy(sortDevices(rows.wcs_counters), ([row]) => sanitizeName(row?.path ?? ''));
  return list.paths.map((listed) => {
    const own = list.sharedNames.has(listed.path) ? [] : (devices.get(listed.path) ?? []);
    const flow = readPathFlow(own, snapshotTs);
    const { path, denied } = checkCapacity(listed, flow.flowIn);
    const known = doubts.get(doubtKey({ workpool: listed.sourceWorkpool, path: listed.sourcePath })) ?? [];
    const level = readPathLevel(path, { ...flow, doubts: known }, snapshotTs);
    if (denied) level.defects.push(denied);
    const series = { listed: path, level, flow: { ...flow, ...believedFlows(flow, level, snapshotTs) } };
    return { ...series, opening: readOpening(series, denied !== null, snapshotTs) };
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
  const list = listPaths({
    warehouse,
    snapshotTs,
    rows: sortStockRows(rows.wes_stock),
    knownPaths: memory.paths,
    overrides: settings.overrides,
  });
  const paths = readPaths(list, rows, memory.doubts, snapshotTs);

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
    defects: [...sourceDefects(extract), ...clocks.defects],
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
  units.push(...rememberedUnits(context, memory, paths, units));
  units.sort((a, b) => (a.unit.unitId < b.unit.unitId ? -1 : 1));
  return {
    warehouse,
    snapshotTs,
    units: tellOfClocks(units, clocks.defects),
    paths: paths.map((path) => remember(context, path)),
    doubts: [...clocks.doubts, ...paths.flatMap(({ level }) => level.doubts)],
    leftOver: [],
    refused: [...list.refused, ...plan.refused],
    blind: findBlind(context, rows, paths, units),
  };
}
