/** `warehouse/{code}` lost in every way that a person, a server or a disk can lose it: nothing told twice, nothing forgotten. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { prepareTemporal } from '../../../src/client/prepare-temporal.ts';
import * as warehouses from '../../../src/client/warehouse.ts';
import { startTemporalServer, type TemporalServer } from '../../../src/local/temporal-server.ts';
import { createWorld, type World } from '../../support/world.ts';

const run = promisify(execFile);
const WORKFLOW = 'warehouse/FRA1';

let folder: string;
let server: TemporalServer;
let world: World;

/** Its database, as it is or anew. */
let file = 'temporal.db';

async function startServer(port?: number): Promise<void> {
  server = await startTemporalServer({
    cliPath: inject('temporalCli'),
    namespace: 'default',
    dbFile: join(folder, file),
    ...(port === undefined ? {} : { port }),
  });
}
const portOf = ({ address }: TemporalServer) => Number(address.split(':')[1]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bufferwatch-lost-'));
  await startServer();
  world = await createWorld({ env: { TEMPORAL_ADDRESS: server.address } });
  await world.onboard('FRA1', 'full');
  await world.app.query(`INSERT INTO alert_route (channel, fallback) VALUES ('#flow-ops', true)`);
  await world.advance(1);
});
afterAll(async () => {
  await world?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const handle = () => world.client.workflow.getHandle(WORKFLOW);
const keys = () => world.slack.messages().map(({ metadata }) => String(metadata?.event_payload['key']));
const reset = (...options: string[]) =>
  run(inject('temporalCli'), [
    ...['workflow', 'reset', '--address', server.address, '-n', world.config.temporal.namespace],
    ...['-w', WORKFLOW, '--event-id', '4', '--reason', 'test', ...options],
  ]);
const transitions = () => keys().filter((key) => key.startsWith('FRA1'));
const openOf = async () =>
  (await world.alertState('FRA1')).units.flatMap(({ alerts }) =>
    alerts.flatMap(({ episode }) => episode ?? []),
  );
const restoredAlerts = () => keys().filter((key) => key.includes('/memory-restored/'));

async function nextCycle() {
  await world.advance(5);
  return world.cycle();
}

/** What was said stays said, once; and the network hears once of what was lost. */
async function lost(lose: () => Promise<unknown>) {
  // Closes the alert about the loss before this one.
  await nextCycle();
  const before = await whatIsKnown();
  const told = restoredAlerts().length;
  await lose();
  const result = await nextCycle();
  const after = await whatIsKnown();
  const open = after.open.filter(({ episodeId }) => before.open.some((one) => one.episodeId === episodeId));
  return { before, after: { ...after, open }, result, alerts: restoredAlerts().length - told };
}

async function whatIsKnown() {
  const open = (await openOf()).map(({ episodeId, acknowledgedBy, messages }) => ({
    episodeId,
    acknowledgedBy,
    messages,
  }));
  return { open, mutes: (await world.alertState('FRA1')).mutes };
}

const CYCLE = { status: 'completed', failed: [] };
const onceEach = () => new Set(transitions()).size === transitions().length;

describe('a warehouse with an acknowledged, a muted and a judged alert', () => {
  beforeAll(async () => {
    await world.cycle();
    await nextCycle();
    const [first, second, third] = await openOf();
    const by = 'lead (U1)';
    await warehouses.acknowledge(world.client, 'FRA1', {
      episodeId: first?.episodeId ?? '',
      by,
      id: 'click/1',
    });
    await warehouses.mute(world.client, 'FRA1', {
      unit: second?.episodeId.split(':')[0] ?? '',
      until: new Date(Date.now() + 86_400_000).toISOString(),
      by,
      id: 'click/2',
    });
    await warehouses.recordFeedback(world.client, 'FRA1', {
      episodeId: third?.episodeId ?? '',
      verdict: 'wrong',
      by,
      id: 'click/3',
    });
    // What people said is stored before the next cycle.
    await vi.waitUntil(
      async () => {
        const { rows } = await world.app.query('SELECT revision FROM warehouse_memory');
        return rows[0]?.revision === (await world.alertState('FRA1')).revision;
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  const WAYS: [string, () => Promise<unknown>][] = [
    ['terminated', () => handle().terminate('by a person')],
    [
      'cancelled',
      async () => {
        await handle().cancel();
        await handle()
          .result()
          .catch(() => undefined);
      },
    ],
    ['reset to its beginning, without the updates since', () => reset('--reapply-exclude', 'All')],
    [
      'alive, and answering nothing until the second cycle',
      async () => {
        await handle().terminate('by a person');
        await world.client.workflow.start('warehouse', {
          workflowId: WORKFLOW,
          taskQueue: 'a queue that nobody polls',
          args: [{ warehouse: 'FRA1' }],
        });
        const { failed } = await nextCycle();
        expect(failed.map(({ warehouse }) => warehouse)).toEqual(['FRA1']);
      },
    ],
    [
      "lost with Temporal's database",
      async () => {
        await world.worker().shutdown();
        await server.stop();
        file = 'another.db';
        await startServer(portOf(server));
        await prepareTemporal(world.connection, world.config);
        await world.startWorker();
      },
    ],
  ];

  it.each(WAYS)('%s', async (_way, lose) => {
    const { before, after, result, alerts } = await lost(lose);
    expect(result).toMatchObject(CYCLE);
    expect(after).toEqual(before);
    expect(alerts).toBe(1);
    expect(onceEach()).toBe(true);
  });

  it('after all that: clicks that were done stay done, and each thread gets its end', async () => {
    const again = await warehouses.acknowledge(world.client, 'FRA1', {
      unit: 'FRA1',
      by: 'lead (U1)',
      id: 'click/1',
    });
    expect(again.detail).toBe('this was done before');
    const open = await openOf();
    await world.relieve('FRA1');
    const over = async () => {
      const still = (await openOf()).map(({ episodeId }) => episodeId);
      return open.filter(({ episodeId }) => !still.includes(episodeId));
    };
    // Its counters were set anew: an alert ends once level and counters tell the same again.
    for (let cycle = 0; cycle < 24 && (await over()).length === 0; cycle += 1) await nextCycle();
    expect((await over()).length).toBeGreaterThan(0);
    const ended = world.slack
      .messages()
      .filter(({ text }) => text.includes('alert from'))
      .map(({ threadTs }) => threadTs);
    for (const { messages } of await over()) expect(ended).toContain(messages[0]?.ts);
  });
});

describe('lost in the middle of a delivery', () => {
  it('what had reached the channel is found again, and said once', async () => {
    await world.onboard('LEJ1', 'full');
    // Accepted, and the worker never hears of it: the workflow ends before it could be told.
    const before = world.slack.messages().length;
    const cycle = (async () => {
      await world.advance(5);
      return world.cycle();
    })();
    await expect.poll(() => world.slack.messages().length, { timeout: 30_000 }).toBeGreaterThan(before);
    await world.client.workflow.getHandle('warehouse/LEJ1').terminate('by a person');
    expect((await cycle).failed).toEqual([]);
    await nextCycle();
    const said = keys().filter((key) => key.startsWith('LEJ1'));
    expect(new Set(said).size).toBe(said.length);
    expect((await world.alertState('LEJ1')).undelivered).toBe(0);
  });
});

describe('switched off, and on again before the next cycle', () => {
  it('begins anew, and is watched', async () => {
    await world.app.query("UPDATE warehouse SET active = false WHERE code = 'LEJ1'");
    expect(await nextCycle()).toMatchObject(CYCLE);
    await world.app.query("UPDATE warehouse SET active = true WHERE code = 'LEJ1'");
    const told = restoredAlerts().length;
    expect(await nextCycle()).toMatchObject(CYCLE);
    expect((await world.alertState('LEJ1')).lastCycle).toBe(world.now());
    expect(restoredAlerts().length).toBe(told);
    const said = keys().filter((key) => key.startsWith('LEJ1'));
    expect(new Set(said).size).toBe(said.length);
  });
});

describe('reset, and then a server that starts again', () => {
  it('no update is left behind that keeps others out', { timeout: 180_000 }, async () => {
    for (let cycle = 0; cycle < 12; cycle += 1) await nextCycle();
    await reset();
    const said = transitions();
    await nextCycle();
    await server.stop();
    await startServer(portOf(server));
    for (let cycle = 0; cycle < 2; cycle += 1) expect(await nextCycle()).toMatchObject(CYCLE);
    expect(onceEach()).toBe(true);
    expect(transitions().slice(0, said.length)).toEqual(said);
  });
});
