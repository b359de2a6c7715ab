#!/usr/bin/env node
/** The command line: parses, runs one command, turns any failure into one line and an exit code. */
import { CommanderError } from 'commander';
import { describeFailure, exitCodeOf } from './failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { createProgram } from './program.ts';

/** Standard output is a pipe whose reader may leave early, e.g. `| head`: no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  // commander has printed its own line already
  if (!(error instanceof CommanderError)) process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
