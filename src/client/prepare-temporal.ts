/** What `migrate` does on the Temporal server: namespace, search attributes, and the environment's stamp. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { temporal } from '@temporalio/proto';
import Long from 'long';
import type { Config } from '../config/config.ts';
import type { Environment } from '../domain/vocabulary.ts';
import { FAILURE } from '../failures/failures.ts';

type IndexedValueType = temporal.api.enums.v1.IndexedValueType;
const { IndexedValueType } = proto.temporal.api.enums.v1;

export const SEARCH_ATTRIBUTES: Record<string, IndexedValueType> = {
  BufferwatchWarehouse: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  BufferwatchCycle: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  BufferwatchWorstState: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  BufferwatchOpenEpisodes: IndexedValueType.INDEXED_VALUE_TYPE_INT,
};

/** Key of the stamp in the namespace's data. */
const STAMP = 'bufferwatch.environment';
/** Finished runs stay visible for a week, long enough to look into last week's alert. */
const RETENTION_SECONDS = 7 * 24 * 3600;
/** A new namespace or search attribute is served after the server's caches have turned, seconds at most. */
const VISIBLE_WITHIN_MS = 60_000;
const POLL_MS = 250;

const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;

export class EnvironmentMismatch extends Error {
  override name = FAILURE.EnvironmentMismatch;
}

/**
 * Creates what is missing, changes nothing that is right; safe to run twice and at once.
 * @returns what was done, one line each
 * @throws EnvironmentMismatch where the namespace belongs to another environment
 */
export async function prepareTemporal(
  connection: Connection,
  { environment, temporal: { namespace } }: Pick<Config, 'environment' | 'temporal'>,
): Promise<string[]> {
  const done: string[] = [];
  if (await ensureNamespace(connection, namespace)) done.push(`created namespace ${namespace}`);
  if (await stamp(connection, namespace, environment))
    done.push(`stamped namespace ${namespace} as ${environment}`);
  const added = await ensureSearchAttributes(connection, namespace);
  if (added.length > 0) done.push(`added search attributes ${added.join(', ')}`);
  return done;
}

/** @throws EnvironmentMismatch where the namespace is another environment's, or was never prepared */
export async function checkStamp(
  connection: Connection,
  { environment, temporal: { namespace } }: Pick<Config, 'environment' | 'temporal'>,
): Promise<void> {
  const found = await readStamp(connection, namespace);
  if (found === environment) return;
  throw new EnvironmentMismatch(
    found === undefined
      ? `Temporal namespace ${namespace} is not prepared for ${environment}: run \`bufferwatch migrate\` with BUFFERWATCH_ENV=${environment}`
      : `Temporal namespace ${namespace} belongs to environment ${found}, this is ${environment}: correct BUFFERWATCH_ENV or TEMPORAL_NAMESPACE`,
  );
}

/** @returns names that are not there yet */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in customAttributes));
}

async function ensureNamespace(connection: Connection, namespace: string): Promise<boolean> {
  if (await describe(connection, namespace)) return false;
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: Long.fromNumber(RETENTION_SECONDS) },
    });
  } catch (error) {
    if (!hasCode(error, ALREADY_EXISTS)) throw error;
  }
  await eventually(`namespace ${namespace}`, async () => (await describe(connection, namespace)) !== null);
  return true;
}

async function stamp(connection: Connection, namespace: string, environment: Environment): Promise<boolean> {
  const found = await readStamp(connection, namespace);
  if (found === environment) return false;
  if (found !== undefined) {
    throw new EnvironmentMismatch(
      `Temporal namespace ${namespace} belongs to environment ${found}, not ${environment}: set TEMPORAL_NAMESPACE to another one`,
    );
  }
  await onceKnown(namespace, () =>
    connection.workflowService.updateNamespace({ namespace, updateInfo: { data: { [STAMP]: environment } } }),
  );
  await eventually(
    `the stamp of ${namespace}`,
    async () => (await readStamp(connection, namespace)) === environment,
  );
  return true;
}

async function readStamp(connection: Connection, namespace: string): Promise<string | undefined> {
  return (await describe(connection, namespace))?.namespaceInfo?.data?.[STAMP];
}

async function describe(connection: Connection, namespace: string) {
  try {
    return await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (hasCode(error, NOT_FOUND)) return null;
    throw error;
  }
}

async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const missing = await onceKnown(namespace, () => missingSearchAttributes(connection, namespace));
  if (missing.length === 0) return [];
  try {
    await onceKnown(namespace, () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(
          missing.flatMap((name) => {
            const type = SEARCH_ATTRIBUTES[name];
            return type === undefined ? [] : [[name, type]];
          }),
        ),
      }),
    );
  } catch (error) {
    if (!hasCode(error, ALREADY_EXISTS)) throw error;
  }
  await eventually(
    `the search attributes of ${namespace}`,
    async () => (await missingSearchAttributes(connection, namespace)).length === 0,
  );
  return missing;
}

/** A namespace that was registered a moment ago is not known to every part of the server yet. */
async function onceKnown<T>(namespace: string, call: () => Promise<T>): Promise<T> {
  let answer: { value: T } | undefined;
  await eventually(`namespace ${namespace}`, async () => {
    try {
      answer = { value: await call() };
      return true;
    } catch (error) {
      if (hasCode(error, NOT_FOUND)) return false;
      throw error;
    }
  });
  if (answer === undefined) throw new Error(`namespace ${namespace} did not answer`);
  return answer.value;
}

function hasCode(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && [code].includes(error.code);
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + VISIBLE_WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(
        `Temporal does not show ${what} ${VISIBLE_WITHIN_MS / 1000} s after it was asked to: try again`,
      );
    }
    await sleep(POLL_MS);
  }
}
