/** The truth about the sensors: which were wrong and when, and the levels that they should have told. */
import { join } from 'node:path';
import { createCsvFile, type Cell } from './csv-file.ts';
import type { Site } from './network.ts';
import type { SensorFaults } from './sensor-faults/sensor-faults.ts';
import { readingsOf } from './write-series.ts';
import type { FileWriter } from './write-sources.ts';

const LEVEL_EVERY_MS = 5 * 60_000;

export function writeSensorTruth(dir: string, faults: readonly SensorFaults[]): FileWriter {
  const faultsFile = createCsvFile(join(dir, 'sensor_faults.csv'), [
    ...[
      'kind',
      'severity',
      'source',
      'warehouse',
      'workpool',
      'path',
      'unit_id',
      'told_unit_id',
      'start_ts',
      'end_ts',
    ],
  ]);
  const levelsFile = createCsvFile(join(dir, 'truth_levels.csv'), ['ts', 'unit_id', 'wip_units']);
  let levels: { ts: number; row: Cell[] }[] = [];
  return {
    read: ({ warehouse }: Site, ts) => {
      if (ts % LEVEL_EVERY_MS !== 0) return;
      for (const run of warehouse.runs)
        for (const { unitId, units } of readingsOf(run))
          levels.push({ ts, row: [new Date(ts), unitId, units] });
    },
    flush: async () => {
      await levelsFile.append(levels.toSorted((a, b) => a.ts - b.ts).map(({ row }) => row));
      levels = [];
      await faultsFile.append(
        faults
          .flatMap((each) => each.take())
          .toSorted((a, b) => a.startTs - b.startTs)
          .map(
            ({
              kind,
              severity,
              source,
              warehouse,
              workpool,
              path,
              unitId,
              toldUnitId,
              startTs,
              endTs,
            }): Cell[] => [
              ...[kind, severity, source, warehouse, workpool, path, unitId, toldUnitId],
              new Date(startTs),
              new Date(endTs),
            ],
          ),
      );
    },
    close: async () => {
      await faultsFile.close();
      await levelsFile.close();
    },
    written: () => [
      ['sensor_faults.csv', faultsFile.rows()],
      ['truth_levels.csv', levelsFile.rows()],
    ],
  };
}
