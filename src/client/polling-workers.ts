/** The workers that poll the task queue now, and what each says of itself: its release and the schemas it was made for. */
import { hostname } from 'node:os';
import type { Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { readMigrations, type SchemaSet } from '../store/migrate.ts';
import { readVersion } from './version.ts';

/** Workflow tasks; activities are served by the same process. */
const TASK_QUEUE_TYPE_WORKFLOW = 1;

/** A worker polls at least once a minute; the server remembers pollers for five. */
export const POLLED_WITHIN_MS = 120_000;

export interface PollingWorker {
  identity: string;
  lastAccess: Date;
}

/** The workers that poll for workflow tasks now. */
export async function describeWorkers(
  connection: Connection,
  { temporal: { namespace, taskQueue } }: Pick<Config, 'temporal'>,
): Promise<PollingWorker[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  return (pollers ?? [])
    .map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      lastAccess: new Date(Number(lastAccessTime?.seconds ?? 0) * 1_000),
    }))
    .filter(({ lastAccess }) => Date.now() - lastAccess.getTime() < POLLED_WITHIN_MS);
}

/** `bufferwatch/0.1.0 schema 9 analytics 3 4711@host` */
export function workerIdentity(): string {
  const [application, analytics] = [readMigrations('application'), readMigrations('analytics')];
  return `bufferwatch/${readVersion()} schema ${application.length} analytics ${analytics.length} ${process.pid}@${hostname()}`;
}

/** How many migrations a worker knows; 0 where it does not say: such a release is older than any that does. */
export function knownMigrations(identity: string, set: SchemaSet): number {
  const said = /^bufferwatch\/\S+ schema (?<application>\d+) analytics (?<analytics>\d+) /.exec(identity);
  return Number(said?.groups?.[set] ?? 0);
}
