/** How the command line fails: one clear line, how to mend it, and an exit code that scripts can rely on. */
import { CommanderError } from 'commander';
import { BadFile } from '../backtest/bad-file.ts';
import { TemporalUnreachable } from '../client/connect.ts';
import { ConfigError } from '../config/config.ts';
import { messageOf } from '../failures/errors.ts';
import { SlackAmbiguous } from '../slack/errors.ts';

export const EXIT = {
  ok: 0,
  /** What was asked for failed. */
  failure: 1,
  /** Wrong arguments or configuration: nothing was tried. */
  badInput: 2,
  /** A server that is needed does not answer. */
  unreachable: 3,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export class CommandFailure extends Error {
  override name = 'CommandFailure';
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
  if (error instanceof ConfigError || error instanceof BadFile) return EXIT.badInput;
  if (error instanceof TemporalUnreachable || error instanceof SlackAmbiguous) return EXIT.unreachable;
  return EXIT.failure;
}

/** What is printed for people. */
export function describeFailure(error: unknown): string {
  const lines = [`bufferwatch: ${messageOf(error) || 'failed without a message'}`];
  if (error instanceof CommandFailure && error.mend) lines.push(`  ${error.mend}`);
  if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join('\n');
}
