/** What people would write about the warehouses: their names, and what the sources do not say of their units. */
import { join } from 'node:path';
import { createCsvFile, type Cell } from './csv-file.ts';
import { watchedPathsOf, type LineLayout, type PathLayout } from './layout.ts';
import type { Site } from './network.ts';
import { capacityOf } from './write-series.ts';

export async function writeWarehouses(dir: string, sites: readonly Site[]): Promise<void> {
  const file = createCsvFile(join(dir, 'warehouses.csv'), ['code', 'name', 'timezone']);
  await file.append(sites.map(({ warehouse: { code, timezone } }) => [code, `Simulated ${code}`, timezone]));
  await file.close();
}

/** `units.csv` of level B: overrides. */
export async function writeOverrides(dir: string, sites: readonly Site[]): Promise<void> {
  const file = createCsvFile(join(dir, 'units.csv'), [
    'unit_id',
    'max_stations',
    'hc_pool',
    'min_hc',
    'process',
    'sorter',
  ]);
  await file.append(
    linesOf(sites).flatMap((line): Cell[][] => [
      [line.unitId, null, line.standby, 1, 'PACK', line.sorter.path],
      ...watchedPathsOf(line).map((path): Cell[] => [
        path.unitId,
        path.maxStations,
        null,
        1,
        path.stage,
        line.sorter.path,
      ]),
    ]),
  );
  await file.close();
}

/** `units.csv` of level A: every unit there is. */
export async function writeUnits(dir: string, sites: readonly Site[]): Promise<void> {
  const file = createCsvFile(join(dir, 'units.csv'), [
    'unit_id',
    'warehouse',
    'workpool',
    'path',
    'unit_type',
    'buffer_kind',
    'capacity_units',
    'process',
    'uph_plan',
    'max_stations',
  ]);
  for (const { warehouse } of sites) {
    for (const line of warehouse.layout.lines) {
      const row = (path: PathLayout): Cell[] => [
        path.unitId,
        warehouse.code,
        line.workpool,
        path.path,
        path.stage === 'INDUCT' ? 'INDUCT' : 'LANE',
        path.bufferKind,
        path.capacityUnits,
        path.stage,
        path.stage === 'SORT' ? null : line.uph[path.stage],
        path.maxStations,
      ];
      await file.append([
        [
          line.unitId,
          warehouse.code,
          line.workpool,
          'TOTAL',
          'TOTAL',
          'CONVEYOR',
          capacityOf(line),
          'PACK',
          line.uph.PACK,
          null,
        ],
        ...watchedPathsOf(line).map(row),
      ]);
    }
  }
  await file.close();
}

export function linesOf(sites: readonly Site[]): LineLayout[] {
  return sites.flatMap(({ warehouse }) => warehouse.layout.lines);
}
