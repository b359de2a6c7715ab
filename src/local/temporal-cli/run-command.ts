import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../failures/errors.ts';

const execute = promisify(execFile);

/** What a compiler or pip says may be long; its end is what counts. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** @throws Error with what the command said at last: the message of a failed command only repeats the command */
export async function runCommand(
  command: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined; timeout?: number },
): Promise<void> {
  try {
    await execute(command, args, { ...options, maxBuffer: MAX_OUTPUT });
  } catch (error) {
    throw new Error(lastLines(error), { cause: error });
  }
}

/** Whether it is there and ends well. */
export async function answers(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return execute(command, args, { env }).then(
    () => true,
    () => false,
  );
}

function lastLines(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines
      .filter((line) => line !== '')
      .slice(-3)
      .join(' | ') || messageOf(error)
  );
}
