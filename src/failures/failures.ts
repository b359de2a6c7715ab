/**
 * Every failure that is raised into Temporal or handed to a person, once. Its name is its code: the type that Temporal
 * shows, and what logs and scripts go by. `docs/failures.md` is this list for people; a test holds them in step.
 */
import { EXIT, type ExitCode } from './exit-codes.ts';

interface Failure {
  /** What ends with it: a step or an update in Temporal, one message, one source of one cycle, or a command. */
  ends: 'step' | 'message' | 'source' | 'command';
  /** Tried again by the program itself; final: a repetition mends nothing, somebody or something has to change. */
  again: 'retried' | 'final';
  /** Of a command that ends with it. */
  exit: ExitCode;
  means: string;
  /** What to do. */
  mend: string;
}

export const FAILURES = {
  InvalidInput: {
    ends: 'step',
    again: 'final',
    exit: EXIT.badInput,
    means: 'What was asked for is not possible as it was asked.',
    mend: 'The message names the field and what was expected: correct it and ask again.',
  },
  StaleRevision: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'The memory of a warehouse moved on between reading it and deciding.',
    mend: 'Nothing: the cycle interprets again, up to five times. Where it still fails, look for a second cycle that decides for the same warehouse.',
  },
  UnknownRules: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'The worker that holds the warehouse is of an older release and does not know these rules.',
    mend: 'Nothing: the cycle decides by the newest rules that it knows. Finish the upgrade.',
  },
  UnknownAlgorithm: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'A warehouse asks for an algorithm version that this release does not have.',
    mend: 'Set `warehouse.algorithm` to one that the message names, or upgrade the workers.',
  },
  ArtifactMissing: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'A stored result was never stored here, or its day is past the retention.',
    mend: 'Run the cycle again, or ask for a later one; `BUFFERWATCH_RETENTION_DAYS` says how long they are kept.',
  },
  ArtifactTooOld: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'Only an older release can read this stored result.',
    mend: 'Run its cycle again.',
  },
  ArtifactTooNew: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.failure,
    means: 'A newer release wrote this stored result: a rolling upgrade is under way.',
    mend: 'Finish the upgrade, or undo it and run the cycle again.',
  },
  ArtifactDamaged: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.failure,
    means: 'A stored result is not what was stored.',
    mend: 'Run its cycle again, and look into what else writes to the database.',
  },
  EnvironmentMismatch: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'The Temporal namespace belongs to another environment.',
    mend: 'Set `TEMPORAL_NAMESPACE` or `BUFFERWATCH_ENV` so that they belong together.',
  },
  SchemaError: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means:
      'The database schema is newer than this release, was changed by hand, or belongs to another environment.',
    mend: 'Run `bufferwatch migrate`, and do what its message says.',
  },
  WarehouseCycleFailed: {
    ends: 'step',
    again: 'final',
    exit: EXIT.failure,
    means: 'The cycle of this warehouse had been started by another run, and failed there.',
    mend: 'The message has the reason; the next cycle tries again.',
  },
  NotWatched: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.failure,
    means:
      '`warehouse/{code}` does not run: no cycle has decided yet, the warehouse was switched off, or it was lost.',
    mend: 'The next cycle begins it again from what is stored; `bufferwatch status` says whether cycles run.',
  },
  DeliveryIncomplete: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.failure,
    means: 'Some messages could not be sent for now.',
    mend: 'Nothing: what is left stays in the outbox for the next cycle. Where it goes on, `bufferwatch route test` says which route is wrong.',
  },
  StepTimeout: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.failure,
    means: 'A step was not done in its time.',
    mend: 'The message says after what; `bufferwatch doctor` says what does not answer. Give the workers more room where all is slow.',
  },
  DatabaseUnavailable: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.unreachable,
    means: 'The database does not answer.',
    mend: 'See `bufferwatch doctor`.',
  },
  TemporalUnavailable: {
    ends: 'step',
    again: 'retried',
    exit: EXIT.unreachable,
    means: 'The Temporal server does not take the call.',
    mend: 'See `bufferwatch doctor`.',
  },
  SlackFinalError: {
    ends: 'message',
    again: 'final',
    exit: EXIT.failure,
    means: 'Slack refuses this call for good; the alert goes to the fallback route.',
    mend: "The message has Slack's code and what to do; `bufferwatch route test` tries every route.",
  },
  SlackRateLimited: {
    ends: 'message',
    again: 'retried',
    exit: EXIT.failure,
    means: 'Slack takes no more for now: nothing was done.',
    mend: 'Nothing: it is sent after the time that Slack asks for.',
  },
  SlackAmbiguous: {
    ends: 'message',
    again: 'retried',
    exit: EXIT.unreachable,
    means: 'Slack did not answer: nobody knows whether it was done.',
    mend: 'Nothing: whoever tries again looks for the message first. Where it goes on, look at status.slack.com and the network.',
  },
  SourceFailure: {
    ends: 'source',
    again: 'retried',
    exit: EXIT.failure,
    means: 'A source did not answer, or not in the agreed form; its units are UNKNOWN in this cycle.',
    mend: 'The message names the database and the problem; `bufferwatch doctor` asks every source.',
  },
  ConfigError: {
    ends: 'command',
    again: 'final',
    exit: EXIT.badInput,
    means: 'The configuration is wrong: nothing was tried.',
    mend: 'The message names each variable and what is expected; `.env.example` explains them.',
  },
  BadFile: {
    ends: 'command',
    again: 'final',
    exit: EXIT.badInput,
    means: 'An input file cannot be used as it is.',
    mend: 'The message names the file, the line and what was expected.',
  },
  TemporalUnreachable: {
    ends: 'command',
    again: 'final',
    exit: EXIT.unreachable,
    means: 'No connection to the Temporal server.',
    mend: 'The message names the address; see `bufferwatch doctor`.',
  },
  TrailMissing: {
    ends: 'command',
    again: 'final',
    exit: EXIT.failure,
    means: 'Nothing is recorded of what `explain` was asked for.',
    mend: 'The message says what there is: ask for a cycle that decided and is still kept.',
  },
  LockedError: {
    ends: 'command',
    again: 'final',
    exit: EXIT.failure,
    means: 'Another process of this machine uses the same folder.',
    mend: 'End the process that the message names, or use another folder.',
  },
  CommandFailure: {
    ends: 'command',
    again: 'final',
    exit: EXIT.failure,
    means: 'A command could not do what it was asked for; it chooses its exit code itself.',
    mend: 'The second line of the message says what to do.',
  },
} as const satisfies Record<string, Failure>;

export type FailureName = keyof typeof FAILURES;

const NAMES = Object.keys(FAILURES) as FailureName[];

/** The names, to be used instead of texts. */
export const FAILURE = Object.fromEntries(NAMES.map((name) => [name, name])) as { [N in FailureName]: N };

/** What ends a step at once: a repetition mends none of these. */
export const FINAL_IN_STEPS: readonly FailureName[] = NAMES.filter(
  (name) => FAILURES[name].ends === 'step' && FAILURES[name].again === 'final',
);

export function isFailureName(name: string): name is FailureName {
  return Object.hasOwn(FAILURES, name);
}
