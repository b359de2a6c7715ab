import type { Config } from '../config.ts';
import { migrate } from '../store/migrate.ts';
import { withDatabase } from './context.ts';

/** Migrates both schemas; returns what was done, one line each. */
export async function migrateDatabases(config: Config): Promise<string[]> {
  const { application, analytics, notices } = await withDatabase(config, (pool) => migrate(pool, config));
  return [
    ...[application, analytics].flatMap(({ schema, applied }) =>
      applied.length > 0 ? [`${schema}: applied ${applied.join(', ')}`] : [],
    ),
    ...notices.map((notice) => `notice: ${notice}`),
  ];
}
