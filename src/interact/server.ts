/**
 * `bufferwatch interact`: the one process that people's answers reach. It is apart from the workers, so that a click is
 * answered within Slack's 3 s whatever a cycle computes, and so that only this process needs an address.
 */
import { once } from 'node:events';
import { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Logger as Pino } from 'pino';
import { connectTemporal } from '../client/connect.ts';
import { readTrail } from '../client/trail.ts';
import * as warehouses from '../client/warehouse.ts';
import { takesAnswers, type Config } from '../config.ts';
import { explain } from '../domain/explain.ts';
import type { WarehouseExtract } from '../domain/source-rows.ts';
import { createAnswerPort } from '../slack/answer-port.ts';
import { createSlackPort } from '../slack/slack-port.ts';
import { readNewest } from '../store/artifact.ts';
import { createPool } from '../store/pool.ts';
import { readRegistry } from '../store/registry.ts';
import { createAnswer, type AnswerDependencies } from './answer.ts';
import { createClicks } from './clicks.ts';
import { createHttpApp } from './http-app.ts';
import { createMetrics } from './metrics.ts';
import { findShiftEnd } from './shift-end.ts';
import { openClickSocket } from './socket.ts';

export interface RunningInteract {
  /** Of the HTTP side, without a slash at the end. */
  url: string;
  /** Resolves when the socket stands; at once where there is none. */
  ready: Promise<void>;
  /** Resolves when all that came of the clicks so far is done: the notes on their messages too. */
  settled(): Promise<void>;
  /** Takes no more clicks, lets those under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** @throws Error where nothing is configured that people could answer with; TemporalUnreachable */
export async function runInteract(config: Config, log: Pino): Promise<RunningInteract> {
  const { botToken, signingSecret, appToken, apiUrl } = config.slack;
  const { links } = config.interact;
  if (!takesAnswers(config))
    throw new Error(
      'nothing to answer with: set SLACK_SIGNING_SECRET (clicks by HTTP), SLACK_APP_TOKEN (clicks by socket), or BUFFERWATCH_PUBLIC_URL and BUFFERWATCH_LINK_SECRET (feedback links)',
    );
  if (botToken === null)
    throw new Error('SLACK_BOT_TOKEN is not set: expected the bot token (xoxb-...) that posts the alerts');
  const temporal = await connectTemporal(config);
  const pool = createPool(config.database.url, {
    schema: config.database.schema,
    applicationName: 'bufferwatch interact',
    connections: 4,
    onIdleError: (error) => log.warn({ error: error.message }, 'an idle database connection broke'),
  });
  const metrics = createMetrics();
  const answer = createAnswer({
    ...wire(config, temporal.client, pool),
    slack: createSlackPort({ token: botToken, apiUrl }),
    answers: createAnswerPort({ token: botToken, apiUrl }),
    warn: (error, what) => log.warn({ error: error instanceof Error ? error.message : String(error) }, what),
  });
  const clicks = createClicks(answer, metrics);
  const socket = appToken === null ? null : openClickSocket({ appToken, apiUrl }, clicks, log);
  const app = createHttpApp({
    clicks,
    metrics,
    signingSecret,
    linkSecret: links?.secret ?? null,
    recordFeedback: (code, input) => warehouses.recordFeedback(temporal.client, code, input),
    problem: () => socket?.problem() ?? '',
    now: Date.now,
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(config.interact.port, config.interact.host);
  const closeAll = async () => {
    await socket?.close();
    await clicks.drain();
    await pool.end();
    await temporal.close();
  };
  try {
    await once(server, 'listening');
  } catch (error) {
    await closeAll();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.interact.port;
  log.info({ host: config.interact.host, port, socket: socket !== null }, 'answers are taken');
  return {
    url: `http://${config.interact.host}:${port}`,
    ready: socket?.connected ?? Promise.resolve(),
    settled: () => clicks.drain(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      if (server instanceof Server) server.closeIdleConnections();
      await closed;
      await closeAll();
    },
  };
}

function wire(
  config: Config,
  client: Client,
  pool: Pool,
): Omit<AnswerDependencies, 'slack' | 'answers' | 'warn'> {
  const prefix = config.artifactPrefix;
  return {
    acknowledge: (code, input) => warehouses.acknowledge(client, code, input),
    mute: (code, input) => warehouses.mute(client, code, input),
    recordFeedback: (code, input) => warehouses.recordFeedback(client, code, input),
    alertState: (code, question) => warehouses.queryAlertState(client, code, question),
    timezoneOf: async (code) =>
      (await readRegistry(pool)).warehouses.find((each) => each.code === code)?.timezone ?? 'UTC',
    async shiftEnd(code, unitId, nowMs) {
      const extract = await readNewest<WarehouseExtract>(pool, { prefix, warehouse: code, kind: 'extract' });
      const workpool = unitId.split('_')[1] ?? '';
      return findShiftEnd(extract?.rows.lms_plan ?? [], workpool, nowMs);
    },
    explain: async (code, unitId, cycleId) =>
      explain(await readTrail(pool, { prefix, unitId, code, cycleId })),
  };
}
