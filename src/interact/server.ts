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
import { connectLazily } from '../client/connect.ts';
import { readTrail } from '../client/trail.ts';
import * as warehouses from '../client/warehouse.ts';
import { takesAnswers, type Config } from '../config/config.ts';
import type { Answer, AnswerResult } from '../domain/suppress/contract.ts';
import { explainBriefly } from '../domain/explain/briefly.ts';
import type { WarehouseExtract } from '../domain/source-rows.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import { createAnswerPort } from '../slack/answer-port.ts';
import { createSlackPort } from '../slack/slack-port.ts';
import * as store from '../store/answer.ts';
import { readNewest } from '../store/artifact.ts';
import { createPool } from '../store/pool.ts';
import { readRegistry } from '../store/registry.ts';
import { createAnswer, type EpisodeParts } from './answer.ts';
import { createClicks } from './clicks.ts';
import { startDispatcher, type Dispatcher } from './dispatcher.ts';
import { createHttpApp } from './http-app.ts';
import { createKeep } from './keep.ts';
import { createMetrics, outcomeOf } from './metrics.ts';
import { openClickSocket } from './socket.ts';
import { createTeller } from './teller.ts';
import { messageOf } from '../failures/errors.ts';

/** An answer has 3 s; a database that takes longer for one row is down for its purposes. */
const JOURNAL_TIMEOUT_MS = 1_000;

/** What is not taken by then is asked again, by the same update id. */
const OPERATE_WITHIN_MS = 10_000;

export interface RunningInteract {
  /** Of the HTTP side, without a slash at the end. */
  url: string;
  /** Resolves when the socket stands; at once where there is none. */
  ready: Promise<void>;
  /** Resolves when all that came of the clicks so far is done, or failed: the notes on their messages too. */
  settled(): Promise<void>;
  /** Takes no more clicks, lets those under way finish, then closes every connection. */
  close(): Promise<void>;
}

/** @throws Error where nothing is configured that people could answer with */
export async function runInteract(config: Config, log: Pino): Promise<RunningInteract> {
  const { botToken, signingSecret, appToken, apiUrl } = config.slack;
  const { links } = config.interact;
  if (!takesAnswers(config))
    throw new Error(
      'nothing to answer with: set SLACK_SIGNING_SECRET (clicks by HTTP), SLACK_APP_TOKEN (clicks by socket), or BUFFERWATCH_PUBLIC_URL and BUFFERWATCH_LINK_SECRET (feedback links)',
    );
  if (botToken === null)
    throw new Error('SLACK_BOT_TOKEN is not set: expected the bot token (xoxb-...) that posts the alerts');
  const warn = (error: unknown, what: string) => log.warn({ error: messageOf(error) }, what);
  // A click is taken whether or not the server is there.
  const temporal = connectLazily(config);
  const poolOf = (applicationName: string, timeoutMs?: number) =>
    createPool(config.database.url, {
      schema: config.database.schema,
      applicationName,
      connections: 4,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      onIdleError: (error) => warn(error, 'an idle database connection broke'),
    });
  const pool = poolOf('bufferwatch interact');
  const journal = poolOf('bufferwatch interact answers', JOURNAL_TIMEOUT_MS);
  const answers = createAnswerPort({ token: botToken, apiUrl });
  const metrics = createMetrics(() => dispatcher.waiting());
  const teller = createTeller({
    alertState: (code) => warehouses.queryAlertState(temporal.client, code),
    timezoneOf: async (code) =>
      (await readRegistry(pool)).warehouses.find((each) => each.code === code)?.timezone ?? 'UTC',
    slack: createSlackPort({ token: botToken, apiUrl }),
    answers,
    recordTold: (ids) => store.recordTold(journal, ids),
    warn,
  });
  const dispatcher: Dispatcher = startDispatcher({
    ...bindStore(journal),
    readPlan: async (code) => {
      const of = { prefix: config.artifactPrefix, warehouse: code, kind: 'extract' } as const;
      return (await readNewest<WarehouseExtract>(pool, of))?.rows.lms_plan ?? [];
    },
    operate: (code, given, updateId) => operateWithin(temporal.client, code, given, updateId),
    tell: (taken) => teller.tell(taken),
    count: ({ way, answer, result }) => metrics.count(way, outcomeOf(answer, result)),
    tellLate: (left) => teller.tellLate(left),
    warn,
  });
  const keep = createKeep({
    store: (answer) => store.keepAnswer(journal, answer),
    wake: (code) => dispatcher.wake(code),
    direct: async (code, id, answer) => {
      const [result] = await operateWithin(temporal.client, code, [answer], id);
      if (!result) throw new Error(`warehouse ${code} gave no result`);
      return result;
    },
    warn,
  });
  const explainDecision = async ({ code, unitId, direction }: EpisodeParts, cycleId: CycleId) =>
    explainBriefly(
      await readTrail(pool, { prefix: config.artifactPrefix, unitId, code, cycleId }),
      direction,
    );
  const clicks = createClicks(createAnswer({ keep, explain: explainDecision, answers, warn }), metrics);
  const socket = appToken === null ? null : openClickSocket({ appToken, apiUrl }, clicks, log);
  const app = createHttpApp({
    clicks,
    metrics,
    signingSecret,
    linkSecret: links?.secret ?? null,
    keep,
    countByLink: (episodeId) => store.countByLink(journal, episodeId),
    problem: () => socket?.problem() ?? '',
    waiting: () => dispatcher.waiting(),
    now: Date.now,
  });
  const settled = async () => {
    await clicks.drain();
    await dispatcher.drain();
    await teller.drain();
  };
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(config.interact.port, config.interact.host);
  const closeAll = async () => {
    await socket?.close();
    await clicks.drain();
    await dispatcher.close();
    await teller.drain();
    await Promise.all([pool.end(), journal.end()]);
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
    settled,
    async close() {
      const closed = once(server, 'close');
      server.close();
      if (server instanceof Server) server.closeIdleConnections();
      await closed;
      await closeAll();
    },
  };
}

function operateWithin(client: Client, code: string, answers: Answer[], updateId: string) {
  return client.withDeadline(Date.now() + OPERATE_WITHIN_MS, () =>
    warehouses.operate(client, code, { answers }, updateId),
  );
}

function bindStore(journal: Pool) {
  return {
    listUntaken: (code: string, limit: number) => store.listUntaken(journal, code, limit),
    countUntaken: () => store.countUntaken(journal),
    setMuteEnds: (ends: { id: string; until: string }[]) => store.setMuteEnds(journal, ends),
    recordTaken: (taken: { id: string; result: AnswerResult }[]) => store.recordTaken(journal, taken),
    refuseUntaken: (code: string, of: { olderThanMs: number; detail: string }) =>
      store.refuseUntaken(journal, code, of),
    listUntold: (takenBeforeMs: number) => store.listUntold(journal, takenBeforeMs),
  };
}
