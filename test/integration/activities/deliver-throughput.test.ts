/**
 * 200 episodes at once over 20 channels, through the real workflows of 20 warehouses and the official client: Slack
 * takes one message per second and channel, so the fastest possible end is known beforehand.
 */
import { randomBytes } from 'node:crypto';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDeliver, type DeliverDependencies } from '../../../src/activities/deliver/deliver.ts';
import { connectTemporal, type TemporalConnection } from '../../../src/client/connect.ts';
import { prepareTemporal } from '../../../src/client/prepare-temporal.ts';
import * as warehouses from '../../../src/client/warehouse.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { ApplicationFailure } from '@temporalio/common';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { NO_ACTIONS } from '../../../src/slack/buttons.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { bundleWorkflows } from '../../../src/workers/workflow-bundle.ts';
import { composeInput, composeUnit, cycleIdOf, GOOD, high, type Look } from '../../unit/suppress/scenario.ts';

/**
 * Slack's second per channel in ms. Scaled down far below it, the machine's own time for a post and its confirmation is
 * measured instead: on two cores some 20 ms a message.
 */
const PACE_MS = Number(process.env['SLACK_PACE_MS'] ?? 1_000);
const CHANNELS = 20;
const PER_CHANNEL = 10;
const TASK_QUEUE = 'throughput';

const CODES = Array.from({ length: CHANNELS }, (_, at) => `W${String(at).padStart(2, '0')}`);
const channelOf = (code: string) => `#${code.toLowerCase()}-flow`;

let temporal: TemporalConnection;
let native: NativeConnection;
let worker: Worker;
let running: Promise<void>;
let slack: SlackEndpoint;
let delivery: ReturnType<typeof createDeliver>;
let attempt = 1;

beforeAll(async () => {
  const config = loadConfig({
    DATABASE_URL: 'postgres://unused:unused@127.0.0.1/unused',
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: `throughput-${randomBytes(4).toString('hex')}`,
  });
  temporal = await connectTemporal(config);
  await prepareTemporal(temporal.connection, config);
  native = await NativeConnection.connect({ address: config.temporal.address });
  worker = await Worker.create({
    connection: native,
    namespace: config.temporal.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: await bundleWorkflows(),
  });
  running = worker.run();
  // Refuses whoever is faster than the limit, by however little: stricter than Slack, which forgives short bursts.
  slack = await startSlackEndpoint({ channels: CODES.map(channelOf), minGapMs: PACE_MS });
  const port = createSlackPort({ token: 'xoxb-test', apiUrl: slack.url, paceMs: PACE_MS });
  const readSettings: DeliverDependencies['readSettings'] = () =>
    Promise.reject(new Error('no board is due'));
  delivery = createDeliver({
    slack: port,
    pictures: { upload: () => Promise.reject(new Error('no picture is due')) },
    messageActions: NO_ACTIONS,
    readSettings,
    takeOutbox: (code, cycleId) =>
      warehouses.takeOutbox(temporal.client, code, { cycleId, sender: `${code}/${cycleId}` }),
    recordHandOvers: () => Promise.resolve([]),
    listDelivered: () => Promise.resolve([]),
    getArtifact: () => Promise.reject(new Error('the artifacts are not part of this')),
    putArtifact: ({ rows }) => Promise.resolve({ id: 'x', sha256: '', rows }),
    confirm: async (code, confirmation) =>
      void (await warehouses.confirmDelivery(temporal.client, code, confirmation)),
    heartbeat: () => undefined,
    attempt: () => attempt,
    now: Date.now,
  });
});
afterAll(async () => {
  worker?.shutdown();
  await running;
  await native?.close();
  await temporal?.close();
  await slack?.close();
});

async function decide(code: string, c: number, look: Look): Promise<void> {
  const revision = c === 1 ? 0 : (await warehouses.queryAlertState(temporal.client, code)).revision;
  const input = composeInput({ c, units: {} }, revision, c);
  await warehouses.startWarehouse(temporal.client, code, { taskQueue: TASK_QUEUE });
  await warehouses.decideCycle(temporal.client, code, {
    ...input,
    units: Array.from({ length: PER_CHANNEL }, (_, at) => composeUnit(`${code}_SINGLES_INDUCT-${at}`, look)),
    routes: input.routes.map((route) => ({ ...route, warehouse: code, channel: channelOf(code) })),
  });
}

/** As Temporal would: again after as long as Slack asks for. */
async function deliver(code: string, c: number): Promise<void> {
  for (;;) {
    try {
      await delivery.deliver({
        warehouse: { code, name: code, timezone: 'UTC' },
        cycleId: cycleIdOf(c),
        snapshotTs: Date.now(),
        prefix: 'prod',
        environment: 'prod',
        mode: 'live',
        traceId: `trace-${c}`,
        snapshot: { id: 'snapshot', sha256: '', rows: 0 },
        asked: 1,
        suppressId: 'suppress',
      });
      return;
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== 'DeliveryIncomplete') throw error;
      attempt = 2;
      await new Promise((resolve) => setTimeout(resolve, Number(error.nextRetryDelay ?? 1_000)));
    }
  }
}

async function runCycle(c: number, look: Look): Promise<number> {
  await Promise.all(CODES.map((code) => decide(code, c, look)));
  const started = performance.now();
  await Promise.all(CODES.map((code) => deliver(code, c)));
  return performance.now() - started;
}

const messagesOf = (code: string) => slack.messages().filter(({ channel }) => channel === channelOf(code));
const keysOf = (code: string) =>
  messagesOf(code).map(({ metadata }) => String(metadata?.event_payload['key']));

/** The n-th message of a channel can't be sooner than n - 1 paces after the first. */
const floorMs = (messages: number) => (messages - 1) * PACE_MS;

describe('200 episodes at once over 20 channels', () => {
  it('all reach people, near the earliest time that the limit allows', async () => {
    const tookMs = await runCycle(1, high());
    for (const code of CODES) {
      // A summary, and a reply below it for each.
      expect(new Set(keysOf(code)).size).toBe(PER_CHANNEL + 1);
      expect(messagesOf(code)).toHaveLength(PER_CHANNEL + 1);
      expect((await warehouses.queryAlertState(temporal.client, code)).undelivered).toBe(0);
    }
    const floor = floorMs(PER_CHANNEL + 1);
    process.stderr.write(`200 NEW: ${Math.round(tookMs)} ms, floor ${floor} ms\n`);
    expect(tookMs).toBeGreaterThanOrEqual(floor);
    // Nothing was asked for too early, whatever the machine's load: each 429 would cost more than a second.
    expect(slack.calls().filter((call) => call === 'chat.postMessage')).toHaveLength(slack.messages().length);
    // What is above the floor is Slack's time for ten answers: here a few ms each, or a quarter of a second under load.
    expect(tookMs).toBeLessThan(floor * 1.5);
  });

  it('a storm of 429 in the middle: order kept in each episode, nothing twice, nothing lost', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'ratelimit', times: 40, retryAfter: 1 });
    slack.fail({ method: 'chat.update', kind: 'close_after', times: 5 });
    const tookMs = await runCycle(2, high({ severity: 'CRITICAL' }));
    await runCycle(3, GOOD);
    await runCycle(4, GOOD);
    process.stderr.write(
      `200 ONGOING under 40 times 429: ${Math.round(tookMs)} ms, floor ${floorMs(PER_CHANNEL)} ms\n`,
    );
    for (const code of CODES) {
      const sequences = new Map<unknown, unknown[]>();
      for (const { metadata } of messagesOf(code)) {
        const { episode_id: episode, sequence } = metadata?.event_payload ?? {};
        if (episode !== undefined) sequences.set(episode, [...(sequences.get(episode) ?? []), sequence]);
      }
      expect(sequences.size).toBe(PER_CHANNEL);
      for (const [episode, order] of sequences) expect([episode, order]).toEqual([episode, [1, 2, 3]]);
      expect((await warehouses.queryAlertState(temporal.client, code)).undelivered).toBe(0);
    }
  });
});
