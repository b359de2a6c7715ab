/** Waits for a child that another run of the same cycle started, and takes its result as ours. */
import { ApplicationFailure } from '@temporalio/common';
import { reasonOf } from '../workflows/failures.ts';
import type { WarehouseCycleResult } from '../workflows/warehouse-cycle.ts';

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
        throw ApplicationFailure.nonRetryable(
          `${workflowId} was running already and failed: ${reasonOf(error)}`,
          'WarehouseCycleFailed',
        );
      } finally {
        clearInterval(beat);
      }
    },
  };
}
