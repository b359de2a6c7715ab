/**
 * Failures of the infrastructure get a type and words where they enter Temporal, so that people and retries tell them
 * apart; and an attempt that would run out of time ends by itself just before, since of one that the server ends
 * nobody learns the reason.
 */
import { Context } from '@temporalio/activity';
import { isGrpcServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { DatabaseError } from 'pg';
import { messageOf } from '../failures/errors.ts';
import { FAILURE, FINAL_IN_STEPS, isFailureName } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';

/** Errors of the socket below a database connection, by code. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  'EHOSTUNREACH',
]);

/** Codes of gRPC that a call of ours can meet, as the end of "the Temporal server ...". */
const GRPC_WORDS: Record<number, string> = {
  1: 'was not waited for any longer',
  4: 'does not answer in time',
  7: 'does not let this process do that',
  8: 'takes no more of this kind now',
  10: 'gave up for another call',
  13: 'has an internal error',
  14: "can't be reached",
  16: 'does not accept our credentials',
};

/** Time for the failure's way to the server. */
const MARGIN_MS = 750;

/** The last failure of each activity under way here, by its task: what an attempt that hangs came after. */
const lastFailures = new Map<string, string>();

export class ClassifyFailures implements ActivityInboundCallsInterceptor {
  async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    const { activityType, activityId, workflowExecution } = Context.current().info;
    const task = `${workflowExecution?.runId} ${activityId}`;
    try {
      const result = await withinTime(activityType, lastFailures.get(task), next(input));
      lastFailures.delete(task);
      return result;
    } catch (error) {
      const failure = classify(error);
      const said = messageOf(failure);
      if (failure instanceof ApplicationFailure && failure.nonRetryable) lastFailures.delete(task);
      else if (!(failure instanceof OutOfTime)) remember(task, said);
      throw failure instanceof OutOfTime ? applicationFailure(FAILURE.StepTimeout, said) : failure;
    }
  }
}

class OutOfTime extends Error {}

/** More than run at once: what another worker went on with is not forgotten by anything else. */
const MOST_REMEMBERED = 1_000;

function remember(task: string, failure: string): void {
  lastFailures.delete(task);
  lastFailures.set(task, failure);
  const [oldest] = lastFailures.keys();
  if (lastFailures.size > MOST_REMEMBERED && oldest !== undefined) lastFailures.delete(oldest);
}

async function withinTime<T>(step: string, before: string | undefined, work: Promise<T>): Promise<T> {
  const { info } = Context.current();
  const { startToCloseTimeoutMs, scheduleToCloseTimeoutMs } = info;
  // By the server's clock alone, from when on this attempt was waiting: ours may differ from it.
  const waited = info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs;
  const left = scheduleToCloseTimeoutMs - waited;
  const limits = [startToCloseTimeoutMs, scheduleToCloseTimeoutMs > 0 ? left : 0].filter((ms) => ms > 0);
  const limitMs = Math.min(...limits) - MARGIN_MS;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    if (!Number.isFinite(limitMs)) return;
    timer = setTimeout(
      () => {
        const after = before === undefined ? '' : `; before that: ${before}`;
        reject(new OutOfTime(`step ${step} was not done after ${Math.ceil(limitMs / 1_000)} s${after}`));
      },
      Math.max(0, limitMs),
    );
  });
  // Where it is not waited for any more it may still fail.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function classify(error: unknown): unknown {
  if (error instanceof ApplicationFailure || !(error instanceof Error)) return error;
  if (isFailureName(error.name) && FINAL_IN_STEPS.includes(error.name))
    return applicationFailure(error.name, error.message, { cause: error });
  const grpc = findGrpcError(error);
  if (grpc !== null) {
    return applicationFailure(
      FAILURE.TemporalUnavailable,
      `the Temporal server ${GRPC_WORDS[grpc.code] ?? 'fails'} (${grpc.details || grpc.message})`,
      { cause: error },
    );
  }
  if (isDatabaseFailure(error)) {
    return applicationFailure(
      FAILURE.DatabaseUnavailable,
      `the database does not answer (${describe(error)}): see \`bufferwatch doctor\``,
      { cause: error },
    );
  }
  return error;
}

/** The SDK wraps them, with words of its own around. */
function findGrpcError(error: Error): { code: number; details: string; message: string } | null {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if (isGrpcServiceError(each)) return each;
  return null;
}

function isDatabaseFailure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  // Class 08: connection; 53: out of resources; 57P: shutting down or starting up.
  if (error instanceof DatabaseError) return /^(08|53|57P)/.test(code);
  return (
    SOCKET_CODES.has(code) ||
    /connection terminated|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable/i.test(
      error.message,
    )
  );
}

function describe(error: Error): string {
  // An error of several addresses (IPv4 and IPv6) has no message of its own.
  if (error instanceof AggregateError) return error.errors.map((each: unknown) => messageOf(each)).join(', ');
  return error.message;
}
