// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Retries and timeouts of every step, in one place. At the default interval of 5 minutes the budgets of one
 * cycle add up to 280 s, less than the interval, so that a slow cycle never meets the next one.
 */
import type { ActivityOptions } from '@temporalio/workflow';
import { FINAL_IN_STEPS } from '../failures/failures.ts';

/** Quick retries: within these budgets a blip must not cost the cycle. */
const QUICK = {
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '8s',
  nonRetryableErrorTypes: [...FINAL_IN_STEPS],
};

/** Reads three small tables: 20 s is ample, and bridges a restart of the database. */
export const SNAPSHOT: ActivityOptions = {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '20s',
  retry: QUICK,
};

/**
 * The activity itself gives up on a slow source after 45 s and reports it absent; the rest is for writing the
 * artifacts. A worker that died is noticed by its heartbeat, and the extraction is made once more.
 */
export const EXTRACT: ActivityOptions = {
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '75s',
  heartbeatTimeout: '10s',
  retry: QUICK,
};

/** Pure computation between two artifacts: milliseconds, so a hanging attempt is soon given up. */
export const COMPUTE: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '30s',
  retry: QUICK,
};

/** Stores the memory between two cycles; what comes later is stored by the next one. */
export const KEEP_MEMORY: ActivityOptions = {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30s',
  retry: QUICK,
};

/**
 * One update of the long-lived workflow. `StaleRevision` goes back to the caller, which interprets again;
 * everything else (it is just continuing as new, the server is busy) passes.
 */
export const SUPPRESS: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '40s',
  retry: QUICK,
};

/**
 * Bounded by 90 s, shorter than the outbox lease (120 s), so that never two senders hold the same message.
 * A 429 brings its own delay. What is left stays in the outbox for the next cycle.
 */
export const DELIVER: ActivityOptions = {
  startToCloseTimeout: '80s',
  scheduleToCloseTimeout: '90s',
  heartbeatTimeout: '15s',
  retry: QUICK,
};

/** The parent's side of a child that someone else started: bounded like the child itself. */
export const AWAIT_CHILD: ActivityOptions = {
  startToCloseTimeout: '4m',
  heartbeatTimeout: '15s',
  retry: { ...QUICK, maximumAttempts: 3 },
};

/** A network alert is worth a few tries; the cycle goes on without it. */
export const REPORT: ActivityOptions = {
  startToCloseTimeout: '15s',
  scheduleToCloseTimeout: '30s',
  retry: QUICK,
};

/** Analytics may be down for a day: the next cycle's sync catches up on older ones. */
export const SYNC: ActivityOptions = {
  startToCloseTimeout: '25s',
  scheduleToCloseTimeout: '40s',
  heartbeatTimeout: '15s',
  retry: QUICK,
};

/** Steps 2 to 4 with their retries; a child that hangs ends by itself, whatever became of its parent. */
export const CHILD_EXECUTION_TIMEOUT = '4m';

/** After as many handled updates `warehouse` continues as new: Temporal allows 2,000 in a run. */
export const CONTINUE_AFTER_UPDATES = 500;

/** How often a child interprets again because the memory moved on between reading and deciding. */
export const MAX_INTERPRETATIONS = 5;
