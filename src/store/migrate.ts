/**
 * Forward-only migrations: numbered SQL files, applied once each, in order, in the environment's schemas.
 * `migrations/*.sql` make the application schema, `migrations/analytics/*.sql` the one that analysts read.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DatabaseError, escapeIdentifier, type Pool, type PoolClient } from 'pg';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/vocabulary.ts';
import { createPool } from './pool.ts';
import { prepareRoles } from './prepare-roles.ts';
import { inTransaction } from './transaction.ts';
import { messageOf } from '../failures/errors.ts';
import { FAILURE } from '../failures/failures.ts';

/** The application's tables, or those that analysts read. */
export type SchemaSet = 'application' | 'analytics';

export interface Migration {
  version: number;
  name: string;
  sql: string;
  /** sha256 of the SQL text, hex. */
  checksum: string;
  /** Why no worker that does not know it can live with it, from a first line `-- breaking: why`; null: it can. */
  breaking: string | null;
}

export interface MigrateOptions {
  /** Holds the migrations; absent: those of this release. */
  dir?: string;
  /** Asked before a breaking migration is applied to a schema in use; throws where it must not be. */
  beforeBreaking?: (set: SchemaSet, breaking: readonly Migration[]) => Promise<void>;
}

export interface SchemaReport {
  schema: string;
  /** Newest version in force. */
  version: number;
  /** Names of the migrations that this run applied. */
  applied: string[];
}

export interface MigrationReport {
  application: SchemaReport;
  analytics: SchemaReport;
  /** What could not be done and needs a person, e.g. a role that this user may not create. */
  notices: string[];
}

export class SchemaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = FAILURE.SchemaError;
  }
}

/** Two processes that migrate one schema at once: the second waits for the first, but not for ever. */
const LOCK_TIMEOUT = '60s';

// The package's own folder lies beside src/ and dist/ alike.
const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings both schemas and the environment's roles up to date. Each schema in one transaction under a lock: safe when
 * two start at once, and nothing is left half done. `pool` belongs to `config.database.url`.
 * @throws SchemaError where a schema is newer than this release, was changed behind its back, or belongs to another
 * environment
 */
export async function migrate(
  pool: Pool,
  config: Config,
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const notices: string[] = [];
  const application = await migrateSchema(pool, config, 'application', options, notices);
  const analyticsPool = createPool(config.analytics.url, {
    applicationName: 'bufferwatch migrate',
    connections: 1,
  });
  try {
    const analytics = await migrateSchema(analyticsPool, config, 'analytics', options, notices);
    return { application, analytics, notices };
  } finally {
    await analyticsPool.end();
  }
}

/**
 * Whether a schema is what this release works with; for a start-up or a check, changes nothing. It may be newer, as in
 * a rolling upgrade, unless what is newer is marked as breaking.
 * @throws SchemaError that says what to do
 */
export async function checkSchema(pool: Pool, config: Config, set: SchemaSet): Promise<{ version: number }> {
  const schema = schemaOf(config, set);
  const { rows } = await pool.query('SELECT to_regclass($1) AS ledger', [
    `${escapeIdentifier(schema)}.schema_migration`,
  ]);
  if (z.array(z.object({ ledger: z.string().nullable() })).parse(rows)[0]?.ledger == null)
    throw new SchemaError(`schema ${schema} does not exist: run bufferwatch migrate`);
  return inTransaction(pool, async (client) => {
    await client.query(`SET LOCAL search_path TO ${escapeIdentifier(schema)}, pg_temp`);
    await checkStamp(client, schema, config.environment);
    const known = readMigrations(set);
    const { applied, later } = await readApplied(client, schema, known);
    const broken = later.find(({ breaking }) => breaking !== null);
    if (broken !== undefined)
      throw new SchemaError(
        `schema ${schema} has the breaking migration ${broken.name} (${broken.breaking}), which this release does not ` +
          'know: run the release that made it, or a newer one',
      );
    if (applied.length < known.length)
      throw new SchemaError(
        `schema ${schema} is at version ${applied.length}, this release needs ${known.length}: run bufferwatch migrate`,
      );
    return { version: applied.length + later.length };
  });
}

/** The migrations of this release, oldest first. */
export function readMigrations(set: SchemaSet, root = MIGRATIONS_DIR): Migration[] {
  const dir = set === 'application' ? root : `${root}analytics/`;
  const migrations = readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file): Migration => {
      const sql = readFileSync(dir + file, 'utf8');
      return {
        version: Number.parseInt(file, 10),
        name: file.replace(/\.sql$/, ''),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
        breaking: /^-- breaking: (.+)/.exec(sql)?.[1] ?? null,
      };
    });
  for (const [index, { version, name }] of migrations.entries())
    if (version !== index + 1)
      throw new SchemaError(`migration ${name} has the wrong number: expected ${index + 1}`);
  return migrations;
}

function schemaOf(config: Config, set: SchemaSet): string {
  return set === 'application' ? config.database.schema : config.analytics.schema;
}

async function migrateSchema(
  pool: Pool,
  config: Config,
  set: SchemaSet,
  options: MigrateOptions,
  notices: string[],
): Promise<SchemaReport> {
  const schema = schemaOf(config, set);
  return inTransaction(pool, async (client) => {
    await lockSchema(client, schema);
    await client.query(`SET LOCAL search_path TO ${escapeIdentifier(schema)}, pg_temp`);
    const { rows } = await client.query('SELECT to_regnamespace($1) IS NOT NULL AS present', [
      escapeIdentifier(schema),
    ]);
    if (!booleanOf(rows)) await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_stamp (
         environment text NOT NULL,
         -- there is one row
         only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row))`,
    );
    await client.query('INSERT INTO schema_stamp (environment) VALUES ($1) ON CONFLICT DO NOTHING', [
      config.environment,
    ]);
    await checkStamp(client, schema, config.environment);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migration (
         version integer PRIMARY KEY,
         name text NOT NULL,
         checksum text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    await client.query('ALTER TABLE schema_migration ADD COLUMN IF NOT EXISTS breaking text');
    const known = readMigrations(set, options.dir);
    const { applied, later } = await readApplied(client, schema, known);
    if (later.length > 0)
      throw new SchemaError(
        `schema ${schema} is at version ${applied.length + later.length} (${later.at(-1)?.name}), and this release ` +
          `knows ${known.length}: run the release that made it, or a newer one`,
      );
    const pending = known.slice(applied.length);
    const breaking = pending.filter((each) => each.breaking !== null);
    if (applied.length > 0 && breaking.length > 0) await options.beforeBreaking?.(set, breaking);
    for (const migration of pending) await applyMigration(client, migration);
    notices.push(...(await prepareRoles(client, config, set)));
    return { schema, version: known.length, applied: pending.map(({ name }) => name) };
  });
}

/** Held until the end of the transaction. */
async function lockSchema(client: PoolClient, schema: string): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`bufferwatch migrate ${schema}`]);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '55P03')
      throw new SchemaError(
        `another process has been migrating ${schema} for ${LOCK_TIMEOUT}: wait until it is done, or end it, and start again`,
      );
    throw error;
  }
}

async function checkStamp(client: PoolClient, schema: string, environment: Environment): Promise<void> {
  const { rows } = await client.query('SELECT environment FROM schema_stamp');
  const stamp = z.array(z.object({ environment: z.string() })).parse(rows)[0]?.environment;
  if (stamp !== environment)
    throw new SchemaError(
      `schema ${schema} belongs to the environment ${stamp ?? '(none)'}, and this process runs as ${environment}: ` +
        'check BUFFERWATCH_ENV and the database URL',
    );
}

const ledgerRow = z.object({
  version: z.number(),
  name: z.string(),
  checksum: z.string(),
  breaking: z.string().nullable(),
});

/** The first of `known`, as far as the schema has them, and what it has beyond them. */
async function readApplied(
  client: PoolClient,
  schema: string,
  known: Migration[],
): Promise<{ applied: Migration[]; later: z.infer<typeof ledgerRow>[] }> {
  // A ledger of an earlier release has no column `breaking` before it is migrated.
  const { rows } = await client.query(
    `SELECT version, name, checksum, to_jsonb(ledger) ->> 'breaking' AS breaking
     FROM schema_migration AS ledger ORDER BY version`,
  );
  const ledger = z.array(ledgerRow).parse(rows);
  const applied = ledger.slice(0, known.length).map((row, index) => {
    const migration = known[index];
    if (migration === undefined || migration.checksum !== row.checksum || migration.version !== row.version)
      throw new SchemaError(
        `migration ${row.name} of schema ${schema} differs from the file it was made with: ` +
          'an applied migration may not be changed; restore the file and put the change into a new one',
      );
    return migration;
  });
  return { applied, later: ledger.slice(known.length) };
}

async function applyMigration(
  client: PoolClient,
  { version, name, sql, checksum, breaking }: Migration,
): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    throw new SchemaError(`migration ${name} failed: ${messageOf(error)}`);
  }
  await client.query(
    'INSERT INTO schema_migration (version, name, checksum, breaking) VALUES ($1, $2, $3, $4)',
    [version, name, checksum, breaking],
  );
}

/** The one boolean of a one-row result. */
function booleanOf(rows: unknown): boolean {
  const [row] = z.tuple([z.record(z.string(), z.boolean())]).parse(rows);
  return Object.values(row)[0] === true;
}
