import type { Config } from '../config.ts';
import { migrate } from '../store/migrate.ts';
import { refuseWhileOlderWorkersRun } from './older-workers.ts';
import { withDatabase } from './context.ts';

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
