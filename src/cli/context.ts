/** Configuration and connections of one command; whatever is opened is closed again. */
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Pool } from 'pg';
import { connectTemporal, unreachable, type TemporalConnection } from '../client/connect.ts';
import { loadConfig, type Config } from '../config/config.ts';
import { codeOf, messageOf } from '../failures/errors.ts';
import { createPool, databaseLabel } from '../store/pool.ts';
import { readRegistry } from '../store/registry.ts';
import { badInput, CommandFailure, failed } from './failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
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
  let temporal: TemporalConnection | undefined;
  try {
    temporal = await connectTemporal(config);
    return await work(temporal.client, temporal);
  } catch (error) {
    throw explainTemporalError(error, config);
  } finally {
    await temporal?.close();
  }
}

export async function withDatabase<T>(config: Config, work: (pool: Pool) => Promise<T>): Promise<T> {
  return withPool({ variable: 'DATABASE_URL', ...config.database }, work);
}

/** One database by the variable that names it. @throws CommandFailure where it can't be used */
export async function withPool<T>(
  { variable, url, schema }: { variable: string; url: string; schema?: string },
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = createPool(url, {
    applicationName: 'bufferwatch-cli',
    ...(schema === undefined ? {} : { schema }),
  });
  try {
    return await work(pool);
  } catch (error) {
    throw explainDatabaseError(error, variable, url);
  } finally {
    await pool.end();
  }
}

/** Refused, cut off, not found, too slow; or, in Postgres' own codes, starting, stopping or full. */
const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);
/** The driver's words where a connection ends or does not come about; they have no code. */
const UNREACHABLE_WORDS = /^Connection terminated|^timeout exceeded when trying to connect/;

/** Refused login, wrong password, no such database. */
const LOGIN_CODES = new Set(['28000', '28P01', '3D000']);

/** Undefined table, missing schema. */
const UNPREPARED_CODES = new Set(['42P01', '3F000']);

/** Names the variable and the server, never the password. */
export function explainDatabaseError(error: unknown, variable: string, url: string): unknown {
  if (error instanceof CommandFailure) return error;
  const code = codeOf(error) ?? '';
  const message = messageOf(error) || code;
  const database = `the database ${databaseLabel(url)}`;
  const options = { cause: error };
  if (UNREACHABLE_CODES.has(code) || code.startsWith('08') || UNREACHABLE_WORDS.test(message))
    return new CommandFailure(
      EXIT.unreachable,
      `${database} does not answer: ${message}`,
      `start it, or correct ${variable}`,
      options,
    );
  if (LOGIN_CODES.has(code))
    return new CommandFailure(
      EXIT.badInput,
      `${database} refuses the login: ${message}`,
      `correct ${variable}`,
      options,
    );
  if (UNPREPARED_CODES.has(code))
    return failed(`${database} is not prepared: ${message}`, 'run: bufferwatch migrate', options);
  return error;
}

const GRPC = {
  deadlineExceeded: 4,
  permissionDenied: 7,
  failedPrecondition: 9,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Names the server, and tells one that does not answer from one that refuses, and from a worker that is not there. */
export function explainTemporalError(error: unknown, config: Pick<Config, 'temporal'>): unknown {
  const { address, namespace } = config.temporal;
  const options = { cause: error };
  if (error instanceof NamespaceNotFoundError)
    return failed(
      `there is no namespace ${namespace} on the Temporal server at ${address}`,
      'run: bufferwatch migrate',
      options,
    );
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!isGrpcServiceError(each)) continue;
    const code: number = each.code;
    switch (code) {
      case GRPC.unauthenticated:
      case GRPC.permissionDenied:
        return new CommandFailure(
          EXIT.badInput,
          `the Temporal server at ${address} refuses the login: ${each.details}`,
          'correct TEMPORAL_API_KEY or the TEMPORAL_TLS_ variables',
          options,
        );
      case GRPC.unavailable:
        return unreachable(address, error);
      case GRPC.deadlineExceeded:
        return new CommandFailure(
          EXIT.unreachable,
          `the Temporal server at ${address}, or the worker that it asked, has not answered in time`,
          'see: bufferwatch doctor',
          options,
        );
      case GRPC.failedPrecondition:
        if (each.details.includes('no poller')) return noWorker(config, options);
        break;
      default:
    }
  }
  return error;
}

export function noWorker({ temporal }: Pick<Config, 'temporal'>, options?: ErrorOptions): CommandFailure {
  return new CommandFailure(
    EXIT.unreachable,
    `nobody polls task queue ${temporal.taskQueue} in ${temporal.namespace}`,
    'start one: bufferwatch worker',
    options,
  );
}

/** A warehouse without alert state: its code is wrong, or nothing has decided for it yet. */
export async function explainNotWatched(config: Config, code: string, error: Error): Promise<CommandFailure> {
  const { warehouses } = await withDatabase(config, readRegistry);
  if (!warehouses.some((each) => each.code === code))
    return badInput(`there is no warehouse ${code}`, listKnown(warehouses));
  return failed(error.message, 'see: bufferwatch doctor', { cause: error });
}

export function listKnown(warehouses: readonly { code: string }[]): string {
  return `known: ${warehouses.map(({ code }) => code).join(', ') || 'none'}`;
}
