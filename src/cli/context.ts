/** Configuration and connections of one command; whatever is opened is closed again. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { connectTemporal, type TemporalConnection } from '../client/connect.ts';
import { loadConfig, type Config } from '../config.ts';
import { codeOf, messageOf } from '../local/errors.ts';
import { createPool } from '../store/pool.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { joinRunning, namesDatabase, readRunningEnvironment } from './running-environment.ts';

/** Stands in until there is a database, so that everything else is checked before anything starts. */
const PENDING_URL = 'postgres://pending@127.0.0.1/bufferwatch';

/** The environment's configuration, with that of a demo or start running in this folder. */
export async function readConfig(env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  return loadConfig(await readEnvironment(env));
}

export async function readEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const running = await readRunningEnvironment();
  return running ? joinRunning(env, running) : env;
}

/** For what can do without a database: a URL that nothing answers at where none is named. */
export function loadConfigBeforeDatabase(env: NodeJS.ProcessEnv): Config {
  return loadConfig(namesDatabase(env) ? env : { ...env, DATABASE_URL: PENDING_URL });
}

export async function withTemporal<T>(
  config: Config,
  work: (client: Client, connection: TemporalConnection) => Promise<T>,
): Promise<T> {
  const temporal = await connectTemporal(config);
  try {
    return await work(temporal.client, temporal);
  } finally {
    await temporal.close();
  }
}

export async function withDatabase<T>(config: Config, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(config.database.url, {
    schema: config.database.schema,
    applicationName: 'bufferwatch-cli',
  });
  try {
    return await work(pool);
  } catch (error) {
    throw explainDatabaseError(error, 'DATABASE_URL', config.database.url);
  } finally {
    await pool.end();
  }
}

/** Not answering at all, or refusing the login. */
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  '28000',
  '28P01',
  '3D000',
  '57P03',
]);

/** Names the server, never the password. */
export function explainDatabaseError(error: unknown, variable: string, url: string): unknown {
  const code = codeOf(error) ?? '';
  const { host, pathname } = new URL(url);
  if (CONNECTION_CODES.has(code))
    return new CommandFailure(
      EXIT.unreachable,
      `the database ${pathname.slice(1)} on ${host} can't be used: ${messageOf(error) || code}`,
      `start it, or correct ${variable}`,
      { cause: error },
    );
  // 42P01 undefined table, 3F000 missing schema
  if (code === '42P01' || code === '3F000')
    return new CommandFailure(
      EXIT.failure,
      `the database ${pathname.slice(1)} on ${host} is not prepared: ${messageOf(error)}`,
      'run: bufferwatch migrate',
      { cause: error },
    );
  return error;
}
