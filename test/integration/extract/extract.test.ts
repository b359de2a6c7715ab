import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createExtract, type ExtractDependencies } from '../../../src/activities/extract/extract.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { WarehouseExtract } from '../../../src/domain/source-rows.ts';
import { SOURCES } from '../../../src/domain/vocabulary.ts';
import { getArtifact, putArtifact } from '../../../src/store/artifact.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { UPSTREAM_TABLES } from '../../support/upstream-tables.ts';

const SOURCES_DIR = fileURLToPath(new URL('../../../sources', import.meta.url));
const SNAPSHOT = '2026-03-01T10:05:00Z';
const CYCLE = { cycleId: SNAPSHOT, snapshotTs: SNAPSHOT, prefix: 'dev' };

let server: TestPostgres;
let store: Pool;
let upstream: Pool;
let upstreamUrl: string;

beforeAll(async () => {
  server = await startTestPostgres();
  const url = await server.createDatabase('app');
  store = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test' });
  await migrate(store, loadConfig({ DATABASE_URL: url }));
  upstreamUrl = await server.createDatabase('upstream');
  upstream = createPool(upstreamUrl, { applicationName: 'test' });
  await upstream.query(UPSTREAM_TABLES);
});
beforeEach(async () => {
  await upstream.query('TRUNCATE wes_stock, wcs_counters, lms_actuals, lms_plan');
});
afterAll(async () => {
  await Promise.all([store.end(), upstream.end()]);
  await server.stop();
});

/** Minutes before the snapshot; a negative number is after it. */
const ago = (minutes: number) => new Date(Date.parse(SNAPSHOT) - minutes * 60_000);

const stockRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  path: 'INDUCT-1',
  stage: 'INDUCT',
  buffer_kind: 'CONVEYOR',
  capacity_units: 100,
  wip_units: 50.5,
  backlog_units: 0,
  units_due_by_cpt: null,
  cpt_ts: ago(-90),
  as_of: ago(5),
  recorded_at: ago(3),
  ...change,
});
const counterRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  path: 'INDUCT-1',
  device: 'BELT-1',
  in_total: 9_000_000_000,
  out_total: 8_999_999_900,
  recirc_total: 0,
  state: 'RUN',
  fault: null,
  plc_ts: ago(1),
  recorded_at: ago(1),
  ...change,
});
const actualsRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  process: 'PACK',
  hc_active: 3.5,
  hc_idle: 0,
  hc_break: 1,
  uph_15m: null,
  interval_end: ago(20),
  recorded_at: ago(17),
  ...change,
});
const planRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  process: 'PACK',
  shift_start: ago(240),
  shift_end: ago(-240),
  break_start: null,
  break_end: null,
  hc_plan: 4,
  uph_plan: 120,
  recorded_at: ago(30),
  ...change,
});
const insert = (table: (typeof SOURCES)[number], rows: Record<string, unknown>[]) =>
  upstream.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);

const extractWith = (change: Partial<ExtractDependencies> = {}) =>
  createExtract({
    pools: { wes: upstream, wcs: upstream, lms: upstream },
    sourcesDir: SOURCES_DIR,
    putArtifact: (artifact) => putArtifact(store, artifact),
    heartbeat: () => undefined,
    ...change,
  }).extract;
const FRA1 = { code: 'FRA1', sourceCodes: {} };
const bodyOf = async (ref: { id: string } | undefined) =>
  getArtifact<WarehouseExtract>(store, ref?.id ?? 'none');

test('rows of every source reach the artifact of their warehouse, with units and unknowns kept', async () => {
  await insert('wes_stock', [stockRow()]);
  await insert('wcs_counters', [counterRow()]);
  await insert('lms_actuals', [actualsRow()]);
  await insert('lms_plan', [planRow()]);
  const result = await extractWith()({ ...CYCLE, warehouses: [FRA1] });
  for (const source of SOURCES)
    expect(result.sources[source]).toMatchObject({
      status: 'ok',
      rows: 1,
      rejected: 0,
      problems: [],
      error: '',
    });
  expect(result.extracts['FRA1']?.rows).toBe(4);
  expect(await bodyOf(result.extracts['FRA1'])).toMatchObject({
    warehouse: 'FRA1',
    snapshotTs: Date.parse(SNAPSHOT),
    rows: {
      wes_stock: [
        {
          warehouse: 'FRA1',
          workpool: 'SINGLES',
          path: 'INDUCT-1',
          stage: 'INDUCT',
          bufferKind: 'CONVEYOR',
          capacityUnits: 100,
          wipUnits: 50.5,
          backlogUnits: 0,
          unitsDueByCpt: null,
          cptTs: ago(-90).getTime(),
          asOf: ago(5).getTime(),
          recordedAt: ago(3).getTime(),
        },
      ],
      wcs_counters: [{ inTotal: 9_000_000_000, state: 'RUN', fault: null, plcTs: ago(1).getTime() }],
      lms_actuals: [{ hcActive: 3.5, uph15m: null, intervalEnd: ago(20).getTime() }],
      lms_plan: [{ hcPlan: 4, breakStart: null, shiftEnd: ago(-240).getTime() }],
    },
  });
});

describe('what is visible at the snapshot', () => {
  test.each([
    ['recorded at the snapshot', 0, 1],
    ['recorded a second later', -1 / 60, 0],
    ['60 minutes old', 60, 1],
    ['older than that', 61, 0],
  ])('%s', async (_, minutesAgo, rows) => {
    await insert('wes_stock', [stockRow({ recorded_at: ago(minutesAgo) })]);
    await insert('wcs_counters', [counterRow({ recorded_at: ago(minutesAgo) })]);
    await insert('lms_actuals', [actualsRow({ recorded_at: ago(minutesAgo) })]);
    const { sources } = await extractWith()({ ...CYCLE, warehouses: [FRA1] });
    expect([sources.wes_stock.rows, sources.wcs_counters.rows, sources.lms_actuals.rows]).toEqual([
      rows,
      rows,
      rows,
    ]);
  });

  test('of the plan the newest visible issue of each warehouse, whole, at most 26 hours old', async () => {
    await insert('lms_plan', [
      planRow({ hc_plan: 1, recorded_at: ago(90) }),
      planRow({ hc_plan: 2, recorded_at: ago(30) }),
      planRow({ hc_plan: 3, recorded_at: ago(30) }),
      planRow({ hc_plan: 4, recorded_at: ago(-1) }),
      planRow({ warehouse: 'LEJ1', hc_plan: 5, recorded_at: ago(26 * 60) }),
      planRow({ warehouse: 'MAD1', hc_plan: 6, recorded_at: ago(26 * 60 + 1) }),
    ]);
    const warehouses = ['FRA1', 'LEJ1', 'MAD1'].map((code) => ({ code, sourceCodes: {} }));
    const { extracts } = await extractWith()({ ...CYCLE, warehouses });
    const issued = await Promise.all(
      warehouses.map(async ({ code }) =>
        (await bodyOf(extracts[code])).rows.lms_plan.map(({ hcPlan }) => hcPlan),
      ),
    );
    expect(issued.map((plan) => plan.toSorted((a, b) => (a ?? 0) - (b ?? 0)))).toEqual([[2, 3], [5], []]);
  });

  test('a query that forgets the snapshot has later rows left out and told', async () => {
    await insert('wes_stock', [stockRow(), stockRow({ recorded_at: ago(-2) })]);
    await withSources(
      { wes_stock: `SELECT *, $1::timestamptz, $2::integer FROM wes_stock WHERE warehouse = ANY ($3)` },
      async (sourcesDir) => {
        const { sources } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wes_stock).toMatchObject({ status: 'ok', rows: 1, rejected: 1 });
        expect(sources.wes_stock.problems[0]).toMatch(
          /^recorded_at: is later than the snapshot, was ".*" \(1 row\)$/,
        );
      },
    );
  });
});

describe('one query per source', () => {
  test.each([1, 100])('for %i warehouses', async (count) => {
    const codes = Array.from({ length: count }, (_, index) => `W${index}`);
    await insert(
      'wes_stock',
      codes.map((warehouse) => stockRow({ warehouse })),
    );
    await insert(
      'wcs_counters',
      codes.map((warehouse) => counterRow({ warehouse })),
    );
    const { pool, statements } = recordingPool();
    try {
      const result = await extractWith({ pools: { wes: pool, wcs: pool, lms: pool } })({
        ...CYCLE,
        warehouses: codes.map((code) => ({ code, sourceCodes: {} })),
      });
      for (const source of SOURCES)
        expect(statements.filter((text) => text.includes(`FROM ${source}`)).length).toBe(1);
      expect(statements.filter((text) => /\bFROM\b/.test(text))).toHaveLength(4);
      expect(Object.keys(result.extracts)).toHaveLength(count);
      const last = await bodyOf(result.extracts[`W${count - 1}`]);
      expect(last.rows.wes_stock.map(({ warehouse }) => warehouse)).toEqual([`W${count - 1}`]);
      expect(last.sources.wes_stock.rows).toBe(1);
    } finally {
      await pool.end();
    }
  });

  /** A pool that tells every statement that its connections are given. */
  function recordingPool() {
    const statements: string[] = [];
    const pool = new Pool({ connectionString: upstreamUrl });
    pool.on('connect', (client) => {
      const query = client.query.bind(client);
      Object.assign(client, {
        query: (config: string | { text: string }, ...rest: unknown[]) => {
          statements.push(typeof config === 'string' ? config : config.text);
          return Reflect.apply(query, client, [config, ...rest]);
        },
      });
    });
    return { pool, statements };
  }
});

test('a warehouse is asked for as each source spells it, and comes back by our code', async () => {
  await insert('wes_stock', [stockRow({ warehouse: 'de-fra' }), stockRow({ warehouse: 'FRA1' })]);
  await insert('wcs_counters', [counterRow({ warehouse: 'FRA1' }), counterRow({ warehouse: 'de-fra' })]);
  await insert('lms_plan', [planRow({ warehouse: 'DE FRA 1' })]);
  const warehouse = { code: 'FRA1', sourceCodes: { wes: 'de-fra', lms: 'DE FRA 1' } };
  const { extracts, sources } = await extractWith()({ ...CYCLE, warehouses: [warehouse] });
  const { rows } = await bodyOf(extracts['FRA1']);
  for (const source of ['wes_stock', 'wcs_counters', 'lms_plan'] as const) {
    expect(rows[source].map((row) => row.warehouse)).toEqual(['FRA1']);
    expect(sources[source].rejected).toBe(0);
  }
});

describe('rows that do not fit', () => {
  test('are left out, counted and told by field, for their warehouse and for the network', async () => {
    await insert('wes_stock', [
      stockRow(),
      stockRow({ stage: 'PICKING' }),
      stockRow({ stage: 'PICKING', path: '' }),
      stockRow({ warehouse: 'LEJ1', as_of: null }),
      stockRow({ warehouse: 'LEJ1', wip_units: 'NaN' }),
    ]);
    const warehouses = [FRA1, { code: 'LEJ1', sourceCodes: {} }];
    const { sources, extracts } = await extractWith()({ ...CYCLE, warehouses });
    expect(sources.wes_stock).toMatchObject({ status: 'ok', rows: 1, rejected: 4 });
    expect(sources.wes_stock.problems[0]).toMatch(/^stage: .*, was "PICKING" \(2 rows\)$/);
    expect(new Set(sources.wes_stock.problems.map((problem) => problem.split(':')[0]))).toEqual(
      new Set(['as_of', 'path', 'stage', 'wip_units']),
    );
    const fra1 = await bodyOf(extracts['FRA1']);
    expect(fra1.rows.wes_stock).toHaveLength(1);
    expect(fra1.sources.wes_stock).toMatchObject({ rows: 1, rejected: 2 });
    const lej1 = await bodyOf(extracts['LEJ1']);
    expect(lej1.sources.wes_stock).toMatchObject({ status: 'ok', rows: 0, rejected: 2 });
  });

  test('an instant without a zone is nobody knows when', async () => {
    await insert('wcs_counters', [counterRow()]);
    await withSources(
      {
        wcs_counters: `SELECT c.warehouse, path, device, in_total, out_total, recirc_total, state, fault,
        plc_ts::timestamp AS plc_ts, recorded_at FROM wcs_counters c
        WHERE recorded_at <= $1 AND $2::integer > 0 AND warehouse = ANY ($3);`,
      },
      async (sourcesDir) => {
        const { sources } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wcs_counters).toMatchObject({ status: 'ok', rows: 0, rejected: 1 });
        expect(sources.wcs_counters.problems[0]).toContain(
          'plc_ts: expected an ISO 8601 instant with Z or offset',
        );
      },
    );
  });

  test('a warehouse nobody asked for is told to the network alone', async () => {
    await insert('wcs_counters', [counterRow(), counterRow({ warehouse: 'XXX' })]);
    await withSources(
      { wcs_counters: `SELECT *, $1::timestamptz, $2::integer, $3::text[] FROM wcs_counters` },
      async (sourcesDir) => {
        const { sources, extracts } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wcs_counters).toMatchObject({ rows: 1, rejected: 1 });
        expect(sources.wcs_counters.problems).toEqual(['warehouse: was not asked for, was "XXX" (1 row)']);
        expect((await bodyOf(extracts['FRA1'])).sources.wcs_counters).toMatchObject({ rows: 1, rejected: 0 });
      },
    );
  });
});

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
    const url = await server.createDatabase('renamed');
    const wes = open(url);
    await wes.query(`${UPSTREAM_TABLES}; ALTER TABLE wes_stock RENAME wip_units TO wip`);
    const { error } = await failureOf(withWes(wes));
    expect(error).toMatch(
      /^wes_stock: column "wip_units" does not exist: adapt wes_stock.sql .*127\.0\.0\.1:\d+\/renamed\)$/,
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
    const { error } = await failureOf(withWes(open(server.url)));
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

test('tells that it goes on', async () => {
  let beats = 0;
  await extractWith({ heartbeat: () => void beats++ })({ ...CYCLE, warehouses: [FRA1] });
  expect(beats).toBeGreaterThan(0);
});

test('a store that fails fails the step, so that it is made again', async () => {
  const failing = extractWith({ putArtifact: () => Promise.reject(new Error('the disk is full')) });
  await expect(failing({ ...CYCLE, warehouses: [FRA1] })).rejects.toThrow('the disk is full');
});

/** The default queries with some of them replaced. */
async function withSources(
  replaced: Record<string, string>,
  work: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bufferwatch-sources-'));
  try {
    await cp(SOURCES_DIR, dir, { recursive: true });
    for (const [source, sql] of Object.entries(replaced)) await writeFile(join(dir, `${source}.sql`), sql);
    await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

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
