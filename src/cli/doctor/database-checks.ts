import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { SOURCE_ROW_SCHEMAS } from '../../domain/source-rows.ts';
import { SOURCES, type SourceName } from '../../domain/vocabulary.ts';
import { codeOf, messageOf } from '../../local/errors.ts';
import { readMigrations } from '../../store/migrate.ts';
import { createPool, databaseLabel } from '../../store/pool.ts';
import { explainDatabaseError } from '../context.ts';
import { CheckFailed, type Check } from './check.ts';
import { describeSkew } from './clock-skew.ts';

/** The doctor asks for a short window: whether the query runs, not what it returns. */
const WINDOW_MINUTES = 5;

/** Undefined table, undefined column, syntax error, insufficient privilege: what a query of one's own gets wrong. */
const QUERY_CODES = new Set(['42P01', '42703', '42601', '42501', '42883', '42P18']);

export function databaseChecks(config: Config): Check[] {
  const { database, analytics, sources } = config;
  return [
    withPool('database', 'connection', 'DATABASE_URL', database.url, undefined, async (pool) => {
      await pool.query('SELECT 1');
      return databaseLabel(database.url);
    }),
    withPool('database', 'schema', 'DATABASE_URL', database.url, database.schema, (pool) =>
      checkSchema(pool, database.schema, 'application'),
    ),
    withPool('analytics', 'schema', 'ANALYTICS_DATABASE_URL', analytics.url, analytics.schema, (pool) =>
      checkSchema(pool, analytics.schema, 'analytics'),
    ),
    ...SOURCES.map((source) => {
      const { variable, url } = connectionOf(config, source);
      return withPool(source, 'query', variable, url, undefined, (pool) =>
        checkSourceQuery(pool, source, join(sources.dir, `${source}.sql`)),
      );
    }),
    ...distinctServers(config).map(({ area, variable, url }) =>
      withPool(area, 'clock', variable, url, undefined, async (pool) => {
        const before = Date.now();
        const { rows } = await pool.query(
          'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now',
        );
        const [{ now }] = z.tuple([z.object({ now: z.number() })]).parse(rows);
        return describeSkew(now, before, Date.now());
      }),
    ),
  ];
}

function withPool(
  area: string,
  name: string,
  variable: string,
  url: string,
  schema: string | undefined,
  work: (pool: Pool) => Promise<string>,
): Check {
  return {
    area,
    name,
    run: async () => {
      const pool = createPool(url, {
        applicationName: 'bufferwatch doctor',
        connections: 1,
        ...(schema === undefined ? {} : { schema }),
      });
      try {
        return await work(pool);
      } catch (error) {
        throw error instanceof CheckFailed ? error : explainDatabaseError(error, variable, url);
      } finally {
        await pool.end();
      }
    },
  };
}

async function checkSchema(pool: Pool, schema: string, set: 'application' | 'analytics'): Promise<string> {
  const known = readMigrations(set).at(-1)?.version ?? 0;
  const { rows } = await pool.query(
    `SELECT max(version)::int AS version,
            string_agg(name, ', ') FILTER (WHERE version > $1 AND to_jsonb(ledger) ->> 'breaking' IS NOT NULL) AS breaking
     FROM schema_migration AS ledger`,
    [known],
  );
  const [{ version, breaking }] = z
    .tuple([z.object({ version: z.number().nullable(), breaking: z.string().nullable() })])
    .parse(rows);
  if (version === null || version < known)
    throw new CheckFailed(
      `${schema} is at version ${version ?? 0}, this release needs ${known}`,
      'run: bufferwatch migrate',
    );
  if (breaking !== null)
    throw new CheckFailed(
      `${schema} is at version ${version}, this release knows ${known} and can't live with ${breaking}`,
      'run the newer release that migrated it',
    );
  return `${schema}, version ${version}`;
}

function connectionOf({ sources }: Config, source: SourceName): { variable: string; url: string } {
  if (source === 'wes_stock') return { variable: 'WES_DATABASE_URL', url: sources.wesUrl };
  if (source === 'wcs_counters') return { variable: 'WCS_DATABASE_URL', url: sources.wcsUrl };
  return { variable: 'LMS_DATABASE_URL', url: sources.lmsUrl };
}

function distinctServers(config: Config): { area: string; variable: string; url: string }[] {
  const all = [
    { area: 'database', variable: 'DATABASE_URL', url: config.database.url },
    { area: 'wes_stock', ...connectionOf(config, 'wes_stock') },
    { area: 'wcs_counters', ...connectionOf(config, 'wcs_counters') },
    { area: 'lms_actuals', ...connectionOf(config, 'lms_actuals') },
  ];
  const hosts = all.map(({ url }) => new URL(url).host);
  return all.filter((_, index) => hosts.indexOf(hosts[index] ?? '') === index);
}

/** Runs the query over a short window without a row, so that its columns are known and nothing is read. */
async function checkSourceQuery(pool: Pool, source: SourceName, file: string): Promise<string> {
  const sql = (await readFile(file, 'utf8')).trim().replace(/;\s*$/, '');
  let columns: string[];
  try {
    const { fields } = await pool.query(`SELECT * FROM (\n${sql}\n) AS source LIMIT 1`, [
      new Date(),
      WINDOW_MINUTES,
      ['-'],
    ]);
    columns = fields.map((field) => field.name);
  } catch (error) {
    if (!QUERY_CODES.has(codeOf(error) ?? '')) throw error;
    throw new CheckFailed(`${file}: ${messageOf(error)}`, 'correct that file, or what the login may read', {
      cause: error,
    });
  }
  const missing = Object.keys(SOURCE_ROW_SCHEMAS[source].in.shape).filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new CheckFailed(
      `${file} returns no column ${missing.join(', ')}`,
      'name it in the query, as NULL where the system does not know it',
    );
  return `runs, ${columns.length} columns`;
}
