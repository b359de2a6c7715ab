/** The truth about the sensors: which were wrong, and when. */
import { join } from 'node:path';
import { createCsvFile, type Cell } from './csv-file.ts';
import type { SensorFaults } from './sensor-faults/sensor-faults.ts';
import type { FileWriter } from './write-sources.ts';

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
  return {
    read: () => undefined,
    flush: async () => {
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
    close: () => faultsFile.close(),
    written: () => [['sensor_faults.csv', faultsFile.rows()]],
  };
}
