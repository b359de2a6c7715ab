/** Asks an upstream system, which is not ours: read only, within a budget, and never longer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, types, type Pool, type PoolClient } from 'pg';
import { poolLabel } from './pool.ts';
import { messageOf } from '../failures/errors.ts';
import { FAILURE } from '../failures/failures.ts';

export interface SourceQuery {
  /** For error texts. */
  source: string;
  sql: string;
  /** Values of $1, $2, ... */
  values: unknown[];
  /** Columns that the result must have. */
  columns: string[];
  budgetMs: number;
}

/** The text names the source, the database (host, port, name) and what to do; it never holds a secret. */
export class SourceFailure extends Error {
  constructor(source: string, pool: Pool, problem: string) {
    super(`${source}: ${withoutPassword(problem, pool)} (database ${poolLabel(pool)})`);
    this.name = FAILURE.SourceFailure;
  }
}

/** @throws SourceFailure whatever went wrong */
export async function querySource(pool: Pool, query: SourceQuery): Promise<Record<string, unknown>[]> {
  const { source, sql, values, columns, budgetMs } = query;
  const startedAt = performance.now();
  const timer = new AbortController();
  const outOfBudget = sleep(budgetMs, undefined, { signal: timer.signal }).then(() => {
    throw new BudgetSpent();
  });
  const connecting = pool.connect();
  let connected = false;
  try {
    const client = await Promise.race([connecting, outOfBudget]);
    connected = true;
    const remainingMs = Math.max(1, Math.ceil(budgetMs - (performance.now() - startedAt)));
    const result = await Promise.race([read(client, sql, values, remainingMs), outOfBudget]);
    const returned = new Set(result.fields.map(({ name }) => name));
    const missing = columns.filter((column) => !returned.has(column));
    if (missing.length > 0)
      throw new SourceFailure(
        source,
        pool,
        `the result of ${source}.sql has no column ${missing.join(', ')}: name it with AS in that file`,
      );
    return result.rows;
  } catch (error) {
    if (error instanceof SourceFailure) throw error;
    throw new SourceFailure(source, pool, describe(source, error, budgetMs, connected));
  } finally {
    timer.abort();
    outOfBudget.catch(() => undefined);
    // It may still come about after the budget.
    connecting.then(endConnection, () => undefined);
  }
}

/**
 * Not kept for the next cycle: a server that restarts in between, or a firewall that forgets, would hand that cycle a
 * dead connection and cost it the source. Whatever it is still doing ends with it.
 */
function endConnection(client: PoolClient): void {
  client.release(true);
}

class BudgetSpent extends Error {}

async function read(client: PoolClient, sql: string, values: unknown[], timeoutMs: number) {
  await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}`);
  const result = await client.query<Record<string, unknown>>({
    text: sql,
    values,
    types: { getTypeParser },
  });
  await client.query('COMMIT');
  return result;
}

/**
 * Without a zone, nobody knows which instant is meant; the driver would take this machine's zone. Left as text, such
 * a value is refused with the field's name.
 */
const ZONELESS_TYPES = new Set<number>([types.builtins.TIMESTAMP, types.builtins.DATE]);

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (ZONELESS_TYPES.has(oid)) return (value: string) => value;
  return types.getTypeParser(oid, format);
}

function describe(source: string, error: unknown, budgetMs: number, connected: boolean): string {
  const late = `no answer within ${budgetMs / 1000} s: look for a missing index on warehouse and recorded_at, or a lock`;
  if (error instanceof BudgetSpent) return late;
  const message = messageOf(error);
  if (error instanceof DatabaseError) {
    // query_canceled: by statement_timeout, or by an administrator
    if (error.code === '57014' && message.includes('statement timeout')) return late;
    // undefined_column, undefined_table, undefined_function, invalid_schema_name
    if (['42703', '42P01', '42883', '3F000'].includes(error.code ?? ''))
      return `${message}: adapt ${source}.sql to the tables of this database`;
    if (error.code === '42501') return `${message}: grant SELECT to the user of this connection`;
    return message;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (connected)
    return `the connection broke while the query ran (${message || code}): the server or the network ended it`;
  const variable = `${source.slice(0, 3).toUpperCase()}_DATABASE_URL`;
  return `not reachable (${message || code}): check that the server is up and that ${variable} is right`;
}

function withoutPassword(text: string, pool: Pool): string {
  const { connectionString, password } = pool.options;
  const url = connectionString === undefined ? '' : new URL(connectionString).password;
  const secrets = [url, decodeURIComponent(url), typeof password === 'string' ? password : ''];
  return secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
