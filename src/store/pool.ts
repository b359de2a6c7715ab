/** Connections to one Postgres database, working in one schema. */
import { escapeIdentifier, Pool, type QueryConfig } from 'pg';
import { inTransaction } from './transaction.ts';

/** A server that does not answer a connection attempt by then is down for this cycle's purposes. */
const CONNECT_TIMEOUT_MS = 10_000;

/** One worker's activities in flight; several workers and upstream readers share a server's 100 by default. */
const DEFAULT_CONNECTIONS = 10;

export interface PoolOptions {
  /** Where statements find their tables, before `public`; absent: along the server's own search_path. */
  schema?: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  connections?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

export function createPool(url: string, options: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  return options.schema === undefined ? pool : inSchema(pool, options.schema);
}

/**
 * Every statement is a transaction that begins by naming the schema. What is set for a session is not to be relied
 * on: behind a pooler of transactions (PgBouncer) the next statement runs in another session, and a search_path given
 * as a start-up parameter is refused there, or left out without a word.
 */
function inSchema(pool: Pool, schema: string): Pool {
  const query = (statement: string | QueryConfig, values?: unknown[]) =>
    inTransaction(pool, (client) => client.query(statement, values));
  return Object.assign(pool, {
    searchPath: `${escapeIdentifier(schema)}, public`,
    query: query as Pool['query'],
  });
}

/** `host:port/database` of a connection URL: what may be shown of it. */
export function databaseLabel(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname === '' ? '/' : pathname}`;
}

/** The same of a pool. */
export function poolLabel(pool: Pool): string {
  const { connectionString, host, port, database } = pool.options;
  return connectionString === undefined
    ? `${host ?? 'localhost'}:${port ?? 5432}/${database ?? ''}`
    : databaseLabel(connectionString);
}
