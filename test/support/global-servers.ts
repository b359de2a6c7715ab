/** One Temporal server and one Postgres for all integration tests; each test takes a namespace or database of its own. */
import type { TestProject } from 'vitest/node';
import { resolveTemporalCli, startTemporalServer } from '../../src/local/temporal-server.ts';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
    temporalCli: string;
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { path } = await resolveTemporalCli({ log: (line) => process.stderr.write(`${line}\n`) });
  const [temporal, postgres] = await Promise.all([
    startTemporalServer({ cliPath: path, namespace: 'default' }),
    startTestPostgres(),
  ]);
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalCli', path);
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await temporal.stop();
    await postgres.stop();
  };
}
