/** Reading Temporal's nested failures. */
import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** The type of the ApplicationFailure that an activity ended with, if it did. */
export function failureType(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** The innermost message: the one that names the thing. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root instanceof Error ? root.message : String(root);
}
