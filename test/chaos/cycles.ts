/** Cycles started by hand, each waited for as long as is sensible, whatever becomes of the server meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type Client } from '@temporalio/client';
import { startCycle } from '../../src/client/cycle.ts';
import type { monitoringCycle, MonitoringCycleResult } from '../../src/workflows/monitoring-cycle.ts';

export type CycleOutcome = MonitoringCycleResult | { failure: string };

const CALL_WITHIN_MS = 5_000;
/** Between two looks at a server that does not answer. */
const PAUSE_MS = 200;

/** Starts a cycle and waits for its result. */
export async function runCycle(client: Client, workflowId: string, withinMs: number): Promise<CycleOutcome> {
  const deadline = Date.now() + withinMs;
  const handle = client.workflow.getHandle<typeof monitoringCycle>(workflowId);
  let isStarted = false;
  for (;;) {
    try {
      if (!isStarted)
        await client.withDeadline(Date.now() + CALL_WITHIN_MS, () => startCycle(client, {}, workflowId));
      isStarted = true;
      return await client.withDeadline(deadline, () => handle.result());
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { failure: rootOf(error) };
      // Its answer was lost on the way.
      if (error instanceof WorkflowExecutionAlreadyStartedError) isStarted = true;
      if (Date.now() > deadline) return { failure: `no result within ${withinMs / 1_000} s` };
      await sleep(PAUSE_MS);
    }
  }
}

function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootOf(error.cause);
}
