/** The worker process: checks, wiring, shutdown. */
import { NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { Logger as Pino } from 'pino';
import { createActivities } from '../activities/activities.ts';
import { connectionOptions, connectTemporal, unreachable } from '../client/connect.ts';
import { workerIdentity } from '../client/polling-workers.ts';
import { checkStamp, missingSearchAttributes } from '../client/prepare-temporal.ts';
import { applySchedule } from '../client/schedule.ts';
import type { Config } from '../config/config.ts';
import { TASK_QUEUE } from '../workflows/names.ts';
import { checkSchema } from '../store/migrate.ts';
import { createPool } from '../store/pool.ts';
import { wireActivities } from './activity-dependencies.ts';
import { ClassifyFailures } from './classify-failures.ts';
import { installLog } from './log.ts';
import { bundleWorkflows } from './workflow-bundle.ts';

/** A delivery may be in the middle of a post; after this it is left to the next worker, which reconciles. */
const SHUTDOWN_GRACE = '20s';
/** Every warehouse's workflow stays in memory, so that a decision needs no replay; hundreds of them are some 100 MB. */
const MAX_CACHED_WORKFLOWS = 1_000;
/** Longer than any statement of ours takes; a connection that hangs is given up within the attempt of a step. */
const QUERY_TIMEOUT_MS = 10_000;
/** As many children in flight per worker; each waits for the database or for Slack most of the time. */
const MAX_ACTIVITIES = 50;

export interface WorkerOptions {
  /** Absent: the process's own log is installed. */
  log?: Pino;
  /** Tests run on a queue and with limits of their own. */
  taskQueue?: string;
  ensureSchedule?: boolean;
  continueAfterUpdates?: number;
  maxCachedWorkflows?: number;
  workflowBundle?: WorkflowBundleWithSourceMap;
  /** Added to the present by tests that look at another minute, in ms. */
  shiftPresentMs?: () => number;
}

export interface RunningWorker {
  /** Takes no more work, lets what runs finish for a while, then closes every connection. */
  shutdown(): Promise<void>;
  /** Settles when the worker has ended, with its error if it failed. */
  done: Promise<void>;
}

/**
 * Starts a worker and, unless told otherwise, sees to it that the schedule exists.
 * @throws SchemaError, EnvironmentMismatch, TemporalUnreachable or an error that says what to do
 */
export async function runWorker(config: Config, options: WorkerOptions = {}): Promise<RunningWorker> {
  const log = options.log ?? installLog(config);
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  const open = <T>(thing: T, closer: (thing: T) => Promise<unknown>): T => {
    closers.push(() => closer(thing));
    return thing;
  };
  try {
    const pool = (url: string, schema?: string, connections?: number) =>
      open(
        createPool(url, {
          applicationName: `bufferwatch worker ${config.environment}`,
          ...(schema === undefined ? {} : { schema }),
          ...(connections === undefined ? {} : { connections }),
          // A source has a budget of its own.
          ...(schema === undefined ? {} : { timeoutMs: QUERY_TIMEOUT_MS }),
          onIdleError: (error) => log.warn({ error: error.message }, 'an idle database connection broke'),
        }),
        (each) => each.end(),
      );
    const app = pool(config.database.url, config.database.schema, 20);
    const analytics = pool(config.analytics.url, config.analytics.schema, 2);
    await checkSchema(app, config, 'application');
    await checkSchema(analytics, config, 'analytics');

    const { client, connection } = open(await connectTemporal(config), (each) => each.close());
    await checkStamp(connection, config);
    const missing = await missingSearchAttributes(connection, config.temporal.namespace);
    if (missing.length > 0)
      throw new Error(`search attributes ${missing.join(', ')} are missing: run bufferwatch migrate`);

    const native = open(await connectNative(config), (each) => each.close());
    const activities = createActivities(
      wireActivities({
        config,
        client,
        app,
        analytics,
        sources: {
          wes: pool(config.sources.wesUrl, undefined, 2),
          wcs: pool(config.sources.wcsUrl, undefined, 2),
          lms: pool(config.sources.lmsUrl, undefined, 3),
        },
        taskQueue: options.taskQueue ?? TASK_QUEUE,
        continueAfterUpdates: options.continueAfterUpdates,
        shiftPresentMs: options.shiftPresentMs ?? (() => 0),
      }),
    );
    const worker = await Worker.create({
      connection: native,
      identity: workerIdentity(),
      namespace: config.temporal.namespace,
      taskQueue: options.taskQueue ?? TASK_QUEUE,
      workflowBundle: options.workflowBundle ?? (await bundleWorkflows()),
      activities,
      shutdownGraceTime: SHUTDOWN_GRACE,
      maxCachedWorkflows: options.maxCachedWorkflows ?? MAX_CACHED_WORKFLOWS,
      maxConcurrentActivityTaskExecutions: MAX_ACTIVITIES,
      interceptors: { activity: [() => ({ inbound: new ClassifyFailures() })] },
    });
    if (options.ensureSchedule ?? true) {
      const outcome = await applySchedule(client, config);
      log.info({ intervalMinutes: config.intervalMinutes }, `schedule monitoring-cycle ${outcome}`);
    }
    const run = async (): Promise<void> => {
      try {
        await worker.run();
      } finally {
        await close();
      }
    };
    const done = run();
    return {
      done,
      async shutdown() {
        if (worker.getState() === 'RUNNING') worker.shutdown();
        await done;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function connectNative(config: Config): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions(config));
  } catch (error) {
    throw unreachable(config.temporal.address, error);
  }
}
