import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { daysBefore } from '../../../src/domain/forecast/earlier-days.ts';
import { marksBack, pastAt } from '../../../src/domain/forecast/past.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { purgeUnitLevels, readUnitLevels, recordUnitLevels } from '../../../src/store/unit-level.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-04T10:00:00Z');
const DAYS = daysBefore(NOW, { timezone: 'UTC', holidays: [] });
let server: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  server = await startTestPostgres();
  const url = await server.createDatabase('unit_level');
  pool = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test' });
  await migrate(pool, loadConfig({ DATABASE_URL: url }));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

test('what a cycle saw first is what later ones look back on, by prefix and warehouse, until it is purged', async () => {
  const yesterday = { ts: NOW - DAY_MS, fills: { FRA1_SINGLES_TOTAL: 0.5 } };
  await recordUnitLevels(pool, 'dev', 'FRA1', yesterday);
  await recordUnitLevels(pool, 'dev', 'FRA1', { ...yesterday, fills: { FRA1_SINGLES_TOTAL: 0.9 } });
  await recordUnitLevels(pool, 'dev', 'LEJ1', { ...yesterday, fills: { LEJ1_SINGLES_TOTAL: 0.1 } });
  await recordUnitLevels(pool, 'prod', 'FRA1', { ts: NOW - 2 * DAY_MS, fills: { FRA1_SINGLES_TOTAL: 0.7 } });
  // Another time of day is not asked for.
  await recordUnitLevels(pool, 'dev', 'FRA1', { ts: NOW - DAY_MS + 6 * 3_600_000, fills: {} });

  const marks = marksBack(DAYS, 10, 60);
  const kept = await readUnitLevels(pool, 'dev', 'FRA1', marks);
  expect(kept).toEqual([yesterday]);
  expect(pastAt(DAYS, kept)('FRA1_SINGLES_TOTAL')?.fillAt(1, 0)).toBe(0.5);

  await purgeUnitLevels(pool, new Date(NOW - DAY_MS + 1));
  expect(await readUnitLevels(pool, 'dev', 'FRA1', marks)).toEqual([]);
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM unit_level');
  expect(rows[0]?.count).toBe(1);
});
