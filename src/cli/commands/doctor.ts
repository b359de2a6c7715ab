import type { Command } from 'commander';
import { readConfig } from '../context.ts';
import { databaseChecks } from '../doctor/database-checks.ts';
import { runCheck, type CheckResult } from '../doctor/check.ts';
import { slackChecks } from '../doctor/slack-checks.ts';
import { temporalChecks } from '../doctor/temporal-checks.ts';
import { badInput, CommandFailure, EXIT } from '../failure.ts';
import { print } from '../output.ts';

interface Options {
  only?: string[];
  json?: boolean;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check every connection and setting, and say how to mend what is wrong.')
    .option('--only <name...>', 'only these areas or checks, e.g. slack, worker')
    .option('--json', 'print as JSON')
    .action(async ({ only, json }: Options) => {
      const config = await readConfig();
      const checks = [...databaseChecks(config), ...temporalChecks(config), ...slackChecks(config)];
      const chosen = checks.filter(({ area, name }) => !only || only.includes(area) || only.includes(name));
      if (chosen.length === 0)
        throw badInput(
          `there is no check ${only?.join(', ')}`,
          `known: ${[...new Set(checks.flatMap(({ area, name }) => [area, name]))].join(', ')}`,
        );
      const results = await Promise.all(chosen.map(runCheck));
      print(json, results, () => results.map(render).join('\n'));
      const failed = results.filter(({ ok }) => !ok).length;
      if (failed > 0) throw new CommandFailure(EXIT.failure, `${failed} of ${results.length} checks failed`);
    });
}

function render({ area, name, ok, detail, mend }: CheckResult): string {
  const line = `${ok ? 'ok  ' : 'FAIL'}  ${area} ${name}: ${detail}`;
  return mend ? `${line}\n      -> ${mend}` : line;
}
