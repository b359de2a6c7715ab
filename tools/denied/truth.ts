/** What the simulator says was wrong with its sensors, and what the levels really were. */
import { join } from 'node:path';
import { readAllRows } from '../../src/backtest/csv/read-csv.ts';

export interface SensorFault {
  kind: string;
  severity: string;
  source: string;
  warehouse: string;
  /** null: the whole warehouse. */
  workpool: string | null;
  path: string | null;
  unitId: string | null;
  startTs: number;
  endTs: number;
}

/** @throws BadFile */
export function readFaults(folder: string): Promise<SensorFault[]> {
  const columns = ['kind', 'severity', 'source', 'warehouse', 'start_ts', 'end_ts'];
  return readAllRows(join(folder, 'sensor_faults.csv'), columns, (row) => ({
    kind: row.text('kind'),
    severity: row.text('severity'),
    source: row.text('source'),
    warehouse: row.text('warehouse'),
    workpool: row.textOrNull('workpool'),
    path: row.textOrNull('path'),
    unitId: row.textOrNull('unit_id'),
    startTs: row.instant('start_ts'),
    endTs: row.instant('end_ts'),
  }));
}

/** Units by unit and instant, epoch ms. */
export class TrueLevels {
  readonly #levels = new Map<string, number>();

  /** @throws BadFile */
  static async read(folder: string): Promise<TrueLevels> {
    const levels = new TrueLevels();
    await readAllRows(join(folder, 'truth_levels.csv'), ['ts', 'unit_id', 'wip_units'], (row) => {
      const units = row.numberOrNull('wip_units');
      if (units !== null) levels.#levels.set(`${row.text('unit_id')} ${row.instant('ts')}`, units);
    });
    return levels;
  }

  at(unitId: string, ts: number): number | null {
    return this.#levels.get(`${unitId} ${ts}`) ?? null;
  }
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
