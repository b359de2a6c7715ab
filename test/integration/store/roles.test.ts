import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrail, TrailMissing } from '../../../src/client/trail.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { ENVIRONMENTS, type Environment } from '../../../src/domain/vocabulary.ts';
import { upsertCycle } from '../../../src/store/analytics.ts';
import * as answers from '../../../src/store/answer.ts';
import { getArtifact, purgeArtifacts, putArtifact, readNewest } from '../../../src/store/artifact.ts';
import { checkSchema, migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { readRegistry } from '../../../src/store/registry.ts';
import { prepareComposePostgres, type ComposePostgres } from '../../support/compose-postgres.ts';
import { hasPgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { UPSTREAM_TABLES } from '../../support/upstream-tables.ts';

const CYCLE = '2026-03-01T10:05:00Z';
const EXTRACT = { warehouse: 'FRA1', kind: 'extract' } as const;

const pooler = await hasPgBouncer();

let folder = '';
let server: TestPostgres;
let compose: ComposePostgres;
const pools: Pool[] = [];
/** Of the first migrations. */
const notices: string[] = [];
const open = (connectionUrl: string, schema?: string) => {
  const pool = createPool(connectionUrl, {
    applicationName: 'test',
    connections: 2,
    ...(schema === undefined ? {} : { schema }),
  });
  pools.push(pool);
  return pool;
};
const as = async (role: string, schema?: string) => open(await compose.urlOf(role), schema);
const configOf = async (environment: Environment) =>
  loadConfig({ DATABASE_URL: await compose.secret('migrate_database_url'), BUFFERWATCH_ENV: environment });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bufferwatch-test-roles-'));
  server = await startTestPostgres();
  compose = await prepareComposePostgres(server.url, folder);
  for (const environment of ENVIRONMENTS) {
    const config = await configOf(environment);
    notices.push(...(await migrate(open(config.database.url), config)).notices);
    const workers = await as(config.database.role);
    await workers.query(
      `INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin')`,
    );
    await putArtifact(workers, {
      ...EXTRACT,
      prefix: environment,
      cycleId: CYCLE,
      body: { rows: {} },
      rows: 0,
    });
  }
  const admin = open(compose.adminUrl);
  await admin.query(UPSTREAM_TABLES);
  await admin.query(
    await readFile(new URL('../../../deploy/postgres/grant-reader.sql', import.meta.url), 'utf8'),
  );
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
  await rm(folder, { recursive: true });
});

const UPSTREAM = ['wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan'];
const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];

/** What a role may do with each table anywhere in the database, by whatever way it came to that right. */
async function rightsOf(role: string): Promise<Record<string, string[]>> {
  const { rows } = await open(compose.adminUrl).query<{ name: string; rights: string[] }>(
    `SELECT nspname || '.' || relname AS name, array_agg(asked ORDER BY place) AS rights
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
       unnest($2::text[]) WITH ORDINALITY AS rights (asked, place)
     WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname !~ '^(pg_|information_schema)'
       AND has_schema_privilege($1, pg_namespace.oid, 'USAGE') AND has_table_privilege($1, pg_class.oid, asked)
     GROUP BY 1`,
    [role, RIGHTS],
  );
  return Object.fromEntries(rows.map(({ name, rights }) => [name, rights]));
}

/** Those that are not refused for want of rights. */
async function findAllowed(pool: Pool, statements: string[]): Promise<string[]> {
  const allowed: string[] = [];
  for (const statement of statements)
    await pool.query(statement).then(
      () => allowed.push(statement),
      (error: unknown) => {
        if (!/permission denied|must be owner/.test(String(error))) throw error;
      },
    );
  return allowed;
}

async function workAsWorker(pool: Pool, analytics: Pool, environment: Environment): Promise<void> {
  const config = await configOf(environment);
  await checkSchema(pool, config, 'application');
  await checkSchema(pool, config, 'analytics');
  await expect(pool.query(`INSERT INTO alert_route (channel) VALUES ('nowhere')`)).rejects.toThrow(
    /'nowhere' is not a channel/,
  );
  const artifact = { ...EXTRACT, prefix: environment, cycleId: CYCLE, body: {}, rows: 0 };
  const { id } = await putArtifact(pool, { ...artifact, kind: 'sync' });
  await expect(getArtifact(pool, id)).resolves.toEqual({});
  await expect(purgeArtifacts(pool, '2026-03-01')).resolves.toEqual([]);
  await upsertCycle(analytics, environment, {
    ...{ prefix: environment, cycleId: CYCLE, mode: 'live', runId: 'run', startedAt: Date.parse(CYCLE) },
    ...{ decidedAt: null, completedAt: null, syncedAt: null, outcome: null },
  });
}

/** What `bufferwatch interact` does in the database. */
async function takeAnswers(pool: Pool, environment: Environment): Promise<void> {
  const id = randomUUID();
  const input = { by: 'U1', unit: 'FRA1_SINGLES_TOTAL' };
  const given = {
    id,
    warehouse: 'FRA1',
    way: 'http',
    origin: null,
    answer: { kind: 'mute', input },
  } as const;
  await expect(answers.keepAnswer(pool, given)).resolves.toBe(true);
  await expect(answers.keepAnswer(pool, given)).resolves.toBe(false);
  await answers.setMuteEnds(pool, [{ id, until: '2026-03-01T14:00:00Z' }]);
  await expect(answers.countUntaken(pool)).resolves.toMatchObject([{ warehouse: 'FRA1', untaken: 1 }]);
  await expect(answers.listUntaken(pool, 'FRA1', 10)).resolves.toMatchObject([{ id }]);
  await answers.refuseUntaken(pool, 'FRA1', { olderThanMs: 60_000, detail: 'late' });
  const taken = { id, result: { status: 'ok' as const, detail: '' } };
  await expect(answers.recordTaken(pool, [taken])).resolves.toEqual(new Set([id]));
  await answers.listUntold(pool, 0);
  await answers.recordTold(pool, [id]);
  await expect(answers.countByLink(pool, 'e')).resolves.toBe(0);
  expect((await readRegistry(pool)).warehouses.map(({ code }) => code)).toEqual(['FRA1']);
  await expect(readNewest(pool, { ...EXTRACT, prefix: environment })).resolves.toEqual({ rows: {} });
}

describe.each(ENVIRONMENTS)('the roles of %s', (environment) => {
  const schema = `bufferwatch_${environment}`;
  const other = `bufferwatch_${environment === 'dev' ? 'prod' : 'dev'}`;

  test('the workers have what they need in their two schemas, and nothing elsewhere', async () => {
    const { rows } = await open(compose.adminUrl).query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
       WHERE schemaname IN ($1, $2) AND tablename !~ '^artifact_'`,
      [schema, `${schema}_analytics`],
    );
    const needed = (name: string) =>
      /\.schema_(stamp|migration)$/.test(name) ? ['SELECT'] : ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
    expect(await rightsOf(schema)).toEqual(Object.fromEntries(rows.map(({ name }) => [name, needed(name)])));
    expect(rows.length).toBeGreaterThan(10);
  });

  test('the workers work, and change no table', async () => {
    const pool = await as(schema);
    await workAsWorker(pool, await as(schema, `${schema}_analytics`), environment);
    expect(
      await findAllowed(pool, [
        'DROP TABLE artifact',
        'TRUNCATE artifact',
        'DELETE FROM schema_stamp',
        'CREATE TABLE mine (x integer)',
        'CREATE TABLE public.mine (x integer)',
        'CREATE TEMPORARY TABLE mine (x integer)',
        'CREATE SCHEMA mine',
        'CREATE ROLE mine',
        `SELECT FROM ${other}.warehouse`,
        `SELECT ${other}.drop_artifact_partitions('2100-01-01')`,
        'SELECT FROM wes_stock',
        `ALTER ROLE ${other} PASSWORD 'mine'`,
        `COPY warehouse TO '/tmp/mine'`,
      ]),
    ).toEqual([]);
  });

  test('the process that people reach takes answers, and looks up what they are about', async () => {
    const pool = await as(`${schema}_interact`, schema);
    await takeAnswers(pool, environment);
    const decision = { prefix: environment, code: 'FRA1', unitId: 'FRA1_SINGLES_TOTAL', cycleId: CYCLE };
    await expect(readTrail(pool, decision)).rejects.toThrow(TrailMissing);
  });

  test('and has no other right', async () => {
    expect(await rightsOf(`${schema}_interact`)).toEqual({
      [`${schema}.warehouse`]: ['SELECT'],
      [`${schema}.alert_route`]: ['SELECT'],
      [`${schema}.unit_override`]: ['SELECT'],
      [`${schema}.holiday`]: ['SELECT'],
      [`${schema}.artifact`]: ['SELECT'],
      [`${schema}.answer`]: ['SELECT', 'INSERT', 'UPDATE'],
    });
    const pool = await as(`${schema}_interact`, schema);
    expect(
      await findAllowed(pool, [
        `UPDATE warehouse SET active = false`,
        `INSERT INTO alert_route (channel) VALUES ('#elsewhere')`,
        'DELETE FROM answer',
        'SELECT FROM warehouse_memory',
        `SELECT ensure_artifact_partition('2100-01-01')`,
        `SELECT drop_artifact_partitions('2100-01-01')`,
        'DELETE FROM artifact',
        'DROP TABLE artifact',
        'CREATE TABLE public.mine (x integer)',
        `SELECT FROM ${schema}_analytics.delivery`,
        `SELECT FROM ${other}.warehouse`,
        'SELECT FROM wes_stock',
        'SELECT FROM pg_authid',
        `SET ROLE ${schema}`,
        `SELECT pg_read_file('PG_VERSION')`,
      ]),
    ).toEqual([]);
  });
});

test.skipIf(!pooler)(
  `the roles work through PgBouncer too, all at once${pooler ? '' : ' (skipped: apt-get install pgbouncer)'}`,
  async () => {
    const roles = ENVIRONMENTS.flatMap((each) => [`bufferwatch_${each}`, `bufferwatch_${each}_interact`]);
    const urls = await Promise.all(roles.map((role) => compose.urlOf(role)));
    const bouncer = await startPgBouncer(server.url, 1, urls);
    const pooled: Pool[] = [];
    const through = async (role: string, schema: string) => {
      const url = `${bouncer.through(await compose.urlOf(role))}?pgbouncer=true`;
      const pool = createPool(url, { applicationName: 'test', schema, connections: 2 });
      pooled.push(pool);
      return pool;
    };
    try {
      await Promise.all(
        ENVIRONMENTS.map(async (environment) => {
          const schema = `bufferwatch_${environment}`;
          const worker = await through(schema, schema);
          const interact = await through(`${schema}_interact`, schema);
          await Promise.all([
            workAsWorker(worker, await through(schema, `${schema}_analytics`), environment),
            takeAnswers(interact, environment),
          ]);
          await expect(interact.query('DELETE FROM artifact')).rejects.toThrow(/permission denied/);
        }),
      );
    } finally {
      await Promise.all(pooled.map((pool) => pool.end()));
      await bouncer.stop();
    }
  },
);

test('the reader reads the upstream tables, and nothing else', async () => {
  expect(await rightsOf('bufferwatch_reader')).toEqual(
    Object.fromEntries(UPSTREAM.map((table) => [`public.${table}`, ['SELECT']])),
  );
  const pool = open(await compose.secret('wes_database_url'));
  for (const table of UPSTREAM) await pool.query(`SELECT FROM ${table}`);
  expect(
    await findAllowed(pool, [
      'DELETE FROM wes_stock',
      'SELECT FROM bufferwatch_prod.warehouse',
      'CREATE TABLE public.mine (x integer)',
    ]),
  ).toEqual([]);
});

test('the migrating role owns its schemas, and nothing above or beside them', async () => {
  const config = await configOf('prod');
  const pool = open(config.database.url);
  expect(notices).toEqual([]);
  await expect(migrate(pool, config)).resolves.toMatchObject({ notices: [] });
  expect(
    await findAllowed(pool, [
      'CREATE ROLE mine',
      'CREATE DATABASE mine',
      'CREATE TABLE public.mine (x integer)',
      'SELECT FROM wes_stock',
      `ALTER ROLE bufferwatch_prod PASSWORD 'mine'`,
      'DROP DATABASE temporal',
    ]),
  ).toEqual([]);
});

test("each role enters its own databases only; Temporal's makes its tables in both", async () => {
  const { rows } = await open(compose.adminUrl).query<{ role: string; databases: string[] }>(
    `SELECT rolname AS role, coalesce(array_agg(datname::text ORDER BY datname)
       FILTER (WHERE has_database_privilege(rolname, pg_database.oid, 'CONNECT')), '{}') AS databases
     FROM pg_roles, pg_database
     WHERE rolname !~ '^pg_' AND NOT rolsuper AND datallowconn GROUP BY 1 ORDER BY 1`,
  );
  const ours = ['', '_dev', '_dev_interact', '_migrate', '_prod', '_prod_interact', '_reader'].slice(1);
  expect(rows).toEqual([
    ...ours.map((name) => ({ role: `bufferwatch${name}`, databases: ['bufferwatch'] })),
    { role: 'temporal', databases: ['temporal', 'temporal_visibility'] },
  ]);
  for (const database of ['temporal', 'temporal_visibility']) {
    const pool = open(await compose.urlOf('temporal', database));
    await pool.query('CREATE TABLE executions (x integer)');
    // what the visibility schema begins with
    await pool.query('CREATE EXTENSION btree_gin');
    const stranger = open(await compose.urlOf('bufferwatch_prod_interact', database));
    await expect(stranger.query('SELECT FROM executions')).rejects.toThrow(/permission denied for database/);
  }
  const temporal = open(await compose.urlOf('temporal'));
  await expect(temporal.query('SELECT 1')).rejects.toThrow(/permission denied for database/);
});
