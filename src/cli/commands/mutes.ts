import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { NotWatched, queryAlertState } from '../../client/warehouse.ts';
import { personName } from '../../domain/words/places.ts';
import { readRegistry, type RegisteredWarehouse } from '../../store/registry.ts';
import { listKnown, readConfig, withDatabase, withTemporal } from '../context.ts';
import { badInput } from '../failure.ts';
import { localMoment } from '../local-moment.ts';
import { print, renderTable } from '../output.ts';

interface ListedMute {
  warehouse: string;
  /** IANA name. */
  timezone: string;
  /** `*`: every unit. */
  unit: string;
  /** null: at once. */
  from: string | null;
  until: string;
  by: string;
}

export function addMutes(program: Command): void {
  program
    .command('mutes')
    .description('What is muted, now and later: by whom, until when.')
    .argument('[warehouse]', 'its code, e.g. FRA1; default: every active one')
    .option('--json', 'print as JSON')
    .action(async (code: string | undefined, { json }: { json?: boolean }) => {
      const config = await readConfig();
      const { warehouses } = await withDatabase(config, readRegistry);
      const wanted = warehouses.filter((each) => (code === undefined ? each.active : each.code === code));
      if (code !== undefined && wanted.length === 0)
        throw badInput(`there is no warehouse ${code}`, listKnown(warehouses));
      const now = Date.now();
      const mutes = await withTemporal(config, async (client) =>
        (await Promise.all(wanted.map((each) => readMutes(client, each)))).flat(),
      );
      const lasting = mutes.filter(({ until }) => Date.parse(until) > now);
      print(json, lasting, () => render(lasting, now));
    });
}

async function readMutes(client: Client, { code, timezone }: RegisteredWarehouse): Promise<ListedMute[]> {
  try {
    const { mutes } = await queryAlertState(client, code);
    return mutes.map((mute) => ({ warehouse: code, timezone, ...mute }));
  } catch (error) {
    if (error instanceof NotWatched) return [];
    throw error;
  }
}

function render(mutes: readonly ListedMute[], now: number): string {
  if (mutes.length === 0) return 'nothing is muted';
  return renderTable(
    ['warehouse', 'unit', 'from', 'until', 'by'],
    mutes.map(({ warehouse, timezone, unit, from, until, by }) => [
      warehouse,
      unit === '*' ? 'every unit' : unit,
      from === null || Date.parse(from) <= now ? 'now' : localMoment(from, now, timezone),
      localMoment(until, now, timezone),
      personName(by),
    ]),
  );
}
