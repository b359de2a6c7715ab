import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import {
  upsertCycle,
  upsertDeliveries,
  upsertRecommendations,
  type DeliveryRow,
  type RecommendationRow,
} from '../../../src/store/analytics.ts';
import {
  listCycles,
  listUnsyncedCycles,
  readCycle,
  recordCycleCompleted,
  recordCycleDecided,
  recordCycleStarted,
  recordCycleSynced,
} from '../../../src/store/cycle.ts';
import { migrate } from '../../../src/store/migrate.ts';
import {
  giveBackNetworkAlert,
  keepNetworkAlert,
  listOpenNetworkAlerts,
  takeNetworkAlert,
  type NetworkAlert,
} from '../../../src/store/network-alert.ts';
import { createPool } from '../../../src/store/pool.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let pool: Pool;
let analytics: Pool;

beforeAll(async () => {
  server = await startTestPostgres();
  const url = await server.createDatabase('records');
  pool = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test' });
  analytics = createPool(url, { schema: 'bufferwatch_dev_analytics', applicationName: 'test' });
  await migrate(pool, loadConfig({ DATABASE_URL: url }));
});
afterAll(async () => {
  await Promise.all([pool.end(), analytics.end()]);
  await server.stop();
});

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 10, 5, seconds));

test('a cycle goes from started to synced, and is synced again when it completes again', async () => {
  const key = { prefix: 'dev', cycleId: '2026-03-01T10:05:00Z' };
  expect(await readCycle(pool, key)).toBeNull();
  await expect(recordCycleDecided(pool, { ...key, decidedAt: at(1) })).rejects.toThrow(
    'cycle dev/2026-03-01T10:05:00Z is not recorded as started',
  );
  await recordCycleStarted(pool, { ...key, mode: 'live', runId: 'run-1', startedAt: at(0) });
  await recordCycleStarted(pool, { ...key, mode: 'live', runId: 'run-2', startedAt: at(9) });
  expect(await listUnsyncedCycles(pool, 10)).toEqual([]);
  await recordCycleDecided(pool, { ...key, decidedAt: at(10) });
  await recordCycleCompleted(pool, { ...key, completedAt: at(11), outcome: { failed: ['LEJ1'] } });
  const completed = {
    ...key,
    mode: 'live',
    runId: 'run-2',
    startedAt: at(0).getTime(),
    decidedAt: at(10).getTime(),
    completedAt: at(11).getTime(),
    syncedAt: null,
    outcome: { failed: ['LEJ1'] },
  };
  expect(await listUnsyncedCycles(pool, 10)).toEqual([completed]);

  await recordCycleSynced(pool, { ...key, completedAt: at(11).getTime(), syncedAt: at(12) });
  expect(await readCycle(pool, key)).toEqual({ ...completed, syncedAt: at(12).getTime() });
  expect(await listUnsyncedCycles(pool, 10)).toEqual([]);

  await recordCycleCompleted(pool, { ...key, completedAt: at(20), outcome: {} });
  // This sync read the earlier completion.
  await recordCycleSynced(pool, { ...key, completedAt: at(11).getTime(), syncedAt: at(21) });
  expect(await listUnsyncedCycles(pool, 10)).toHaveLength(1);
});

test('cycles are listed newest first, unsynced ones oldest first', async () => {
  const prefix = 'dev/replay/list';
  for (const minute of ['15', '05', '10']) {
    const key = { prefix, cycleId: `2026-04-01T10:${minute}:00Z` };
    await recordCycleStarted(pool, { ...key, mode: 'replay', runId: 'run', startedAt: at(0) });
    await recordCycleCompleted(pool, { ...key, completedAt: at(1), outcome: {} });
  }
  const minutes = (cycles: { cycleId: string }[]) => cycles.map(({ cycleId }) => cycleId.slice(14, 16));
  expect(minutes(await listCycles(pool, { prefix, limit: 2 }))).toEqual(['15', '10']);
  expect(minutes((await listUnsyncedCycles(pool, 50)).filter((cycle) => cycle.prefix === prefix))).toEqual([
    '05',
    '10',
    '15',
  ]);
});

const alert = (change: Partial<NetworkAlert> = {}): NetworkAlert => ({
  key: 'source/wes_stock',
  openedCycle: '2026-03-01T10:05:00Z',
  lastNotifiedCycle: null,
  channelId: null,
  messageTs: null,
  closedCycle: null,
  detail: {},
  ...change,
});

describe('a network alert', () => {
  const { key, openedCycle } = alert();
  const by = (taker: string, forMs = 60_000) => ({ key, taker, forMs });
  const shown = alert({ lastNotifiedCycle: openedCycle, channelId: 'C1', messageTs: '1.2' });

  test('is opened once, and one of those who come at once has it', async () => {
    expect(await takeNetworkAlert(pool, by('a'), null)).toBeNull();
    const taken = await Promise.all(
      ['a', 'b', 'c'].map((taker) => takeNetworkAlert(pool, by(taker), openedCycle)),
    );
    expect(taken.filter((each) => each === 'taken')).toHaveLength(2);
    expect(taken.find((each) => each !== 'taken')).toEqual(alert());
    const winner = ['a', 'b', 'c'][taken.findIndex((each) => each !== 'taken')] ?? '';
    expect(await giveBackNetworkAlert(pool, winner, shown)).toBe(true);
    expect(await listOpenNetworkAlerts(pool)).toEqual([shown]);
  });

  test('that somebody has had for too long goes to the next one, and what the first says counts no more', async () => {
    expect(await takeNetworkAlert(pool, by('slow', 0), null)).toEqual(shown);
    expect(await keepNetworkAlert(pool, by('slow', 60_000))).toBe(true);
    expect(await takeNetworkAlert(pool, by('next'), null)).toBe('taken');
    expect(await keepNetworkAlert(pool, by('slow', 0))).toBe(true);
    expect(await takeNetworkAlert(pool, by('next'), null)).toEqual(shown);
    expect(await keepNetworkAlert(pool, by('slow'))).toBe(false);
    expect(await giveBackNetworkAlert(pool, 'slow', { ...shown, messageTs: '9.9' })).toBe(false);
    expect(await listOpenNetworkAlerts(pool)).toEqual([shown]);
    expect(await giveBackNetworkAlert(pool, 'next', { ...shown, closedCycle: '2026-03-01T10:30:00Z' })).toBe(
      true,
    );
    expect(await listOpenNetworkAlerts(pool)).toEqual([]);
  });

  test('is opened anew, also by the cycle that had opened it before', async () => {
    for (const cycle of ['2026-03-01T11:00:00Z', openedCycle]) {
      expect(await takeNetworkAlert(pool, by(cycle), cycle)).toEqual(alert({ openedCycle: cycle }));
      const closed = alert({ openedCycle: cycle, closedCycle: cycle });
      expect(await giveBackNetworkAlert(pool, cycle, closed)).toBe(true);
    }
  });
});

const recommendation = (change: Partial<RecommendationRow> = {}): RecommendationRow => ({
  environment: 'dev',
  prefix: 'dev',
  cycleTs: '2026-03-01T10:05:00Z',
  warehouse: 'FRA1',
  unitId: 'FRA1_SINGLES_TOTAL',
  direction: 'HIGH',
  state: 'OVERFLOW_RISK',
  action: 'ADD_STAFF',
  severity: 'WARNING',
  label: 'NEW',
  reason: 'persistence_met',
  quantity: 3,
  quantityUnit: 'persons',
  ttoMin: 21.5,
  ttsMin: null,
  quality: 95,
  episodeId: 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z',
  algorithm: '1.0.0',
  actionUnitId: 'FRA1_SINGLES_TOTAL',
  probability: 0.8,
  cause: 'UNDERSTAFFED',
  process: 'PACK',
  winner: null,
  ...change,
});

test('recommendations are written once however often, every column, in batches', async () => {
  const rows = Array.from({ length: 12_000 }, (_, index) =>
    recommendation({ unitId: `FRA1_SINGLES_LANE-${index}` }),
  );
  await upsertRecommendations(analytics, rows);
  await upsertRecommendations(analytics, [
    ...rows.slice(0, 10),
    recommendation({ direction: 'LOW', label: null }),
  ]);
  await upsertRecommendations(analytics, [
    recommendation({ direction: 'LOW', label: 'ONGOING', reason: 'window' }),
  ]);
  const count = await analytics.query('SELECT count(*)::integer AS stored FROM recommendation');
  expect(count.rows).toEqual([{ stored: 12_001 }]);
  const low = await analytics.query(`SELECT * FROM recommendation WHERE direction = 'LOW'`);
  expect(low.rows).toEqual([
    {
      environment: 'dev',
      prefix: 'dev',
      cycle_ts: new Date('2026-03-01T10:05:00Z'),
      warehouse: 'FRA1',
      unit_id: 'FRA1_SINGLES_TOTAL',
      direction: 'LOW',
      state: 'OVERFLOW_RISK',
      action: 'ADD_STAFF',
      severity: 'WARNING',
      label: 'ONGOING',
      reason: 'window',
      quantity: 3,
      quantity_unit: 'persons',
      tto_min: 21.5,
      tts_min: null,
      quality: 95,
      episode_id: 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z',
      algorithm: '1.0.0',
      action_unit_id: 'FRA1_SINGLES_TOTAL',
      probability: 0.8,
      cause: 'UNDERSTAFFED',
      process: 'PACK',
      winner: null,
    },
  ]);
});

test('deliveries and cycles are written once however often', async () => {
  const delivery: DeliveryRow = {
    environment: 'dev',
    episodeId: 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z',
    sequence: 1,
    channel: '#fra1-flow',
    deliveredTo: '#fallback',
    channelId: 'C00000001',
    messageTs: '1.000001',
    error: 'is_archived',
    warehouse: 'FRA1',
    unitId: 'FRA1_SINGLES_TOTAL',
    label: 'NEW',
    cycleId: '2026-03-01T10:05:00Z',
    nominalTs: '2026-03-01T10:05:00Z',
    postedAt: '2026-03-01T10:05:21.500Z',
    latencyMs: 21_500,
  };
  await upsertDeliveries(analytics, [delivery, { ...delivery, channel: '#all' }]);
  await upsertDeliveries(analytics, [{ ...delivery, latencyMs: 22_000 }]);
  const stored = await analytics.query('SELECT channel, latency_ms FROM delivery ORDER BY channel');
  expect(stored.rows).toEqual([
    { channel: '#all', latency_ms: '21500' },
    { channel: '#fra1-flow', latency_ms: '22000' },
  ]);

  const [cycle] = await listCycles(pool, { prefix: 'dev', limit: 1 });
  if (cycle === undefined) throw new Error('the first test has recorded a cycle');
  await upsertCycle(analytics, 'dev', cycle);
  await upsertCycle(analytics, 'dev', { ...cycle, outcome: { again: true } });
  const cycles = await analytics.query('SELECT cycle_id, run_id, outcome FROM cycle');
  expect(cycles.rows).toEqual([{ cycle_id: cycle.cycleId, run_id: 'run-2', outcome: { again: true } }]);
});
