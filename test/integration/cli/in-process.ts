/** The command line in this process: its error as `main` would turn it into words and a code. Cheaper than a process. */
import { describeFailure, exitCodeOf } from '../../../src/cli/failure.ts';
import { EXIT, type ExitCode } from '../../../src/failures/exit-codes.ts';
import { createProgram } from '../../../src/cli/program.ts';

export interface Outcome {
  code: ExitCode;
  /** What is printed where it fails. */
  text: string;
}

export async function call(args: string[]): Promise<Outcome> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return { code: EXIT.ok, text: '' };
  } catch (error) {
    return { code: exitCodeOf(error), text: describeFailure(error) };
  }
}

/** Paths of all commands that do something, e.g. `schedule apply`. */
export function leafCommands(): string[] {
  const leaves = (commands: ReturnType<typeof createProgram>['commands'], path: string[]): string[] =>
    commands.flatMap((each) => {
      const here = [...path, each.name()];
      return each.commands.length > 0 ? leaves(each.commands, here) : [here.join(' ')];
    });
  return leaves(createProgram().commands, []);
}
