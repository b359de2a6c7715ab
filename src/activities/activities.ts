/** Every activity that the worker registers, each built from the narrow ports it needs. */
import { createAwaitWarehouseCycle, type AwaitDependencies } from './await-warehouse-cycle.ts';
import { createDeliver, type DeliverDependencies } from './deliver/deliver.ts';
import { createExtract, type ExtractDependencies } from './extract/extract.ts';
import { createInterpret, type InterpretDependencies } from './interpret.ts';
import { createKeepMemory, type KeepMemoryDependencies } from './keep-memory.ts';
import { createPreprocess, type PreprocessDependencies } from './preprocess.ts';
import { createReportNetwork, type ReportNetworkDependencies } from './report-network/report-network.ts';
import { createSnapshot, type SnapshotDependencies } from './snapshot.ts';
import { createSuppress, type SuppressDependencies } from './suppress.ts';
import { createSync, type SyncDependencies } from './sync.ts';

export type ActivityDependencies = SnapshotDependencies &
  ExtractDependencies &
  PreprocessDependencies &
  InterpretDependencies &
  SuppressDependencies &
  KeepMemoryDependencies &
  DeliverDependencies &
  AwaitDependencies &
  ReportNetworkDependencies &
  SyncDependencies;

export function createActivities(deps: ActivityDependencies) {
  return {
    ...createSnapshot(deps),
    ...createExtract(deps),
    ...createPreprocess(deps),
    ...createInterpret(deps),
    ...createSuppress(deps),
    ...createKeepMemory(deps),
    ...createDeliver(deps),
    ...createAwaitWarehouseCycle(deps),
    ...createReportNetwork(deps),
    ...createSync(deps),
  };
}

export type Activities = ReturnType<typeof createActivities>;
