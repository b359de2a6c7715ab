import type { Command } from 'commander';
import { readConfig } from '../context.ts';
import { doctorChecks } from '../doctor/checks.ts';
import { choose, runChecks, type CheckResult } from '../doctor/check.ts';
import { badInput, CommandFailure } from '../failure.ts';
import { print } from '../output.ts';

interface Options {
  only?: string[];
  json?: boolean;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check every connection, setting and row of the registry, and say how to mend what is wrong.',
    )
    .option('--only <name...>', 'only these areas or checks and what they need, e.g. slack, worker')
    .option('--json', 'print as JSON')
    .action(async ({ only, json }: Options) => {
      const checks = doctorChecks(await readConfig());
      const chosen = only ? choose(checks, only) : checks;
      if (chosen.length === 0)
        throw badInput(
          `there is no check ${only?.join(', ')}`,
          `known: ${[...new Set(checks.flatMap(({ area, name }) => [area, name]))].join(', ')}`,
        );
      const { results, code } = await runChecks(chosen);
      print(json, results, () => results.map(render).join('\n'));
      const failures = results.filter(({ ok, skipped }) => !ok && !skipped).length;
      if (failures > 0) throw new CommandFailure(code, `${failures} of ${results.length} checks failed`);
    });
}

function render({ area, name, ok, skipped, detail, mend }: CheckResult): string {
  if (skipped) return `skip  ${area} ${name}: ${detail}`;
  const line = `${ok ? 'ok  ' : 'FAIL'}  ${area} ${name}: ${detail}`;
  return mend ? `${line}\n      -> ${mend}` : line;
}
