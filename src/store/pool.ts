/** Connections to one Postgres database, working in one schema. */
import { escapeIdentifier, Pool, type QueryConfig } from 'pg';
import { inTransaction } from './transaction.ts';

/** A server that does not answer a connection attempt by then is down for this cycle's purposes. */
const CONNECT_TIMEOUT_MS = 10_000;

const KEEP_ALIVE_AFTER_MS = 10_000;

/** One worker's activities in flight; several workers and upstream readers share a server's 100 by default. */
const DEFAULT_CONNECTIONS = 10;

export interface PoolOptions {
  /** Where statements find their tables, before `public`; absent: along the server's own search_path. */
  schema?: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  connections?: number;
  /** To get a connection, and for the answer to each statement; absent: 10 s, and as long as it takes. */
  timeoutMs?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onIdleError?: (error: Error) => void;
}

export function createPool(url: string, options: PoolOptions): Pool {
  const { schema } = options;
  const pooled = isPooled(url);
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName,
    max: options.connections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: options.timeoutMs ?? CONNECT_TIMEOUT_MS,
    ...(options.timeoutMs === undefined ? {} : { query_timeout: options.timeoutMs }),
    // A peer that vanished without a word is noticed by the kernel.
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    ...(schema === undefined || pooled ? {} : { options: `-c search_path=${schema},public` }),
  });
  // Without a listener a connection that breaks would end the process: while idle, and, whoever has taken it, while it is
  // in use. Who uses it hears of it by the query.
  pool.on('error', (error) => options.onIdleError?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return schema !== undefined && pooled ? inSchema(pool, schema) : pool;
}

/** `?pgbouncer=true`, as other programs have it: a pooler of transactions stands between. */
function isPooled(url: string): boolean {
  return new URL(url).searchParams.get('pgbouncer') === 'true';
}

/**
 * Every statement is a transaction that begins by naming the schema. What is set for a session is not to be relied
 * on behind a pooler of transactions: the next statement runs in another session, and a search_path given as a start-up
 * parameter is refused there, or left out without a word. It costs two round trips a statement, so it is asked for.
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
