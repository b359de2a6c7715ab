import type { Config } from '../../config/config.ts';
import type { Check } from './check.ts';
import { databaseChecks } from './database-checks.ts';
import { registryChecks } from './registry-checks.ts';
import { slackChecks } from './slack-checks.ts';
import { temporalChecks } from './temporal-checks.ts';
import { watchChecks } from './watch-checks.ts';

/** In the order of reading; what a check needs stands before it. */
export function doctorChecks(config: Config): Check[] {
  return [
    ...databaseChecks(config),
    ...registryChecks(config),
    ...temporalChecks(config),
    ...watchChecks(config),
    ...slackChecks(config),
  ];
}
