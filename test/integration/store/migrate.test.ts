import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { checkSchema, migrate, readMigrations } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { readRegistry } from '../../../src/store/registry.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
const pools: Pool[] = [];

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await server.stop();
});

const track = (pool: Pool) => {
  pools.push(pool);
  return pool;
};
const configOf = (url: string, environment = 'dev', analyticsUrl = url) =>
  loadConfig({ DATABASE_URL: url, ANALYTICS_DATABASE_URL: analyticsUrl, BUFFERWATCH_ENV: environment });
const adminPool = (url: string) => track(new Pool({ connectionString: url, max: 4 }));
const environmentPool = (url: string, environment: string) =>
  track(createPool(url, { schema: `bufferwatch_${environment}`, applicationName: 'test', connections: 4 }));

describe('migrate', () => {
  test('makes both schemas, and a second run changes nothing', async () => {
    const url = await server.createDatabase('fresh');
    const pool = adminPool(url);
    const first = await migrate(pool, configOf(url));
    expect(first.application).toEqual({
      schema: 'bufferwatch_dev',
      version: readMigrations('application').length,
      applied: readMigrations('application').map(({ name }) => name),
    });
    expect(first.analytics.schema).toBe('bufferwatch_dev_analytics');
    const second = await migrate(pool, configOf(url));
    expect(second.application.applied).toEqual([]);
    expect(second.analytics.applied).toEqual([]);
    expect(second.notices).toEqual([]);
    await expect(checkSchema(pool, configOf(url), 'application')).resolves.toEqual({
      version: first.application.version,
    });
    await expect(checkSchema(pool, configOf(url), 'analytics')).resolves.toEqual({
      version: first.analytics.version,
    });
  });

  test('four at once end with each migration applied once', async () => {
    const url = await server.createDatabase('at_once');
    const reports = await Promise.all(
      [1, 2, 3, 4].map(() => migrate(track(new Pool({ connectionString: url, max: 1 })), configOf(url))),
    );
    expect(reports.map(({ application }) => application.applied.length).toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      0,
      readMigrations('application').length,
    ]);
  });

  test('two databases of one server at once share the role', async () => {
    const urls = await Promise.all(['twin_a', 'twin_b'].map((name) => server.createDatabase(name)));
    const reports = await Promise.all(urls.map((url) => migrate(adminPool(url), configOf(url, 'prod'))));
    expect(reports.map(({ application }) => application.applied.length > 0)).toEqual([true, true]);
  });

  test('does not migrate a schema that is newer than this release, which works with it unless it was broken', async () => {
    const url = await server.createDatabase('newer');
    const pool = adminPool(url);
    const { application } = await migrate(pool, configOf(url));
    await pool.query(
      `INSERT INTO bufferwatch_dev.schema_migration (version, name, checksum) VALUES ($1, '9999_later', 'x')`,
      [application.version + 1],
    );
    const message = /bufferwatch_dev is at version \d+ \(9999_later\).*run the release that made it/;
    await expect(migrate(pool, configOf(url))).rejects.toThrow(message);
    await expect(checkSchema(pool, configOf(url), 'application')).resolves.toEqual({
      version: application.version + 1,
    });
    await pool.query(
      `UPDATE bufferwatch_dev.schema_migration SET breaking = 'a column is gone' WHERE name = '9999_later'`,
    );
    await expect(checkSchema(pool, configOf(url), 'application')).rejects.toThrow(
      /has the breaking migration 9999_later \(a column is gone\), .*run the release that made it/,
    );
  });

  test('asks before a breaking migration of a schema in use, and marks it', async () => {
    const url = await server.createDatabase('breaking');
    const pool = adminPool(url);
    const { application } = await migrate(pool, configOf(url));
    const dir = `${await mkdtemp(join(tmpdir(), 'migrations-'))}/`;
    await cp('migrations', dir, { recursive: true });
    const name = `${String(application.version + 1).padStart(4, '0')}_break`;
    await writeFile(`${dir}${name}.sql`, '-- breaking: a column is gone\nSELECT 1;\n');
    const refused = migrate(pool, configOf(url), {
      dir,
      beforeBreaking: (set, breaking) => Promise.reject(new Error(`${set} ${breaking[0]?.name}`)),
    });
    await expect(refused).rejects.toThrow(`application ${name}`);
    await expect(checkSchema(pool, configOf(url), 'application')).resolves.toEqual({
      version: application.version,
    });
    await migrate(pool, configOf(url), { dir, beforeBreaking: async () => {} });
    await expect(checkSchema(pool, configOf(url), 'application')).rejects.toThrow(/a column is gone/);
    await rm(dir, { recursive: true });
  });

  test('refuses a migration that was changed after it had been applied', async () => {
    const url = await server.createDatabase('drift');
    const pool = adminPool(url);
    await migrate(pool, configOf(url));
    await pool.query(`UPDATE bufferwatch_dev.schema_migration SET checksum = 'other' WHERE version = 1`);
    await expect(migrate(pool, configOf(url))).rejects.toThrow(/0001_registry .* differs from the file/);
  });

  test("refuses another environment's schema", async () => {
    const url = await server.createDatabase('stamped');
    const pool = adminPool(url);
    await migrate(pool, configOf(url, 'prod'));
    await pool.query('ALTER SCHEMA bufferwatch_prod RENAME TO bufferwatch_dev');
    const message = /belongs to the environment prod, and this process runs as dev/;
    await expect(migrate(pool, configOf(url, 'dev'))).rejects.toThrow(message);
    await expect(checkSchema(pool, configOf(url, 'dev'), 'application')).rejects.toThrow(message);
  });

  test('a check of a schema that is missing or behind says to migrate', async () => {
    const url = await server.createDatabase('behind');
    const pool = adminPool(url);
    await expect(checkSchema(pool, configOf(url), 'application')).rejects.toThrow(
      /does not exist: run bufferwatch migrate/,
    );
    await migrate(pool, configOf(url));
    await pool.query('DELETE FROM bufferwatch_dev.schema_migration WHERE version > 1');
    await expect(checkSchema(pool, configOf(url), 'application')).rejects.toThrow(
      /is at version 1, .* run bufferwatch migrate/,
    );
  });

  test('leaves nothing behind when it fails', async () => {
    const url = await server.createDatabase('half');
    const pool = adminPool(url);
    await pool.query('CREATE SCHEMA bufferwatch_dev CREATE TABLE cycle (x integer)');
    await expect(migrate(pool, configOf(url))).rejects.toThrow(
      /migration 0003_cycle failed: .*already exists/,
    );
    const { rows } = await pool.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'bufferwatch_dev'`);
    expect(rows).toEqual([{ tablename: 'cycle' }]);
  });

  test('a user who may not create roles migrates all the same, and is told what is left to do', async () => {
    const admin = adminPool(server.url);
    await admin.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
    await admin.query('CREATE DATABASE modest OWNER plain');
    await admin.query('DROP ROLE IF EXISTS bufferwatch_modest');
    const url = new URL(server.url);
    url.username = 'plain';
    url.password = 'plain';
    url.pathname = '/modest';
    const config = configOf(url.href);
    config.database.role = 'bufferwatch_modest';
    const report = await migrate(adminPool(url.href), config);
    expect(report.application.applied.length).toBeGreaterThan(0);
    expect(report.notices).toContainEqual(
      expect.stringContaining('may not create the role bufferwatch_modest'),
    );
  });
});

describe("the environment's role", () => {
  test('writes plain statements, stores and purges artifacts, and changes no table', async () => {
    const url = await server.createDatabase('by_role');
    const admin = adminPool(url);
    await migrate(admin, configOf(url, 'prod'));
    await admin.query(`ALTER ROLE bufferwatch_prod PASSWORD 'role'`);
    const roleUrl = new URL(url);
    roleUrl.username = 'bufferwatch_prod';
    roleUrl.password = 'role';
    const role = track(new Pool({ connectionString: roleUrl.href, max: 1 }));
    await role.query(
      `INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin')`,
    );
    await role.query(`INSERT INTO alert_route (warehouse, channel) VALUES ('FRA1', '#fra1-flow')`);
    await role.query(`SELECT ensure_artifact_partition('2026-03-01')`);
    await role.query(`SELECT drop_artifact_partitions('2026-03-02')`);
    await role.query('SELECT FROM bufferwatch_prod_analytics.recommendation');
    await expect(role.query('DROP TABLE artifact')).rejects.toThrow(/must be owner/);
    await expect(role.query('DELETE FROM schema_stamp')).rejects.toThrow(/permission denied/);
    expect((await readRegistry(role)).warehouses.map(({ code }) => code)).toEqual(['FRA1']);
  });
});

test('two environments in one database do not see each other', async () => {
  const url = await server.createDatabase('both');
  const admin = adminPool(url);
  await migrate(admin, configOf(url, 'dev'));
  await migrate(admin, configOf(url, 'prod'));
  const dev = environmentPool(url, 'dev');
  const prod = environmentPool(url, 'prod');
  await dev.query(
    `INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin')`,
  );
  expect((await readRegistry(dev)).warehouses).toHaveLength(1);
  expect((await readRegistry(prod)).warehouses).toEqual([]);
});

test('analytics may lie in a database of its own', async () => {
  const [url, analyticsUrl] = await Promise.all(
    ['own_app', 'own_analytics'].map((name) => server.createDatabase(name)),
  );
  const config = configOf(url ?? '', 'dev', analyticsUrl);
  await migrate(adminPool(url ?? ''), config);
  await expect(checkSchema(adminPool(analyticsUrl ?? ''), config, 'analytics')).resolves.toMatchObject({
    version: readMigrations('analytics').length,
  });
  await expect(checkSchema(adminPool(url ?? ''), config, 'analytics')).rejects.toThrow(/does not exist/);
});
