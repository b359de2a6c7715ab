/** The scenario table of substep 3 once more, through the real workflow on a real server. */
import { randomBytes } from 'node:crypto';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectTemporal, type TemporalConnection } from '../../../src/client/connect.ts';
import { prepareTemporal } from '../../../src/client/prepare-temporal.ts';
import * as warehouses from '../../../src/client/warehouse.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { bundleWorkflows } from '../../../src/workers/workflow-bundle.ts';
import type { warehouse } from '../../../src/workflows/warehouse.ts';
import { createWorkflowSubject } from '../../support/workflow-subject.ts';
import { ESCALATION_SCENARIOS } from '../../unit/suppress/escalation-scenarios.ts';
import { INSTRUCTION_SCENARIOS } from '../../unit/suppress/instruction-scenarios.ts';
import { SCENARIOS } from '../../unit/suppress/scenario-table.ts';
import {
  compareScenario,
  GOOD,
  composeInput,
  high,
  runScenario,
  type Subject,
  WAREHOUSE,
} from '../../unit/suppress/scenario.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const TASK_QUEUE = 'scenarios';
const WORKFLOW_ID = `warehouse/${WAREHOUSE}`;

/** Within one run the server itself answers a repeated update id with the first answer, `decided`. */
function withoutRepetition({ steps, ...rest }: ReturnType<typeof compareScenario>['actual']) {
  return {
    ...rest,
    steps: steps.map((step) => ({ ...step, status: step.status === 'remembered' ? 'decided' : step.status })),
  };
}

/** Replayed from its history at every task, and continued as new all the time: what it remembers must outlive both. */
const WAYS = [
  ['kept in memory', { maxCachedWorkflows: 100 }, 500],
  ['replayed at every task, continued as new after every third update', { maxCachedWorkflows: 0 }, 3],
] as const;

describe.each(WAYS)('%s', (_way, cache, continueAfterUpdates) => {
  let temporal: TemporalConnection;
  let native: NativeConnection;
  let worker: Worker;
  let running: Promise<void>;
  beforeAll(async () => {
    const config = loadConfig({
      DATABASE_URL: 'postgres://unused:unused@127.0.0.1/unused',
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: `scenarios-${randomBytes(4).toString('hex')}`,
    });
    temporal = await connectTemporal(config);
    await prepareTemporal(temporal.connection, config);
    native = await NativeConnection.connect({ address: config.temporal.address });
    worker = await Worker.create({
      connection: native,
      namespace: config.temporal.namespace,
      taskQueue: TASK_QUEUE,
      workflowBundle: await bundleWorkflows(),
      // Where it is stored is of no matter here.
      activities: { keepMemory: () => Promise.resolve() },
      ...cache,
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker?.shutdown();
    await running;
    await native?.close();
    await temporal?.close();
  });

  async function createSubject(): Promise<Subject> {
    const { client } = temporal;
    await client.workflow.start<typeof warehouse>('warehouse', {
      workflowId: WORKFLOW_ID,
      taskQueue: TASK_QUEUE,
      args: [{ warehouse: WAREHOUSE, continueAfterUpdates, leaseMs: 0 }],
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    });
    return createWorkflowSubject(client);
  }

  it.each([...SCENARIOS, ...ESCALATION_SCENARIOS, ...INSTRUCTION_SCENARIOS])('$name', async (scenario) => {
    const run = await runScenario(await createSubject(), scenario);
    const { actual, expected } = compareScenario(scenario, run);
    expect(withoutRepetition(actual)).toEqual(withoutRepetition(expected));
  });

  it('refuses another revision and foreign units, and remembers neither', async () => {
    const subject = await createSubject();
    const input = composeInput({ c: 1, units: { U1: high() } }, 0, 1);
    await expect(subject.decide({ ...input, revision: 7 })).rejects.toMatchObject({ type: 'StaleRevision' });
    await expect(
      subject.decide({ ...input, units: input.units.map((unit) => ({ ...unit, unitId: 'LEJ1_X_TOTAL' })) }),
    ).rejects.toMatchObject({ type: 'InvalidInput' });
    await expect(subject.decide(input)).resolves.toMatchObject({ status: 'decided' });
  });

  it('takes feedback on an episode, and says when it is closed already', async () => {
    const subject = await createSubject();
    const { labels } = await subject.decide(composeInput({ c: 1, units: { U1: high() } }, 0, 1));
    const episodeId = labels[0]?.episodeId ?? '';
    const give = (id: string) =>
      warehouses.recordFeedback(temporal.client, WAREHOUSE, {
        episodeId: id,
        verdict: 'right',
        by: 'lead',
        proven: true,
      });
    await expect(give(episodeId)).resolves.toMatchObject({ status: 'ok' });
    const { revision } = await subject.alertState();
    await subject.decide(composeInput({ c: 2, units: { U1: GOOD } }, revision, 2));
    await expect(give('FRA1_SINGLES_U1:HIGH:2020-01-01T00:00:00Z')).resolves.toMatchObject({
      status: 'already closed',
    });
  });
});
