/** Before a breaking migration: no worker may run that does not know it. */
import { connectTemporal } from '../client/connect.ts';
import { describeWorkers, knownMigrations, POLLED_WITHIN_MS } from '../client/polling-workers.ts';
import type { Config } from '../config/config.ts';
import { SchemaError, type Migration, type SchemaSet } from '../store/migrate.ts';
import { messageOf } from '../failures/errors.ts';

/** @throws SchemaError that names the migrations and the workers, and says what to do */
export async function refuseWhileOlderWorkersRun(
  config: Config,
  set: SchemaSet,
  breaking: readonly Migration[],
): Promise<void> {
  const what = breaking.map(({ name, breaking: why }) => `${name} (${why})`).join(', ');
  const workers = await askForWorkers(config, what);
  const newest = Math.max(...breaking.map(({ version }) => version));
  const older = workers.filter(({ identity }) => knownMigrations(identity, set) < newest);
  if (older.length > 0)
    throw new SchemaError(
      `older workers can't live with ${what}, and within the last ${POLLED_WITHIN_MS / 60_000} minutes there were ` +
        `${older.map(({ identity }) => identity).join(', ')}: stop them, wait as long, and migrate again; ` +
        'or, if they are stopped for sure, use --force',
    );
}

async function askForWorkers(config: Config, what: string) {
  try {
    const temporal = await connectTemporal(config);
    try {
      return await describeWorkers(temporal.connection, config);
    } finally {
      await temporal.close();
    }
  } catch (error) {
    throw new SchemaError(
      `older workers can't live with ${what}, and whether one runs is not known ` +
        `(${messageOf(error)}): ` +
        'make the Temporal server reachable; or, if every worker is stopped for sure, use --force',
    );
  }
}
