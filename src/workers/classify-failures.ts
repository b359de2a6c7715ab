/** Failures of the infrastructure get a type and a name where they enter Temporal, so that people and retries tell them apart. */
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { DatabaseError } from 'pg';

/** Errors of the socket below a database connection, by code. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  'EHOSTUNREACH',
]);
/** By the name of our own errors: repeating does not mend them. */
const FINAL_NAMES = new Set(['ArtifactMissing', 'UnknownAlgorithm', 'EnvironmentMismatch', 'SchemaError']);

export class ClassifyFailures implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await next(input);
    } catch (error) {
      throw classify(error);
    }
  }
}

function classify(error: unknown): unknown {
  if (error instanceof ApplicationFailure || !(error instanceof Error)) return error;
  if (FINAL_NAMES.has(error.name)) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.name,
      nonRetryable: true,
      cause: error,
    });
  }
  if (isDatabaseFailure(error)) {
    return ApplicationFailure.create({
      message: `the database does not answer (${describe(error)}): see \`bufferwatch doctor\``,
      type: 'DatabaseUnavailable',
      cause: error,
    });
  }
  return error;
}

function isDatabaseFailure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  // Class 08: connection; 53: out of resources; 57P: shutting down or starting up.
  if (error instanceof DatabaseError) return /^(08|53|57P)/.test(code);
  return (
    SOCKET_CODES.has(code) ||
    /connection terminated|not queryable|timeout exceeded when trying to connect/i.test(error.message)
  );
}

function describe(error: Error): string {
  // An error of several addresses (IPv4 and IPv6) has no message of its own.
  if (error instanceof AggregateError)
    return error.errors
      .map((each: unknown) => (each instanceof Error ? each.message : String(each)))
      .join(', ');
  return error.message;
}
