import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { Pool } from 'pg';
import { NotWatched, queryAlertState } from '../../client/warehouse.ts';
import type { Config } from '../../config/config.ts';
import type { AlertState } from '../../domain/suppress/contract.ts';
import type { ResolveResult } from '../../domain/recommendation.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import { readNewest } from '../../store/artifact.ts';
import { listOpenNetworkAlerts } from '../../store/network-alert.ts';
import { readRegistry, type RegisteredWarehouse } from '../../store/registry.ts';
import { listKnown, readConfig, withDatabase, withTemporal } from '../context.ts';
import { badInput } from '../failure.ts';
import { print } from '../output.ts';
import { assess, renderStatus, type WarehouseStatus } from '../status-view.ts';

interface Options {
  all?: boolean;
  json?: boolean;
}

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('What is wrong now, the worst first: where, since when, what to do, and what people know.')
    .argument('[warehouse]', 'its code, e.g. FRA1; default: every active one')
    .option('--all', 'healthy and watched units too')
    .option('--json', 'print as JSON, every unit')
    .action(async (code: string | undefined, { all, json }: Options) => {
      const config = await readConfig();
      const { networkAlerts, statuses } = await withDatabase(config, async (pool) => ({
        networkAlerts: await listOpenNetworkAlerts(pool),
        statuses: await withTemporal(config, (client) => readStatuses(config, pool, client, code)),
      }));
      const now = Date.now();
      const warehouses = assess(statuses, { now, intervalMinutes: config.intervalMinutes });
      const { schema } = config.database;
      print(json, { networkAlerts, warehouses }, () =>
        renderStatus({ networkAlerts, warehouses }, { all: all ?? false, now, schema }),
      );
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
    throw badInput(`there is no warehouse ${code}`, listKnown(warehouses));
  return Promise.all(wanted.map((warehouse) => readStatus(config, pool, client, warehouse)));
}

async function readStatus(
  { artifactPrefix: prefix }: Config,
  pool: Pool,
  client: Client,
  { code, name, timezone }: RegisteredWarehouse,
): Promise<WarehouseStatus> {
  const state = await askState(client, code);
  const cycleId = state?.lastCycle ?? null;
  if (cycleId === null) return { code, name, timezone, state, blind: null, health: null, recorded: {} };
  const of = { prefix, cycleId, warehouse: code };
  const [series, resolved] = await Promise.all([
    readNewest<Partial<WarehouseSeries>>(pool, { ...of, kind: 'preprocess' }),
    readNewest<ResolveResult>(pool, { ...of, kind: 'resolve' }),
  ]);
  const recorded = (resolved?.recommendations ?? []).map(
    ({ unitId, direction, process, fromProcess, because }) =>
      [`${unitId} ${direction}`, { process, fromProcess, because }] as const,
  );
  return {
    ...{ code, name, timezone, state },
    blind: series?.blind ?? null,
    health: series?.health ?? null,
    recorded: Object.fromEntries(recorded),
  };
}

async function askState(client: Client, code: string): Promise<AlertState | null> {
  try {
    return await queryAlertState(client, code);
  } catch (error) {
    if (error instanceof NotWatched) return null;
    throw error;
  }
}
