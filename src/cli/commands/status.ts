import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { NotWatched, queryAlertState } from '../../client/warehouse.ts';
import type { Config } from '../../config.ts';
import type { AlertState } from '../../domain/alerting.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import { readNewest } from '../../store/artifact.ts';
import { readRegistry } from '../../store/registry.ts';
import { readConfig, withDatabase, withTemporal } from '../context.ts';
import { badInput } from '../failure.ts';
import { print } from '../output.ts';
import { assess, renderStatus, type WarehouseStatus } from '../status-view.ts';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('What is wrong now, where, since when; with a warehouse every unit of it, healthy ones too.')
    .argument('[warehouse]', 'its code, e.g. FRA1')
    .option('--json', 'print as JSON')
    .action(async (code: string | undefined, { json }: { json?: boolean }) => {
      const config = await readConfig();
      const statuses = await withDatabase(config, (pool) =>
        withTemporal(config, (client) => readStatuses(config, pool, client, code)),
      );
      const reports = assess(statuses, { now: Date.now(), intervalMinutes: config.intervalMinutes });
      print(json, reports, () => renderStatus(reports, { all: code !== undefined }));
    });
}

async function readStatuses(
  config: Config,
  pool: Pool,
  client: Client,
  code: string | undefined,
): Promise<WarehouseStatus[]> {
  const { warehouses } = await readRegistry(pool);
  const wanted = warehouses.filter((each) => (code === undefined ? each.active : each.code === code));
  if (code !== undefined && wanted.length === 0)
    throw badInput(
      `there is no warehouse ${code}`,
      `known: ${warehouses.map((each) => each.code).join(', ') || 'none'}`,
    );
  return Promise.all(
    wanted.map(async (warehouse) => {
      const state = await askState(client, warehouse.code);
      const blind =
        state?.lastCycle == null ? null : await readBlind(config, pool, warehouse.code, state.lastCycle);
      return { code: warehouse.code, name: warehouse.name, timezone: warehouse.timezone, state, blind };
    }),
  );
}

async function askState(client: Client, code: string): Promise<AlertState | null> {
  try {
    return await queryAlertState(client, code);
  } catch (error) {
    if (error instanceof NotWatched) return null;
    throw error;
  }
}

async function readBlind(
  config: Config,
  pool: Pool,
  warehouse: string,
  cycleId: string,
): Promise<WarehouseSeries['blind'] | null> {
  const series = await readNewest<WarehouseSeries>(pool, {
    prefix: config.artifactPrefix,
    cycleId,
    warehouse,
    kind: 'preprocess',
  });
  return series?.blind ?? null;
}
