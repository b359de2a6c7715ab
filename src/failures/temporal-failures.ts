// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** A failure of the list on its way into Temporal, and back out of what Temporal nests around it. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { FAILURES, type FailureName } from './failures.ts';

type More = Pick<
  Parameters<typeof ApplicationFailure.create>[0] & object,
  'cause' | 'details' | 'nextRetryDelay'
>;

/** The only way in; whether it is tried again is as the list says. */
export function applicationFailure(type: FailureName, message: string, more: More = {}): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: FAILURES[type].again === 'final',
    ...more,
  });
}

/** Whether it is this failure, or what an activity ended with is. */
export function isFailure(error: unknown, name: FailureName): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === name;
}

/** What was said by the code that failed; of what ended without a word, which step it was. */
export function reasonOf(error: unknown): string {
  let step = 'the cycle of this warehouse';
  let each = error;
  while (each instanceof Error) {
    if (each instanceof ApplicationFailure) return each.message;
    if (each instanceof ActivityFailure) step = `step ${each.activityType}`;
    if (each instanceof TimeoutFailure) return `${step} was not done in time, and nothing was heard of why`;
    if (!(each.cause instanceof Error)) return each.message;
    each = each.cause;
  }
  return String(each);
}
