/** A connection that breaks in mid-query fails what ran on it, and nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPool } from '../../../src/store/pool.ts';
import { querySource, SourceFailure } from '../../../src/store/source-query.ts';
import { inTransaction } from '../../../src/store/transaction.ts';
import { ClassifyFailures } from '../../../src/workers/classify-failures.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

let server: TestPostgres;
let direct: Pool;
let proxy: TcpProxy;
let pool: Pool;
const uncaught: unknown[] = [];
const watch = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', watch);
  server = await startTestPostgres();
  direct = createPool(server.url, { applicationName: 'watcher' });
  proxy = await startTcpProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  pool = createPool(proxy.through(server.url), { applicationName: 'subject' });
});
// The server sleeps on for a client that is gone; the next test must not take that for its own query.
beforeEach(async () => {
  for (;;) {
    const { rows } = await direct.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'subject' AND wait_event = 'PgSleep'`,
    );
    if (rows.length === 0) return;
  }
});
afterAll(async () => {
  await pool.end();
  await proxy.close();
  await direct.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'subject'`,
  );
  await direct.end();
  await server.stop();
  process.off('uncaughtException', watch);
});

async function untilAsleep(): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await direct.query(
        `SELECT 1 FROM pg_stat_activity
         WHERE application_name = 'subject' AND wait_event = 'PgSleep' AND state = 'active'`,
      );
      return rows.length;
    })
    .toBeGreaterThan(0);
}

const asleep = { source: 'wms-orders', sql: 'SELECT pg_sleep(2) AS slept', values: [], columns: ['slept'] };

describe.each(['cut', 'reset'] as const)('%s in mid-query', (fault) => {
  test('a source is absent, and says what happened', async () => {
    const failure = querySource(pool, { ...asleep, budgetMs: 10_000 }).catch((error: unknown) => error);
    await untilAsleep();
    proxy[fault]();
    const error = await failure;
    expect(error).toBeInstanceOf(SourceFailure);
    expect(String(error)).toContain('the connection broke while the query ran');
    expect(uncaught).toEqual([]);
  });

  test('a transaction fails, and the next one has a good connection', async () => {
    const failure = inTransaction(pool, (client) => client.query('SELECT pg_sleep(2)')).catch(
      (error: unknown) => error,
    );
    await untilAsleep();
    proxy[fault]();
    expect(await failure).toBeInstanceOf(Error);
    const { rows } = await inTransaction(pool, (client) => client.query('SELECT 1 AS one'));
    expect(rows).toEqual([{ one: 1 }]);
    expect(uncaught).toEqual([]);
  });
});

test.each(['cut', 'reset'] as const)('%s between two statements is a passing failure', async (fault) => {
  const broken = () =>
    inTransaction(pool, async (client) => {
      proxy[fault]();
      await new Promise((resolve) => client.once('end', () => resolve(undefined)));
      await client.query('SELECT 1');
    });
  const activity = new ClassifyFailures().execute({ args: [], headers: {} }, broken);
  await expect(activity).rejects.toMatchObject({ type: 'DatabaseUnavailable', nonRetryable: false });
  expect(uncaught).toEqual([]);
});

test('a source whose connection hangs is absent at the budget, and leaves no connection behind', async () => {
  const failure = querySource(pool, { ...asleep, budgetMs: 1_000 }).catch((error: unknown) => error);
  await untilAsleep();
  proxy.hold();
  expect(String(await failure)).toContain('no answer within 1 s');
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0);
  proxy.resume();
  expect(uncaught).toEqual([]);
});

test('createPool, which hears what breaks, makes every pool of the program', () => {
  const makers = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /new (pg\.)?Pool\(/.test(readFileSync(`src/${file}`, 'utf8')),
  );
  expect(makers).toEqual(['store/pool.ts']);
});
