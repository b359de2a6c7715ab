/** Connections that end, are reset or hang in the middle of a query: a failed query, and never the end of the process. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type PoolOptions } from '../../../src/store/pool.ts';
import { querySource } from '../../../src/store/source-query.ts';
import { inTransaction } from '../../../src/store/transaction.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

let server: TestPostgres;
let proxy: TcpProxy;
const pools: Pool[] = [];
let subject = '';

beforeAll(async () => {
  server = await startTestPostgres();
  const { hostname, port } = new URL(server.url);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
});
afterEach(() => proxy.resume());
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await proxy?.close();
  await server?.stop();
});

function poolThroughProxy(options: Partial<PoolOptions> = {}): Pool {
  // Its own: what a cut left running on the server is none of the next test's.
  subject = `subject ${pools.length}`;
  const pool = createPool(proxy.through(server.url), {
    applicationName: subject,
    connections: 2,
    ...options,
  });
  pools.push(pool);
  return pool;
}

/** As soon as the query runs on the server. */
async function whileItRuns(query: Promise<unknown>, harm: () => void): Promise<void> {
  query.catch(() => undefined);
  const admin = createPool(server.url, { applicationName: 'admin', connections: 1 });
  try {
    for (;;) {
      const { rows } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'`,
        [subject],
      );
      if (rows.length > 0) break;
      await sleep(10);
    }
    harm();
  } finally {
    await admin.end();
  }
}

const ask = (pool: Pool, budgetMs: number) =>
  querySource(pool, {
    source: 'wes_stock',
    sql: 'SELECT pg_sleep(2), $1::text AS warehouse',
    values: ['FRA1'],
    columns: ['warehouse'],
    budgetMs,
  });

describe.each([
  ['ended', () => proxy.cut()],
  ['reset', () => proxy.reset()],
])('a connection that is %s', (_how, harm) => {
  it('in the middle of a source query: the source is absent, with a sentence that says so', async () => {
    const pool = poolThroughProxy();
    const query = ask(pool, 10_000);
    await whileItRuns(query, harm);
    await expect(query).rejects.toThrow(/^wes_stock: the connection broke while the query ran \(.+\)/);
    await expect(ask(pool, 10_000)).resolves.toHaveLength(1);
  });

  it('in the middle of a transaction: it fails, and the pool goes on', async () => {
    const pool = poolThroughProxy();
    const work = inTransaction(pool, (client) => client.query('SELECT pg_sleep(2)'));
    await whileItRuns(work, harm);
    await expect(work).rejects.toThrow(/terminated|ECONNRESET/);
    await expect(inTransaction(pool, (client) => client.query('SELECT 1'))).resolves.toBeDefined();
  });

  it('between two statements of a transaction: the next one fails', async () => {
    const pool = poolThroughProxy();
    const work = inTransaction(pool, async (client) => {
      await client.query('SELECT 1');
      harm();
      await sleep(50);
      return client.query('SELECT 2');
    });
    await expect(work).rejects.toThrow(/terminated|not queryable|ECONNRESET/);
    await expect(pool.query('SELECT 1')).resolves.toBeDefined();
  });

  it('while idle: the pool takes another one', async () => {
    const pool = poolThroughProxy();
    await pool.query('SELECT 1');
    harm();
    await sleep(50);
    await expect(pool.query('SELECT 1')).resolves.toBeDefined();
  });
});

describe('a connection that hangs', () => {
  it('in the middle of a source query: given up at its budget', async () => {
    const pool = poolThroughProxy();
    const query = ask(pool, 1_000);
    await whileItRuns(query, () => proxy.hold());
    await expect(query).rejects.toThrow('no answer within 1 s');
    proxy.resume();
    await expect(ask(pool, 10_000)).resolves.toHaveLength(1);
  });

  it('in the middle of a statement of ours: given up, and none is kept', async () => {
    const pool = poolThroughProxy({ timeoutMs: 300, connections: 1 });
    const query = pool.query('SELECT pg_sleep(2)');
    await whileItRuns(query, () => proxy.hold());
    await expect(query).rejects.toThrow(/timeout/);
    proxy.resume();
    await expect(pool.query('SELECT 1')).resolves.toBeDefined();
  });
});

it('every pool of the program is one of those', () => {
  const makers = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /new (pg\.)?Pool\(/.test(readFileSync(`src/${file}`, 'utf8')),
  );
  expect(makers).toEqual(['store/pool.ts']);
});
