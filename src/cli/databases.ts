import type { Config } from '../config/config.ts';
import { migrate } from '../store/migrate.ts';
import { withDatabase, withPool } from './context.ts';
import { refuseWhileOlderWorkersRun } from './older-workers.ts';

/** @throws CommandFailure naming the database and its variable where one can't be used */
export async function reachDatabases(config: Config): Promise<void> {
  await withDatabase(config, (pool) => pool.query('SELECT 1'));
  if (config.analytics.url === config.database.url) return;
  await withPool({ variable: 'ANALYTICS_DATABASE_URL', ...config.analytics }, (pool) =>
    pool.query('SELECT 1'),
  );
}

/** Migrates both schemas, breaking migrations even under older workers where `force` says so; returns what was done, one line each. */
export async function migrateDatabases(config: Config, force: boolean): Promise<string[]> {
  const { application, analytics, notices } = await withDatabase(config, (pool) =>
    migrate(
      pool,
      config,
      force ? {} : { beforeBreaking: (set, breaking) => refuseWhileOlderWorkersRun(config, set, breaking) },
    ),
  );
  return [
    ...[application, analytics].flatMap(({ schema, applied }) =>
      applied.length > 0 ? [`${schema}: applied ${applied.join(', ')}`] : [],
    ),
    ...notices.map((notice) => `notice: ${notice}`),
  ];
}
