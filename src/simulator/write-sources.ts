/** Level B: the four sources as their systems recorded them, rows in the order in which they became visible. */
import { join } from 'node:path';
import { createCsvFile, type Cell, type CsvFile } from './csv-file.ts';
import { createFaultCalendar, type FaultCalendar, type FeedFault } from './feed-faults.ts';
import type { Site } from './network.ts';
import { createOutbox, type Outboxes } from './outbox.ts';
import type { FaultSeverity, SensorFaultKind } from './sensor-faults/kinds.ts';
import { createSensorFaults, type SensorFaults } from './sensor-faults/sensor-faults.ts';
import { createSensors, type Sensors } from './sensors.ts';
import {
  columnsOf,
  TABLE_NAMES,
  type Sink,
  type TableName,
  type UpstreamRecords,
} from './upstream-tables.ts';
import { writeTrueLevels, writeTrueWork } from './write-floor-truth.ts';
import { writeSensorTruth } from './write-sensor-truth.ts';

export interface FileWriter {
  /** Takes what one warehouse shows at a whole minute. */
  read(site: Site, ts: number): void;
  /** Writes what is settled at `ts`: nothing that is yet to come sorts before it. */
  flush(ts: number): Promise<void>;
  close(): Promise<void>;
  /** File names with their numbers of rows. */
  written(): [string, number][];
}

/** On top of a clean feed; no kind is a clean feed. */
export interface SensorFaultChoice {
  kinds: readonly SensorFaultKind[];
  severity: FaultSeverity;
}

interface SiteFeed {
  sensors: Sensors;
  outboxes: Outboxes;
  faults: FaultLog | null;
  sensorFaults: SensorFaults | null;
}

/**
 * @param chosen null: a feed with the defects of an ordinary one
 * @param floorTruth tells what happened on the floor, whatever the sensors said; levels are told with chosen faults too
 */
export function writeSources(
  dir: string,
  seed: number,
  sites: readonly Site[],
  chosen: SensorFaultChoice | null,
  floorTruth: boolean,
): FileWriter {
  const files = {} as Record<TableName, CsvFile>;
  for (const table of TABLE_NAMES) files[table] = createCsvFile(join(dir, `${table}.csv`), columnsOf(table));
  const faultsFile = createCsvFile(join(dir, 'feed_faults.csv'), [
    'warehouse',
    'kind',
    'source',
    'path',
    'start_ts',
    'end_ts',
  ]);
  const feeds = new Map<Site, SiteFeed>(
    sites.map((site) => {
      const { warehouse } = site;
      const outboxes: Outboxes = {
        wes_stock: createOutbox(),
        wcs_counters: createOutbox(),
        lms_actuals: createOutbox(),
        lms_plan: createOutbox(),
      };
      const faults = chosen ? null : logged(createFaultCalendar(seed, warehouse.layout, warehouse.now()));
      const out: Sink = {
        push: <T extends TableName>(table: T, records: UpstreamRecords[T]) => outboxes[table].push(records),
      };
      const sensorFaults = chosen && createSensorFaults({ ...chosen, warehouse, seed, sink: out });
      const sink = sensorFaults?.sink ?? out;
      const { timing } = warehouse.layout.sensing;
      const sensors = createSensors({ warehouse, seed, timing, faults, sink });
      return [site, { outboxes, faults, sensorFaults, sensors }];
    }),
  );
  const truths = [
    ...(chosen
      ? [
          writeSensorTruth(
            dir,
            [...feeds.values()].flatMap(({ sensorFaults }) => sensorFaults ?? []),
          ),
        ]
      : []),
    ...(chosen || floorTruth ? [writeTrueLevels(dir)] : []),
    ...(floorTruth ? [writeTrueWork(dir)] : []),
  ];
  return {
    read: (site, ts) => {
      const feed = feeds.get(site);
      feed?.sensorFaults?.advance(ts);
      feed?.sensors.read(ts);
      for (const truth of truths) truth.read(site, ts);
    },
    flush: async (ts) => {
      for (const truth of truths) await truth.flush(ts);
      for (const table of TABLE_NAMES) {
        const due = [...feeds.values()].flatMap(({ outboxes }): UpstreamRecords[TableName][number][] =>
          outboxes[table].due(ts),
        );
        due.sort((a, b) => a.recorded_at.getTime() - b.recorded_at.getTime());
        await files[table].append(due.map((record) => Object.values(record) as Cell[]));
        for (const { outboxes } of feeds.values()) outboxes[table].forget(ts);
      }
      for (const [{ warehouse }, { faults }] of feeds)
        await faultsFile.append(
          (faults?.take() ?? []).map((fault): Cell[] => [
            warehouse.code,
            fault.kind,
            fault.source,
            fault.path,
            new Date(fault.startTs),
            new Date(fault.endTs),
          ]),
        );
    },
    close: async () => {
      for (const file of [...Object.values(files), faultsFile]) await file.close();
      for (const truth of truths) await truth.close();
    },
    written: () => [
      ...TABLE_NAMES.map((table): [string, number] => [`${table}.csv`, files[table].rows()]),
      ['feed_faults.csv', faultsFile.rows()],
      ...truths.flatMap((truth) => truth.written()),
    ],
  };
}

interface FaultLog extends FaultCalendar {
  /** Faults that showed since last asked. */
  take(): FeedFault[];
}

function logged(calendar: FaultCalendar): FaultLog {
  let shown: FeedFault[] = [];
  const told = new WeakSet<FeedFault>();
  return {
    between: (from, to) => {
      const faults = calendar.between(from, to);
      for (const fault of faults) {
        if (told.has(fault)) continue;
        told.add(fault);
        shown.push(fault);
      }
      return faults;
    },
    take: () => {
      const taken = shown;
      shown = [];
      return taken;
    },
  };
}
