/** The end of a demo comes between two cycles, or else its alerts would be posted and never counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pauseSchedule } from '../../client/schedule.ts';
import type { Config } from '../../config/config.ts';
import { withTemporal } from '../context.ts';
import { say } from '../output.ts';

/** A cycle of the demo takes a few seconds, the first one on a busy machine some more. */
const PATIENCE_MS = 30_000;

const UNDER_WAY = `WorkflowType = 'monitoringCycle' AND ExecutionStatus = 'Running'`;

export async function letCycleFinish(config: Config): Promise<void> {
  await withTemporal(config, async (client) => {
    await pauseSchedule(client, 'the demo ends');
    const finished: Promise<unknown>[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query: UNDER_WAY }))
      // however it ends: what became of it is told by the summary
      finished.push(
        client.workflow
          .getHandle(workflowId, runId)
          .result()
          .catch(() => {}),
      );
    if (finished.length === 0) return;
    say('the cycle under way is finished first ...');
    await Promise.race([Promise.all(finished), sleep(PATIENCE_MS, undefined, { ref: false })]);
  });
}
