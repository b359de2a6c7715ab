/** What failed until its time was over says why, in words. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { SnapshotInput } from '../../../src/activities/snapshot.ts';
import { ClassifyFailures } from '../../../src/workers/classify-failures.ts';
import { bundleWorkflows } from '../../../src/workers/workflow-bundle.ts';
import { reasonOf } from '../../../src/failures/temporal-failures.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const taskQueue = randomUUID();
let native: NativeConnection;
let connection: Connection;
let client: Client;
let worker: Worker;
let running: Promise<void>;

/** What step 0 does, by the warehouse that it is asked for. */
const FAILING: Record<string, (attempt: number) => Promise<unknown>> = {
  REFUSED: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
  GRPC: () => client.withDeadline(Date.now() - 1, () => client.workflow.getHandle('none').describe()),
  HANGS: () => new Promise(() => undefined),
  'REFUSED-THEN-HANGS': (attempt) =>
    attempt === 1 ? Promise.reject(new Error('the true reason')) : new Promise(() => undefined),
};

beforeAll(async () => {
  const address = inject('temporalAddress');
  native = await NativeConnection.connect({ address });
  connection = await Connection.connect({ address });
  client = new Client({ connection });
  const attempts = new Map<string, number>();
  worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await bundleWorkflows(),
    activities: {
      async snapshot({ request }: SnapshotInput) {
        const name = request.warehouses?.[0] ?? '';
        attempts.set(name, (attempts.get(name) ?? 0) + 1);
        await FAILING[name]?.(attempts.get(name) ?? 1);
      },
    },
    interceptors: { activity: [() => ({ inbound: new ClassifyFailures() })] },
  });
  running = worker.run();
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await connection?.close();
  await native?.close();
});

it.concurrent.each([
  ['REFUSED', /^the database does not answer \(connect ECONNREFUSED\)/],
  ['GRPC', /^the Temporal server does not answer in time \(/],
  ['HANGS', /^step snapshot was not done after \d+ s$/],
  ['REFUSED-THEN-HANGS', /^step snapshot was not done after \d+ s; before that: the true reason$/],
])('%s', async (name, reason) => {
  const failure = await client.workflow
    .execute('monitoringCycle', { workflowId: randomUUID(), taskQueue, args: [{ warehouses: [name] }] })
    .catch((error: unknown) => error);
  expect(reasonOf(failure)).toMatch(reason);
});
