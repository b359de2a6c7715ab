/** Starting a cycle by hand. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TASK_QUEUE } from '../workflows/names.ts';
import type { monitoringCycle } from '../workflows/monitoring-cycle.ts';
import type { CycleRequest } from '../workflows/requests.ts';

/** The same bound as a scheduled cycle of 5 minutes has. */
const EXECUTION_TIMEOUT = '10 minutes';

export async function startCycle(
  client: Client,
  request: CycleRequest,
  workflowId: string,
  taskQueue = TASK_QUEUE,
): Promise<WorkflowHandle<typeof monitoringCycle>> {
  return client.workflow.start<typeof monitoringCycle>('monitoringCycle', {
    workflowId,
    taskQueue,
    args: [request],
    workflowExecutionTimeout: EXECUTION_TIMEOUT,
    staticSummary: request.snapshot === undefined ? 'ad-hoc cycle' : `replay of ${request.snapshot}`,
  });
}
