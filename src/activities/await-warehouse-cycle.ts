/** Waits for a child that another run of the same cycle started, and takes its result as ours. */
import type { DecideResult } from '../domain/suppress/contract.ts';
import type { SourceName, State } from '../domain/vocabulary.ts';
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure, reasonOf } from '../failures/temporal-failures.ts';

/** What a warehouse's cycle ends with. */
export interface WarehouseCycleResult {
  warehouse: string;
  status: DecideResult['status'];
  worstState: State;
  openEpisodes: number;
  units: number;
  /** Sources that are blind for half of the units or more; absent in runs of older releases. */
  blind?: SourceName[];
  /** Its memory had been lost: since when it is known again, ISO 8601; absent: it was not. */
  restoredFrom?: string;
  /** Labels of this cycle by name. */
  labels: Record<string, number>;
  delivered: number;
  /** Left in the outbox, each with why. */
  undelivered: string[];
  /** Milliseconds from the snapshot to each confirmed message. */
  latencyMs: number[];
}

export interface AwaitDependencies {
  /** Result of the workflow with this id; rejects when it failed. */
  resultOf(workflowId: string): Promise<WarehouseCycleResult>;
  heartbeat(): void;
}

/** Well below the heartbeat timeout of 15 s. */
const HEARTBEAT_MS = 5_000;

export function createAwaitWarehouseCycle(deps: AwaitDependencies) {
  return {
    /** @throws ApplicationFailure `WarehouseCycleFailed` with the other run's reason. */
    async awaitWarehouseCycle({ workflowId }: { workflowId: string }): Promise<WarehouseCycleResult> {
      const beat = setInterval(() => deps.heartbeat(), HEARTBEAT_MS);
      try {
        return await deps.resultOf(workflowId);
      } catch (error) {
        throw applicationFailure(
          FAILURE.WarehouseCycleFailed,
          `${workflowId} was running already and failed: ${reasonOf(error)}`,
        );
      } finally {
        clearInterval(beat);
      }
    },
  };
}
