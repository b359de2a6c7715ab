import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { upsertCycle } from '../../../src/store/analytics.ts';
import { getArtifact, purgeArtifacts, putArtifact } from '../../../src/store/artifact.ts';
import { checkSchema, migrate } from '../../../src/store/migrate.ts';
import {
  giveBackNetworkAlert,
  listOpenNetworkAlerts,
  takeNetworkAlert,
} from '../../../src/store/network-alert.ts';
import { createPool } from '../../../src/store/pool.ts';
import { readRegistry } from '../../../src/store/registry.ts';
import { querySource } from '../../../src/store/source-query.ts';
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../../support/pgbouncer.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

const installed = await hasPgBouncer();

async function tellSourcesBlind(pool: Pool, cycleId: string, messageTs: string): Promise<void> {
  const taking = { key: 'sources-blind', taker: 'test', forMs: 60_000 };
  const alert = await takeNetworkAlert(pool, taking, cycleId);
  if (alert === null || alert === 'taken') throw new Error('it can not be told');
  await giveBackNetworkAlert(pool, taking.taker, { ...alert, messageTs });
}

/** All share one session, so that whatever one leaves behind in it reaches the others. */
describe.skipIf(!installed)(
  `through PgBouncer, pooling transactions${installed ? '' : ' (skipped: apt-get install pgbouncer)'}`,
  () => {
    let server: TestPostgres;
    let bouncer: PgBouncer;
    let url = '';
    const pools: Pool[] = [];
    const open = (schema?: string) => {
      const pool = createPool(url, {
        applicationName: 'test',
        ...(schema === undefined ? {} : { schema }),
      });
      pools.push(pool);
      return pool;
    };
    const environments = ['dev', 'prod'] as const;
    const configOf = (environment: string) => loadConfig({ DATABASE_URL: url, BUFFERWATCH_ENV: environment });

    beforeAll(async () => {
      server = await startTestPostgres();
      const direct = await server.createDatabase('pooled');
      bouncer = await startPgBouncer(server.url, 1);
      url = `${bouncer.through(direct)}?pgbouncer=true`;
      for (const environment of environments) await migrate(open(), configOf(environment));
    });
    afterAll(async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await bouncer.stop();
      await server.stop();
    });

    test('two environments and their analytics do their work at once, each in its own schema', async () => {
      await Promise.all(
        environments.map(async (environment) => {
          const app = open(`bufferwatch_${environment}`);
          const analytics = open(`bufferwatch_${environment}_analytics`);
          await checkSchema(app, configOf(environment), 'application');
          await checkSchema(analytics, configOf(environment), 'analytics');
          await app.query(
            `INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', $1, 'Europe/Berlin')`,
            [environment],
          );
          const cycleId = '2026-03-01T10:05:00Z';
          const cycle = {
            prefix: environment,
            cycleId,
            mode: 'live' as const,
            runId: environment,
            startedAt: Date.parse('2026-03-01T10:05:01Z'),
            decidedAt: null,
            completedAt: null,
            syncedAt: null,
            outcome: null,
          };
          await Promise.all([
            ...Array.from({ length: 10 }, async (_, index) => {
              const ref = await putArtifact(app, {
                prefix: environment,
                cycleId,
                warehouse: 'FRA1',
                kind: 'extract',
                body: { environment, index },
                rows: 1,
              });
              await expect(getArtifact(app, ref.id)).resolves.toEqual({ environment, index });
            }),
            ...Array.from({ length: 5 }, () => upsertCycle(analytics, environment, cycle)),
            tellSourcesBlind(app, cycleId, environment),
          ]);
          expect((await readRegistry(app)).warehouses.map(({ name }) => name)).toEqual([environment]);
          expect((await listOpenNetworkAlerts(app)).map(({ messageTs }) => messageTs)).toEqual([environment]);
          const synced = await analytics.query('SELECT run_id FROM cycle');
          expect(synced.rows).toEqual([{ run_id: environment }]);
          const recorded = await app.query('SELECT run_id FROM cycle');
          expect(recorded.rows).toEqual([]);
          await expect(purgeArtifacts(app, '2026-03-02')).resolves.toEqual(['2026-03-01']);
        }),
      );
    });

    test('a statement that fails leaves the session fit for the next one', async () => {
      const app = open('bufferwatch_dev');
      await expect(app.query('SELECT FROM nowhere')).rejects.toThrow(/nowhere/);
      await expect(app.query('SELECT FROM warehouse')).resolves.toMatchObject({ rowCount: 1 });
    });

    test("a source's budget ends with its query, and its timeout is not left to the next one", async () => {
      const source = open();
      const ask = (sql: string, budgetMs: number) =>
        querySource(source, { source: 'wes_stock', sql, values: [], columns: [], budgetMs });
      await expect(ask('SELECT pg_sleep(5)', 200)).rejects.toThrow(/no answer within 0.2 s/);
      await expect(ask('SELECT pg_sleep(0.4)', 5_000)).resolves.toHaveLength(1);
    });
  },
);
