import type { Command } from 'commander';
import { loadConfigBeforeDatabase, readEnvironment } from '../context.ts';

export function addTemporal(program: Command): void {
  program
    .command('temporal')
    .description("Temporal's own command line, at the server and namespace in use here.")
    .argument('[arguments...]', 'passed on as they are, e.g. workflow list; --help too')
    // everything behind the name is meant for the program
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const env = await readEnvironment();
      const { runTemporal } = await import('../temporal.ts');
      process.exitCode = await runTemporal(args, env, loadConfigBeforeDatabase(env));
    });
}
