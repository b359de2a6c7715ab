import type { Command } from 'commander';
import { prepareTemporal } from '../../client/prepare-temporal.ts';
import { applySchedule } from '../../client/schedule.ts';
import type { Config } from '../../config/config.ts';
import { migrateDatabases } from '../databases.ts';
import { readConfig, withTemporal } from '../context.ts';
import { print } from '../output.ts';

interface Options {
  schedule?: boolean;
  force?: boolean;
  json?: boolean;
}

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Prepare database schema, Temporal namespace and search attributes; safe to run again.')
    .option('--schedule', 'also create or update the schedule')
    .option('--force', 'apply breaking migrations without a look at which workers run')
    .option('--json', 'print as JSON')
    .action(async ({ schedule, force, json }: Options) => {
      const done = await prepareAll(await readConfig(), schedule ?? false, force ?? false);
      print(json, { done }, () => (done.length > 0 ? done.join('\n') : 'everything is up to date'));
    });
}

/** Returns what was done, one line each. */
export async function prepareAll(config: Config, schedule: boolean, force = false): Promise<string[]> {
  const done = await migrateDatabases(config, force);
  await withTemporal(config, async (client, { connection }) => {
    done.push(...(await prepareTemporal(connection, config)));
    if (schedule) done.push(`${await applySchedule(client, config)} the schedule`);
  });
  return done;
}
