import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { SOURCE_ROW_SCHEMAS } from '../../domain/source-rows.ts';
import { SOURCES, type SourceName } from '../../domain/vocabulary.ts';
import { codeOf, messageOf } from '../../failures/errors.ts';
import { readMigrations } from '../../store/migrate.ts';
import { databaseLabel } from '../../store/pool.ts';
import { withDatabase, withPool } from '../context.ts';
import { failed } from '../failure.ts';
import type { Check } from './check.ts';
import { describeSkew } from './clock-skew.ts';

/** The doctor asks for a short window: whether the query runs, not what it returns. */
const WINDOW_MINUTES = 5;

/** Undefined table, undefined column, syntax error, insufficient privilege: what a query of one's own gets wrong. */
const QUERY_CODES = new Set(['42P01', '42703', '42601', '42501', '42883', '42P18']);

export function databaseChecks(config: Config): Check[] {
  const { database, analytics, sources } = config;
  const places = distinctDatabases(config);
  const connectionOf = (url: string) =>
    places.filter((place) => place.url === url).map(({ area }) => `${area} connection`);
  return [
    ...places.map((place): Check => ({
      area: place.area,
      name: 'connection',
      server: hostOf(place.url),
      run: () =>
        withPool(place, async (pool) => {
          await pool.query('SELECT 1');
          return databaseLabel(place.url);
        }),
    })),
    {
      area: 'database',
      name: 'schema',
      needs: ['database connection'],
      run: () => withDatabase(config, (pool) => checkSchema(pool, database.schema, 'application')),
    },
    {
      area: 'analytics',
      name: 'schema',
      needs: [...connectionOf(analytics.url), 'database schema'],
      run: () =>
        withPool({ variable: variableOf('ANALYTICS_DATABASE_URL', analytics.url), ...analytics }, (pool) =>
          checkSchema(pool, analytics.schema, 'analytics'),
        ),
    },
    ...SOURCES.map((source): Check => {
      const { variable, url } = placeOf(config, source);
      return {
        area: source,
        name: 'query',
        needs: connectionOf(url),
        run: () =>
          withPool({ variable: variableOf(variable, url), url }, (pool) =>
            checkSourceQuery(pool, source, {
              file: join(sources.dir, `${source}.sql`),
              unset: url === database.url ? variable : null,
            }),
          ),
      };
    }),
    ...distinctServers(places).map((place): Check => ({
      area: place.area,
      name: 'clock',
      needs: connectionOf(place.url),
      run: () => withPool(place, measureClock),
    })),
  ];

  /** Where it is not set, the database of DATABASE_URL stands in. */
  function variableOf(variable: string, url: string): string {
    return url === database.url ? 'DATABASE_URL' : variable;
  }
}

async function measureClock(pool: Pool): Promise<string> {
  const before = Date.now();
  const { rows } = await pool.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now');
  const [{ now }] = z.tuple([z.object({ now: z.number() })]).parse(rows);
  return describeSkew(now, before, Date.now());
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
    throw failed(
      `${schema} is at version ${version ?? 0}, this release needs ${known}`,
      'run: bufferwatch migrate',
    );
  if (breaking !== null)
    throw failed(
      `${schema} is at version ${version}, this release knows ${known} and can't live with ${breaking}`,
      'run the newer release that migrated it',
    );
  return `${schema}, version ${version}`;
}

interface Place {
  area: string;
  variable: string;
  url: string;
}

function placeOf({ sources }: Config, source: SourceName): Place {
  if (source === 'wes_stock') return { area: 'wes', variable: 'WES_DATABASE_URL', url: sources.wesUrl };
  if (source === 'wcs_counters') return { area: 'wcs', variable: 'WCS_DATABASE_URL', url: sources.wcsUrl };
  return { area: 'lms', variable: 'LMS_DATABASE_URL', url: sources.lmsUrl };
}

/** Each database once, by the first variable that names it. */
function distinctDatabases(config: Config): Place[] {
  const all = [
    { area: 'database', variable: 'DATABASE_URL', url: config.database.url },
    { area: 'analytics', variable: 'ANALYTICS_DATABASE_URL', url: config.analytics.url },
    ...SOURCES.map((source) => placeOf(config, source)),
  ];
  const urls = all.map(({ url }) => url);
  return all.filter((_, index) => urls.indexOf(urls[index] ?? '') === index);
}

function distinctServers(places: readonly Place[]): Place[] {
  const hosts = places.map(({ url }) => hostOf(url));
  return places.filter((_, index) => hosts.indexOf(hosts[index] ?? '') === index);
}

function hostOf(url: string): string {
  return databaseLabel(url).replace(/\/.*$/, '');
}

/** Runs the query over a short window without a row, so that its columns are known and nothing is read. */
async function checkSourceQuery(
  pool: Pool,
  source: SourceName,
  { file, unset }: { file: string; unset: string | null },
): Promise<string> {
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
    throw failed(
      `${file}: ${messageOf(error)}`,
      unset === null
        ? 'correct that file, or what the login may read'
        : `set ${unset} (it runs against DATABASE_URL now), or correct that file`,
      { cause: error },
    );
  }
  const missing = Object.keys(SOURCE_ROW_SCHEMAS[source].in.shape).filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw failed(
      `${file} returns no column ${missing.join(', ')}`,
      'name it in the query, as NULL where the system does not know it',
    );
  return `runs, ${columns.length} columns`;
}
