/** The warehouses of the demo, and those that people add while it runs. */
import { escapeIdentifier, type Pool } from 'pg';
import type { Feeder } from '../../simulator/feeder.ts';
import { readRegistry } from '../../store/registry.ts';
import { say } from '../output.ts';

const PLACES = [
  { code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin' },
  { code: 'LEJ1', name: 'Leipzig 1', timezone: 'Europe/Berlin' },
  { code: 'MAD1', name: 'Madrid 1', timezone: 'Europe/Madrid' },
  { code: 'WRO1', name: 'Wroclaw 1', timezone: 'Europe/Warsaw' },
] as const;

/** Where alerts about the whole network go. */
export const NETWORK_CHANNEL = '#network-flow';

/** Often enough that a warehouse inserted by hand has data before its first cycle. */
const WATCH_MS = 3_000;

export interface DemoWarehouse {
  code: string;
  name: string;
  timezone: string;
}

/** The four places, then simulated ones. */
export function demoWarehouses(count: number): DemoWarehouse[] {
  return Array.from(
    { length: count },
    (_, index) =>
      PLACES[index] ?? {
        code: `SIM${index + 1 - PLACES.length}`,
        name: `Simulated ${index + 1 - PLACES.length}`,
        timezone: 'Europe/Berlin',
      },
  );
}

export const channelOf = (code: string): string => `#${code.toLowerCase()}-flow`;

export async function registerWarehouses(pool: Pool, warehouses: DemoWarehouse[]): Promise<void> {
  for (const { code, name, timezone } of warehouses) {
    await pool.query('INSERT INTO warehouse (code, name, timezone) VALUES ($1, $2, $3)', [
      code,
      name,
      timezone,
    ]);
    await pool.query('INSERT INTO alert_route (warehouse, channel) VALUES ($1, $2)', [code, channelOf(code)]);
  }
  await pool.query('INSERT INTO alert_route (channel, fallback) VALUES ($1, true)', [NETWORK_CHANNEL]);
}

/** Feeds every warehouse that appears in the registry; returns what ends it. */
export function feedNewWarehouses(pool: Pool, feeder: Feeder): () => Promise<void> {
  const refused = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const look = async () => {
    const { warehouses } = await readRegistry(pool);
    const fed = new Set(feeder.warehouses().map(({ code }) => code));
    for (const { code, timezone, active } of warehouses) {
      if (!active || fed.has(code) || refused.has(code)) continue;
      try {
        await feeder.addWarehouse({ code, timezone, problems: 'soon' });
        say(`new warehouse ${code}: its simulated systems are running; the next cycle watches it`);
      } catch (error) {
        refused.add(code);
        say(`new warehouse ${code} can't be simulated: ${String(error)}`);
      }
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const schedule = () => {
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => say(`can't read the registry: ${String(error)}`))
        .finally(() => {
          if (!stopped) schedule();
        });
    }, WATCH_MS);
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
  };
}

/** Lets the environment's role log in over TCP; returns its URL for people. */
export async function openRole(pool: Pool, url: string, role: string, password: string): Promise<string> {
  await pool.query(`ALTER ROLE ${escapeIdentifier(role)} LOGIN PASSWORD '${password}'`);
  const opened = new URL(url);
  opened.username = role;
  opened.password = password;
  return opened.href;
}
