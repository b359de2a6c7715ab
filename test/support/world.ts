/**
 * A whole installation on real parts, for one test file: databases and a namespace of its own, three upstream
 * systems fed by the simulator, Slack's API on loopback, a worker, and a present that a test moves at will.
 */
import { randomBytes } from 'node:crypto';
import type { Client as TemporalClient } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { inject } from 'vitest';
import type { TemporalConnection } from '../../src/client/connect.ts';
import { startCycle } from '../../src/client/cycle.ts';
import { queryAlertState } from '../../src/client/warehouse.ts';
import type { Config } from '../../src/config/config.ts';
import type { AlertState } from '../../src/domain/suppress/contract.ts';
import { floorTo, toCycleId } from '../../src/domain/cycle-time.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../src/local/slack-endpoint/slack-endpoint.ts';
import type { Feeder } from '../../src/simulator/feeder.ts';
import type { CycleRequest } from '../../src/workflows/requests.ts';
import type { MonitoringCycleResult } from '../../src/workflows/monitoring-cycle.ts';
import { type RunningWorker, runWorker, type WorkerOptions } from '../../src/workers/worker.ts';
import { createDatabases } from './databases.ts';
import { FLOOR_HOUR, relieve, reportFull, zoneWhereItIs } from './floor.ts';
import { DATABASES, wire } from './wiring.ts';

const MINUTE_MS = 60_000;

// What tests provoke would otherwise fill the screen; TEST_LOG=WARN shows it.
Runtime.install({ logger: new DefaultLogger(process.env['TEST_LOG'] === undefined ? 'ERROR' : 'WARN') });

export interface WorldOptions {
  environment?: 'dev' | 'prod';
  intervalMinutes?: number;
  /** Where the present starts, epoch ms on a slot boundary; absent: now. */
  startMs?: number;
  worker?: WorkerOptions;
  /** More variables, as a person would set them. */
  env?: Record<string, string>;
}

export interface World {
  config: Config;
  client: TemporalClient;
  connection: TemporalConnection['connection'];
  app: Pool;
  upstream: { wes: Pool; wcs: Pool; lms: Pool };
  slack: SlackEndpoint;
  feeder: Feeder;
  taskQueue: string;
  worker(): RunningWorker;
  startWorker(): Promise<RunningWorker>;
  /**
   * Registers a warehouse and its route, and feeds it. `full`: one induct of each workpool is reported as full from a
   * quarter of an hour ago on, whatever happens on the simulated floor: the next cycle has an alert for each of them.
   */
  onboard(code: string, problems?: 'soon' | 'normal' | 'full'): Promise<void>;
  /** From now on its inducts are reported as they are. */
  relieve(code: string): Promise<void>;
  /** Moves the present forward and lets the upstream systems write until then. */
  advance(minutes: number): Promise<void>;
  /** Cycle id of the present minute. */
  now(): string;
  cycle(request?: CycleRequest, workflowId?: string): Promise<MonitoringCycleResult>;
  alertState(code: string): Promise<AlertState>;
  stop(): Promise<void>;
}

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const closers: (() => Promise<unknown>)[] = [];
  const tag = randomBytes(4).toString('hex');
  // A route that is written finds its channel, but for those that a test names as missing.
  const routed = async (): Promise<string[]> => {
    const { rows } = await app.query<{ channel: string }>('SELECT channel FROM alert_route');
    return rows.map(({ channel }) => channel).filter((channel) => !channel.includes('missing'));
  };
  const slack = await startSlackEndpoint({ autoCreate: routed });
  closers.push(() => slack.close());

  // The present starts on a slot boundary, so that a test's cycles fall into the slots it means.
  const startMs = options.startMs ?? floorTo(Date.now(), options.intervalMinutes ?? 5);
  let presentMs = startMs;
  const { config, app, upstream, feeder, client, connection, register } = await wire({
    databases: await createDatabases(DATABASES, tag),
    settings: {
      BUFFERWATCH_ENV: options.environment ?? 'prod',
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: `test-${tag}`,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_API_URL: slack.url,
      BUFFERWATCH_INTERVAL_MINUTES: String(options.intervalMinutes ?? 5),
      ...options.env,
    },
    applicationName: 'test',
    clock: () => presentMs,
    onOpen: (close) => closers.push(close),
  });
  const taskQueue = `bufferwatch-${tag}`;
  const startWorker = () =>
    runWorker(config, {
      log: pino({ level: 'silent' }),
      taskQueue,
      ensureSchedule: false,
      // Half a minute in: what passes while a run starts does not fall into the minute before.
      shiftPresentMs: () => presentMs + MINUTE_MS / 2 - Date.now(),
      ...options.worker,
    });
  let worker = await startWorker();
  let runs = 0;

  return {
    config,
    client,
    connection,
    app,
    upstream,
    slack,
    feeder,
    taskQueue,
    worker: () => worker,
    async startWorker() {
      worker = await startWorker();
      return worker;
    },
    async onboard(code, problems = 'normal') {
      await register(code, 'Europe/Berlin');
      const timezone = zoneWhereItIs(FLOOR_HOUR, presentMs);
      await feeder.addWarehouse({ code, timezone, problems: problems === 'full' ? 'normal' : problems });
      if (problems === 'full') await reportFull(upstream, code, new Date(presentMs - 15 * MINUTE_MS));
    },
    async relieve(code) {
      await relieve(upstream, code);
    },
    async advance(minutes) {
      presentMs += minutes * MINUTE_MS;
      await feeder.advance();
    },
    now: () => toCycleId(presentMs),
    async cycle(request = {}, workflowId = `cycle-${(runs += 1)}`) {
      const handle = await startCycle(client, request, workflowId, taskQueue);
      return handle.result();
    },
    alertState: (code) => queryAlertState(client, code),
    async stop() {
      await worker.shutdown();
      for (const closer of closers.toReversed()) await closer();
    },
  };
}
