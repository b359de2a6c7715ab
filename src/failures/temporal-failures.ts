// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Reading Temporal's nested failures. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';

/** The type of the ApplicationFailure that an activity ended with, if it did. */
export function failureType(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
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
