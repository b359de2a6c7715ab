/** The whole pipeline on real parts: from three upstream databases to Slack and the analytics schema. */
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queryAlertHistory } from '../../../src/client/warehouse.ts';
import { createPool } from '../../../src/store/pool.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  for (const code of ['FRA1', 'LEJ1']) await world.onboard(code, 'full');
  await world.advance(1);
});
afterAll(() => world?.stop());

type Posted = ReturnType<World['slack']['messages']>[number];
const isRoot = ({ threadTs, ts }: Posted) => threadTs === null || threadTs === ts;

/** First messages of episodes, as a person sees them in the channel. */
const roots = () => world.slack.messages().filter(isRoot);
/** Each key once: what must hold after whatever happened. */
const keys = () =>
  world.slack.messages().map(({ metadata }) => JSON.stringify(metadata?.event_payload['key']));
const openEpisodes = async (code: string) =>
  (await world.alertState(code)).units.flatMap(({ alerts }) =>
    alerts.flatMap(({ episode }) => episode ?? []),
  );

describe('a network is watched', () => {
  it('posts what needs an action to the routed channel, and alertState names the same messages', async () => {
    const result = await world.cycle();
    expect(result).toMatchObject({
      status: 'completed',
      warehouses: 2,
      failed: [],
      absent: [],
      undelivered: [],
    });
    expect(result.delivered).toBeGreaterThan(0);
    for (const code of ['FRA1', 'LEJ1']) {
      const shown = (await openEpisodes(code))
        .flatMap(({ messages }) => messages.map(({ ts }) => ts))
        .toSorted();
      const posted = roots().filter(({ channel }) => channel === `#${code.toLowerCase()}-flow`);
      expect(posted.map(({ ts }) => ts).toSorted()).toEqual(shown);
    }
  });

  it('the same cycle again changes nothing and posts nothing', async () => {
    const before = { keys: keys(), state: await world.alertState('FRA1') };
    const again = await world.cycle();
    expect(again.delivered).toBe(0);
    expect(keys()).toEqual(before.keys);
    const { revision: _, ...state } = await world.alertState('FRA1');
    expect(before.state).toMatchObject(state);
  });

  it('the same cycle at once from two runs posts each alert once', async () => {
    await world.advance(5);
    const results = await Promise.all([world.cycle(), world.cycle()]);
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(new Set(keys()).size).toBe(keys().length);
  });

  it('what plain StartWorkflow requests of older command-line tools carry is accepted', async () => {
    await world.advance(5);
    const workflowId = `plain-${randomUUID()}`;
    await world.connection.workflowService.startWorkflowExecution({
      namespace: world.config.temporal.namespace,
      workflowId,
      requestId: randomUUID(),
      identity: 'tctl@host',
      workflowType: { name: 'monitoringCycle' },
      taskQueue: { name: world.taskQueue },
      workflowTaskTimeout: { seconds: 10 as never },
      input: {
        payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{}') }],
      },
    });
    const result: unknown = await world.client.workflow.getHandle(workflowId).result();
    expect(result).toMatchObject({ status: 'completed', mode: 'live', cycleId: world.now() });
  });

  it('a finished cycle and its child, reset, run again and post nothing twice', async () => {
    await world.advance(5);
    await world.cycle({}, 'to-be-reset');
    const before = keys();
    const { connection, config } = world;
    for (const workflowId of [`warehouse-cycle/FRA1/${world.now()}`, 'to-be-reset']) {
      const { runId } = await connection.workflowService.resetWorkflowExecution({
        namespace: config.temporal.namespace,
        workflowExecution: { workflowId },
        reason: 'test',
        requestId: randomUUID(),
        // The first workflow task: everything runs again.
        workflowTaskFinishEventId: 4 as never,
      });
      await world.client.workflow.getHandle(workflowId, runId).result();
    }
    expect(keys()).toEqual(before);
  });

  it('a warehouse and a route that are inserted are covered by the next cycle', async () => {
    await world.onboard('MAD1', 'full');
    await world.advance(5);
    const result = await world.cycle();
    expect(result.warehouses).toBe(3);
    expect(roots().filter(({ channel }) => channel === '#mad1-flow').length).toBeGreaterThan(0);
  });

  it('a replay changes no live state and delivers nothing', async () => {
    const past = (await queryAlertHistory(world.client, 'FRA1')).cycles[0];
    const before = { keys: keys(), state: await world.alertState('FRA1') };
    const result = await world.cycle({ snapshot: past?.cycleId ?? '', warehouses: ['FRA1'] });
    expect(result).toMatchObject({
      mode: 'replay',
      status: 'completed',
      delivered: 0,
      cycleId: past?.cycleId,
    });
    expect({ keys: keys(), state: await world.alertState('FRA1') }).toEqual(before);
  });

  it('a source that is down is absent, nothing becomes healthy, and the next cycle recovers by itself', async () => {
    await world.advance(5);
    await world.upstream.wes.query('ALTER TABLE wes_stock RENAME COLUMN wip_units TO units');
    const blind = await world.cycle();
    expect(blind.absent[0]).toMatch(/wes_stock/);
    expect(blind.status).toBe('completed');
    for (const { unitId, state } of (await world.alertState('FRA1')).units)
      expect([unitId, state]).toEqual([unitId, 'UNKNOWN']);
    await world.upstream.wes.query('ALTER TABLE wes_stock RENAME COLUMN units TO wip_units');
    await world.advance(5);
    const mended = await world.cycle();
    expect(mended.absent).toEqual([]);
    expect((await world.alertState('FRA1')).units.some(({ state }) => state !== 'UNKNOWN')).toBe(true);
  });

  it('an unknown algorithm version ends with a clear error, for its warehouse alone, and mends by itself', async () => {
    await world.app.query("UPDATE warehouse SET algorithm = '9.9.9' WHERE code = 'LEJ1'");
    await world.advance(5);
    const result = await world.cycle();
    expect(result).toMatchObject({ status: 'completed, 1 warehouses failed', warehouses: 3 });
    expect(result.failed).toEqual([
      {
        warehouse: 'LEJ1',
        error: expect.stringMatching(
          /^LEJ1: algorithm "9\.9\.9" is unknown: expected one of 1\.0\.0.*; set warehouse\.algorithm to one of these$/,
        ),
      },
    ]);
    expect((await world.alertState('FRA1')).lastCycle).toBe(world.now());
    expect((await world.alertState('LEJ1')).lastCycle).not.toBe(world.now());

    await world.app.query("UPDATE warehouse SET algorithm = DEFAULT WHERE code = 'LEJ1'");
    await world.advance(5);
    expect((await world.cycle()).failed).toEqual([]);
    expect((await world.alertState('LEJ1')).lastCycle).toBe(world.now());
  });

  it('a warehouse that is switched off is closed and its workflow ends', async () => {
    await world.app.query("UPDATE warehouse SET active = false WHERE code = 'LEJ1'");
    await world.advance(5);
    const result = await world.cycle();
    expect(result.failed).toEqual([]);
    await expect(world.client.workflow.getHandle('warehouse/LEJ1').result()).resolves.toBeUndefined();
  });

  it('wrong requests are refused by name, at once', async () => {
    for (const [request, problem] of [
      [{ snapshot: 'yesterday' }, /snapshot "yesterday" is not an instant/],
      [{ warehouses: ['XXX9'] }, /XXX9 is not in the registry/],
      [{ snapshots: 'x' }, /unknown field "snapshots"/],
    ] as const) {
      const failure: unknown = await world.cycle(request as never).catch((error: unknown) => error);
      const texts: string[] = [];
      for (let each = failure; each instanceof Error; each = each.cause) texts.push(each.message);
      expect(texts.join(' | ')).toMatch(problem);
    }
  });

  it('every recommendation and delivery is in the analytics schema', async () => {
    const analytics = createPool(world.config.analytics.url, {
      schema: world.config.analytics.schema,
      applicationName: 'test',
    });
    try {
      const health = await analytics.query<{ sources: string[] }>(
        'SELECT array_agg(DISTINCT source ORDER BY source) AS sources FROM source_health WHERE units > 0 AND served > 0',
      );
      expect(health.rows[0]?.sources).toContain('wes_stock');
      const { rows } = await analytics.query<{ deliveries: number; labels: number; algorithms: string[] }>(
        `SELECT (SELECT count(*)::int FROM delivery) AS deliveries,
           (SELECT count(*)::int FROM recommendation WHERE label IS NOT NULL) AS labels,
           (SELECT array_agg(DISTINCT algorithm) FROM recommendation WHERE label = 'NEW') AS algorithms`,
      );
      const { notifications } = await notified();
      expect(rows[0]?.deliveries).toBeGreaterThanOrEqual(notifications);
      expect(rows[0]?.labels).toBeGreaterThan(0);
      expect(rows[0]?.algorithms).toEqual([DEFAULT_ALGORITHM]);
    } finally {
      await analytics.end();
    }
  });
});

async function notified() {
  const episodes = [...(await openEpisodes('FRA1')), ...(await openEpisodes('MAD1'))];
  return { notifications: episodes.reduce((sum, each) => sum + each.notifications, 0) };
}
