import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import * as ledger from '../../../src/store/delivery-ledger.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let pool: Pool;
beforeAll(async () => {
  server = await startTestPostgres();
  const config = loadConfig({ BUFFERWATCH_ENV: 'dev', DATABASE_URL: await server.createDatabase('ledger') });
  pool = createPool(config.database.url, { applicationName: 'test', schema: config.database.schema });
  await migrate(pool, config);
});
afterAll(async () => {
  await pool?.end();
  await server?.stop();
});

const EPISODE = 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z';
const handOver = (change: Partial<ledger.HandOver> = {}): ledger.HandOver => ({
  episodeId: EPISODE,
  sequence: 1,
  channel: '#fra1-flow',
  warehouse: 'FRA1',
  label: 'NEW',
  cycleId: '2026-03-01T10:05:00Z',
  ...change,
});
const confirmation = {
  episodeId: EPISODE,
  sequence: 1,
  channel: '#fra1-flow',
  deliveredTo: '#fallback',
  channelId: 'C00000001',
  messageTs: '1.000001',
  replyTs: null,
  postedAt: '2026-03-01T10:05:21.500Z',
  error: 'is_archived',
};
const LONG_AGO = new Date(0);

test('who is handed something again is told so, whoever had it first', async () => {
  expect(await ledger.recordHandOvers(pool, [])).toEqual([]);
  expect(await ledger.recordHandOvers(pool, [handOver()])).toEqual([]);
  const again = await ledger.recordHandOvers(pool, [handOver(), handOver({ channel: '#all' })]);
  expect(again).toMatchObject([{ episodeId: EPISODE, sequence: 1, channel: '#fra1-flow' }]);
  expect(Math.abs((again[0]?.handedMs ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(await ledger.listUnanswered(pool, 'FRA1', LONG_AGO)).toHaveLength(2);
  expect(await ledger.listUnanswered(pool, 'FRA1', new Date(Date.now() + 60_000))).toEqual([]);
});

test('what has arrived is to be synced once, and once more where it is confirmed anew meanwhile', async () => {
  await ledger.recordDelivered(pool, 'FRA1', confirmation);
  const first = await ledger.listUnsyncedDeliveries(pool, 10);
  expect(first).toEqual([{ ...handOver(), ...confirmation }]);
  expect(await ledger.listDelivered(pool, 'FRA1', LONG_AGO)).toEqual(first);
  expect(await ledger.listUnanswered(pool, 'FRA1', LONG_AGO)).toMatchObject([{ channel: '#all' }]);

  await ledger.recordDelivered(pool, 'FRA1', { ...confirmation, postedAt: '2026-03-01T10:05:25.000Z' });
  await ledger.recordDeliveriesSynced(pool, first);
  const second = await ledger.listUnsyncedDeliveries(pool, 10);
  expect(second).toMatchObject([{ postedAt: '2026-03-01T10:05:25.000Z' }]);
  await ledger.recordDeliveriesSynced(pool, second);
  expect(await ledger.listUnsyncedDeliveries(pool, 10)).toEqual([]);
});

test('another warehouse confirms nothing of it, and what is old is dropped', async () => {
  await ledger.recordDelivered(pool, 'LEJ1', { ...confirmation, channel: '#all' });
  expect(await ledger.listUnanswered(pool, 'FRA1', LONG_AGO)).toHaveLength(1);
  await ledger.purgeLedger(pool, new Date(Date.now() + 60_000));
  expect(await ledger.listDelivered(pool, 'FRA1', LONG_AGO)).toEqual([]);
});

test('what has arrived of an episode, and of the alerts that a cycle began', async () => {
  const cycleId = '2026-03-01T10:10:00Z';
  const other = 'FRA1_MULTIS_TOTAL:HIGH:2026-03-01T10:10:00Z';
  const next = { sequence: 2, label: 'ONGOING', cycleId } as const;
  await ledger.recordHandOvers(pool, [
    handOver(),
    handOver(next),
    handOver({ episodeId: other, cycleId }),
    handOver({ episodeId: other, sequence: 2, label: 'CLEARED', cycleId }),
  ]);
  await ledger.recordDelivered(pool, 'FRA1', confirmation);
  await ledger.recordDelivered(pool, 'FRA1', { ...confirmation, sequence: 2, replyTs: '2.1' });
  await ledger.recordDelivered(pool, 'FRA1', { ...confirmation, episodeId: other });
  const rows = async (of: Parameters<typeof ledger.listDeliveredOf>[2], warehouse = 'FRA1') =>
    (await ledger.listDeliveredOf(pool, warehouse, of)).map(({ episodeId, sequence }) => [
      episodeId,
      sequence,
    ]);
  const own = [
    [EPISODE, 1],
    [EPISODE, 2],
  ];
  expect(await rows({ episodeIds: [EPISODE], cycleIds: [] })).toEqual(own);
  expect(await rows({ episodeIds: [EPISODE], cycleIds: [cycleId] })).toEqual([[other, 1], ...own]);
  expect(await rows({ episodeIds: [], cycleIds: [cycleId] })).toEqual([]);
  expect(await rows({ episodeIds: [EPISODE], cycleIds: [cycleId] }, 'LEJ1')).toEqual([]);
});
