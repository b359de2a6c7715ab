/** A source that fails costs a cycle this source, and nothing else. */
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type ExtractDependencies } from '../../../../src/activities/extract/extract.ts';
import { createPool } from '../../../../src/store/pool.ts';
import { UPSTREAM_TABLES } from '../../../support/upstream-tables.ts';
import { createDatabases } from '../../../support/databases.ts';
import {
  CYCLE,
  upstream,
  upstreamUrl,
  stockRow,
  counterRow,
  actualsRow,
  insert,
  extractWith,
  FRA1,
  bodyOf,
  withSources,
} from './extracting.ts';

describe('a source that fails is absent, says why, and holds up nobody', () => {
  const PASSWORD = 'hunter2';
  const others: Pool[] = [];
  const open = (url: string) => {
    const pool = createPool(url, { applicationName: 'test' });
    others.push(pool);
    return pool;
  };
  afterEach(async () => {
    await Promise.all(others.splice(0).map((pool) => pool.end()));
  });

  async function failureOf(
    change: Partial<ExtractDependencies>,
  ): Promise<{ error: string; durationMs: number }> {
    await insert('lms_actuals', [actualsRow()]);
    await insert('wcs_counters', [counterRow()]);
    const { sources, extracts } = await extractWith(change)({ ...CYCLE, warehouses: [FRA1] });
    expect(sources.wes_stock).toMatchObject({ status: 'absent', rows: 0 });
    expect([sources.wcs_counters.status, sources.wcs_counters.rows]).toEqual(['ok', 1]);
    expect([sources.lms_actuals.status, sources.lms_actuals.rows]).toEqual(['ok', 1]);
    const body = await bodyOf(extracts['FRA1']);
    expect(body.sources.wes_stock).toEqual(sources.wes_stock);
    expect(body.rows.wes_stock).toEqual([]);
    expect(body.rows.wcs_counters).toHaveLength(1);
    return sources.wes_stock;
  }

  const withWes = (wes: Pool) => ({ pools: { wes, wcs: upstream, lms: upstream } });

  test('a column was renamed', async () => {
    const [url = ''] = await createDatabases(['renamed']);
    const wes = open(url);
    await wes.query(`${UPSTREAM_TABLES}; ALTER TABLE wes_stock RENAME wip_units TO wip`);
    const { error } = await failureOf(withWes(wes));
    expect(error).toMatch(
      /^wes_stock: column "wip_units" does not exist: adapt wes_stock.sql .*127\.0\.0\.1:\d+\/renamed_\w+\)$/,
    );
  });

  test('the query returns too few columns', async () => {
    const sql = `SELECT warehouse, path, as_of, recorded_at FROM wes_stock WHERE recorded_at <= $1 AND $2::integer > 0 AND warehouse = ANY ($3)`;
    await withSources({ wes_stock: sql }, async (sourcesDir) => {
      const { error } = await failureOf({ sourcesDir });
      expect(error).toContain(
        'the result of wes_stock.sql has no column workpool, stage, buffer_kind, capacity_units',
      );
    });
  });

  test('the table is unknown', async () => {
    const { error } = await failureOf(withWes(open(inject('postgresUrl'))));
    expect(error).toMatch(/^wes_stock: relation "wes_stock" does not exist: adapt wes_stock.sql/);
  });

  test('the server is down', async () => {
    const { error } = await failureOf(withWes(open(`postgres://reader:${PASSWORD}@127.0.0.1:1/wes`)));
    expect(error).toMatch(
      /^wes_stock: not reachable \(.*ECONNREFUSED.*WES_DATABASE_URL is right \(database 127\.0\.0\.1:1\/wes\)$/,
    );
    expect(error).not.toContain(PASSWORD);
  });

  test('the password is wrong, and is not told', async () => {
    const url = new URL(upstreamUrl);
    url.password = PASSWORD;
    const { error } = await failureOf(withWes(open(url.href)));
    expect(error).toContain('password authentication failed');
    expect(error).not.toContain(PASSWORD);
  });

  test('the source answers with a secret in its error', async () => {
    const url = new URL(upstreamUrl);
    url.searchParams.set('application_name', 'test');
    const sql = `SELECT * FROM wes_stock WHERE ('${url.password}' || $1::text || $2::text || $3::text)::integer = 1`;
    await insert('wes_stock', [stockRow()]);
    await withSources({ wes_stock: sql }, async (sourcesDir) => {
      const { error } = await failureOf({ sourcesDir });
      expect(error).toContain('invalid input syntax for type integer: "***');
      expect(error).not.toContain(url.password);
    });
  });

  test('the file is missing', async () => {
    await withSources({}, async (sourcesDir) => {
      await rm(join(sourcesDir, 'wes_stock.sql'));
      const { error } = await failureOf({ sourcesDir });
      expect(error).toMatch(
        /^wes_stock: .*wes_stock\.sql can't be read: restore it, or check BUFFERWATCH_SOURCES_DIR/,
      );
    });
  });

  test('it is slower than its budget: the server is told to stop', async () => {
    const sql = `SELECT *, pg_sleep(30), $1::timestamptz, $2::integer, $3::text[] FROM wes_stock`;
    await insert('wes_stock', [stockRow()]);
    await withSources({ wes_stock: sql }, async (sourcesDir) => {
      const { error, durationMs } = await failureOf({ sourcesDir, budgetMs: 400 });
      expect(error).toMatch(/^wes_stock: no answer within 0.4 s/);
      expect(durationMs).toBeLessThan(2_000);
    });
    await expect
      .poll(
        async () =>
          (
            await upstream.query(
              `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND state = 'active' AND pid <> pg_backend_pid()`,
            )
          ).rowCount,
      )
      .toBe(0);
  });

  test('it accepts the connection and then says nothing', async () => {
    const { port, close } = await startSilentServer();
    try {
      const { error, durationMs } = await failureOf({
        ...withWes(open(`postgres://reader:${PASSWORD}@127.0.0.1:${port}/wes`)),
        budgetMs: 300,
      });
      expect(error).toMatch(/^wes_stock: no answer within 0.3 s/);
      expect(durationMs).toBeLessThan(2_000);
    } finally {
      await close();
    }
  });

  test('it goes down between two cycles, and comes back', async () => {
    const url = new URL(upstreamUrl);
    url.searchParams.set('application_name', 'wes-reader');
    const wes = open(url.href);
    const extract = extractWith(withWes(wes));
    await insert('wes_stock', [stockRow()]);
    await extract({ ...CYCLE, warehouses: [FRA1] });
    await upstream.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wes-reader'",
    );
    // At once, before the pool can have heard of it.
    const { sources } = await extract({ ...CYCLE, warehouses: [FRA1] });
    expect(sources.wes_stock).toMatchObject({ status: 'ok', rows: 1 });
    expect(wes.idleCount).toBe(0);
  });
});

test('a source may only be read', async () => {
  await insert('wes_stock', [stockRow()]);
  const sql = `WITH gone AS (DELETE FROM wes_stock RETURNING *) SELECT *, $1::timestamptz, $2::integer, $3::text[] FROM gone`;
  await withSources({ wes_stock: sql }, async (sourcesDir) => {
    const { sources } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
    expect(sources.wes_stock.error).toContain('in a read-only transaction');
  });
  expect((await upstream.query('SELECT FROM wes_stock')).rowCount).toBe(1);
});

async function startSilentServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    },
  };
}
