/** The schedule `monitoring-cycle`: what starts a cycle every interval. */
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { TASK_QUEUE } from '../workflows/names.ts';
import type { monitoringCycle } from '../workflows/monitoring-cycle.ts';

export const SCHEDULE_ID = 'monitoring-cycle';

/** A cycle that could not be started for so long is no news any more; the next one is near. */
const CATCHUP_WINDOW = '2 minutes';

type Action = ScheduleOptionsStartWorkflowAction<typeof monitoringCycle>;

function options({ intervalMinutes }: Pick<Config, 'intervalMinutes'>): ScheduleOptions<Action> {
  return {
    scheduleId: SCHEDULE_ID,
    spec: { intervals: [{ every: `${intervalMinutes} minutes` }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
    action: {
      type: 'startWorkflow',
      workflowType: 'monitoringCycle',
      workflowId: 'monitoring-cycle',
      taskQueue: TASK_QUEUE,
      args: [{}],
      // Two intervals: a cycle that hangs must not stop the monitoring through SKIP.
      workflowExecutionTimeout: `${2 * intervalMinutes} minutes`,
      staticSummary: 'one look at the whole network',
    },
  };
}

/** Creates the schedule, or brings an existing one up to date; an operator's pause stays as it is. */
export async function applySchedule(
  client: Client,
  config: Pick<Config, 'intervalMinutes'>,
): Promise<'created' | 'updated'> {
  const wanted = options(config);
  try {
    await client.schedule.create(wanted);
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  await client.schedule.getHandle(SCHEDULE_ID).update((previous) => ({
    spec: wanted.spec,
    policies: { ...previous.policies, overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW },
    action: wanted.action,
    state: previous.state,
  }));
  return 'updated';
}

export async function describeSchedule(client: Client): Promise<ScheduleDescription> {
  return client.schedule.getHandle(SCHEDULE_ID).describe();
}

export async function pauseSchedule(client: Client, note: string): Promise<void> {
  await client.schedule.getHandle(SCHEDULE_ID).pause(note);
}

export async function resumeSchedule(client: Client, note: string): Promise<void> {
  await client.schedule.getHandle(SCHEDULE_ID).unpause(note);
}

/** One cycle now, beside the schedule's own ones. */
export async function triggerSchedule(client: Client): Promise<void> {
  await client.schedule.getHandle(SCHEDULE_ID).trigger(ScheduleOverlapPolicy.SKIP);
}
