/** What the simulator says was wrong with its sensors, and what the levels really were. */
import { join } from 'node:path';
import { readAllRows } from '../../src/backtest/csv/read-csv.ts';
import type { TrueLevels } from '../../src/backtest/input/true-levels-file.ts';

export interface SensorFault {
  kind: string;
  severity: string;
  source: string;
  warehouse: string;
  /** null: the whole warehouse. */
  workpool: string | null;
  path: string | null;
  unitId: string | null;
  /** What it is called meanwhile; null: the same. */
  toldUnitId: string | null;
  startTs: number;
  endTs: number;
  /** Of a wrong level: when the first became visible that is off by a tenth of the capacity; null: none was. */
  offTs: number | null;
}

/** Share of the capacity by which a level has to be off before it can be told from the truth. */
const OFF_SHARE = 0.1;

/** @throws BadFile */
export async function readFaults(folder: string, levels: TrueLevels): Promise<SensorFault[]> {
  const columns = ['kind', 'severity', 'source', 'warehouse', 'start_ts', 'end_ts'];
  const faults = await readAllRows(join(folder, 'sensor_faults.csv'), columns, (row): SensorFault => ({
    kind: row.text('kind'),
    severity: row.text('severity'),
    source: row.text('source'),
    warehouse: row.text('warehouse'),
    workpool: row.textOrNull('workpool'),
    path: row.textOrNull('path'),
    unitId: row.textOrNull('unit_id'),
    toldUnitId: row.textOrNull('told_unit_id'),
    startTs: row.instant('start_ts'),
    endTs: row.instant('end_ts'),
    offTs: null,
  }));
  const ofLevels = faults.filter(({ kind }) => kind.startsWith('LEVEL_'));
  await readAllRows(join(folder, 'wes_stock.csv'), ['path', 'wip_units', 'as_of'], (row) => {
    const [path, asOf, units] = [row.text('path'), row.instant('as_of'), row.numberOrNull('wip_units')];
    const capacity = row.numberOrNull('capacity_units') ?? 0;
    for (const fault of ofLevels) {
      if (fault.offTs !== null || fault.path !== path || units === null) continue;
      if (fault.warehouse !== row.text('warehouse') || asOf < fault.startTs || asOf >= fault.endTs) continue;
      const real = levels.at(fault.unitId ?? '', asOf);
      if (real !== null && Math.abs(units - real) >= OFF_SHARE * capacity)
        fault.offTs = row.instant('recorded_at');
    }
  });
  return faults;
}

/** Names that a moved, renamed or misspelt path takes on are units of their own: the whole warehouse is concerned. */
const OF_NAMES = new Set(['PATH_MOVED', 'PATH_RENAMED', 'NAME_SPELLING']);

/** Would a doubt about this unit, or about the warehouse itself, be about this fault? */
export function concerns(
  fault: SensorFault,
  { warehouse, unitId }: { warehouse: string; unitId: string },
): boolean {
  const { workpool } = fault;
  if (fault.warehouse !== warehouse) return false;
  if (workpool === null || unitId === warehouse || OF_NAMES.has(fault.kind)) return true;
  const line = `${warehouse}_${workpool.replaceAll(/[^A-Za-z0-9-]/g, '-')}_`;
  return fault.unitId === null
    ? unitId.startsWith(line)
    : unitId === fault.unitId || unitId === `${line}TOTAL`;
}
