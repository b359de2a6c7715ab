import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { TemporalConnection } from '../../client/connect.ts';
import { describeWorkers } from '../../client/polling-workers.ts';
import { checkStamp, missingSearchAttributes } from '../../client/prepare-temporal.ts';
import { describeSchedule } from '../../client/schedule.ts';
import type { Config } from '../../config/config.ts';
import { noWorker, withTemporal } from '../context.ts';
import { describeAge } from '../duration.ts';
import { failed } from '../failure.ts';
import type { Check } from './check.ts';
import { describeSkew } from './clock-skew.ts';

export function temporalChecks(config: Config): Check[] {
  const { address, namespace } = config.temporal;
  const check = (
    name: string,
    needs: string[],
    work: (temporal: TemporalConnection) => Promise<string>,
  ): Check => ({
    area: 'temporal',
    name,
    needs: needs.map((each) => `temporal ${each}`),
    run: () => withTemporal(config, (_client, temporal) => work(temporal)),
  });
  return [
    check('connection', [], async ({ connection }) => {
      const { serverVersion } = await connection.workflowService.getSystemInfo({});
      return `${address}, server ${serverVersion}`;
    }),
    check('namespace', ['connection'], async ({ connection }) => {
      await checkStamp(connection, config);
      return `${namespace} is prepared for ${config.environment}`;
    }),
    check('search attributes', ['namespace'], async ({ connection }) => {
      const missing = await missingSearchAttributes(connection, namespace);
      if (missing.length > 0) throw failed(`${missing.join(', ')} missing`, 'run: bufferwatch migrate');
      return 'all there';
    }),
    check('schedule', ['namespace'], ({ client }) => checkSchedule(client)),
    check('worker', ['namespace'], async ({ connection }) => {
      const workers = await describeWorkers(connection, config);
      if (workers.length === 0) throw noWorker(config);
      return `${workers.length} polling: ${workers.map(({ identity }) => identity).join(', ')}`;
    }),
    check('clock', ['namespace'], ({ client }) => measureClock(client)),
  ];
}

async function checkSchedule(client: Client): Promise<string> {
  try {
    const { state, info } = await describeSchedule(client);
    if (state.paused)
      throw failed(
        `paused: nothing is watched${state.note ? ` (${state.note})` : ''}`,
        'run: bufferwatch schedule resume',
      );
    const next = info.nextActionTimes[0];
    return next ? `next cycle in ${describeAge(next.getTime() - Date.now())}` : 'running';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw failed('there is none', 'run: bufferwatch schedule apply', { cause: error });
  }
}

/** The server tells its time only by what it stamps: a workflow that nobody runs is started and taken back. */
async function measureClock(client: Client): Promise<string> {
  const before = Date.now();
  const handle = await client.workflow.start('doctor', {
    workflowId: `doctor/${before}`,
    taskQueue: 'bufferwatch-doctor',
    workflowExecutionTimeout: '10 seconds',
  });
  const after = Date.now();
  const { startTime } = await handle.describe();
  await handle.terminate('measured');
  return describeSkew(startTime.getTime(), before, after);
}
