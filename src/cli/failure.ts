/** How the command line fails: one clear line, how to mend it, and an exit code that scripts can rely on. */
import { ApplicationFailure } from '@temporalio/common';
import { CommanderError } from 'commander';
import { messageOf } from '../failures/errors.ts';
import { EXIT, type ExitCode } from '../failures/exit-codes.ts';
import { FAILURE, FAILURES, isFailureName } from '../failures/failures.ts';

export class CommandFailure extends Error {
  override name = FAILURE.CommandFailure;
  readonly code: ExitCode;
  /** What to do about it; may be empty. */
  readonly mend: string;

  constructor(code: ExitCode, message: string, mend = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.mend = mend;
  }
}

export function badInput(message: string, mend = ''): CommandFailure {
  return new CommandFailure(EXIT.badInput, message, mend);
}

export function failed(message: string, mend = '', options?: ErrorOptions): CommandFailure {
  return new CommandFailure(EXIT.failure, message, mend, options);
}

export function exitCodeOf(error: unknown): ExitCode {
  // Its code is 0 for --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof CommandFailure) return error.code;
  const name = error instanceof ApplicationFailure ? error.type : error instanceof Error ? error.name : null;
  return name && isFailureName(name) ? FAILURES[name].exit : EXIT.failure;
}

/** What is printed for people. */
export function describeFailure(error: unknown): string {
  const lines = [`bufferwatch: ${messageOf(error) || 'failed without a message'}`];
  if (error instanceof CommandFailure && error.mend) lines.push(`  ${error.mend}`);
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join('\n');
}
